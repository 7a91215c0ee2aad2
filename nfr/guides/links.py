"""The signed link to a guide with the numbers of one request: for who asked, as long as they are who asked."""

from __future__ import annotations

from django.conf import settings
from django.core import signing

from nfr.models import LicenceRequest
from tickets.models import Status, Ticket
from tickets.models.ticket import number_of
from tickets.tracking import LINK_LIFE, LinkExpired

_SALT = "nfr.guide"
KIND = "nfr"
HOME = "/guides/nfr/"
Topic = LicenceRequest.Topic
GUIDED = (Topic.SEATS, Topic.VERSION, Topic.MINUTES)
WITH = ("ticket__requester", "ticket__channel_manager__user", "account__channel_manager__user", "licence", "screenshot")
_REVOKED = (Status.SPAM, Status.MERGED)  # what was said there is said elsewhere, or by nobody


def link_for(request: LicenceRequest) -> str:
    """What a mail may hold: the guide to this request's topic with its numbers, else the page with all of them."""
    return f"{settings.PUBLIC_URL}{path_for(request) if request.topic in GUIDED else HOME}"


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
    """Names the request and who asked: when somebody else becomes its requester, the link is void."""
    return str(signing.dumps([request.ticket.reference, request.ticket.requester_id], salt=_SALT))


def request_by(token: str) -> LicenceRequest | None:
    """The request a link names; None for a link that was never ours, or is void. Raises `LinkExpired`."""
    try:
        reference, requester = signing.loads(token, salt=_SALT, max_age=LINK_LIFE)
    except signing.SignatureExpired as error:
        raise LinkExpired from error
    except signing.BadSignature:
        return None
    number = number_of(str(reference))
    return _standing(number, requester) if number is not None else None


def _standing(number: int, requester: int) -> LicenceRequest | None:
    open_ones = Ticket.objects.filter(pk=number, requester=requester).exclude(status__in=_REVOKED)
    return LicenceRequest.objects.filter(ticket__in=open_ones).select_related(*WITH).first()
