"""Whom a change of the team reaches: accounts by the rules and by Salesforce, tickets, letters, people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from partners.models import Account, Contact
from people.models import Absence, ChannelManager
from routing import owners, places
from routing.book import Book, book
from routing.facts import Where
from routing.found import AMBIGUOUS, Found
from routing.models import PartnerRule, RosterChange
from routing.team import letters, moves
from routing.team.hooks import Flight
from routing.team.moves import REST, Move
from tickets.models import Ticket
from tickets.models.ticket import ACTIVE


@dataclass(frozen=True, kw_only=True)
class Reached:
    """A partner that gets another channel manager, by which rule; `owned` when Salesforce has the old one as owner."""

    account: Account
    old: ChannelManager | None
    new: ChannelManager
    rule: str
    owned: bool


@dataclass(frozen=True, kw_only=True)
class Reach:
    accounts: Sequence[Reached] = ()
    unclaimed: Sequence[Account] = ()  # the leaver owns them, no rule says who does next, and nobody takes the rest
    tickets: Sequence[Ticket] = ()
    letters: Sequence[Flight] = ()
    contacts: int = 0
    portal: int = 0  # contacts who sign in
    away: Sequence[Absence] = ()  # of those who take over
    by_account: Mapping[int, Reached] = field(default_factory=dict)
    by_rules: Mapping[int, ChannelManager] = field(default_factory=dict)  # of partners of these tickets that stay

    @property
    def owned(self) -> int:
        """Accounts whose owner in Salesforce changes."""
        return sum(one.owned for one in self.accounts)

    @property
    def elsewhere(self) -> int:
        """Accounts that somebody else owns in Salesforce: they stay as they are and stand in the audit."""
        return len(self.accounts) - self.owned

    def pairs(self) -> list[tuple[str, str, int]]:
        """How many partners go from whom to whom, the most first."""
        counted = Counter((str(one.old or ""), str(one.new)) for one in self.accounts)
        return [(old, new, n) for (old, new), n in counted.most_common()]

    def as_json(self) -> dict[str, int]:
        return {
            "accounts": len(self.accounts),
            "owners": self.owned,
            "tickets": len(self.tickets),
            "letters": len(self.letters),
            "contacts": self.contacts,
            "portal": self.portal,
        }


def reach_of(change: RosterChange, moved: Sequence[Move]) -> Reach:
    """As the rules are now; about ten statements, whatever the number of partners."""
    accounts, unclaimed = _accounts(change, moved)
    by_account = {one.account.pk: one for one in accounts}
    people = Contact.objects.filter(account__in=by_account, active=True, deleted=None, double_of=None)
    counted = people.aggregate(all=Count("pk"), portal=Count("pk", filter=Q(user__is_active=True)))
    tickets = list(_tickets(change, accounts))
    return Reach(
        accounts=accounts,
        unclaimed=unclaimed,
        tickets=tickets,
        by_rules=_by_rules(
            change, [one.partner for one in tickets if one.partner and one.partner.pk not in by_account]
        ),
        letters=letters.under_way(by_account),
        contacts=counted["all"],
        portal=counted["portal"],
        away=away(change, moved),
        by_account=by_account,
    )


def away(change: RosterChange, moved: Iterable[Move]) -> list[Absence]:
    """Who takes over and is away on the day."""
    takers = {move.to.pk for move in moved if move.to is not None and move.to.pk}
    open_end = Q(last_day=None) | Q(last_day__gte=change.effective)
    rows = Absence.objects.filter(open_end, manager__in=takers, first_day__lte=change.effective)
    return list(rows.select_related("manager", "stand_in"))


def _accounts(change: RosterChange, moved: Sequence[Move]) -> tuple[list[Reached], list[Account]]:
    day = max(change.effective, timezone.localdate())
    given = {move.rule: move for move in moved if move.to is not None}
    leaver = change.manager if change.kind == moves.Kind.LEAVES else None
    rest = moves.rest_of(change)
    reached, unclaimed = list[Reached](), list[Account]()
    for account, found in _answered(day):
        move = _deciding(found, given)
        if move is not None and move.to is not None:
            reached.append(_by_rule(account, move))
        elif leaver is not None and _owns(leaver, account):
            new = found.manager if found.manager not in {None, leaver} else rest
            if new is None:
                unclaimed.append(account)
            else:
                reached.append(Reached(account=account, old=leaver, new=new, rule=REST, owned=True))
    return reached, unclaimed


def _by_rules(change: RosterChange, partners: Iterable[Account]) -> dict[int, ChannelManager]:
    """Whom the rules name for them, where it is not the one who leaves."""
    day = max(change.effective, timezone.localdate())
    found = {one.pk: owners.account_owner(Where(account=one), on=day).manager for one in partners}
    return {pk: manager for pk, manager in found.items() if manager is not None and manager != change.manager}


def _by_rule(account: Account, move: Move) -> Reached:
    assert move.to is not None
    owned = move.old is not None and _owns(move.old, account)
    return Reached(account=account, old=move.old, new=move.to, rule=move.rule, owned=owned)


def _owns(manager: ChannelManager, account: Account) -> bool:
    """In Salesforce: by the user, else by what the sync made of it."""
    if manager.salesforce_id and account.owner_id:
        return manager.salesforce_id[:15] == account.owner_id[:15]
    return account.channel_manager_id is not None and account.channel_manager_id == manager.pk


def _deciding(found: Found, given: Mapping[str, Move]) -> Move | None:
    """The moved rule that decided, or would have if the one it names were still here on the day."""
    moved = [given[one.rule_id] for one in found.because if one.rule_id in given]
    if found.outcome == AMBIGUOUS or len({move.to_id for move in moved}) != 1:
        return None
    return moved[0]


def _answered(day: date) -> Iterator[tuple[Account, Found]]:
    """Every living partner with its answer; places that many share are asked once."""
    rules = book(day)
    known: dict[tuple[Any, ...], Found] = {}
    cut: dict[tuple[str, str], bool] = {}
    for account in Account.objects.filter(deleted=None, merged_into=None).order_by("name", "pk").iterator():
        key = _shared(account, rules, cut)
        found = known.get(key) if key else None
        if found is None:
            found = owners.account_owner(Where(account=account), on=day)
            if key:
                known[key] = found
        yield account, found


def _shared(account: Account, rules: Book, cut: dict[tuple[str, str], bool]) -> tuple[Any, ...] | None:
    """What decides where no rule names the partner itself; a postal code only in a state that is cut in parts."""
    state = account.country, account.subdivision
    if state not in cut:
        cut[state] = _is_cut(*state, rules)
    for table in PartnerRule.Table.values:
        if rules.by_partner(table, account=account.pk, name=account.name):
            return None
    return (
        *state,
        account.postal_code if cut[state] else "",
        account.track,
        account.public_sector,
        account.partner_type,
    )


def _is_cut(country: str, subdivision: str, rules: Book) -> bool:
    """Whether postal codes may decide there; where the state is not understood they may."""
    of = places.country(country)
    if of is None:
        return True
    state = places.subdivision(of.code, subdivision)
    if state is None:
        return any(place.startswith(f"{of.code}-") for place in rules.parts)
    return state.code in rules.parts


def _tickets(change: RosterChange, accounts: Sequence[Reached]) -> QuerySet[Ticket]:
    """Open ones of these partners that are with the old manager; all of somebody who leaves."""
    old = {one.old.pk for one in accounts if one.old is not None and one.old.pk}
    wanted = Q(channel_manager__in=old, partner__in=[one.account.pk for one in accounts])
    if change.kind == moves.Kind.LEAVES and change.manager_id:
        wanted |= Q(channel_manager=change.manager_id)
    return Ticket.objects.filter(wanted, status__in=sorted(ACTIVE)).select_related("partner").order_by("pk")
