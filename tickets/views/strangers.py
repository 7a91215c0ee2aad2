"""The two buttons on a message that was held: its sender takes part, or it is a matter of its own."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from people.http import DeskRequest, desk_only
from tickets import access, actions, splitting
from tickets.actions import Refused
from tickets.models import Message, Ticket
from web.toasts import toast, toast_error


@require_POST
@desk_only
def accept(request: DeskRequest, reference: str, pk: int) -> HttpResponseBase:
    """The sender takes part from now on; their message wakes the ticket."""
    found = access.ticket_for(request.user, reference)
    message = _held(request, found, pk)
    try:
        actions.accept_sender(found, message, by=request.user)
        toast(request, _("%(address)s takes part from now on.") % {"address": message.author_address})
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect(f"/tickets/{found.reference}/#m{pk}")


@require_POST
@desk_only
def own_ticket(request: DeskRequest, reference: str, pk: int) -> HttpResponseBase:
    """The message leaves this ticket and opens one of its own, where the reader goes."""
    found = access.ticket_for(request.user, reference)
    try:
        opened = splitting.make_own_ticket(found, _held(request, found, pk), by=request.user)
    except Refused as refused:
        toast_error(request, str(refused))
        return redirect("tickets:ticket", found.reference)
    toast(request, _("This message is a ticket of its own now."))
    return redirect("tickets:ticket", opened.reference)


def _held(request: DeskRequest, ticket: Ticket, pk: int) -> Message:
    message = access.messages_for(request.user, ticket).filter(pk=pk, incoming__isnull=False).first()
    if message is None:
        raise Http404(_("There is no such message, or you may not see it."))
    return message
