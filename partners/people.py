"""Who is there at a partner, and what trainings they have passed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import JSONObject, Lower, RowNumber
from django.utils.translation import gettext as _

from partners.facts import Facts, Pass
from partners.models import Account, Certification, Contact
from web.keyset import Key, Order

SHOWN = 8
FOLDED_SHOWN = 20

_name: Key[Any] = Key(expression=F("sort"), of=lambda row: row.sort, type="text")
_number: Key[Any] = Key(expression=F("id"), of=lambda row: row.pk, type="number")
BY_NAME: Order[Any] = Order(keys=(_name, _number))


@dataclass(frozen=True, kw_only=True)
class Passed:
    """A training somebody has passed; over when it has expired."""

    title: str
    passed: date | None
    expires: date | None
    over: bool


@dataclass(frozen=True, kw_only=True)
class Person:
    contact: Contact
    passed: Sequence[Passed] = ()

    @property
    def aside(self) -> str:
        """Why they stand folded; empty for who is there."""
        if self.contact.double_of_id is not None:
            return _("The same address twice")
        if self.contact.deleted is not None:
            return _("Deleted in Salesforce")
        return "" if self.contact.active else _("Not active")


@dataclass(frozen=True, kw_only=True)
class Training:
    """How many people hold a certification now."""

    title: str
    holders: int


@dataclass(frozen=True, kw_only=True)
class People:
    """The people of a partner's page: the first by name, how many there are, and those folded."""

    shown: list[Person] = field(default_factory=list)
    count: int = 0
    folded: list[Person] = field(default_factory=list)
    folded_count: int = 0
    trainings: list[Training] = field(default_factory=list)


def aside() -> Q:
    """Contacts nobody writes to: inactive, deleted, or kept twice by Salesforce."""
    return Q(active=False) | Q(deleted__isnull=False) | Q(double_of__isnull=False)


def people_of(account: Account, *, known: Facts) -> People:
    """Who holds a certification first, then by name. One statement, whatever their number."""
    held = known.passes.get(account.pk, [])
    folds = Case(When(aside(), then=Value(1)), default=Value(0))
    holder = Case(When(pk__in=[one.person for one in held], then=Value(0)), default=Value(1))
    rows = list(
        with_certifications(Contact.objects.filter(account=account))
        .annotate(
            folds=folds,
            place=Window(RowNumber(), partition_by=["folds"], order_by=[holder, Lower("name"), F("pk")]),
            in_all=Window(Count("pk"), partition_by=["folds"]),
        )
        .filter(Q(folds=0, place__lte=SHOWN) | Q(folds=1, place__lte=FOLDED_SHOWN))
        .order_by("folds", "place")
    )
    there, folded = [one for one in rows if not one.folds], [one for one in rows if one.folds]
    return People(
        shown=persons(there, on=known.on),
        count=there[0].in_all if there else 0,
        folded=persons(folded, on=known.on),
        folded_count=folded[0].in_all if folded else 0,
        trainings=_trainings(held),
    )


def everybody(account: Account) -> QuerySet[Any]:
    """All contacts of a partner for a list of its own."""
    found: QuerySet[Any] = with_certifications(Contact.objects.filter(account=account)).annotate(sort=Lower("name"))
    return found


def with_certifications(contacts: QuerySet[Contact]) -> QuerySet[Any]:
    """Each with what they have passed, ever."""
    rows = Certification.objects.filter(contact=OuterRef("pk"), deleted=None).order_by("title", "pk")
    told = rows.values(told=JSONObject(title="title", passed="passed", expires="expires"))
    found: QuerySet[Any] = contacts.annotate(papers=ArraySubquery(told))
    return found


def persons(contacts: Sequence[Any], *, on: date) -> list[Person]:
    return [Person(contact=one, passed=[_passed(paper, on=on) for paper in one.papers]) for one in contacts]


def _passed(paper: Mapping[str, str | None], *, on: date) -> Passed:
    expires = _day(paper["expires"])
    over = expires is not None and expires <= on
    return Passed(title=paper["title"] or "", passed=_day(paper["passed"]), expires=expires, over=over)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _trainings(held: Sequence[Pass]) -> list[Training]:
    """Each title once, those most people hold now first."""
    holders: defaultdict[str, set[int]] = defaultdict(set)
    for one in held:
        holders[one.title].add(one.person)
    counted = [Training(title=title, holders=len(people)) for title, people in holders.items()]
    return sorted(counted, key=lambda one: (-one.holders, one.title))
