"""The signed link to a guide with the numbers of one request: for who asked, as long as they are who asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.crypto import salted_hmac

from nfr import whom
from nfr.models import LicenceRequest
from partners.models import Account
from tickets.models import Status, Ticket
from tickets.models.ticket import number_of
from tickets.tracking import LINK_LIFE, LinkExpired

_SIGNER: Final = signing.Signer(salt="nfr.guide")
LIFE: Final = LINK_LIFE + timedelta(days=31)  # from the first of the month
KIND = "nfr"
HOME = "/guides/nfr/"
Topic = LicenceRequest.Topic
GUIDED = (Topic.SEATS, Topic.VERSION, Topic.MINUTES)
WITH = ("ticket__requester", "ticket__channel_manager__user", "account__channel_manager__user", "licence", "screenshot")
_REVOKED = (Status.SPAM, Status.MERGED)  # what was said there is said elsewhere, or by nobody


def link_for(request: LicenceRequest) -> str:
    """What a mail may hold: the guide to this request's topic with its numbers, else the page with all of them.

    Without a partner there are no numbers: the guide for everybody, with the group filled in.
    """
    if request.topic not in GUIDED:
        return f"{settings.PUBLIC_URL}{HOME}"
    if request.account_id is None:
        named = f"?{urlencode({'namespace': request.namespace})}" if request.namespace else ""
        return f"{settings.PUBLIC_URL}{HOME}{request.topic}/{named}"
    return f"{settings.PUBLIC_URL}{path_for(request)}"


def path_of_ticket(ticket: Ticket) -> str:
    """The guide for whoever may read this request, while it is open; empty where there is none to its topic."""
    if ticket.kind != KIND or not ticket.is_active:
        return ""
    request = LicenceRequest.objects.filter(ticket=ticket, topic__in=GUIDED).first()
    if request is None or (request.topic == Topic.SEATS and request.asked is None):
        return ""  # the numbers are the desk's until it has told them
    request.ticket = ticket
    return path_for(request)


def path_for(request: LicenceRequest, *, topic: str = "") -> str:
    """The address of a guide (contract §2) with the numbers of this request."""
    return f"{HOME}{topic or request.topic}/{token_for(request)}/"


def token_for(request: LicenceRequest) -> str:
    """Names the request, who asked, for whom, who is written to, and the month: a text prepared twice is the same.

    When it becomes somebody else's request, another partner's, or another contact's, the link is void.
    """
    month = timezone.now().date().replace(day=1).isoformat()
    ticket = request.ticket
    return _SIGNER.sign_object([ticket.reference, ticket.requester_id, request.account_id, _written_to(request), month])


def request_by(token: str) -> LicenceRequest | None:
    """The request a link names; None for a link that was never ours, or is void. Raises `LinkExpired`."""
    try:
        reference, requester, account, address, month = _SIGNER.unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    if timezone.now().date() > date.fromisoformat(month) + LIFE:
        raise LinkExpired
    number = number_of(str(reference))
    found = _standing(number, requester) if number is not None else None
    same = found is not None and _same(account, found.account) and address == _written_to(found)
    return found if same else None


def _standing(number: int, requester: int) -> LicenceRequest | None:
    open_ones = Ticket.objects.filter(pk=number, requester=requester).exclude(status__in=_REVOKED)
    return LicenceRequest.objects.filter(ticket__in=open_ones).select_related(*WITH).first()


def _written_to(request: LicenceRequest) -> str:
    """Where Support or a colleague asked: the contact our mail goes to. Who asked themselves is named by their number.

    Not in the clear: a link may lie in a log.
    """
    person = None if whom.partners_own(request) else whom.person_of(request)
    return salted_hmac(_SIGNER.salt, person.address.lower()).hexdigest()[:12] if person is not None else ""


def _same(named: int | None, account: Account | None) -> bool:
    """The partner it was made for, under whatever account Salesforce keeps it since."""
    if account is None or named == account.pk:
        return named == (account.pk if account else None)
    return named is not None and Account.objects.filter(pk=named, merged_into=account).exists()
