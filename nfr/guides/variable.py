"""`{{ guide_link }}`: what a specialist puts into a reply, whichever text it is."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from nfr.guides import links
from nfr.models import LicenceRequest
from tickets import responses
from tickets.models import Ticket

NAME = "guide_link"


def register() -> None:
    responses.also_fills({NAME: _("Link to the guide, with the partner's numbers")}, values_of)


def values_of(ticket: Ticket) -> Mapping[str, str]:
    """The link of this ticket's request; nothing for other types of request. One statement."""
    if ticket.kind != links.KIND:
        return {}
    request = LicenceRequest.objects.filter(ticket=ticket).first()
    if request is None:
        return {NAME: f"{settings.PUBLIC_URL}{links.HOME}"}
    request.ticket = ticket
    return {NAME: links.link_for(request)}
