"""The journal's events about a partner and its people, in words for the timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Case, CharField, Model, OuterRef, Q, Subquery, Value, When
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from journal.models import Event
from partners.models import Account, Contact
from partners.panels import Page
from partners.sync_journal import ADDED, BACK, CHANGED, MERGED, PARTED, REMOVED, SALESFORCE
from partners.timeline import Change, Entry, Place, among, older_than

SOURCE = "event"
LONGEST_VALUE = 120
TEAM_IN, TEAM_OUT = "team taken over", "team withdrawn"
MOST_CHANGES = 12
_ACCOUNT, _CONTACT = Account._meta.label_lower, Contact._meta.label_lower  # noqa: SLF001 - Django's documented door
_VERBS: dict[str, str | Promise] = {
    ADDED: gettext_lazy("New in Salesforce"),
    CHANGED: gettext_lazy("Changed in Salesforce"),
    REMOVED: gettext_lazy("Gone from Salesforce"),
    BACK: gettext_lazy("Back in Salesforce"),
    MERGED: gettext_lazy("Merged in Salesforce"),
    PARTED: gettext_lazy("Another address in Salesforce"),
    "learned": gettext_lazy("Known by"),
    "forgot": gettext_lazy("No longer known by"),
    TEAM_IN: gettext_lazy("Team taken from an export of the portal:"),
    TEAM_OUT: gettext_lazy("Export of the team withdrawn:"),
}
_WHOLE = frozenset({ADDED, REMOVED, BACK})  # what changed is the whole row: nothing to set side by side
_LABELS: dict[str, str | Promise] = {
    "merged_into": gettext_lazy("goes on as"),
    "merged": gettext_lazy("took in"),
}


def read(page: Page, before: Place | None, most: int) -> Sequence[Entry]:
    """The newest events older than `before`, one statement."""
    people = Contact.objects.filter(account=page.account).values("pk")
    accounts = Account.objects.filter(Q(pk=page.account.pk) | Q(merged_into=page.account)).values("pk")
    about = Q(among("subject_id", accounts), subject_type=_ACCOUNT)
    found = Event.objects.filter(about | Q(among("subject_id", people), subject_type=_CONTACT))
    name = Contact.objects.filter(pk=OuterRef("subject_id")).values("name")[:1]
    named = Case(When(subject_type=_CONTACT, then=Subquery(name)), default=Value(""), output_field=CharField())
    rows = older_than(found, before, column="created", source=SOURCE).annotate(about=named)
    return [_entry(row) for row in rows[:most]]


def _entry(event: Any) -> Entry:
    model: type[Model] = Contact if event.subject_type == _CONTACT else Account
    taught = _taught(event) or _team(event)
    return Entry(
        place=Place(event.created, SOURCE, event.pk),
        icon="user-round" if model is Contact else "building-2",
        words=str(_VERBS.get(event.verb, event.verb[:1].upper() + event.verb[1:])),
        who="" if event.actor_name == SALESFORCE.name else event.actor_name,
        about=taught or event.about or "",
        why=event.why,
        changes=[] if taught or event.verb in _WHOLE else _changes(model, event.before, event.after),
    )


def _taught(event: Any) -> str:
    """The mail domain or name in question, where an event is about one."""
    said = {"learned": event.after, "forgot": event.before}.get(event.verb, {})
    return ", ".join(_shown(value) for value in said.values())


def _team(event: Any) -> str:
    """How many people as of which day, where an event is about an export of the team."""
    said = {TEAM_IN: event.after, TEAM_OUT: event.before}.get(event.verb, {})
    day = parse_date(str(said.get("as_of", "")))
    count = said.get("people", 0)
    words = ngettext("%(n)d person as of %(day)s", "%(n)d people as of %(day)s", count)
    return words % {"n": count, "day": date_format(day, "j M Y")} if day else ""


def _changes(model: type[Model], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    names = list(dict.fromkeys([*before, *after]))[:MOST_CHANGES]
    pairs = [
        Change(label=_label(model, name), before=_shown(before.get(name)), after=_shown(after.get(name)))
        for name in names
    ]
    return [pair for pair in pairs if pair.before != pair.after]


def _label(model: type[Model], name: str) -> str | Promise:
    if name in _LABELS:
        return _LABELS[name]
    try:
        found: str | Promise = getattr(model._meta.get_field(name), "verbose_name", name)  # noqa: SLF001
    except FieldDoesNotExist:
        return name.replace("_", " ")
    return found


def _shown(value: Any) -> str:
    """A JSON value as people read it; empty where there was nothing."""
    match value:
        case None | "" | [] | {}:
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case list():
            return ", ".join(_shown(one) for one in value)[:LONGEST_VALUE]
        case {"name": str() as name}:
            return name[:LONGEST_VALUE]
        case dict():
            return ", ".join(f"{key}: {_shown(one)}" for key, one in value.items())[:LONGEST_VALUE]
    return str(value)[:LONGEST_VALUE]
