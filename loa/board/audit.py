"""What happened with a request, newest first: our journal, what DocuSign called, what DocuSign's own record says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.models import ConnectNotice
from journal.models import Event
from journal.record import DESK
from loa.models import Letter, LetterRequest

MOST: Final = 100
MOST_CHANGES: Final = 8
LONGEST: Final = 160
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


def of(request: LetterRequest) -> list[Entry]:
    """Two statements whatever has happened."""
    found = [*_events(request), *_notices(request)]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _events(request: LetterRequest) -> Iterator[Entry]:
    letter: Letter | None = getattr(request, "letter", None)
    about = _subject(LetterRequest, request.pk)
    if letter is not None:
        about |= _subject(Letter, letter.pk)
    for event in Event.objects.filter(about).order_by("-id")[:MOST]:
        automatic = event.actor_id is None and event.actor_name == DESK.name
        yield Entry(
            at=event.created,
            source="desk",
            words=_sentence(event.verb),
            who=_("Partner Help Desk, automatic") if automatic else event.actor_name,
            why=event.why,
            changes=_changes(event),
        )


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
    said = verb.replace("_", " ")
    return said[:1].upper() + said[1:]


def _changes(event: Event) -> list[Change]:
    names = list(dict.fromkeys([*event.before, *event.after]))[:MOST_CHANGES]
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
    if isinstance(value, Mapping):
        return str(value.get("name") or ", ".join(f"{key} {one}" for key, one in value.items()))[:LONGEST]
    return (", ".join(map(str, value)) if isinstance(value, list) else str(value))[:LONGEST]
