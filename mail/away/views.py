"""The out-of-office pages: everybody on the desk reads and sets them, as the handbook has it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mail.away import acts, asked, initials, showing, texts, zones
from mail.away import windows as rows
from mail.away.acts import Refused
from mail.away.forms import AwayForm
from mail.models import AwayWindow
from people.http import DeskRequest, desk_only
from people.models import Holiday
from web.http import respond
from web.toasts import toast, toast_error

PAST_SHOWN = 50


@require_safe
@desk_only
def windows(request: DeskRequest) -> HttpResponseBase:
    now = timezone.now()
    context = {
        "on": [*map(showing.shown, rows.running(now))],
        "coming": [*map(showing.shown, rows.coming(now))],
        "past": [*map(showing.shown, rows.over(now)[:PAST_SHOWN])],
        "waiting": [*map(showing.shown, rows.still_on_in_group(now))],
        "days_ahead": initials.days_ahead(request.user),
    }
    return respond(request, "mail_away/windows.html", context)


@require_http_methods(["GET", "POST"])
@desk_only
def new(request: DeskRequest) -> HttpResponseBase:
    """The form; `?copy=` starts from another window, `?day=` from a Family and Friends Day."""
    form = AwayForm(request.POST or None, by=request.user, initial=_start(request))
    if "fill" in request.POST:
        return _form(request, form.refilled(afresh=request.POST["fill"] == "afresh"))
    if request.method == "POST" and form.is_valid():
        try:
            window = acts.set_window(form.wish(), by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            toast(request, _("Out of office is set."))
            return redirect("away:window", pk=window.pk)
    return _form(request, form, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@desk_only
def edit(request: DeskRequest, pk: int) -> HttpResponseBase:
    window = _window(pk)
    if not showing.shown(window).may_change:
        toast_error(request, _("It is over. Copy it to set another one."))
        return redirect("away:window", pk=pk)
    form = AwayForm(request.POST or None, by=request.user, window=window, initial=initials.of(window))
    if "fill" in request.POST:
        return _form(request, form.refilled(afresh=request.POST["fill"] == "afresh"))
    if request.method == "POST" and form.is_valid():
        try:
            acts.change(window, form.wish(), by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            toast(request, _("Out of office is changed."))
            return redirect("away:window", pk=pk)
    return _form(request, form, status=422 if form.errors else 200)


@require_safe
@desk_only
def window(request: DeskRequest, pk: int) -> HttpResponseBase:
    return respond(request, "mail_away/window.html", _context(_window(pk)))


@require_POST
@desk_only
def end(request: DeskRequest, pk: int) -> HttpResponseBase:
    row = acts.end_early(_window(pk), by=request.user)
    words = _("Out of office is over.") if rows.ran(row) else _("Out of office is called off.")
    toast(request, words, undo=reverse("away:resume", args=[pk]))
    return redirect("away:window", pk=pk)


@require_POST
@desk_only
def resume(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Undo of ending it."""
    try:
        acts.resume(_window(pk), by=request.user)
    except Refused as refused:
        toast_error(request, str(refused))
    else:
        toast(request, _("Out of office goes on as it was set."))
    return redirect("away:window", pk=pk)


@require_POST
@desk_only
def group(request: DeskRequest, pk: int) -> HttpResponseBase:
    """The two check marks of the Google Group."""
    row = acts.tick(_window(pk), {name: name in request.POST for name in acts.TICKS}, by=request.user)
    if request.htmx:
        return respond(request, "mail_away/window.html", _context(row), part="group")
    toast(request, _("The check marks are kept."))
    return redirect("away:window", pk=pk)


def _window(pk: int) -> AwayWindow:
    return get_object_or_404(AwayWindow.objects.select_related("mailbox", "set_by", "remind"), pk=pk)


def _start(request: DeskRequest) -> dict[str, Any]:
    """What an empty form starts with; a number nobody knows starts nothing."""
    copy, day = request.GET.get("copy", ""), request.GET.get("day", "")
    if copy.isdecimal() and (known := AwayWindow.objects.filter(pk=int(copy[:18])).first()):
        return initials.copied(known, request.user)
    if day.isdecimal() and (holiday := Holiday.objects.filter(pk=int(day[:18]), calendar=None).first()):
        return initials.for_day(holiday.day, request.user)
    return initials.fresh(request.user)


def _context(window: AwayWindow) -> dict[str, Any]:
    return {
        "shown": showing.shown(window),
        "window": window,
        "steps_on": texts.group_steps("on"),
        "steps_off": texts.group_steps("off"),
    }


def _form(request: DeskRequest, form: AwayForm, *, status: int = 200) -> HttpResponseBase:
    filling = "fill" in request.POST
    said = asked.of(form)
    context = {"form": form, "window": form.window, "zones": zones.names(), "said": said, "filling": filling}
    return respond(request, "mail_away/form.html", context, part="words" if filling else None, status=status)
