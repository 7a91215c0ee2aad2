"""The ticket page: reading it, keeping it fresh, and changing what a ticket is."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents import limits
from journal.record import events_of
from people.http import DeskRequest, colleagues_only, desk_only
from tickets import access, changes, checklist, composing, page, panels, timeline
from tickets.actions import MovedOn, Refused
from tickets.composing import Composer
from tickets.models import Response, Ticket
from tickets.models.ticket import number_of
from tickets.page import Page
from tickets.queue.views import FIRST, VIEWS
from tickets.views.partners import tell_choice
from web.http import respond, wants_part

TEMPLATE = "tickets/ticket.html"
THEN_COOKIE = "then"
HISTORY_SHOWN = 1000
BACK = ("/queue/", "/search/")


@require_safe
@colleagues_only
def ticket(request: DeskRequest, reference: str) -> HttpResponseBase:
    found = access.ticket_for(request.user, reference)
    if found.reference != reference:
        return redirect("tickets:ticket", found.reference)
    shown = page.load(found, request.user, whole="all" in request.GET)
    composers = composing.composers(shown, then=then_of(request), read=number(request.GET.get("read", "")))
    answer = (
        Response.objects.active().filter(slug=request.GET["response"].replace("\x00", "")).first()
        if "response" in request.GET
        else None
    )
    if answer is not None and shown.may_work:
        composing.begin_with(composers[0], answer, shown)
    if "prepared" in request.GET and shown.may_work:
        composing.take_up(composers[0], shown)
    response = whole(request, shown, composers)
    page.mark_seen(shown)
    return response


@require_safe
@colleagues_only
def updates(request: DeskRequest, reference: str) -> HttpResponseBase:
    """What an open page lacks; 204 when nothing happened. While steps run, what they look like is asked for too."""
    found = access.ticket_for(request.user, reference)
    after = number(request.GET.get("after", ""))
    if found.last_event <= after and not _steps_moved(request, found):
        return HttpResponse(status=204)
    return fresh(request, page.load(found, request.user), after)


@require_POST
@desk_only
def change(request: DeskRequest, reference: str, what: str) -> HttpResponseBase:
    """One small form around the conversation; 409 with a choice when somebody was quicker."""
    found = access.ticket_for(request.user, reference)
    more: dict[str, Any] = {}
    status = 200
    try:
        tell_choice(request, changes.change(found, what, request.POST, by=request.user))
    except MovedOn as moved:
        more, status = {"conflict": changes.conflict(what, request.POST, moved)}, 409
    except Refused as refused:
        more, status = {"refused": str(refused)}, 422
    return changed(request, found.reference, status=status, more=more)


@require_safe
@colleagues_only
def history(request: DeskRequest, reference: str) -> HttpResponseBase:
    """Everything that happened to a ticket, newest first."""
    found = access.ticket_for(request.user, reference)
    steps = [timeline.step(event) for event in events_of(found).order_by("-id")[:HISTORY_SHOWN]]
    return respond(request, "tickets/ticket_events.html", {"ticket": found, "steps": steps}, part="list")


def changed(request: DeskRequest, reference: str, *, status: int, more: dict[str, Any]) -> HttpResponseBase:
    """After a change: the fresh parts for htmx, back to the page without it, the whole page with what went wrong."""
    if status == 200 and not wants_part(request):
        return redirect("tickets:ticket", reference)
    shown = page.load(access.ticket_for(request.user, reference), request.user)
    if wants_part(request):
        return fresh(
            request, shown, number(request.POST.get("after", "")) or shown.ticket.last_event, status=status, more=more
        )
    return whole(request, shown, composing.composers(shown, then=then_of(request)), status=status, more=more)


def whole(
    request: DeskRequest,
    shown: Page,
    composers: list[Composer],
    *,
    status: int = 200,
    mode: str = "",
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """The whole page."""
    begun = [one.kind for one in composers if one.body.strip()]
    chosen = mode or request.GET.get("write", "") or (begun or [composers[0].kind])[0]
    back = {"back": _back(request), "mode": chosen if chosen in {one.kind for one in composers} else composers[0].kind}
    return respond(request, TEMPLATE, around(shown, composers) | back | (more or {}), status=status)


def fresh(
    request: DeskRequest,
    shown: Page,
    after: int,
    *,
    part: str = "fresh",
    composers: list[Composer] | None = None,
    status: int = 200,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """The parts an open page exchanges: head, cards, the new lines of the conversation, the composers' banners."""
    there = composers if composers is not None else composing.composers(shown)
    response = respond(
        request,
        TEMPLATE,
        around(shown, there)
        | {"is_fresh": True, "news": shown.after(after), "open_shows": _open_shows(request)}
        | (more or {}),
        part=part,
        status=status,
    )
    page.mark_seen(shown)
    return response


def around(shown: Page, composers: list[Composer]) -> dict[str, Any]:
    """What the templates of the page read."""
    account = shown.ticket.partner
    return {
        "page": shown,
        "panels": panels.shown(shown),
        "composers": composers,
        "people": access.to_choose_from() if shown.may_work else [],
        "file_hint": limits.hint(),
        "partner_url": f"/queue/all/?partner={account.pk}" if account else "",
    }


def _open_shows(request: HttpRequest) -> int:
    """Which prepared reply stands in the composer of the open page."""
    return number(request.POST.get("_offered", "") or request.GET.get("_offered", ""))


def then_of(request: HttpRequest) -> str:
    """The status this person last set with an answer."""
    return request.COOKIES.get(THEN_COOKIE, "")


def _steps_moved(request: HttpRequest, found: Ticket) -> bool:
    """A try that failed is no event: who shows something running says how it looked there."""
    known = request.GET.get("steps")
    if known is None:
        return False
    now = checklist.read(found)
    return now is not None and known != str(now.stamp)


def number(text: str) -> int:
    return number_of(text) or 0


def _back(request: HttpRequest) -> dict[str, str]:
    """To the list the reader came from, else to the queue."""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc == request.get_host() and came.path.startswith(BACK):
        return {"url": came.path + (f"?{came.query}" if came.query else ""), "words": _name_of(came.path)}
    return {"url": "/queue/", "words": _name_of("/queue/")}


def _name_of(path: str) -> str:
    """The words a list carries in its own head."""
    area, _slash, rest = path.strip("/").partition("/")
    if area == "search":
        return _("Search")
    return str(VIEWS.get(rest, VIEWS[FIRST]).title)
