"""A partner's answer on the tracking page becomes a message of the ticket, once, however often it is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from documents import limits
from journal.record import Actor
from mail import markdown
from partners.models import Contact
from portal.fields import LONGEST_TEXT, Files, Text, words
from portal.models import DraftFile
from portal.uploads import Upload, digest_of, keep
from tickets import notices
from tickets.actions import FilePart, NewTicket, Refused, open_ticket, receive
from tickets.models import Status, Ticket
from tickets.models.ticket import Channel

FILES = "files"


def card_of_reply(ticket: Ticket) -> str:
    """How a draft says that it answers this ticket."""
    return f"reply:{ticket.pk}"


class ReplyForm(forms.Form):
    """A message, files, or both."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, Upload] | None = None,
        *,
        kept: Sequence[DraftFile] = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.kept = kept
        super().__init__(data, files, auto_id="id_%s", initial=dict(initial or {}))
        self.fields["body"] = Text(
            label=_("Your message"),
            required=False,
            max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs={"rows": 2}),
            error_messages=words(_("Your message")),
        )
        self.fields[FILES] = Files(label=_("Files"), required=False)

    def uploads(self) -> list[tuple[str, Upload]]:
        """The files of this post that may be kept."""
        found = self.files.getlist(FILES) if isinstance(self.files, MultiValueDict) else []
        return [(FILES, one) for one in found if not limits.refuse(one)]

    def text_names(self) -> list[str]:
        return ["body"]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        files = [*cleaned.get(FILES, []), *(part.stored for part in self.kept)]
        if not self.errors and not cleaned.get("body") and not files:
            raise ValidationError({"body": _("Write a message or add a file first.")})
        if not self.errors and (refused := limits.refuse_together(files)):
            self.add_error(FILES, refused)
        return cleaned


def send(form: ReplyForm, ticket: Ticket, *, key: str, sender: Contact | None = None) -> Ticket:
    """Adds the message of a valid form; a key that came before adds nothing. Raises `Refused`.

    Without a `sender` it is the requester who writes.

    A request closed long ago is not woken: the message opens a new one that follows it, which is then returned.
    """
    if ticket.status == Status.MERGED:
        raise Refused(_("This request goes on in another one. Answer there, or send a new request."))
    submission = f"track:{ticket.pk}:{_digest(form, key)}" if key else None
    try:
        with transaction.atomic():
            write = _open_new if ticket.closed_long_ago else _receive
            return write(form, ticket, submission, sender=sender or ticket.requester)
    except IntegrityError:
        already = _sent_as(ticket, submission) if submission else None
        if already is None:
            raise
        return already


def _sent_as(ticket: Ticket, submission: str) -> Ticket | None:
    """Where the same form went before."""
    if ticket.messages.filter(submission=submission).exists():
        return ticket
    return Ticket.objects.filter(submission=submission, follows=ticket).first()


def _digest(form: ReplyForm, key: str) -> str:
    """The form's key with what it holds: sent again after a change it is another message."""
    files = sorted([digest_of(one) for _field, one in form.uploads()] + [part.stored.sha256 for part in form.kept])
    return hashlib.sha256("\x1f".join([key, form.cleaned_data["body"], *files]).encode()).hexdigest()[:48]


def _receive(form: ReplyForm, ticket: Ticket, submission: str | None, *, sender: Contact) -> Ticket:
    body = _body(form)
    message = receive(
        ticket,
        sender=sender,
        body=body,
        html=markdown.plain(body),
        files=_files(form),
        submission=submission,
        why=_("Written on the tracking page."),
    )
    notices.partner_wrote(message)
    return ticket


def _open_new(form: ReplyForm, ticket: Ticket, submission: str | None, *, sender: Contact) -> Ticket:
    """As by mail: an old request stays closed, the new one leads back to it."""
    body = _body(form)
    new = NewTicket(
        kind=ticket.kind,
        topic=ticket.topic,
        subject=ticket.subject,
        requester=sender,
        partner=ticket.partner,
        body=body,
        html=markdown.plain(body),
        files=_files(form),
        channel=Channel.FORM,
        submission=submission,
        mailbox=ticket.mailbox,
        follows=ticket,
        why=_("Written on the tracking page of a request that was closed long ago."),
    )
    return open_ticket(new, by=Actor(str(sender)))


def _body(form: ReplyForm) -> str:
    return form.cleaned_data["body"] or _("(files only)")


def _files(form: ReplyForm) -> list[FilePart]:
    stored = [*(part.stored for part in form.kept), *(keep(one) for _field, one in form.uploads())]
    return [FilePart(stored=one, filename=one.name) for one in stored]
