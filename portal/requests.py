"""From what was posted, by form or API, to one ticket: checked first, then opened once, however often it was sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from journal.record import Actor
from partners import matching
from partners.contacts import contact_for, partner_of
from partners.models import Account, Contact
from people.models import User
from portal import answers
from portal.cards import card_of, fields_of
from portal.fields import Files
from portal.forms import FILES, RequestForm, as_json
from portal.uploads import Upload, digest_of, keep
from tickets import acknowledgement, companies, joining
from tickets.actions import FilePart, NewTicket, open_ticket, receive
from tickets.kinds import Card, Kind
from tickets.models import Message, Ticket
from tickets.models.ticket import Channel


@dataclass(frozen=True, kw_only=True)
class NewRequest:
    """Checked, ready to become a ticket."""

    kind: Kind
    card: Card
    name: str
    email: str
    subject: str
    message: str
    answers: Mapping[str, Any]
    body: str
    uploads: Sequence[Upload] = ()
    kept: Sequence[FilePart] = ()


class Invalid(Exception):  # noqa: N818 - an answer to a person
    """What is wrong, by field: sentences for people."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(" ".join(sentence for found in errors.values() for sentence in found))
        self.errors = dict(errors)


def validate_request(
    data: Mapping[str, Any],
    files: MultiValueDict[str, Upload] | None = None,
    *,
    user: User | None = None,
) -> NewRequest:
    """The request in `data` and `files`; raises `Invalid` with the errors by field."""
    chosen = card_of(str(data.get("kind") or ""))
    if chosen is None:
        raise Invalid({"kind": [_("Say what you need: one of the kinds of request.")]})
    form = RequestForm(data, _placed(files, chosen) if files else None, chosen=chosen, user=user)
    if not form.is_valid():
        raise Invalid({name: [*map(str, found), *_choices(form, name)] for name, found in form.errors.items()})
    return request_of(form)


def _placed(files: MultiValueDict[str, Upload], chosen: tuple[Kind, Card]) -> MultiValueDict[str, Upload]:
    """A program may name its files as it likes: what no field asks for goes to the first that takes files."""
    places = [field.name for field in fields_of(*chosen) if field.kind == "files"] or [FILES]
    placed = {name: files.getlist(name) for name in places}
    placed[places[0]] += [file for name in files if name not in places for file in files.getlist(name)]
    return MultiValueDict(placed)


def _choices(form: RequestForm, name: str) -> list[str]:
    """The values a list takes: who sends by program sees no list."""
    values = [str(value) for field in form.declared if field.name == name for value, _label in field.choices]
    return [_("It takes: %(values)s.") % {"values": ", ".join(values)}] if values else []


def request_of(form: RequestForm) -> NewRequest:
    """What a valid form says."""
    cleaned = form.cleaned_data
    given = {
        name: as_json(value)
        for name, value in cleaned.items()
        if not isinstance(form.fields[name], Files) and name not in {"name", "email"} and value not in ("", None, False)
    }
    subject = _subject(form, given)
    return NewRequest(
        kind=form.kind,
        card=form.card,
        name=str(cleaned["name"]),
        email=str(cleaned["email"]),
        subject=subject,
        message=str(given.get(answers.MESSAGE, "")),
        answers=given,
        body=answers.text(given, {field.name: field for field in form.declared}) or subject,
        uploads=[upload for _field, upload in form.uploads()],
        kept=[FilePart(stored=part.stored, filename=part.stored.name) for part in form.kept],
    )


def submit(new: NewRequest, *, user: User | None = None, channel: Channel = Channel.FORM, key: str = "") -> Ticket:
    """Opens the ticket and queues its acknowledgement; the same key and content again give the same ticket."""
    submission = _submission(new, key) if key else None
    known = _sent_before(submission)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _open(new, user=user, channel=channel, submission=submission)
    except IntegrityError:  # the same form, sent at the same moment, was quicker
        known = _sent_before(submission)
        if known is None:
            raise
        return known


