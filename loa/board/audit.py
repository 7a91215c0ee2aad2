"""What happened with a request, newest first: our journal, what DocuSign called, what DocuSign's own record says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q
from django.utils.dateformat import format as date_format
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.docusign.shapes import parse_time
from integrations.models import ConnectNotice
from journal.models import Event
from journal.record import DESK
from loa.board import record
from loa.models import Letter, LetterDecision, LetterRequest

MOST: Final = 100
MOST_CHANGES: Final = 8
LONGEST: Final = 160
UNSHOWN: Final = frozenset({"checks", "events", "sha256", "pages", "dated_by"})  # stand elsewhere on the page, whole
NOTICES: Final[Mapping[str, str | Promise]] = {
    "envelope-created": gettext_lazy("Envelope made"),
    "envelope-sent": gettext_lazy("Envelope sent"),
    "envelope-delivered": gettext_lazy("Envelope opened"),
    "envelope-completed": gettext_lazy("Envelope completed"),
    "envelope-declined": gettext_lazy("Envelope declined"),
    "envelope-voided": gettext_lazy("Envelope voided"),
    "recipient-sent": gettext_lazy("Sent to a recipient"),
    "recipient-delivered": gettext_lazy("Opened by a recipient"),
    "recipient-completed": gettext_lazy("Signed by a recipient"),
    "recipient-declined": gettext_lazy("Declined by a recipient"),
    "recipient-autoresponded": gettext_lazy("A recipient's mailbox answered by itself"),
}


VERBS: Final[Mapping[str, str | Promise]] = {
    "arrived": gettext_lazy("Arrived"),
    "stage changed": gettext_lazy("Moved on"),
    "read": gettext_lazy("Read in the envelope"),
    "company said": gettext_lazy("Company named by hand"),
    "account found": gettext_lazy("Partner found"),
    "account chosen": gettext_lazy("Partner chosen"),
    "checked": gettext_lazy("Checked"),
    "decided": gettext_lazy("Decided"),
    "decision confirmed": gettext_lazy("DocuSign confirms it"),
    "decision overtaken": gettext_lazy("DocuSign was quicker"),
    "decision taken back": gettext_lazy("Taken back, nothing was written"),
    "opened in DocuSign": gettext_lazy("Opened in DocuSign"),
    "hold ended": gettext_lazy("Hold ended"),
    "mail came back": gettext_lazy("The mail came back"),
    "letter_kept": gettext_lazy("Signed letter kept"),
    "letter_superseded": gettext_lazy("Replaced by a newer letter"),
    "letter_recalled": gettext_lazy("Recalled"),
    record.NOT_READ: gettext_lazy("DocuSign's own record could not be read"),
}


@dataclass(frozen=True, kw_only=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line; `source` is desk, docusign or record."""

    at: datetime
    source: str
    words: str
    who: str = ""
    why: str = ""
    changes: Sequence[Change] = ()


@dataclass(frozen=True)
class Audit:
    """Newest first; two statements whatever has happened. `since` is the newest event when DocuSign was asked."""

    request: LetterRequest
    since: int | None = None

    @cached_property
    def entries(self) -> list[Entry]:
        found = [*self._of_journal(), *self._of_record(), *_notices(self.request)]
        return sorted(found, key=lambda one: one.at, reverse=True)

    @property
    def may_ask(self) -> bool:
        """There is an envelope whose record can be read."""
        return self.request.envelope is not None and not self.waiting

    @property
    def waiting(self) -> bool:
        """DocuSign was asked, and has not answered yet."""
        return self.since is not None and not record.answered(self._events, since=self.since)

    @property
    def read(self) -> datetime | None:
        """When DocuSign's own record was read last."""
        return next((one.created for one in self._events if one.verb == record.READ), None)

    @cached_property
    def _events(self) -> list[Event]:
        letter: Letter | None = getattr(self.request, "letter", None)
        about = _subject(LetterRequest, self.request.pk)
        if letter is not None:
            about |= _subject(Letter, letter.pk)
        return list(Event.objects.filter(about).order_by("-id")[:MOST])

    def _of_journal(self) -> Iterator[Entry]:
        for event in self._events:
            if event.verb != record.READ:
                yield Entry(
                    at=event.created,
                    source="desk",
                    words=_sentence(event.verb),
                    who=_who(event),
                    why=event.why,
                    changes=_changes(event),
                )

    def _of_record(self) -> Iterator[Entry]:
        for one in record.newest(self._events):
            at = parse_time(str(one.get("at") or ""))
            if at is not None:
                words = str(one.get("action") or one.get("message") or _("Something happened at DocuSign"))
                yield Entry(
                    at=at,
                    source="record",
                    words=words,
                    who=str(one.get("who") or "DocuSign"),
                    why=str(one.get("message") or ""),
                )


def _who(event: Event) -> str:
    automatic = event.actor_id is None and event.actor_name == DESK.name
    return _("Partner Help Desk, automatic") if automatic else event.actor_name


def _notices(request: LetterRequest) -> Iterator[Entry]:
    if request.envelope is None:
        return
    names = {str(one.get("id", "")): str(one.get("name", "")) for one in request.envelope.recipients}
    rows = ConnectNotice.objects.filter(applied_to=request.envelope).defer("body").order_by("-id")[:MOST]
    for notice in rows:
        late = _("It came late and changed nothing.") if notice.state == ConnectNotice.State.STALE else ""
        again = _("Told %(times)d times.") % {"times": notice.times} if notice.times > 1 else ""
        yield Entry(
            at=notice.stamp or notice.created,
            source="docusign",
            words=str(NOTICES.get(notice.event, notice.event or _("News of the envelope"))),
            who=names.get(notice.recipient_id, "") or "DocuSign",
            why=" ".join(part for part in (late, again) if part),
        )


def _subject(model: type[Model], pk: int) -> Q:
    return Q(subject_type=model._meta.label_lower, subject_id=pk)  # noqa: SLF001 - Django's documented door


def _sentence(verb: str) -> str:
    said = str(VERBS.get(verb, verb.replace("_", " ")))
    return said[:1].upper() + said[1:]


def _changes(event: Event) -> list[Change]:
    names = [name for name in dict.fromkeys([*event.before, *event.after]) if name not in UNSHOWN][:MOST_CHANGES]
    pairs = [
        Change(
            label=_label(name),
            before=_shown(name, event.before.get(name)),
            after=_shown(name, event.after.get(name)),
        )
        for name in names
    ]
    return [pair for pair in pairs if pair.before != pair.after]


def _label(name: str) -> str:
    for model in (LetterRequest, Letter):
        try:
            return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001 - Django's documented door
        except (FieldDoesNotExist, AttributeError):
            continue
    return name.replace("_", " ")


def _shown(name: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if name == "stage" and value in LetterRequest.Stage.values:
        return str(LetterRequest.Stage(value).label)
    labels = {"proposal": LetterRequest.Proposal, "what": LetterDecision.What, "decision": LetterDecision.What}
    if name in labels and value in labels[name].values:
        return str(labels[name](value).label)
    if name in {"dated", "valid_until"} and (day := parse_date(str(value))):
        return date_format(day, "j M Y")
    if isinstance(value, Mapping):
        return str(value.get("name") or ", ".join(f"{key} {one}" for key, one in value.items()))[:LONGEST]
    return (", ".join(map(str, value)) if isinstance(value, list) else str(value))[:LONGEST]
