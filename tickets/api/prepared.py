"""The prepared reply of a ticket over HTTP: read it, withdraw it. It is sent with the conversation's POST."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from people.models import User
from tickets import access, prepared
from tickets.api import prepared_docs
from tickets.api.prepared_shape import PreparedShape
from tickets.api.steps import WhyForm, checked, given
from tickets.api.views import DeskApi, user_of
from tickets.models import PreparedReply, Ticket
from web.idempotency import idempotent


@prepared_docs.READ
class Prepared(DeskApi):
    def get(self, request: Request, reference: str) -> Response:
        user = user_of(request)
        ticket = access.ticket_for(user, reference)
        return Response(PreparedShape(_offered(ticket, user), context={"by": user}).data)


@prepared_docs.WITHDRAW
class Withdraw(DeskApi):
    @idempotent
    def post(self, request: Request, reference: str) -> HttpResponseBase:
        user = user_of(request)
        ticket = access.ticket_for(user, reference)
        if not access.may_work(user):
            raise PermissionDenied(_("Your account reads tickets; it may not change them. Nothing was changed."))
        there = _offered(ticket, user)
        prepared.withdraw(ticket, why=checked(WhyForm, given(request))["why"], by=user, seen=there.pk)
        there.refresh_from_db()
        return Response(PreparedShape(there, context={"by": user}).data)


def _offered(ticket: Ticket, user: User) -> PreparedReply:
    """Only for who may reply."""
    there = prepared.of(ticket) if access.may_work(user) else None
    if there is None:
        raise Http404(_("No reply is prepared on this ticket."))
    return there
