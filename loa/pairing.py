"""Which request is meant by what has just arrived. One can be meant, or none is taken: nothing here guesses (0028)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.models import Envelope
from loa import markers
from loa.models import LetterRequest
from loa.signers import Person
from loa.stages import UNDER_WAY, Stage
from partners import names
from tickets.models import Message, Status, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import ENDED

KIND: Final = "loa"
OF_ENVELOPE: Final = "envelope:"  # how the submission of a ticket begins that an envelope has opened
OF_MAIL: Final = "docusign-mail:"  # … that DocuSign's mail has opened
OF_NEWS: Final = "docusign-news:"  # … and that may be about any of several letters
SUBJECT: Final = "GitLab LOA:"
NEAR: Final = timedelta(days=5)  # DocuSign's mail and its envelope belong together
PATIENCE: Final = timedelta(days=30)  # a ticket waits for the partner to fill in the form
ALIKE: Final = 60  # of 88: “Northwind” and “Northwind DevOps GmbH”
LATER: Final = timedelta(days=60)  # DocuSign writes again when the envelope is over


@dataclass(frozen=True, kw_only=True)
class Found:
    """The one that is meant, with the reason in words; else those between which nobody may choose."""

    request: LetterRequest | None = None
    why: str = ""
    others: Sequence[LetterRequest] = ()


def for_envelope(envelope: Envelope, person: Person) -> Found:
    """The request that waits for it: by the marker of our link, by address, by the name in DocuSign's mail."""
    number = markers.ticket_in(envelope.custom_fields)
    if number is not None:
        return _by_marker(number)
    waiting = _waiting().filter(requested__gte=timezone.now() - PATIENCE)
    by_address = list(waiting.filter(requester_email__iexact=person.address))
    if by_address:
        return _only(by_address, _("The envelope was signed from the address of this request."))
    near = waiting.filter(_announced(), requested__gte=timezone.now() - NEAR)
    return _only(_called(near, person), _("DocuSign's mail named this person."))


def for_first_mail(person: Person) -> Found:
    """The request DocuSign writes about when an envelope comes to PHD: one that has no such mail yet."""
    lately = LetterRequest.objects.filter(requested__gte=timezone.now() - NEAR).exclude(stage=Stage.WITHDRAWN)
    has_one = Exists(_first_mails().filter(ticket=OuterRef("ticket")))
    return _of_person(_with_ticket(lately).exclude(has_one), person)


def for_later_mail(person: Person, *, ended: str) -> Found:
    """The request DocuSign writes about afterwards; `ended` is the stage its words speak of, or empty."""
    lately = _with_ticket(LetterRequest.objects.filter(requested__gte=timezone.now() - LATER))
    found = _of_person(lately.filter(envelope__isnull=False), person)
    if found.request is None and not found.others:  # the mail was quicker than all news of its envelope
        return _of_person(_waiting().filter(requested__gte=timezone.now() - PATIENCE), person)
    if not found.others:
        return found
    nearer = [one for one in found.others if one.stage == ended] if ended else []
    nearer = nearer or [one for one in found.others if one.stage in UNDER_WAY]
    return _only(nearer, _("DocuSign's mail names this person.")) if len(nearer) == 1 else found


def for_form(address: str, *, company: str) -> Found:
    """The envelope, or DocuSign's mail, of this requester that is under way and for which nobody filled in our form."""
    lately = LetterRequest.objects.filter(requested__gte=timezone.now() - NEAR, stage__in=UNDER_WAY)
    theirs = _with_ticket(lately.exclude(source=LetterRequest.Source.FORM).filter(requester_email__iexact=address))
    by_form = Message.objects.filter(ticket=OuterRef("ticket"), visibility=Visibility.IN, submission__isnull=False)
    known = theirs.filter(Q(envelope__isnull=False) | _announced()).exclude(Exists(by_form))
    alike = [one for one in known if _may_be(company, one.company)]
    return _only(alike, _("Its requester has filled in our form as well."))


