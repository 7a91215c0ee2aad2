"""What the page keeps while somebody writes: text a moment after typing stops, files as soon as they are chosen."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST

from portal import drafts, throttle
from portal.cards import card_of
from portal.drafts import Visitor
from portal.forms import RequestForm
from portal.http import for_reader, user_of
from portal.models import RequestDraft
from portal.replies import FILES, ReplyForm

REPLY = "reply:"


@for_reader
@require_POST
def keep(request: HttpRequest) -> HttpResponseBase:
    """Keeps the text of a form; 204."""
    visitor, wait = Visitor.of(request), throttle.by_caller(request, throttle.DRAFTS)
    texts, key = _texts(request), drafts.key_in(request.POST)
    if texts is None or not key:
        return HttpResponse(status=400)
    if wait:
        return HttpResponse(status=429, headers={"Retry-After": str(wait)})
    visitor.keep(key=key, card=_card(request), fields=texts)
    response = HttpResponse(status=204)
    visitor.remember(request, response)
    return response


@for_reader
@require_POST
def files(request: HttpRequest) -> HttpResponseBase:
    """Takes files into the draft, or one out of it; answers the list of what it holds for this field."""
    visitor, texts, key = Visitor.of(request), _texts(request), drafts.key_in(request.POST)
    if texts is None or not key:
        return HttpResponse(status=400)
    field = request.POST.get("field", FILES)[:60]
    if wait := _too_much(request):
        draft, refused = visitor.posted(key), [throttle.sentence(wait)]
    else:
        draft = visitor.posted(key) or visitor.keep(key=key, card=_card(request), fields=texts)
        refused = _changed(request, draft, field)
    parts = [part for part in drafts.files_of(draft) if part.field == field]
    values = {"parts": parts, "refused": refused, "field": field}
    response = render(request, "portal/kept_files.html", values, status=422 if refused else 200)
    visitor.remember(request, response)
    return response


def _changed(request: HttpRequest, draft: RequestDraft, field: str) -> list[str]:
    if draft.sent is not None:
        return []
    if "remove" in request.POST:
        drafts.take_out(draft, request.POST["remove"])
    return drafts.add_files(draft, [(field, upload) for upload in request.FILES.getlist("upload")])


def _too_much(request: HttpRequest) -> int:
    size = sum(upload.size or 0 for upload in request.FILES.getlist("upload"))
    if not size:
        return throttle.by_caller(request, throttle.DRAFTS)
    return throttle.by_caller(request, throttle.UPLOADS) or throttle.by_caller(
        request, throttle.UPLOADED_BYTES, amount=size
    )


def _card(request: HttpRequest) -> str:
    kind = request.POST.get("kind", "")
    chosen = card_of(kind)
    return chosen[1].slug if chosen else kind[:60]


def _texts(request: HttpRequest) -> Mapping[str, str] | None:
    """The texts of a form we know; None for a form we do not."""
    kind = request.POST.get("kind", "")
    chosen = card_of(kind)
    if chosen is None and not (kind.startswith(REPLY) and kind.removeprefix(REPLY).isdigit()):
        return None
    form = RequestForm(chosen=chosen, user=user_of(request)) if chosen else ReplyForm()
    return {name: request.POST.get(name, "") for name in form.text_names()}
