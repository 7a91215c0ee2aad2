"""Who is there at a partner, and what trainings they have passed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import Lower, RowNumber
from django.utils.translation import gettext as _

from partners.models import Account, Certification, Contact
from web.keyset import Key, Order

SHOWN = 8
FOLDED_SHOWN = 20
MOST_CERTIFICATIONS = 2_000

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


def people_of(account: Account, *, on: date) -> People:
    """Who holds a certification first, then by name. Two statements, whatever their number."""
    held = _certifications(account, on=on)
    folds = Case(When(aside(), then=Value(1)), default=Value(0))
    holder = Case(When(pk__in=list(held), then=Value(0)), default=Value(1))
    rows = list(
        Contact.objects.filter(account=account)
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
        shown=[Person(contact=one, passed=held.get(one.pk, ())) for one in there],
        count=there[0].in_all if there else 0,
        folded=[Person(contact=one, passed=held.get(one.pk, ())) for one in folded],
        folded_count=folded[0].in_all if folded else 0,
        trainings=_trainings(held),
    )


def everybody(account: Account) -> QuerySet[Any]:
    """All contacts of a partner for a list of its own."""
    return Contact.objects.filter(account=account).annotate(sort=Lower("name"))


def with_certifications(contacts: Sequence[Contact], *, on: date) -> list[Person]:
    rows = Certification.objects.filter(contact__in=contacts, deleted=None).order_by("title", "pk")
    held: defaultdict[int | None, list[Passed]] = defaultdict(list)
    for row in rows[:MOST_CERTIFICATIONS]:
        held[row.contact_id].append(_passed(row, on=on))
    return [Person(contact=one, passed=held.get(one.pk, ())) for one in contacts]


def _certifications(account: Account, *, on: date) -> dict[int, list[Passed]]:
    rows = Certification.objects.filter(account=account, deleted=None, contact__isnull=False).order_by("title", "pk")
    held: defaultdict[int, list[Passed]] = defaultdict(list)
    for row in rows[:MOST_CERTIFICATIONS]:
        if row.contact_id is not None:
            held[row.contact_id].append(_passed(row, on=on))
    return dict(held)


def _passed(row: Certification, *, on: date) -> Passed:
    over = row.expires is not None and row.expires < on
    return Passed(title=row.title, passed=row.passed, expires=row.expires, over=over)


def _trainings(held: dict[int, list[Passed]]) -> list[Training]:
    """Each title once, those most people hold first; who has let it expire does not count."""
    holders: defaultdict[str, set[int]] = defaultdict(set)
    for person, passed in held.items():
        for one in passed:
            if not one.over:
                holders[one.title].add(person)
    counted = [Training(title=title, holders=len(people)) for title, people in holders.items()]
    return sorted(counted, key=lambda one: (-one.holders, one.title))
