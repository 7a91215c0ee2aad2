"""The lists of channel managers and solutions architects, and the page of one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Account
from people.away import Person, absence_of, is_here
from people.models import Absence, ChannelManager, SolutionsArchitect
from routing import wording
from routing.directory import telling
from routing.directory.staff import days_of
from routing.models import Coverage, KeyRule, PartnerRule
from tickets.lookup import holding

Kind = Literal["manager", "architect"]
MODELS: Final[dict[Kind, type[Person]]] = {"manager": ChannelManager, "architect": SolutionsArchitect}
MOST_RULES: Final = 60


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One way to narrow the list: `key` stands in the address."""

    key: str
    label: str | Promise
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Row:
    person: Any
    state: Literal["here", "away", "left"]
    absence: Absence | None = None
    places: int = 0
    partner_rules: int = 0
    key_rules: int = 0
    accounts: int = 0

    @property
    def rules(self) -> int:
        return self.places + self.partner_rules + self.key_rules

    @property
    def days(self) -> str:
        return days_of(self.absence) if self.absence else ""

    @property
    def stand_in(self) -> Person | None:
        return (self.absence.stand_in or self.absence.stand_in_architect) if self.absence else None

    @property
    def searchable(self) -> str:
        one = self.person
        team = one.get_team_display() if isinstance(one, ChannelManager) else one.remark
        return f"{one.name} {team} {one.region} {one.salesforce_email}"


@dataclass(frozen=True, kw_only=True)
class Listing:
    rows: Sequence[Row]
    filters: Sequence[Filter]
    shown: str
    unlinked: int = 0


@dataclass(frozen=True, kw_only=True)
class Page:
    """One of them: what they look after now and later, when they are away, and what was changed."""

    row: Row
    coverage: Sequence[tuple[Coverage, str, str]] = ()  # with the name of the place, and of its list where they differ
    partner_rules: Sequence[PartnerRule] = ()
    key_rules: Sequence[KeyRule] = ()
    absences: Sequence[tuple[Absence, str]] = ()
    history: Sequence[telling.Told] = field(default_factory=tuple)


STATES: Final = {
    "here": gettext_lazy("Here"),
    "away": gettext_lazy("Away today"),
    "left": gettext_lazy("Not here any more"),
}


def listing(kind: Kind, *, on: date, asked: str = "", show: str = "") -> Listing:
    """Without `show`: everybody who is here or away, and who left with rules to their name; seven statements."""
    everybody = rows(list(MODELS[kind]._default_manager.all()), on=on)  # noqa: SLF001
    found = Counter(row.state for row in everybody)
    filters = [Filter(key="", label=_("Here or away"), count=found["here"] + found["away"])]
    filters += [Filter(key=key, label=STATES[key], count=found[key]) for key in ("away", "left") if found[key]]
    wanted = [row for row in everybody if (row.state == show if show in STATES else row.state != "left" or row.rules)]
    unlinked = sum(not row.person.salesforce_id for row in everybody if row.state != "left")
    return Listing(rows=holding(wanted, asked), filters=filters, shown=show, unlinked=unlinked)


def rows(people: Sequence[Person], *, on: date) -> list[Row]:
    """Each with what they look after from that day on."""
    away = absence_of(people, on)
    managers = {one.pk for one in people if isinstance(one, ChannelManager)}
    places, partner_rules, key_rules = (_counted(model, managers, on) for model in (Coverage, PartnerRule, KeyRule))
    living = Account.objects.filter(deleted=None, merged_into=None, channel_manager__in=managers)
    accounts = Counter(living.values_list("channel_manager", flat=True)) if managers else Counter()
    return [
        Row(
            person=one,
            state="left" if not is_here(one, on) else "away" if one.pk in away else "here",
            absence=away.get(one.pk),
            places=places[one.pk],
            partner_rules=partner_rules[one.pk],
            key_rules=key_rules[one.pk],
            accounts=accounts[one.pk],
        )
        for one in people
    ]


def page(person: Person, *, on: date) -> Page:
    row = rows([person], on=on)[0]
    about = {"manager": person} if isinstance(person, ChannelManager) else {"architect": person}
    absences = Absence.objects.filter(Q(last_day=None) | Q(last_day__gte=on), **about)
    told = [(one, days_of(one)) for one in absences.select_related("stand_in", "stand_in_architect")]
    history = telling.about([person])
    if not isinstance(person, ChannelManager):
        return Page(row=row, absences=told, history=history)
    name, held = wording.namer(), list(_held(Coverage, {person.pk}, on))
    several = len({one.section for one in held}) > 1
    return Page(
        row=row,
        coverage=[(one, name(one.place, one.part), one.section_title if several else "") for one in held],
        partner_rules=list(_held(PartnerRule, {person.pk}, on)[:MOST_RULES]),
        key_rules=list(_held(KeyRule, {person.pk}, on)[:MOST_RULES]),
        absences=told,
        history=history,
    )


def _counted(model: type[Any], managers: set[int], on: date) -> Counter[int]:
    return Counter(_held(model, managers, on).values_list("manager", flat=True)) if managers else Counter()


def _held(model: type[Any], managers: set[int], on: date) -> Any:
    """Rows that hold then, or will."""
    return model.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), manager__in=managers)
