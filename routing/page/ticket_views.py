"""The answer of the rules on a ticket: put in the reply, or added as a note."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people.http import DeskRequest, colleagues_only, desk_only
from routing import in_tickets
from routing.owners import Found
from routing.page import question
from tickets import access
from tickets.actions import Refused
from tickets.models import Ticket
from tickets.views import ticket as views
from web.toasts import toast, toast_error


@require_http_methods(["GET", "POST"])
@desk_only
def reply(request: DeskRequest, reference: str) -> HttpResponseBase:
    """GET: the filled response, for the composer. POST, without scripts: the same as a draft."""
    found = access.ticket_for(request.user, reference)
    answer = _answer(request, found)
    try:
        if request.method != "POST":
            return _filled(in_tickets.prepared(found, answer, user=request.user))
        in_tickets.put_in_reply(found, answer, user=request.user)
    except Refused as refused:
        if request.method != "POST":
            return JsonResponse({"detail": str(refused)}, status=422)
        toast_error(request, str(refused))
    return redirect(f"{reverse('tickets:ticket', args=[found.reference])}?write=reply#composer")


@require_POST
@colleagues_only
def note(request: DeskRequest, reference: str) -> HttpResponseBase:
    found = access.ticket_for(request.user, reference)
    answer = _answer(request, found)
    more: dict[str, Any] = {}
    try:
        in_tickets.add_as_note(found, answer, user=request.user, seen=request.POST.get("seen", ""))
        toast(request, _("The note is kept."))
    except Refused as refused:
        more = {"refused": str(refused)}
    return views.changed(request, found.reference, status=422 if more else 200, more=more)


def _answer(request: DeskRequest, ticket: Ticket) -> Found:
    """What the card beside the ticket shows, or the page that was asked for it; kept with the ticket."""
    asked = question.read(request.POST)
    if not asked.subject:
        answer = in_tickets.answer(ticket)
        in_tickets.keep(ticket, answer, by=request.user)
        return answer
    answer = asked.find()
    asked.keep(answer, by=request.user, ticket=ticket)
    return answer


def _filled(ready: in_tickets.Prepared) -> JsonResponse:
    values = ready.values.values()
    return JsonResponse(
        {
            "slug": ready.response.slug,
            "title": ready.response.title,
            "version": ready.response.version,
            "body": ready.text.body,
            "unresolved": ready.text.unresolved,
            "filled": [value for value in values if value and "\n" not in value and value in ready.text.body],
        }
    )