def join_or_submit(new: NewRequest, *, user: User | None, key: str) -> tuple[Ticket, bool]:
    """The ticket, and whether this visitor may see it at once.

    A form about what is under way joins that ticket. Who has not signed in proved no address: their words are held
    there for a person, and the mail with the link goes to the address.
    """
    with transaction.atomic():  # nothing arrives between the look and the new ticket
        joined = _joined(new, user=user, submission=_submission(new, key))
        return (joined, user is not None) if joined else (submit(new, user=user, key=key), True)


def _joined(new: NewRequest, *, user: User | None, submission: str) -> Ticket | None:
    known = Message.objects.select_related("ticket").filter(submission=submission).first()
    if known is not None:
        return known.ticket
    try:
        with transaction.atomic():
            requester = requester_of(new, user=user)
            ticket = joining.ticket_for(new.kind.slug, requester, new.answers)
            if ticket is None:
                return None
            receive(
                ticket,
                sender=requester,
                body=new.body,
                files=_files(new),
                unknown_sender=user is None,
                submission=submission,
                why=_("The requester has filled in the request form as well."),
            )
            acknowledgement.send(ticket)
            return ticket
    except IntegrityError:  # the same form, sent at the same moment, was quicker
        return _joined(new, user=user, submission=submission)


def _files(new: NewRequest) -> list[FilePart]:
    stored = [keep(one) for one in new.uploads]
    return [*new.kept, *(FilePart(stored=one, filename=one.name) for one in stored)]


def _open(new: NewRequest, *, user: User | None, channel: Channel, submission: str | None) -> Ticket:
    requester = requester_of(new, user=user)
    ticket = open_ticket(
        NewTicket(
            kind=new.kind.slug,
            topic=new.card.topic,
            subject=new.subject,
            requester=requester,
            partner=_partner_of(new, requester),
            body=new.body,
            channel=channel,
            files=_files(new),
            fields=new.answers,
            submission=submission,
            why=_("By the request form, signed in.")
            if user
            else _("By the request form; the address is not confirmed."),
        ),
        by=Actor(str(requester), user),
    )
    if user is None or not user.is_colleague:
        acknowledgement.send(ticket)
    return ticket


def _partner_of(new: NewRequest, requester: Contact) -> Account | None:
    """Who the requester is known to write for; else the company they typed, where only one can be meant."""
    known = partner_of(requester)
    company = companies.typed(new.answers)
    return known if known or not company else matching.match(email=requester.email, company=company).sure


def requester_of(new: NewRequest, *, user: User | None) -> Contact:
    """Who asks: the contact of the sign-in, else whoever has this address."""
    if user is None:
        return contact_for(new.email, name=new.name)
    mine = Contact.objects.select_related("account").filter(user=user).first()
    if mine is None:
        mine = contact_for(user.email, name=user.name)
        if mine.user_id is None:
            mine.user = user
            mine.save(update_fields=["user"])
    return mine


def _subject(form: RequestForm, given: Mapping[str, Any]) -> str:
    """The kind's own words about its answers after the card's title, or what the partner wrote."""
    written = str(given.get(answers.SUBJECT, ""))
    if written:
        return written
    values = {name: str(given.get(name, "")) for name in form.fields}
    own = form.kind.subject(values) if form.kind.subject else ""
    if form.kind.slug != "general":
        return own or str(form.card.title)
    return f"{form.card.title}: {own}" if own else str(form.card.title)


def _submission(new: NewRequest, key: str) -> str:
    """The digest of the form's key with what it holds: sent again after a change it is another request."""
    files = sorted([digest_of(one) for one in new.uploads] + [part.stored.sha256 for part in new.kept])
    content = [key, new.card.slug, new.email, new.name, new.subject, dict(new.answers), files]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _sent_before(submission: str | None) -> Ticket | None:
    return Ticket.objects.filter(submission=submission).first() if submission else None
