"""The guides as pages: the list of all, those about licences, and one of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from documents.serving import download
from nfr import terms
from nfr.guides import known, links, steps
from nfr.models import Terms
from portal import drafts
from portal.guides import picture, reading
from portal.guides.reading import Reading
from portal.http import for_reader, unlisted, user_of
from tickets import tracking
from tickets.models import Resource
from web.http import respond


@for_reader
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All guides; for who has signed in also the documents meant for them."""
    user = user_of(request)
    rows = Resource.objects.visible_to(user).exclude(address="") if user else Resource.objects.none()
    documents = [row for row in rows if row.leaves_the_desk and not row.desk_only]
    return respond(request, "portal/guides/index.html", {"entries": steps.entries(), "documents": documents})


@for_reader
@require_safe
def nfr(request: HttpRequest) -> HttpResponseBase:
    """The guides about licences, the reader's own licences, and what the program gives."""
    user = user_of(request)
    account = known.account_of(user) if user else None
    context = {
        "entries": steps.entries(),
        "held": known.held_by(account, reader=user) if user and account else [],
        "account": account,
        "program": _program(),
    }
    return respond(request, "portal/guides/nfr.html", context)


@for_reader
@require_safe
def guide(request: HttpRequest, topic: str) -> HttpResponseBase:
    return page(request, reading.by_person(request, reading.topic_of(topic)))


@unlisted
@for_reader
@require_safe
def by_link(request: HttpRequest, topic: str, token: str) -> HttpResponseBase:
    """With the numbers of the link's request; a link that is over or void leaves the guide for everybody."""
    topic = reading.topic_of(topic)
    try:
        found = reading.by_link(request, topic, token)
    except tracking.LinkExpired:
        return page(request, reading.stranger(request, topic), lost="expired", status=410)
    if found is None:
        return page(request, reading.stranger(request, topic), lost="void", status=404)
    return page(request, found)


@unlisted
@require_safe
def screenshot(request: HttpRequest, topic: str, token: str) -> HttpResponseBase:  # noqa: ARG001 - the link alone opens it
    """Support's picture of the seats, once it was sent to the partner."""
    try:
        found = links.request_by(token)
    except tracking.LinkExpired:
        found = None
    shown = known.sent_screenshot(found) if found is not None and reading.topic_of(topic) else None
    if shown is None:
        raise Http404(_("There is no such file."))
    return download(shown.stored, inline=True)


def page(request: HttpRequest, found: Reading, **more: Any) -> HttpResponse:
    """A guide; `more` says what went wrong, if anything did."""
    status = more.pop("status", 200)
    context = {
        "reading": found,
        "guide": found.guide,
        "known": found.known,
        "lines": found.lines(),
        "own_page": _own_page(found),
        "picture": picture.of(found.known),
        "program": _program() if found.guide.topic == links.Topic.SEATS and found.known.count is None else [],
        "query": _query(found),
        "key": drafts.new_key(),
        "sent": request.GET.get("sent", ""),
        **more,
    }
    return respond(request, "portal/guides/guide.html", context, part="do", status=status)


def _program() -> list[Terms]:
    """What each track has today."""
    return list(terms.valid_on(timezone.localdate()))


def _query(found: Reading) -> str:
    """What a form has to keep of the address: the licence chosen, the group written."""
    licence = found.known.licence
    kept = {
        "licence": str(licence.pk) if licence is not None and not found.token else "",
        "namespace": found.written,
    }
    there = {name: value for name, value in kept.items() if value}
    return f"?{urlencode(there)}" if there else ""


def _own_page(found: Reading) -> str:
    """The request's own page, for who asked and has signed in: its link opens more than the guide's."""
    request = found.known.request
    return tracking.path_for(request.ticket) if request is not None and found.own_request else ""
