"""Which partners would stand elsewhere under other terms: counted before anything is changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Final, Literal

from nfr import policy
from nfr import terms as terms_rows
from nfr.models import Licence, Terms, Type
from partners.models import Account

BATCH: Final = 2000
SHOWN: Final = 20
Side = Literal["within", "beyond", "outside"]
SIDES: Final[tuple[Side, ...]] = ("within", "beyond", "outside")


@dataclass(frozen=True)
class Move:
    account: Account
    before: Side
    after: Side


@dataclass(kw_only=True)
class Effects:
    """How many partners are where, before and after; the first ones that move.

    `offered` is how many partners would be given something else, whether they have a licence or not.
    """

    on: date
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    moves: list[Move] = field(default_factory=list)
    moved: int = 0
    offered: int = 0

    @property
    def table(self) -> list[tuple[str, int, int]]:
        return [(side, self.before[side], self.after[side]) for side in SIDES]

    @property
    def more(self) -> int:
        return self.moved - len(self.moves)


def of_change(*, on: date, without: Terms | None = None, added: Terms | None = None) -> Effects:
    """What changes on that day for every living partner when a row goes and another one comes."""
    now = list(terms_rows.valid_on(on))
    kept = [row for row in now if without is None or row.pk != without.pk]
    then = [added, *kept] if added else kept  # the newest of a track holds
    found = Effects(on=on)
    for partners in _living():
        held = _held(partners, on)
        for account in partners:
            _look(found, account, held.get(account.pk, ()), now, then)
    return found


def side_of(terms: Terms | None, licences: Sequence[Licence]) -> Side:
    """Pure: what a partner has against what the program gives; approved exceptions stand apart."""
    if terms is None:
        return "outside"
    ordinary = [one for one in licences if not one.exception]
    too_many = any(
        sum(one.type == kind for one in ordinary) > most
        for kind, most in ((Type.SAAS, terms.saas), (Type.SELF_MANAGED, terms.self_managed))
    )
    too_big = any(one.seats is not None and one.seats > terms.seats for one in ordinary)
    return "beyond" if too_many or too_big else "within"


def _look(found: Effects, account: Account, licences: Sequence[Licence], now: list[Terms], then: list[Terms]) -> None:
    old, new = terms_rows.of_track(now, account.track), terms_rows.of_track(then, account.track)
    before, after = side_of(old, licences), side_of(new, licences)
    found.before[before] += 1
    found.after[after] += 1
    found.offered += _gives(old) != _gives(new)
    if before != after:
        found.moved += 1
        if len(found.moves) < SHOWN:
            found.moves.append(Move(account, before, after))


def _gives(row: Terms | None) -> tuple[object, ...]:
    return (row.saas, row.self_managed, row.seats, row.tier, row.months, row.renewal) if row else ()


def _held(partners: Sequence[Account], on: date) -> Mapping[int, list[Licence]]:
    found: dict[int, list[Licence]] = defaultdict(list)
    for one in Licence.objects.filter(policy.in_force(on), account__in=partners):
        found[one.account_id or 0].append(one)
    return found


def _living() -> Iterator[list[Account]]:
    rows = Account.objects.filter(deleted=None, merged_into=None).order_by("name", "pk").only("pk", "name", "track")
    found = rows.iterator(chunk_size=BATCH)
    while batch := list(islice(found, BATCH)):
        yield batch
