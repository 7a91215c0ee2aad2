"""What a partner does in a guide: ticks a step, says that the seats are reduced, asks."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from journal.record import Actor, actor_of
from nfr import confirming, whom
from nfr.guides import progress
from nfr.models import LicenceRequest
from people.models import User
from portal import drafts, replies, throttle
from portal.guides import counting, reading, views
from portal.guides.reading import Reading
from portal.http import for_reader, unlisted
from portal.replies import ReplyForm
from portal.throttle import Limit
from tickets import tracking
from tickets.actions import Refused
from web.http import wants_part

TICKS = Limit(name="guide-step", most=200, seconds=10 * throttle.MINUTE)


@for_reader
@require_POST
def done(request: HttpRequest, topic: str) -> HttpResponseBase:
    """A step is done, or not after all: kept in the browser of who has no request."""
    found = reading.by_person(request, reading.topic_of(topic))
    if found.known.request is not None:
        return _ticked(request, found)
    slug, is_done = _posted(request)
    response: HttpResponseBase
    if slug in found.guide.slugs:
        found = reading.ticked(found, slug, done=is_done)
    response = views.page(request, found) if wants_part(request) else redirect(_back(request, "do"))
    if slug in found.guide.slugs:
        reading.remember(response, request, found.guide, slug, done=is_done)
    return response


@unlisted
@for_reader
@require_POST
def done_by_link(request: HttpRequest, topic: str, token: str) -> HttpResponseBase:
    """The same, kept with the request."""
    return _ticked(request, _followed(request, topic, token))


@unlisted
@for_reader
@require_POST
def reduced(request: HttpRequest, topic: str, token: str) -> HttpResponseBase:
    """“I have reduced the seats”: a message on the ticket, once for each time we have asked."""
    found = _followed(request, topic, token)
    if wait := throttle.by_caller(request, throttle.MESSAGES):
        return views.page(request, found, wrong=throttle.sentence(wait), status=429)
    counted = request.POST.get("count", "").strip()[:20]
    if wrong := counting.why_not(counted, allowed=found.known.allowed):
        return views.page(request, found, counted=counted, count_wrong=wrong, status=422)
    try:
        confirming.say_reduced(_request_of(found), words=counting.words(counted), by=found.user)
    except Refused as refusal:
        return views.page(request, found, wrong=str(refusal), status=422)
    return redirect(_back(request, "tell"))


@unlisted
@for_reader
@require_POST
def question(request: HttpRequest, topic: str, token: str) -> HttpResponseBase:
    """A question about the guide joins the conversation of the request."""
    found = _followed(request, topic, token)
    form = ReplyForm({"body": request.POST.get("body", "").replace("\x00", "")})
    if wait := throttle.by_caller(request, throttle.MESSAGES):
        return views.page(request, found, wrong=throttle.sentence(wait), asking=form.data["body"], status=429)
    if not form.is_valid():
        wrong = form.errors["body"] if form.data["body"].strip() else [_("Write your question first.")]
        return views.page(request, found, asking=form.data["body"], question_errors=wrong, status=422)
    try:
        row = _request_of(found)
        replies.send(form, row.ticket, key=drafts.key_in(request.POST), sender=confirming.speaker(row, by=found.user))
    except Refused as refusal:
        return views.page(request, found, wrong=str(refusal), asking=form.data["body"], status=422)
    return redirect(_back(request, "tell", sent="question"))


def _followed(request: HttpRequest, topic: str, token: str) -> Reading:
    """What the link leads to, for who may act in it; a link that is over or void says so."""
    try:
        found = reading.by_link(request, reading.topic_of(topic), token)
    except tracking.LinkExpired:
        found = None
    if found is None:
        raise Http404(_("This link no longer works. Nothing was sent. Answer our mail instead."))
    if not found.may_act:
        raise PermissionDenied(_("Only the partner says this. You may look."))
    return found


def _ticked(request: HttpRequest, found: Reading) -> HttpResponseBase:
    if not found.may_act:
        raise PermissionDenied(_("Only the partner says this. You may look."))
    slug, is_done = _posted(request)
    if not throttle.by_caller(request, TICKS):
        row = _request_of(found)
        progress.tick(row, found.guide, slug, done=is_done, by=_actor(row, found.user))
        found = reading.ticked(found, slug, done=is_done)
    return views.page(request, found) if wants_part(request) else redirect(_back(request, "do"))


def _actor(row: LicenceRequest, user: User | None) -> Actor:
    return actor_of(user) if user is not None else Actor(str(whom.contact_of(row)))


def _request_of(found: Reading) -> LicenceRequest:
    assert found.known.request is not None, "a link leads to a request"
    return found.known.request


def _posted(request: HttpRequest) -> tuple[str, bool]:
    return request.POST.get("step", "")[:40], request.POST.get("done") == "1"


def _back(request: HttpRequest, mark: str, *, sent: str = "") -> str:
    """The guide this address belongs to."""
    there = request.path.rstrip("/").rpartition("/")[0]
    query = f"?sent={sent}" if sent else f"?{request.GET.urlencode()}" if request.GET else ""
    return f"{there}/{query}#{mark}"
