"""The response texts: read and copied by colleagues, edited by leads."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mail import markdown
from people.http import DeskRequest, colleagues_only, leads_only
from tickets import response_editing
from tickets.access import ticket_for
from tickets.lookup import holding
from tickets.models import Response
from tickets.models.response import Topic
from tickets.response_forms import ResponseForm, initial_of
from tickets.responses import render, samples_of, values_for, variables_of
from web.http import respond
from web.toasts import toast


@require_safe
@colleagues_only
def responses(request: DeskRequest) -> HttpResponseBase:
    """All texts in use, of one `?topic=`, or with `?q=` what holds every word asked for."""
    asked, topic = request.GET.get("q", "").strip(), request.GET.get("topic", "")
    retired = "retired" in request.GET
    rows = list(Response.objects.filter(active=not retired))
    found = [row for row in holding(rows, asked) if topic in {"", row.topic}]
    found.sort(key=lambda row: Topic.values.index(row.topic))
    kept = [(name, request.GET[name]) for name in ("topic", "retired") if name in request.GET]
    context = {"found": found, "asked": asked, "topic": topic, "retired": retired, "kept": kept, **_topics(rows)}
    return respond(request, "tickets/responses.html", context, part="answer")


@require_safe
@colleagues_only
def response(request: DeskRequest, slug: str) -> HttpResponseBase:
    """One text, filled with sample values or with those of `?ticket=`."""
    row = get_object_or_404(Response, slug=slug)
    reference = request.GET.get("ticket", "").strip()
    ticket = ticket_for(request.user, reference) if reference else None
    filled = render(row, values_for(ticket, request.user) if ticket else samples_of(row))
    context = {
        "response": row,
        "ticket": ticket,
        "filled": filled,
        "filled_html": markdown.render(filled.body),
        "variables": variables_of(row),
        "versions": row.versions.all(),
    }
    return respond(request, "tickets/response.html", context)


@require_http_methods(["GET", "POST"])
@leads_only
def edit(request: DeskRequest, slug: str) -> HttpResponseBase:
    row = get_object_or_404(Response, slug=slug)
    form = ResponseForm(request.POST or None, response=row, initial=initial_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            seen = form.cleaned_data["version"] or 0
            row = response_editing.edit(row, form.text(), by=request.user, seen_version=seen)
        except response_editing.Outdated as outdated:
            return _form(request, form, response=row, outdated=str(outdated), status=409)
        toast(request, _("Version %(version)d is in use.") % {"version": row.version})
        return redirect("tickets:response", slug=row.slug)
    return _form(request, form, response=row, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@leads_only
def new(request: DeskRequest) -> HttpResponseBase:
    form = ResponseForm(request.POST or None, initial={"owner_name": str(request.user)})
    if request.method == "POST" and form.is_valid():
        row = response_editing.create(form.text(), by=request.user)
        toast(request, _("%(title)s is in use.") % {"title": row.title})
        return redirect("tickets:response", slug=row.slug)
    return _form(request, form, status=422 if form.errors else 200)


@require_POST
@leads_only
def review(request: DeskRequest, slug: str) -> HttpResponseBase:
    row = response_editing.review(get_object_or_404(Response, slug=slug), by=request.user)
    toast(request, _("Reviewed today."))
    return redirect("tickets:response", slug=row.slug)


@require_POST
@leads_only
def retire(request: DeskRequest, slug: str) -> HttpResponseBase:
    row = response_editing.set_active(get_object_or_404(Response, slug=slug), active=False, by=request.user)
    undo = reverse("tickets:response_restore", args=[slug])
    toast(request, _("%(title)s is out of use.") % {"title": row.title}, undo=undo)
    return redirect("tickets:response", slug=row.slug)


@require_POST
@leads_only
def restore(request: DeskRequest, slug: str) -> HttpResponseBase:
    row = response_editing.set_active(get_object_or_404(Response, slug=slug), active=True, by=request.user)
    toast(request, _("%(title)s is in use again.") % {"title": row.title})
    return redirect("tickets:response", slug=row.slug)


def _topics(rows: list[Response]) -> dict[str, Any]:
    counts = Counter(row.topic for row in rows)
    topics = [(topic.value, topic.label, counts[topic.value]) for topic in Topic if counts[topic.value]]
    return {"topics": topics, "total": len(rows)}


def _form(request: DeskRequest, form: ResponseForm, *, status: int, **context: Any) -> HttpResponseBase:
    return respond(request, "tickets/response_form.html", {"form": form, **context}, status=status)
