"""Asking who the channel manager is; answers as they were given; what is said to be wrong with them."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.http import DeskRequest, colleagues_only, leads_only
from routing import corrections
from routing.corrections import Refused
from routing.models import Correction, Decision
from routing.page import board, fixing, hits, listing, path, question, showing
from routing.page.forms import DecideForm, WrongForm
from routing.waiting import NotYet
from web.http import respond
from web.toasts import toast, toast_error


@require_safe
@colleagues_only
def ask(request: DeskRequest) -> HttpResponseBase:
    """The answer to what stands in the address; words are looked for and the likeliest is answered."""
    asked = question.read(request.GET)
    found = hits.of(asked)
    shown, nothing = found.shown(by=request.user)
    order = request.GET.get("order", "")
    context = {
        "asked": asked,
        "hits": found.others,
        "shown": shown,
        "nothing": nothing,
        "board": SimpleLazyObject(lambda: board.read(on=asked.on, problems_first=order != "area")),
    }
    return respond(request, "routing/ask.html", context, part="answer")


@require_POST
@colleagues_only
def keep(request: DeskRequest) -> HttpResponseBase:
    """Keeps the answer of a question, to say what is wrong with it."""
    asked = question.read(request.POST)
    if not asked.subject:
        return redirect(asked.url())
    try:
        kept = asked.keep(asked.find(), by=request.user)
    except NotYet as problem:
        toast_error(request, str(problem))
        return redirect(asked.url())
    return redirect("routing:wrong", kept.pk)


@require_safe
@colleagues_only
def decision(request: DeskRequest, pk: int) -> HttpResponseBase:
    row = _decision(pk)
    context = {
        "decision": row,
        "shown": showing.as_given(row),
        "question": listing.asked(row),
        "now_differs": showing.by_now(row),
        "ask_again": question.of_decision(row).url(),
        "corrections": corrections.rows().filter(decision=row),
    }
    return respond(request, "routing/decision.html", context)


@require_http_methods(["GET", "POST"])
@colleagues_only
def wrong(request: DeskRequest, pk: int) -> HttpResponseBase:
    row = _decision(pk)
    form = WrongForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        corrections.say(row, by=request.user, why=given["why"], manager=given["manager"])
        toast(request, _("The leads have it. You get a mail when it is decided."))
        return redirect("routing:decision", row.pk)
    context = {
        "decision": row,
        "form": form,
        "asked": listing.asked_line(row),
        "answered": listing.answered(row),
        "steps": path.steps(row.answer),
    }
    return respond(request, "routing/wrong.html", context, status=422 if form.errors else 200)


@require_safe
@leads_only
def listed(request: DeskRequest) -> HttpResponseBase:
    return _listed(request)


@require_POST
@leads_only
def correction(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Accepted, it leads to the rule that decided; declined, whoever said it reads why."""
    row = get_object_or_404(Correction, pk=pk)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _listed(request, refused=(row, form))
    accepted = form.cleaned_data["act"] == "accept"
    try:
        decide = corrections.accept if accepted else corrections.decline
        row = decide(row, by=request.user, answer=form.cleaned_data["answer"])
    except Refused as refused:
        toast_error(request, str(refused))
        return redirect("routing:corrections")
    toast(request, _("Accepted. Change the rule here.") if accepted else _("Declined."))
    return redirect(fixing.address(row) if accepted else "routing:corrections")


def _listed(request: DeskRequest, *, refused: tuple[Correction, DecideForm] | None = None) -> HttpResponseBase:
    lines = listing.lines(refused)
    waiting = sum(one.correction.state == Correction.State.OPEN for one in lines)
    context = {"lines": lines, "waiting": waiting}
    return respond(request, "routing/corrections.html", context, status=422 if refused else 200)


def _decision(pk: int) -> Decision:
    return get_object_or_404(Decision.objects.select_related("manager__user", "account", "ticket", "asked_by"), pk=pk)
