"""Adding and changing channel managers and solutions architects, and their absences: each with its event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from journal.record import actor_of, events_of, record
from people.away import Person, is_here
from people.models import Absence, ChannelManager, SolutionsArchitect, User
from routing import forgetting
from routing.dating import Refused
from web.nudging import nudge

P = TypeVar("P", ChannelManager, SolutionsArchitect)
LINK: Final = "partners.tasks.link_people"
FIELDS: Final[Mapping[type[Any], tuple[str, ...]]] = {
    ChannelManager: ("name", "team", "region", "user", "salesforce_id", "salesforce_email", "active", "left"),
    SolutionsArchitect: ("name", "region", "remark", "salesforce_id", "salesforce_email", "active", "left"),
}


@dataclass(frozen=True, kw_only=True)
class Away:
    """From when to when, and who is asked meanwhile."""

    first_day: date
    last_day: date | None
    stand_in: Person | None
    note: str = ""


def add(person: P, *, by: User) -> P:
    """Keeps somebody new; Salesforce is asked for their user when none is given."""
    _leads(by)
    with transaction.atomic():
        person.save()
        record(person, "person added", by=actor_of(by), after=_plain(person, FIELDS[type(person)]))
        _follow()
    return person


def change(person: P, values: Mapping[str, Any], *, by: User, seen: int, why: str = "") -> P:
    """Only what differs is written and told; refused when somebody else was quicker."""
    _leads(by)
    with transaction.atomic():
        row: P = _locked(person, seen)
        names = [name for name, value in values.items() if getattr(row, name) != value]
        if not names:
            return row
        before = _plain(row, names)
        for name in names:
            setattr(row, name, values[name])
        row.save(update_fields=names)
        record(row, "person changed", by=actor_of(by), before=before, after=_plain(row, names), why=why)
        _follow()
    return row


def set_away(person: Person, away: Away, *, by: User, absence: Absence | None = None) -> Absence:
    """A new absence, or other days and another stand-in for one that is set."""
    _leads(by)
    with transaction.atomic():
        _locked(person, None)
        if absence is not None and not Absence.objects.filter(pk=absence.pk).exists():
            raise Refused(_("Somebody has called this absence off. Set a new one."))
        _check(person, away, besides=absence)
        row = absence or Absence(said_by=by, **{_side(person): person})
        before = _said(row) if absence else {}
        row.first_day, row.last_day, row.note = away.first_day, away.last_day, away.note
        setattr(row, _stand_in(person), away.stand_in)
        row.save()
        verb = "absence changed" if absence else "absence set"
        record(person, verb, by=actor_of(by), before=before, after=_said(row))
        _follow()
    return row


def call_off(absence: Absence, *, by: User) -> None:
    """It is as if it had never been set, save in the history."""
    _leads(by)
    with transaction.atomic():
        row = Absence.objects.select_for_update().filter(pk=absence.pk).first()
        person = absence.manager or absence.architect
        if row is None or person is None:
            return
        record(person, "absence called off", by=actor_of(by), before=_said(row))
        row.delete()
        _follow()


def version_of(person: Person) -> int:
    newest = events_of(person).last()
    return newest.pk if newest else 0


def _locked(person: Any, seen: int | None) -> Any:
    row = type(person)._default_manager.select_for_update().get(pk=person.pk)  # noqa: SLF001
    if seen is not None and version_of(row) != seen:
        raise Refused(_("Somebody changed this since you opened it. Look at what it says now."))
    return row


def _check(person: Person, away: Away, *, besides: Absence | None) -> None:
    stand_in = away.stand_in
    if stand_in is not None and stand_in == person:
        raise Refused(_("Nobody stands in for themselves. Choose somebody else, or nobody."))
    if stand_in is not None and not is_here(stand_in, away.last_day or away.first_day):
        raise Refused(_("%(name)s is not here any more on those days. Choose somebody else.") % {"name": stand_in.name})
    if other := _during(person, away).exclude(pk=besides.pk if besides else 0).first():
        raise Refused(_("%(name)s is away already: %(days)s.") % {"name": person.name, "days": days_of(other)})
    if stand_in is not None and (other := _during(stand_in, away).first()):
        raise Refused(_("%(name)s is away too: %(days)s.") % {"name": stand_in.name, "days": days_of(other)})


def _during(person: Person, away: Away) -> models.QuerySet[Absence]:
    found = Absence.objects.filter(Q(last_day=None) | Q(last_day__gte=away.first_day), **{_side(person): person})
    return found.filter(first_day__lte=away.last_day) if away.last_day else found


def days_of(absence: Absence) -> str:
    """“14 Nov to 2 Dec 2026”, “14 Nov 2026 until further notice”."""
    first = date_format(absence.first_day, "j M Y")
    if absence.last_day is None:
        return _("%(day)s until further notice") % {"day": first}
    if absence.last_day == absence.first_day:
        return first
    if absence.last_day.year == absence.first_day.year:
        first = date_format(absence.first_day, "j M")
    return _("%(first)s to %(last)s") % {"first": first, "last": date_format(absence.last_day, "j M Y")}


def _side(person: Person) -> str:
    return "manager" if isinstance(person, ChannelManager) else "architect"


def _stand_in(person: Person) -> str:
    return "stand_in" if isinstance(person, ChannelManager) else "stand_in_architect"


def _said(absence: Absence) -> dict[str, Any]:
    stand_in = absence.stand_in or absence.stand_in_architect
    return {"days": days_of(absence), "stand_in": stand_in.name if stand_in else "", "note": absence.note}


def _plain(person: Person, names: Any) -> dict[str, Any]:
    found = {name: getattr(person, name) for name in names}
    return {name: value if isinstance(value, bool) else str(value or "") for name, value in found.items()}


def _leads(by: User) -> None:
    if not by.leads:
        raise PermissionDenied(_("Only leads and administrators change the directory."))


def _follow() -> None:
    """Answers name people: they are read anew; a worker looks for users in Salesforce that nobody gave by hand."""
    forgetting.forget()
    nudge(LINK)
