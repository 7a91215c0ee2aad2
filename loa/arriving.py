"""One request and one ticket for each letter, whatever comes first: envelope, DocuSign's mail, form, mail of a partner.

Whoever arrives looks, one after the other (`one_at_a_time`), whether the rest is there already. Contacts are found
before that: two who make the same contact at once wait for each other, and must not do so inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from zlib import crc32

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.docusign import states
from integrations.docusign.envelopes import DOCUSIGN
from integrations.docusign.marks import read_until
from integrations.models import ConnectNotice, Envelope
from loa import pairing, powerforms, signers, stages
from loa.models import LetterRequest
from loa.pairing import Found
from loa.signers import Person
from mail.models import IncomingMail
from partners.contacts import contact_for
from partners.models import Contact
from tickets import acknowledgement, actions, companies
from tickets.actions import NewTicket
from tickets.actions.core import changed, locked
from tickets.models import Status, Ticket
from tickets.models.ticket import Channel

Source, Stage = LetterRequest.Source, LetterRequest.Stage
LONG_AGO: Final = timedelta(days=1)
_LOCK: Final = crc32(b"loa.arriving")
_SOURCES: Final = {Channel.MAIL: Source.MAIL, Channel.FORM: Source.FORM, Channel.API: Source.FORM}


def envelope_changed(envelope: Envelope, before: str) -> None:  # noqa: ARG001 - what Connect's callbacks are given
    """In the transaction of each change of an envelope: its request follows, and its ticket is open again."""
    request = request_for(envelope)
    if request is None:
        return
    was = request.stage
    powerforms.learn(request, envelope)
    if stages.follow(request) and was == Stage.REQUESTED and request.ticket is not None:
        _handed_in(request, request.ticket)


def request_for(envelope: Envelope) -> LetterRequest | None:
    """The request of an envelope, made with its ticket where it is new; None while nobody knows who fills it in."""
    known = LetterRequest.objects.filter(envelope=envelope).select_related("ticket").first()
    person = signers.requester(envelope)
    if known is not None or person is None or not _is_letter(envelope):
        return known
    if _is_past(envelope):
        return _keep_past(envelope, person)
    contact = contact_for(person.email, name=person.name)
    with transaction.atomic():
        one_at_a_time()
        found = pairing.for_envelope(envelope, person)
        if found.request is not None:
            return _join(found.request, envelope, person, contact, why=found.why)
        return _open(envelope, person, contact, found)


def of_form(kind: str, requester: Contact, answers: Mapping[str, Any]) -> Ticket | None:
    """The ticket of the envelope that its requester has begun just before they filled in our form as well."""
    if kind != pairing.KIND or str(answers.get("tender") or "").strip():
        return None
    one_at_a_time()
    found = pairing.for_form(requester.email, company=companies.typed(answers))
    if found.request is None or found.request.ticket is None:
        return None
    request = found.request
    if not request.company:
        request.company, request.company_from = companies.typed(answers), "form"
        request.save(update_fields=["company", "company_from"])
    return request.ticket


def of_ticket(ticket: Ticket) -> LetterRequest | None:
    return LetterRequest.objects.filter(ticket=ticket).select_related("envelope", "powerform", "account").first()


def opened(ticket: Ticket) -> None:
    """In the transaction that opens a ticket: what asks for a letter is a request from then on."""
    if ticket.kind == pairing.KIND and asks(ticket):
        ask(ticket)


def ask(ticket: Ticket) -> LetterRequest:
    """The request of a ticket, made where it has none: somebody says that it asks for a letter."""
    with transaction.atomic():
        one_at_a_time()
        known = of_ticket(ticket)
        return known or stages.begin(_request_of(ticket))


def asks(ticket: Ticket) -> bool:
    """Whether it is a request by itself: not old mail, not what only looks like a mail of DocuSign's."""
    if (ticket.submission or "").startswith(pairing.OF_NEWS):
        return False
    incoming = first_mail_of(ticket)
    return incoming is None or not (incoming.silent or pairing.SUBJECT.casefold() in incoming.subject.casefold())


def first_mail_of(ticket: Ticket) -> IncomingMail | None:
    """The mail that opened it."""
    return IncomingMail.objects.filter(message__ticket=ticket, message__visibility="in").order_by("pk").first()


def _request_of(ticket: Ticket) -> LetterRequest:
    said, company = ticket.submission or "", companies.typed(ticket.fields)
    request = LetterRequest(
        ticket=ticket,
        source=_SOURCES.get(Channel(ticket.channel), Source.DESK),
        company=company,
        company_from="form" if company else "",
        requester_name=ticket.requester.name[:200],
        requester_email=ticket.requester.email,
        region=str(ticket.fields.get("region") or ticket.region)[:20],
        requested=ticket.created,
    )
    if said.startswith(pairing.OF_ENVELOPE):
        envelope = Envelope.objects.get(pk=int(said.removeprefix(pairing.OF_ENVELOPE)))
        _fill(request, envelope, signers.requester(envelope) or Person())
        request.source = _source_of(envelope)
        request.requested = min(ticket.created, envelope.sent or ticket.created)
    return request


