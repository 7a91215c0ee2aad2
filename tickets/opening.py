"""A specialist opens a ticket for somebody: the form's questions, and the one act behind its button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import limits
from documents.storing import store
from journal.record import actor_of
from mail import mailboxes
from partners import matching
from partners.contacts import contact_for
from partners.models import Account
from people.models import User
from tickets import acknowledgement, actions, kinds, topics
from tickets.actions import FilePart, NewTicket
from tickets.actions.core import SUBJECT_LENGTH
from tickets.models import Priority, Ticket
from tickets.models.ticket import Channel
from web.forms import FilesField


@dataclass(frozen=True, kw_only=True)
class Opened:
    """The ticket, whether this press opened it, and whether the requester was told."""

    ticket: Ticket
    fresh: bool
    acknowledged: bool


class OpenForm(forms.Form):
    """Who asks, about what. The partner is guessed from the address when it is left empty."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the requester"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autofocus": True}),
    )
    name = forms.CharField(label=gettext_lazy("Name of the requester"), max_length=200, required=False)
    partner = forms.CharField(
        label=gettext_lazy("Partner"),
        max_length=255,
        required=False,
        help_text=gettext_lazy("Left empty, it follows from the address."),
        widget=forms.TextInput(attrs={"list": "partners", "autocomplete": "off"}),
    )
    account = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)  # one of the candidates shown
    kind = forms.ChoiceField(label=gettext_lazy("Type"), initial="general")
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), choices=Priority.choices, initial=Priority.NORMAL)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=SUBJECT_LENGTH)
    text = forms.CharField(
        label=gettext_lazy("What they asked"), max_length=100_000, widget=forms.Textarea(attrs={"rows": 10})
    )
    attachments = FilesField(label=gettext_lazy("Files"), required=False)
    mine = forms.BooleanField(label=gettext_lazy("Assign it to me"), required=False, initial=True)
    acknowledge = forms.BooleanField(
        label=gettext_lazy("Send them the acknowledgement with the reference"), required=False
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kind_choices()  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        address = str(self.cleaned_data["email"]).lower()
        if mailboxes.is_ours(address):
            raise forms.ValidationError(_("This is an address of the desk. Give the address of the person who asks."))
        return address

    def clean(self) -> dict[str, Any]:
        """`partner` becomes the account that is chosen or named, None where it follows from the address."""
        given = self.cleaned_data
        try:
            given["partner"] = _account(given.get("account"), str(given.get("partner") or "").strip())
        except forms.ValidationError as wrong:
            self.add_error("partner", wrong)
        return given

    def clean_attachments(self) -> list[UploadedFile[Any]]:
        files: list[UploadedFile[Any]] = self.cleaned_data["attachments"]
        refusal = limits.refuse_together(files) if files else None
        if refusal:
            raise forms.ValidationError(refusal)
        return files


def _account(chosen: int | None, name: str) -> Account | None:
    """A candidate by its number, or the one partner who is called so: in other words, with or without legal form."""
    living = Account.objects.filter(deleted=None, merged_into=None)
    if chosen is not None:
        return living.filter(pk=chosen).first()
    if not name:
        return None
    found = list(living.filter(name__lower=name.lower())[:2])
    if len(found) == 1:
        return found[0]
    match = matching.match(company=name)
    if match.sure is None:
        raise forms.ValidationError(_not_one(name, match, doubles=bool(found)))
    return match.sure


def _not_one(name: str, match: matching.Match, *, doubles: bool) -> str:
    words = {"name": name[:80], "names": ", ".join(dict.fromkeys(one.account.name for one in match.candidates[:3]))}
    if doubles:
        return _("Two partners are called %(name)s. Choose the one you mean.") % words
    if match.candidates:
        return _("No partner is called %(name)s. Close to it: %(names)s. Choose one, or leave it empty.") % words
    return _("No partner is called %(name)s. Choose one of the list, or leave it empty.") % words


def kind_choices() -> list[tuple[str, Any]]:
    """Kinds by their slug; a general request by its topic, as “general:training”."""
    of_topics = [(f"general:{topic.slug}", topic.title) for topic in topics.ALL]
    return [(kind.slug, kind.title) for kind in kinds.all_kinds()] + of_topics


def open_for(given: dict[str, Any], *, by: User) -> Opened:
    """Opens the ticket with its files and, when asked for, the acknowledgement; the same submission once only."""
    key = f"desk:{by.pk}:{given['submission']}"
    try:
        with transaction.atomic():
            already = _opened_as(key)
            return already or _open(given, key=key, by=by)
    except IntegrityError:
        already = _opened_as(key)
        if already is None:
            raise
        return already


def _open(given: dict[str, Any], *, key: str, by: User) -> Opened:
    kind, _colon, topic = str(given["kind"]).partition(":")
    ticket = actions.open_ticket(
        NewTicket(
            kind=kind,
            topic=topic,
            subject=given["subject"],
            requester=contact_for(given["email"], name=given["name"]),
            partner=given["partner"],
            body=given["text"],
            channel=Channel.DESK,
            priority=given["priority"],
            assignee=by if given["mine"] else None,
            files=_stored(given["attachments"]),
            submission=key,
        ),
        by=actor_of(by),
    )
    told = acknowledgement.send(ticket) is not None if given["acknowledge"] else False
    return Opened(ticket=ticket, fresh=True, acknowledged=told)


def _opened_as(key: str) -> Opened | None:
    ticket = Ticket.objects.filter(submission=key).first()
    return Opened(ticket=ticket, fresh=False, acknowledged=False) if ticket else None


def _stored(files: Sequence[UploadedFile[Any]]) -> list[FilePart]:
    kept = [store(file, name=file.name or "", declared_type=file.content_type or "") for file in files]
    return [FilePart(stored=one, filename=one.name) for one in kept]
