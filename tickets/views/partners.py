"""Finding and choosing a ticket's partner."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from partners import searching
from people.http import DeskRequest, desk_only
from tickets import access, actions, partner_link
from tickets.actions import Chosen, MovedOn, Refused
from web.http import respond
from web.toasts import toast, toast_error


@require_safe
@desk_only
def partners(request: DeskRequest, reference: str) -> HttpResponseBase:
    """Whom the sender may belong to; when something is typed, the partners whose name is like it."""
    ticket = access.ticket_for(request.user, reference)
    asked = request.GET.get("name", "").replace("\x00", "").strip()[:100]
    candidates = () if asked else partner_link.candidates_of(ticket)
    shown = {"asked": asked, "candidates": candidates, "accounts": () if candidates else searching.named(asked)}
    return respond(request, "tickets/ticket_partners.html", shown)


@require_POST
@desk_only
def take_back(request: DeskRequest, reference: str, event: int) -> HttpResponseBase:
    """The Undo of a choice."""
    ticket = access.ticket_for(request.user, reference)
    try:
        actions.take_back_partner(ticket, event=event, by=request.user)
    except MovedOn:
        toast_error(request, _("The partner has been changed since. Nothing was taken back."))
    except Refused as refused:
        toast_error(request, str(refused))
    else:
        toast(request, _("%(reference)s is as it was before.") % {"reference": ticket.reference})
    return redirect("tickets:ticket", ticket.reference)


def tell_choice(request: HttpRequest, done: object) -> None:
    """After a partner was chosen: what it did beyond this ticket, with its Undo."""
    if not isinstance(done, Chosen) or not done.event:
        return
    undo = reverse("tickets:partner_take_back", args=[done.ticket.reference, done.event])
    toast(request, " ".join(_told(done)), undo=undo)


def _told(done: Chosen) -> list[str]:
    words = {"reference": done.ticket.reference, "name": str(done.ticket.partner or "").rstrip(".")}
    said = [
        (_("%(reference)s is about %(name)s.") if done.ticket.partner else _("%(reference)s has no partner now."))
        % words
    ]
    if done.learned:
        said.append(_("Remembered for %(what)s.") % {"what": ", ".join(one.key for one in done.learned)})
    if done.followed:
        follow = ngettext(
            "%(tickets)s of the same sender follows.", "%(tickets)s of the same sender follow.", len(done.followed)
        )
        said.append(follow % {"tickets": ", ".join(one.reference for one in done.followed[:5])})
    return said
