"""What somebody is writing, kept on the server: its own row, deleted only when it is sent or thrown away."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import limits, storing
from documents.models import StoredFile
from documents.names import safe_name
from people.models import User
from tickets.actions import Refused, upload
from tickets.models import Attachment, Draft, Message, PreparedReply, Ticket
from web import errors

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Written:
    """The text of a composer as it stands in the page."""

    body: str = ""
    to: str = ""
    cc: str = ""
    response: str = ""
    seen: int = 0
    history: str = Draft.History.KNOWN
    prepared: int | None = None
    left_out: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The answer to a save: whether it was the newest, and the number the next one has to pass."""

    kept: bool
    sequence: int


@dataclass(frozen=True)
class _Weight:
    name: str
    size: int


def save(
    ticket: Ticket, *, user: User, kind: str, written: Written, sequence: int | None = None, submission: str = ""
) -> Kept:
    """Keeps the text; an older save never overtakes a newer one, and one that comes after the send keeps nothing.

    Without `sequence` (a page without scripts) the save is the newest.
    """
    with transaction.atomic():
        Ticket.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=ticket.pk)
        if submission and Message.objects.filter(submission=submission).exists():
            return Kept(kept=False, sequence=0)
        draft = _row(ticket, user, kind)
        number = draft.sequence + 1 if sequence is None else sequence
        if number <= draft.sequence:
            return Kept(kept=False, sequence=draft.sequence)
        draft.body, draft.to, draft.cc = written.body, written.to, written.cc
        draft.response, draft.seen_event, draft.history = written.response, written.seen, written.history
        draft.prepared = PreparedReply.objects.filter(ticket=ticket, pk=written.prepared or 0).first()
        draft.left_out = list(written.left_out)
        draft.sequence, draft.updated = number, timezone.now()
        draft.save()
    return Kept(kept=True, sequence=number)


def of(ticket: Ticket, user: User) -> dict[str, Draft]:
    """The reader's drafts on this ticket, by kind."""
    return {draft.kind: draft for draft in Draft.objects.filter(ticket=ticket, user=user)}


def discard(ticket: Ticket, *, user: User, kind: str) -> None:
    """Throws the draft away, with the files that were never sent."""
    with transaction.atomic():
        for draft in Draft.objects.select_for_update().filter(ticket=ticket, user=user, kind=kind):
            for attachment in draft.attachments.select_related("stored").filter(message=None):
                detach(attachment)
            draft.delete()


def check_together(files: Sequence[Attachment]) -> None:
    """`Refused` says what is too much for one mail."""
    refused = limits.refuse_together([_Weight(one.filename, one.size) for one in files])
    if refused:
        raise Refused(refused)


def files_of(ticket: Ticket, *, user: User, kind: str) -> list[Attachment]:
    """The files waiting in a draft; only the writer's own, only of this ticket."""
    return list(
        Attachment.objects.select_related("stored")
        .filter(ticket=ticket, message=None, uploaded_by=user, drafts__user=user, drafts__kind=kind)
        .distinct()
    )


def attach(ticket: Ticket, *, user: User, kind: str, files: Sequence[UploadedFile[bytes]]) -> list[Attachment]:
    """Stores files and puts them into the draft; `Refused` says which one is too much."""
    there: list[limits.Sized] = [_Weight(one.filename, one.size) for one in files_of(ticket, user=user, kind=kind)]
    refused = limits.refuse_together([*there, *files])
    if refused:
        raise Refused(refused)
    try:
        with transaction.atomic():
            return _attach(ticket, user=user, kind=kind, files=files)
    except OSError as problem:
        if not errors.is_full(problem):
            raise
        log.exception("There is no room for files")
        raise Refused(errors.no_room_words()) from problem


def detach(attachment: Attachment) -> None:
    """Takes an unsent file out again; the stored bytes go with the sweep, unless they hang elsewhere too."""
    with transaction.atomic():
        row = (
            Attachment.objects.select_for_update(of=("self",)).select_related("stored").filter(pk=attachment.pk).first()
        )
        if row is None:
            return
        if row.message_id is not None:
            raise Refused(_("%(name)s was sent already.") % {"name": row.filename})
        row.delete()
        _forget(row.stored)


def _forget(stored: StoredFile) -> None:
    """Its row, where nothing else points to it: a prepared reply attaches the same file once more."""
    try:
        with transaction.atomic():
            stored.delete()
    except ProtectedError:
        log.debug("%s hangs elsewhere too", stored.pk)


def _attach(ticket: Ticket, *, user: User, kind: str, files: Sequence[UploadedFile[bytes]]) -> list[Attachment]:
    draft = _row(ticket, user, kind)
    added = []
    for file in files:
        stored = storing.store(file, name=file.name or "", declared_type=file.content_type or "")
        added.append(upload(ticket, stored=stored, filename=safe_name(file.name or ""), by=user))
    draft.attachments.add(*added)
    return added


def _row(ticket: Ticket, user: User, kind: str) -> Draft:
    Draft.objects.bulk_create([Draft(ticket=ticket, user=user, kind=kind)], ignore_conflicts=True)
    return Draft.objects.select_for_update().get(ticket=ticket, user=user, kind=kind)
