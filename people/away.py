"""Who of the channel organisation is here on a day, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from people.models import Absence, ChannelManager, SolutionsArchitect

Person = ChannelManager | SolutionsArchitect


def is_here(person: Person, day: date) -> bool:
    """Works for us on that day; a last day counts as here."""
    return person.active and (person.left is None or day <= person.left)


def here(people: QuerySet[ChannelManager], day: date) -> QuerySet[ChannelManager]:
    return people.filter(Q(left=None) | Q(left__gte=day), active=True)


def absences_on(day: date) -> QuerySet[Absence]:
    return (
        Absence.objects.filter(Q(last_day=None) | Q(last_day__gte=day), first_day__lte=day)
        .select_related("stand_in", "stand_in_architect")
        .order_by("id")
    )


def absence_of(people: Iterable[Person], day: date) -> dict[int, Absence]:
    """By the id of each of these people who is away on that day; all of one kind."""
    people = list(people)
    name = "manager" if people and isinstance(people[0], ChannelManager) else "architect"
    found = absences_on(day).filter(**{f"{name}__in": [person.pk for person in people]})
    return {getattr(one, f"{name}_id"): one for one in found}
