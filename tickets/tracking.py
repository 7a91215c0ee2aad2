"""The signed link by which a partner follows a request without signing in."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing

from tickets.models import Ticket
from tickets.models.ticket import number_of

_SALT = "tickets.track"
LINK_LIFE = timedelta(days=180)


class LinkExpired(Exception):  # noqa: N818 - an answer to a person
    """The link was good once; a new one comes by mail."""


def token_for(ticket: Ticket) -> str:
    return signing.dumps(ticket.reference, salt=_SALT)


def path_for(ticket: Ticket) -> str:
    """The address of the tracking page (contract §2)."""
    return f"/request/track/{token_for(ticket)}/"


def ticket_by(token: str, *, expired_too: bool = False) -> Ticket | None:
    """The ticket a link names; None for a link that was never ours. Raises `LinkExpired`."""
    try:
        reference = signing.loads(token, salt=_SALT, max_age=None if expired_too else LINK_LIFE)
    except signing.SignatureExpired as error:
        raise LinkExpired from error
    except signing.BadSignature:
        return None
    number = number_of(str(reference))
    if number is None:
        return None
    return Ticket.objects.select_related("requester", "partner", "assignee").filter(pk=number).first()