def of_envelope_named(ids: Iterable[str]) -> Found:
    """The request whose envelope is named by its id."""
    known = _with_ticket(LetterRequest.objects.filter(envelope__envelope_id__in=[one.lower() for one in ids]))
    return _only(list(known[:2]), _("It names the envelope."))


def under_way_of(address: str, *, besides: Ticket) -> list[LetterRequest]:
    """What this requester has asked for already and what is not over."""
    if not address:
        return []
    found = LetterRequest.objects.filter(requester_email__iexact=address, stage__in=UNDER_WAY)
    found = found.filter(requested__gte=timezone.now() - PATIENCE).exclude(ticket=besides)
    return list(_with_ticket(found).order_by("-requested")[:5])


def why_no_other_kind(ticket: Ticket) -> str:
    """The reason against making it another type of request: nobody would follow its envelope any more."""
    if ticket.kind != KIND:
        return ""
    found = LetterRequest.objects.filter(ticket=ticket, envelope__isnull=False, stage__in=UNDER_WAY).first()
    if found is None:
        return ""
    words = _("Its envelope is under way in DocuSign (%(stage)s). Decide or void it first.")
    return words % {"stage": found.get_stage_display()}


def is_announced(ticket: Ticket) -> bool:
    """DocuSign has written that an envelope is there, or is on its way to PHD."""
    said = ticket.submission or ""
    return said.startswith((OF_MAIL, OF_ENVELOPE)) or _first_mails().filter(ticket=ticket).exists()


def _by_marker(number: int) -> Found:
    """The link may have been used before, or its ticket be about something else now: then it is another request."""
    known = LetterRequest.objects.select_related("ticket").filter(ticket=number).first()
    if known is None or known.ticket is None or known.ticket.status in {Status.MERGED, Status.SPAM}:
        return Found()
    if known.envelope_id is not None or known.stage != Stage.REQUESTED or known.ticket.kind != KIND:
        return Found(others=[known])
    return Found(request=known, why=_("The link of this request was used."))


def _of_person(rows: QuerySet[LetterRequest], person: Person) -> Found:
    """By the address, else by the name."""
    words = _("DocuSign's mail names this person.")
    by_address = list(rows.filter(requester_email__iexact=person.address)) if person.address else []
    return _only(by_address or _called(rows, person), words)


def _called(rows: QuerySet[LetterRequest], person: Person) -> list[LetterRequest]:
    if not person.called:
        return []
    named = rows.filter(requester_name__icontains=person.name.split()[0])
    return [one for one in named if Person(name=one.requester_name).called == person.called]


def _may_be(typed: str, known: str) -> bool:
    """Whether both may name the same company; where one says nothing, they may."""
    return not typed or not known or names.likeness(typed, known) >= ALIKE


def _only(found: Sequence[LetterRequest], why: str) -> Found:
    return Found(request=found[0], why=why) if len(found) == 1 else Found(others=found)


def _waiting() -> QuerySet[LetterRequest]:
    """Without an envelope, on a ticket that is still open and still asks for a letter."""
    open_ones = _with_ticket(LetterRequest.objects.filter(envelope=None, stage=Stage.REQUESTED))
    return open_ones.filter(ticket__kind=KIND).exclude(ticket__status__in=ENDED)


def _with_ticket(rows: QuerySet[LetterRequest]) -> QuerySet[LetterRequest]:
    gone = {Status.MERGED, Status.SPAM}
    return rows.filter(ticket__isnull=False).exclude(ticket__status__in=gone).select_related("ticket", "envelope")


def _announced() -> Q:
    return Q(Exists(_first_mails().filter(ticket=OuterRef("ticket")))) | Q(ticket__submission__startswith=OF_MAIL)


def _first_mails() -> QuerySet[Message]:
    """DocuSign's first mail about an envelope, as `loa.notices` keeps it."""
    kept = Message.objects.filter(visibility=Visibility.NOTE, automatic=True, incoming__isnull=False)
    return kept.filter(subject__istartswith=SUBJECT)
