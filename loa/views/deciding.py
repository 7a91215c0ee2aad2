"""Deciding about a letter, and the way to DocuSign's page and back."""

from __future__ import annotations

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from integrations.docusign.handing import State
from loa import access, coming_back, deciding, opening
from loa.acting import Asked, act, read
from people.http import DeskRequest, desk_only
from tickets.actions import Refused
from web.http import respond
from web.toasts import toast, toast_error

PAGE = "loa/decide.html"
GO = "go"  # the second look: a form may lead to pages of ours only, so the first answer is never DocuSign's address


@require_http_methods(["GET", "POST"])
@desk_only
def decide(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Both texts and the buttons; POST decides, and where it is decided in DocuSign asks for its page."""
    found = access.request_for(request.user, pk)
    asked = read(found, request.user, request.POST if request.method == "POST" else None)
    done = act(asked)
    if done is None:
        return respond(request, PAGE, {"part": asked.part}, status=_status(request, asked))
    if done.token:
        return redirect("deciding:wait", pk, done.token)
    toast(request, done.words)
    return redirect(done.address)


@require_POST
@desk_only
def anew(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Takes back a decision of which nothing was written at DocuSign."""
    found = access.request_for(request.user, pk)
    try:
        deciding.decide_anew(found, by=request.user)
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect("deciding:decide", pk)


@require_POST
@desk_only
def ask(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Once more to DocuSign's page, without deciding anything here."""
    found = access.request_for(request.user, pk)
    try:
        token = opening.open_in_docusign(found, by=request.user)
    except Refused as refused:
        toast_error(request, str(refused))
        return redirect("deciding:decide", pk)
    return redirect("deciding:wait", pk, token)


@require_safe
@never_cache
@desk_only
def wait(request: DeskRequest, pk: int, token: str) -> HttpResponseBase:
    """Looks again by itself, without any script, until the link is there; then it leads on at once, a single time."""
    found = access.request_for(request.user, pk)
    handed = opening.take(found, token, by=request.user) if GO in request.GET else opening.look(token, by=request.user)
    if handed.url:
        response: HttpResponseBase = HttpResponseRedirect(handed.url)
        response["Referrer-Policy"] = "no-referrer"
        return response
    response = respond(request, "loa/wait.html", {"letter": found, "handed": handed})
    if handed.state in {State.ASKED, State.READY}:
        response["Refresh"] = f"1; url={request.path}?{GO}=1"
    return response


@require_safe
@never_cache
@desk_only
def back(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Says what DocuSign says, read anew, whatever the address it came back with claims."""
    found = access.request_for(request.user, pk)
    shown = coming_back.read(found, since=request.GET.get("since", ""))
    response = respond(request, "loa/back.html", {"letter": found, "back": shown})
    if shown.looking:
        response["Refresh"] = f"2; url={request.path}?since={shown.since}"
    return response


def _status(request: DeskRequest, asked: Asked) -> int:
    return 200 if request.method == "GET" or not asked.part.refused else 422
