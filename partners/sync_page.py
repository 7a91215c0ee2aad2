"""The page of what Salesforce brought: runs with their counts, and each partner's changes before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.models import Event
from partners import sync
from partners.models import Account, Contact, SyncRun
from partners.sync_journal import ADDED, BACK, CHANGED, MERGED, PARTED, REMOVED, SALESFORCE
from web.times import span
from web.words import number

NOTHING: Final = "\N{EN DASH}"
RUNS: Final = 25
QUIET: Final = 3  # the newest are shown even when they brought nothing
SHOWN: Final = 40  # changes on a page
LATEST: Final = 5  # runs whose changes are shown when none is asked for
OBJECTS: Final = {
    "Account": gettext_lazy("Partners"),
    "Contact": gettext_lazy("Contacts"),
    "Certification": gettext_lazy("Certifications"),
    "Invoice": gettext_lazy("Invoices"),
    "Opportunity": gettext_lazy("Opportunities"),
}
KINDS: Final[Mapping[str, type[models.Model]]] = {"partners.account": Account, "partners.contact": Contact}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One run in the table."""

    run: SyncRun
    tone: str  # done, failed, working, silent
    words: str
    figures: Mapping[str, int]
    objects: Sequence[tuple[str, str]]  # “Opportunities”, “3 new, 1 changed”
    lasted: str

    @property
    def told(self) -> bool:
        return self.run.first_event is not None or bool(self.objects)

    @property
    def numbers(self) -> list[int]:
        return list(self.figures.values())


@dataclass(frozen=True, kw_only=True)
class Working:
    """The run that is at it, as far as it is."""

    run: SyncRun
    seen: int
    expected: int
    objects: Sequence[tuple[str, int, int]]


@dataclass(frozen=True, kw_only=True)
class Field:
    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Change:
    event: Event
    name: str
    beside: str  # the partner of a person
    account: int | None  # where the page of it is
    words: str
    tone: str
    fields: Sequence[Field]


@dataclass(frozen=True, kw_only=True)
class Page:
    freshness: sync.Freshness
    working: Working | None
    lines: Sequence[Line]
    chosen: Line | None
    changes: Sequence[Change]
    older: int | None


def read(run: str, *, before: str = "") -> Page:
    """Nine statements at most, however much changed."""
    runs = _runs()
    chosen = next((one for one in runs if str(one.pk) == run), None)
    if chosen is None and run.isdigit():
        chosen = SyncRun.objects.select_related("asked_by").filter(pk=min(int(run), 2**62)).first()
    told = [chosen] if chosen else [one for one in runs if one.first_event is not None][:LATEST]
    events = _events(told, before=before)
    at_work = next((one for one in runs if one.state in sync.OPEN and sync.alive(one)), None)
    return Page(
        freshness=sync.state(),
        working=_working(at_work) if at_work else None,
        lines=[_line(one) for one in runs],
        chosen=_line(chosen) if chosen else None,
        changes=_changes(events[:SHOWN]),
        older=events[SHOWN - 1].pk if len(events) > SHOWN else None,
    )


def _runs() -> list[SyncRun]:
    """The newest, and those before them that brought something or ended badly."""
    everything = SyncRun.objects.select_related("asked_by")
    found = {one.pk: one for one in [*everything[:QUIET], *sync.worth_telling(everything)[:RUNS]]}
    return sorted(found.values(), key=lambda one: -one.pk)


def _line(run: SyncRun) -> Line:
    tone, words = _state(run)
    figures = {name: sync.total(run, name) for name in ("seen", "added", "changed", "removed", "failed")}
    length = (run.finished or timezone.now()) - run.started
    return Line(
        run=run,
        tone=tone,
        words=words,
        figures=figures,
        objects=[(str(OBJECTS.get(key, key)), said) for key, counts in run.counts.items() if (said := _told(counts))],
        lasted=_length(length) if run.finished else "",
    )


def _told(counts: Mapping[str, int]) -> str:
    """“3 new, 1 changed”; empty for an object of which nothing is told."""
    words = {"added": _("%(n)s new"), "changed": _("%(n)s changed"), "removed": _("%(n)s gone")}
    words["failed"] = _("%(n)s refused")
    return ", ".join(said % {"n": number(counts[name])} for name, said in words.items() if counts.get(name))


