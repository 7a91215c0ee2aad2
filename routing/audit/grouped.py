"""Partners by what the rules ask of them: a few thousand groups stand for fifty thousand accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Func, Q, QuerySet
from django.db.models.functions import Lower

from partners.models import Account
from routing import places
from routing.book import Book
from routing.facts import track_of

BEYOND: Final = ("Former", "Denied")  # nobody looks after them any more
BY: Final = ("country", "subdivision", "track", "public_sector", "channel_manager_id", "owner_known")


@dataclass(frozen=True, kw_only=True)
class Group:
    """Partners that no rule tells apart, with the owner they have; `account` where a rule speaks of it alone."""

    country: str
    subdivision: str
    postal_code: str
    track: str
    public_sector: bool | None
    manager: int | None  # who owns them in Salesforce, of our channel managers
    owner_known: bool  # Salesforce names an owner, be it one of ours or not
    place: str
    count: int
    ids: Sequence[int]
    account: Account | None = None


def living() -> QuerySet[Account]:
    """Partners of Salesforce that somebody looks after."""
    return (
        Account.objects.filter(deleted=None, merged_into=None)
        .exclude(salesforce_id="")
        .exclude(partner_status__in=BEYOND)
    )


def read(book: Book) -> list[Group]:
    """Four statements, however many partners there are."""
    alone = list(_alone(book))
    pks = [one.pk for one in alone]
    rows = list(_grouped(living().exclude(pk__in=pks), *BY))
    divided = [row for row in rows if _place(row) in book.parts]
    groups = [_group(row) for row in rows if _place(row) not in book.parts]
    if divided:
        where = Q()
        for country, subdivision in {(row["country"], row["subdivision"]) for row in divided}:
            where |= Q(country=country, subdivision=subdivision)
        groups += [_group(row) for row in _grouped(living().filter(where).exclude(pk__in=pks), *BY, "postal_code")]
    return [*groups, *(_single(one) for one in alone)]


def _grouped(accounts: QuerySet[Account], *by: str) -> Iterator[dict[str, Any]]:
    known = Q(owner_id="") & Q(owner_name="") & Q(owner_email="")
    rows = accounts.annotate(owner_known=~known).order_by().values(*by)
    yield from rows.annotate(n=Count("pk"), pks=first_few())


def first_few() -> Func:
    """The ids of the first four of a group."""
    return Func(ArrayAgg("pk", order_by="pk"), template="(%(expressions)s)[1:4]")


def _alone(book: Book) -> QuerySet[Account]:
    """Those that a rule speaks of: they are asked for one by one."""
    ids = {pk for by_account, _names in book.partners.values() for pk in by_account}
    names = {
        rule.key.lower()
        for _ids, by_name in book.partners.values()
        for rules in by_name.values()
        for rule in rules
        if rule.account is None
    }
    return living().annotate(low=Lower("name")).filter(Q(pk__in=ids) | Q(low__in=names))


def _group(row: Mapping[str, Any]) -> Group:
    return Group(
        country=row["country"],
        subdivision=row["subdivision"],
        postal_code=row.get("postal_code", ""),
        track=track_of(row["track"]),
        public_sector=row["public_sector"],
        manager=row["channel_manager_id"],
        owner_known=row["owner_known"],
        place=_place(row),
        count=row["n"],
        ids=row["pks"],
    )


def _single(account: Account) -> Group:
    return Group(
        country=account.country,
        subdivision=account.subdivision,
        postal_code=account.postal_code,
        track=track_of(account.track),
        public_sector=account.public_sector,
        manager=account.channel_manager_id,
        owner_known=_owner_known(account),
        place=place_of(account.country, account.subdivision),
        count=1,
        ids=[account.pk],
        account=account,
    )


def identity(group: Group) -> tuple[Any, ...]:
    """What makes an account one of the group."""
    known = (group.country, group.subdivision, group.track, group.public_sector, group.manager, group.owner_known)
    return (*known, group.postal_code)


def identity_of(account: Account, book: Book) -> tuple[Any, ...]:
    """The identity of the group an account belongs to."""
    postal = account.postal_code if place_of(account.country, account.subdivision) in book.parts else ""
    place = (account.country, account.subdivision, track_of(account.track), account.public_sector)
    return (*place, account.channel_manager_id, _owner_known(account), postal)


def _owner_known(account: Account) -> bool:
    return bool(account.owner_id or account.owner_name or account.owner_email)


def _place(row: Mapping[str, Any]) -> str:
    return place_of(row["country"], row["subdivision"])


@lru_cache(maxsize=8192)
def place_of(country: str, subdivision: str) -> str:
    """The code of the state where the country has states with rules of their own, else of the country."""
    land = places.country(country)
    if land is None:
        return ""
    state = places.subdivision(land.code, subdivision) if land.code == places.US and subdivision else None
    return state.code if state else land.code
