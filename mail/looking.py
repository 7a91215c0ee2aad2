"""What the quarantine pages show: the list, and of one message what can be read in it, safely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from documents import cage
from journal.models import Event
from journal.record import events_of
from mail import caged, quarantine, recorder
from mail.headers import raw_text
from mail.models import IncomingMail
from mail.parsing import ParsedMail

PAGE: Final = 50
SHOWN_TEXT: Final = 20_000
SHOWN_HEADERS: Final = 40_000
SHOWN_FILES: Final = 50


@dataclass(frozen=True, kw_only=True)
class Aside:
    """One page of messages; `older` continues it."""

    mails: list[IncomingMail]
    discarded: bool
    older: str


@dataclass(frozen=True, kw_only=True)
class File:
    name: str
    kind: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Look:
    """What can be read in a message; `problem` is why nothing can. All of it is plain text."""

    text: str
    headers: str
    files: list[File]
    problem: str
    cut: bool


def page(*, discarded: bool, before: str) -> Aside:
    """Newest first; one statement whatever their number."""
    rows = quarantine.discarded() if discarded else quarantine.waiting()
    when = "decided" if discarded else "received"
    place = recorder.place_of(before)
    if place is not None and place.side == 0:
        rows = rows.filter(**{f"{when}__lte": place.at}).exclude(**{when: place.at, "pk__gte": place.pk})
    found = list(_with_people(rows).defer("body_text", "error")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    older = str(recorder.Place(getattr(last, when), 0, str(last.pk))) if last else ""
    return Aside(mails=found[:PAGE], discarded=discarded, older=older)


def found(pk: int) -> IncomingMail:
    """A message that is or was put aside; else 404."""
    mail: IncomingMail | None = _with_people(IncomingMail.objects.all()).filter(pk=pk).first()
    if mail is None or not (mail.outcome == IncomingMail.Outcome.QUARANTINED or mail.decided):
        raise Http404(_("There is no such message in quarantine. The recorder finds every message."))
    return mail


def look(mail: IncomingMail) -> Look:
    """Reads the original once more, in the cage; what cannot be read is shown as its first bytes."""
    try:
        with mail.raw.key.open("rb") as handle:
            start: bytes = handle.read(SHOWN_HEADERS)
        head = raw_text(start.replace(b"\r\n", b"\n").partition(b"\n\n")[0])
        return _read(caged.read(mail), head)
    except (cage.Escaped, cage.Failed):
        text = raw_text(start[:SHOWN_TEXT])
        problem = _("It still cannot be read. These are its first bytes.")
        return Look(text=text, headers=head, files=[], problem=problem, cut=mail.size > SHOWN_TEXT)
    except OSError:
        problem = _("The file store does not answer. The message is kept; open it again in a minute.")
        return Look(text="", headers="", files=[], problem=problem, cut=False)


def history(mail: IncomingMail) -> list[Event]:
    """Every decision about it, oldest first."""
    return list(events_of(mail).select_related("actor"))


def became(mail: IncomingMail) -> str:
    """What a decision led to, in a sentence."""
    if mail.outcome == IncomingMail.Outcome.IGNORED:
        return _("It is ignored. %(reason)s") % {"reason": mail.reason}
    if mail.outcome == IncomingMail.Outcome.DUPLICATE:
        return _("It is a duplicate of a message of %(reference)s.") % {"reference": mail.handled_ref}
    if mail.outcome == IncomingMail.Outcome.APPENDED:
        return _("It was added to %(reference)s.") % {"reference": mail.handled_ref}
    if mail.outcome == IncomingMail.Outcome.CREATED:
        return _("It became %(reference)s.") % {"reference": mail.handled_ref}
    return _("It is taken in again in a moment.")


def sender_of(mail: IncomingMail) -> dict[str, str]:
    """What the form for a ticket begins with."""
    return {"address": mail.from_address[:254], "name": mail.from_name[:200]}


def behind(mail: IncomingMail) -> int | None:
    """The message that waits behind this one: the next older, else the newest."""
    older = quarantine.waiting().filter(received__lte=mail.received).exclude(pk=mail.pk)
    for rows in (older, quarantine.waiting().exclude(pk=mail.pk)):
        pk: int | None = rows.values_list("pk", flat=True).first()
        if pk is not None:
            return pk
    return None


def _read(parsed: ParsedMail, head: str) -> Look:
    files = [
        File(name=part.filename, kind=part.content_type, size=len(part.content))
        for part in parsed.attachments[:SHOWN_FILES]
    ]
    text = parsed.body_text
    return Look(text=text[:SHOWN_TEXT], headers=head, files=files, problem="", cut=len(text) > SHOWN_TEXT)


def _with_people(rows: QuerySet[IncomingMail]) -> QuerySet[IncomingMail, Any]:
    return rows.select_related("mailbox", "raw", "decided_by")