def _state(run: SyncRun) -> tuple[str, str]:
    if run.state == SyncRun.State.DONE:
        return "done", _("Done")
    if run.state == SyncRun.State.FAILED:
        return "failed", _("Failed")
    if not sync.alive(run):
        return "failed", _("Silent: the next one takes over")
    return "working", _("Waits for a worker") if run.state == SyncRun.State.WAITING else _("Reading")


def _length(length: timedelta) -> str:
    seconds = length.total_seconds()
    return span(length) if seconds >= 60 else _("%(seconds).1f s") % {"seconds": seconds}


def _working(run: SyncRun) -> Working:
    objects = [
        (str(OBJECTS.get(key, key)), int(run.counts.get(key, {}).get("seen", 0)), int(there))
        for key, there in run.expected.items()
    ]
    return Working(
        run=run,
        seen=sum(min(seen, there) for _name, seen, there in objects),
        expected=sum(there for _name, _seen, there in objects),
        objects=objects,
    )


def _events(runs: Iterable[SyncRun], *, before: str) -> list[Event]:
    """Of these runs, newest first; their numbers in the journal make it a walk along its key."""
    places = Q()
    for run in runs:
        if run.first_event is not None:
            places |= Q(pk__range=(run.first_event, run.last_event))
    if not places:
        return []
    found = Event.objects.filter(places, actor_name=SALESFORCE.name, actor=None, subject_type__in=KINDS)
    if before.isdigit():
        found = found.filter(pk__lt=min(int(before), 2**62))
    return list(found.order_by("-pk")[: SHOWN + 1])


def _changes(events: Sequence[Event]) -> list[Change]:
    ids = {kind: {one.subject_id for one in events if one.subject_type == kind} for kind in KINDS}
    accounts = Account.objects.in_bulk(ids["partners.account"])
    contacts = Contact.objects.select_related("account").in_bulk(ids["partners.contact"])
    return [_change(event, accounts, contacts) for event in events]


def _change(event: Event, accounts: Mapping[int, Account], contacts: Mapping[int, Contact]) -> Change:
    contact = contacts.get(event.subject_id) if event.subject_type == "partners.contact" else None
    account = contact.account if contact else accounts.get(event.subject_id)
    subject = contact or account
    words, tone = _SAID.get(event.verb, (event.verb, ""))
    fields = _fields(event) if event.verb in {CHANGED, MERGED} else []
    return Change(
        event=event,
        name=str(subject) if subject else str(event.before.get("name") or event.after.get("name") or NOTHING),
        beside=str(account) if contact and account else "",
        account=account.pk if account else None,
        words=str(words),
        tone=tone,
        fields=fields,
    )


def _fields(event: Event) -> list[Field]:
    model = KINDS[event.subject_type]
    return [
        Field(
            label=_label(model, name),
            before=_said(event.before.get(name), event.verb == MERGED),
            after=_said(event.after.get(name), event.verb == MERGED),
        )
        for name in {**event.before, **event.after}
    ]


def _label(model: type[models.Model], name: str) -> str:
    if name in _MERGES:
        return str(_MERGES[name])
    try:
        field: Any = model._meta.get_field(name)  # noqa: SLF001 - Django's documented door
    except FieldDoesNotExist:
        return name
    label = str(field.verbose_name)
    return label[:1].upper() + label[1:]


def _said(value: Any, blank: bool = False) -> str:
    """A value of the journal for people; nothing is a dash."""
    if value is None or value in ("", [], {}):
        return "" if blank else NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        return str(value.get("name") or value.get("id"))
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    day = parse_date(value) if isinstance(value, str) and len(value) == 10 and value[4:5] == "-" else None
    return f"{day:%-d %b %Y}" if day else str(value)


_MERGES: Final = {"merged_into": gettext_lazy("Goes on as"), "merged": gettext_lazy("Took in")}
_SAID: Final = {
    ADDED: (gettext_lazy("New"), "green"),
    CHANGED: (gettext_lazy("Changed"), ""),
    REMOVED: (gettext_lazy("Gone"), "red"),
    BACK: (gettext_lazy("Back"), "green"),
    MERGED: (gettext_lazy("Merged"), "amber"),
    PARTED: (gettext_lazy("Another address"), "amber"),
}