def _open(envelope: Envelope, person: Person, contact: Contact, found: Found) -> LetterRequest:
    """A ticket of its own; its submission says which envelope, and makes it one."""
    ticket = actions.open_ticket(
        NewTicket(
            kind=pairing.KIND,
            subject=envelope.subject.strip() or _("Letter of Authorization: %(name)s") % {"name": person},
            requester=contact,
            body=_("%(name)s has opened the form for a Letter of Authorization in DocuSign.") % {"name": person},
            channel=Channel.API,
            submission=f"{pairing.OF_ENVELOPE}{envelope.pk}",
            follows=found.others[0].ticket if len(found.others) == 1 else None,
            why=_("DocuSign says that an envelope of a PowerForm of ours was sent."),
        ),
        by=DOCUSIGN,
    )
    if found.others:
        actions.remark(ticket, body=two_could_be_meant(found.others))
    return ask(ticket)


def _join(request: LetterRequest, envelope: Envelope, person: Person, contact: Contact, *, why: str) -> LetterRequest:
    """The envelope comes to a request that waits for it."""
    ticket = request.ticket
    assert ticket is not None, "a request that waits has a ticket"
    with locked(ticket) as row:
        row_of = LetterRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        _fill(row_of, envelope, person)
        row_of.save()
        before, after = {"envelope": ""}, {"envelope": envelope.envelope_id}
        if pairing.is_announced(row) and row.requester_id != contact.pk and row.submission:
            before["requester"], after["requester"] = str(row.requester), str(contact)
            row.requester = contact
        changed(row, "envelope arrived", by=DOCUSIGN, before=before, after=after, why=why)
    row_of.ticket = row
    return row_of


def _fill(request: LetterRequest, envelope: Envelope, person: Person) -> None:
    request.envelope = envelope
    request.powerform = powerforms.row_of(envelope.powerform_id)
    request.mode = powerforms.mode_of(envelope)
    request.requester_name, request.requester_email = person.name[:200], person.address[:254]


def _handed_in(request: LetterRequest, ticket: Ticket) -> None:
    """The partner has signed: it is our turn again, and who came by DocuSign alone hears our number."""
    if ticket.status == Status.SPAM:
        return
    if ticket.status in {Status.PENDING_PARTNER, Status.SOLVED, Status.CLOSED}:
        actions.set_status(ticket, to=Status.OPEN, by=DOCUSIGN, why=_("The partner has signed in DocuSign."))
    by_docusign = (ticket.submission or "").startswith((pairing.OF_ENVELOPE, pairing.OF_MAIL))
    if by_docusign and request.stage not in stages.ENDS:
        acknowledgement.send(ticket)


def why_no_request(ticket: Ticket) -> str:
    """What a person should do with a ticket of this type that asks for no letter by itself."""
    if (ticket.submission or "").startswith(pairing.OF_NEWS):
        return _("DocuSign's mail may be about any of several letters. Look which one, then skip this with the reason.")
    incoming = first_mail_of(ticket)
    if incoming is not None and pairing.SUBJECT.casefold() in incoming.subject.casefold():
        words = _("This looks like a mail of DocuSign's, and nothing proves that it is one. Do not follow its links.")
        return f"{words} {_('If a partner really asks for a letter, try again: the form goes to whoever wrote.')}"
    return _("Nobody has asked for a letter here yet. Try again if this is a request for one.")


def two_could_be_meant(others: Sequence[LetterRequest]) -> str:
    """Which tickets a person should look at."""
    names = ", ".join(one.ticket.reference for one in others if one.ticket is not None)
    if len(others) == 1:
        words = _("The link of %(names)s was used, which waits for no envelope. So this is a request of its own.")
    else:
        words = _("It may belong to any of %(names)s, so it is a request of its own. Look which one is meant.")
    return words % {"names": names}


def _is_letter(envelope: Envelope) -> bool:
    """Of one of our PowerForms. What its sender has sent by hand is one where it is called so, not every contract."""
    return bool(envelope.powerform_id) or pairing.SUBJECT.casefold() in envelope.subject.casefold()


def _is_past(envelope: Envelope) -> bool:
    """It was over before anybody here could follow it: a letter of before, without a ticket."""
    if not states.is_over(envelope.status) or envelope.status_at is None:
        return False
    lately, mark = timezone.now() - LONG_AGO, read_until()
    return envelope.status_at < (min(lately, mark) if mark else lately)


def _keep_past(envelope: Envelope, person: Person) -> LetterRequest:
    request = LetterRequest(source=Source.PAST, requested=envelope.sent or envelope.created)
    _fill(request, envelope, person)
    return stages.begin(request)


def _source_of(envelope: Envelope) -> str:
    told = ConnectNotice.objects.filter(envelope_id=envelope.envelope_id).exists()
    return Source.CONNECT if told else Source.POLL


def one_at_a_time() -> None:
    """Until the end of the transaction; the next one sees what this one has made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
