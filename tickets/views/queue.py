"""The queue page, what it polls, the filter menus, and taking a ticket from a row."""

from __future__ import annotations

from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.http import DeskRequest, colleagues_only, desk_only
from tickets import access, actions
from tickets.actions import MovedOn
from tickets.models import Ticket
from tickets.queue import filters, menus, page, rows
from tickets.queue.page import Asked
from tickets.queue.views import FIRST, VIEWS, View, views_of
from web.http import respond, wants_part
from web.toasts import toast, toast_error

TEMPLATE = "tickets/queue.html"
CHOICES = "tickets/queue_choices.html"


@require_http_methods(["GET", "HEAD", "POST"])
@colleagues_only
def queue(request: DeskRequest, view: str = FIRST) -> HttpResponseBase:
    """A view of the queue; a POST takes the ticket of a row."""
    asked = page.asked_for(_view(request, view), request.GET)
    if request.method == "POST":
        return _take(request, asked)
    return _page(request, asked)


@require_safe
@colleagues_only
def news(request: DeskRequest, view: str = FIRST) -> HttpResponseBase:
    """What came since the page was made: the bar above the rows and the counters, or nothing."""
    asked = page.asked_for(_view(request, view), request.GET)
    newest = (filters.ids_of([request.GET.get("newest", "")]) or [0])[0]
    bar, counters = page.news_since(asked, rows.reader(request.user), newest)
    if bar.state == request.GET.get("state"):
        return HttpResponse(status=204)
    return respond(request, "tickets/queue_beside.html", {"news": bar, "counters": counters})


@require_safe
@colleagues_only
def choices(request: DeskRequest, name: str) -> HttpResponseBase:
    """What a filter can be set to: inside its menu, or as a page of its own."""
    chosen = filters.FILTERS.get(name)
    if chosen is None:
        raise Http404(_("The queue has no filter of that name."))
    asked = page.asked_for(_view(request, request.GET.get("list", FIRST)), request.GET)
    return respond(request, CHOICES, menus.menu(asked, chosen, request.user, request.GET.get("q", "")), part="menu")


@require_safe
@colleagues_only
def more_filters(request: DeskRequest) -> HttpResponseBase:
    """All filters by name."""
    asked = page.asked_for(_view(request, request.GET.get("list", FIRST)), request.GET)
    shown = {"asked": asked, "filters": menus.all_filters(asked)}
    return respond(request, "tickets/queue_filters.html", shown, part="menu")


@require_POST
@desk_only
def give_back(request: DeskRequest, reference: str) -> HttpResponseBase:
    """Undoes a take, if the reader still has the ticket: it is its former holder's again, or nobody's."""
    ticket = access.ticket_for(request.user, reference)
    if ticket.assignee_id == request.user.pk:
        former = access.assignable().filter(pk__in=filters.ids_of([request.GET.get("to", "")])).first()
        actions.assign(ticket, to=former, by=request.user)
        words = _("%(name)s has %(reference)s again.") if former else _("%(reference)s is nobody's again.")
        toast(request, words % {"reference": ticket.reference, "name": former})
    back = request.GET.get("back", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "/queue/")


def _page(request: DeskRequest, asked: Asked, *, status: int = 200) -> HttpResponse:
    newest = filters.ids_of([request.GET.get("newest", "")]) if wants_part(request) else []
    shown = page.read(asked, rows.reader(request.user, newest=newest[0] if newest else None))
    values = {
        "page": shown,
        "beside": wants_part(request),
        "chips": menus.chips(asked, shown.counters.names),
        "filters_path": menus.filters_path(asked),
    }
    return respond(request, TEMPLATE, values, part="list", status=status)


def _take(request: DeskRequest, asked: Asked) -> HttpResponse:
    """The row's button: 409 with a sentence and the row as it is now when somebody else was quicker."""
    if not access.may_work(request.user):
        raise PermissionDenied
    reference, _space, free = request.POST.get("take", "").partition(" ")
    ticket = access.ticket_for(request.user, reference)
    status = _assign_to_reader(request, ticket, only_free=bool(free), back=asked.here)
    if wants_part(request):
        return _row(request, ticket, status=status)
    return redirect(asked.here) if status == HTTPStatus.OK else _page(request, asked, status=status)


def _assign_to_reader(request: DeskRequest, ticket: Ticket, *, only_free: bool, back: str) -> HTTPStatus:
    """Takes a free ticket; without `only_free` also one that somebody else has. Says what came of it."""
    former = ticket.assignee_id
    try:
        if only_free:
            actions.take(ticket, by=request.user)
        else:
            actions.assign(ticket, to=request.user, by=request.user)
    except MovedOn:
        toast_error(request, _already_taken(ticket))
        return HTTPStatus.CONFLICT
    if former != request.user.pk:
        undo = (
            reverse("tickets:give_back", args=[ticket.reference]) + f"?{urlencode({'to': former or '', 'back': back})}"
        )
        toast(request, _("%(reference)s is yours.") % {"reference": ticket.reference}, undo=undo)
    return HTTPStatus.OK


def _already_taken(ticket: Ticket) -> str:
    ticket.refresh_from_db(fields=["assignee"])
    words = _("%(name)s took %(reference)s before you. Nothing was changed.")
    return words % {"name": ticket.assignee or _("Somebody"), "reference": ticket.reference}


def _row(request: DeskRequest, ticket: Ticket, *, status: int) -> HttpResponse:
    to = rows.reader(request.user)
    found = rows.rows_for(rows.read(Ticket.objects.filter(pk=ticket.pk)), to)
    shown = {"row": found[0], "may_take": access.may_work(request.user)}
    return respond(request, TEMPLATE, shown, part="row", status=status)


def _view(request: DeskRequest, slug: str) -> View:
    found = VIEWS.get(slug)
    if found is None or found not in views_of(request.user):
        raise Http404(_("The queue has no view of that name."))
    return found
