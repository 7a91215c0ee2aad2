"""The page behind the signed link: how far a request is, what was said, and a place to answer."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import limits
from documents.serving import download
from loa import links as letter_links
from loa import partner_side
from nfr.guides import links as guide_links
from portal import access, answers, drafts, links, replies, stages, throttle
from portal.conversations import conversation_of
from portal.drafts import Visitor
from portal.http import for_reader, unlisted, user_of
from portal.replies import ReplyForm, card_of_reply
from tickets import tracking
from tickets.actions import Refused
from tickets.models import Ticket


@ensure_csrf_cookie
@unlisted
@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest, token: str) -> HttpResponseBase:
    try:
        ticket = access.by_link(token)
    except tracking.LinkExpired:
        return _run_out(request, token)
    visitor = Visitor.of(request)
    if request.method == "POST":
        return _answered(request, visitor, ticket, token)
    draft = visitor.latest(card_of_reply(ticket))
    form = ReplyForm(kept=drafts.files_of(draft), initial=draft.fields if draft else {})
    return _page(request, ticket, token, form=form, key=draft.key if draft else drafts.new_key())


@unlisted
@require_safe
def attachment(request: HttpRequest, token: str, pk: int) -> HttpResponseBase:
    """A file of the conversation, by the same link."""
    try:
        ticket = access.by_link(token)
    except tracking.LinkExpired:
        return _run_out(request, token)
    return download(access.file_of(ticket, pk, reader=user_of(request)).stored)


@unlisted
@require_safe
def letter(request: HttpRequest, token: str) -> HttpResponseBase:
    """The signed letter of this request, by the same link, while it counts."""
    try:
        ticket = access.by_link(token)
    except tracking.LinkExpired:
        return _run_out(request, token)
    return download(access.letter_of(ticket))


@unlisted
@for_reader
@require_POST
def new_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Sends a fresh link to the requester's address; the answer never says whether it went."""
    if not throttle.by_caller(request, throttle.NEW_LINKS):
        links.send_new(token)
    return render(request, "portal/link_sent.html")


def _run_out(request: HttpRequest, token: str) -> HttpResponse:
    """What was typed while the link ran out is given back."""
    typed = request.POST.get("body", "").replace("\x00", "")
    return render(request, "portal/link_expired.html", {"token": token, "typed": typed}, status=410)


def _answered(request: HttpRequest, visitor: Visitor, ticket: Ticket, token: str) -> HttpResponseBase:
    key = drafts.key_in(request.POST)
    draft = visitor.posted(key)
    form = ReplyForm(request.POST, request.FILES, kept=drafts.files_of(draft))
    if wait := throttle.by_caller(request, throttle.MESSAGES):
        again = ReplyForm(kept=form.kept, initial=dict(form.data.items()))
        page = _page(request, ticket, token, form=again, key=key, wrong=throttle.sentence(wait), status=429)
        page.headers["Retry-After"] = str(wait)
        return page
    if "remove" in request.POST or not form.is_valid():
        return _refused(request, visitor, ticket, token, form)
    try:
        answered = replies.send(form, ticket, key=key)
    except Refused as refusal:
        return _page(request, ticket, token, form=form, key=key, wrong=str(refusal), status=422)
    drafts.sent(draft)
    there = request.path if answered == ticket else tracking.path_for(answered)
    return redirect(f"{there}#answer")


def _refused(request: HttpRequest, visitor: Visitor, ticket: Ticket, token: str, form: ReplyForm) -> HttpResponseBase:
    """The page again; text and files are kept in a draft."""
    key = drafts.key_in(request.POST) or drafts.new_key()
    text = request.POST.get("body", "")
    draft = visitor.keep(key=key, card=card_of_reply(ticket), fields={"body": text})
    drafts.add_files(draft, form.uploads())
    if "remove" in request.POST:
        drafts.take_out(draft, request.POST["remove"])
        response: HttpResponseBase = redirect(f"{request.path}#answer")
    else:
        form.kept = drafts.files_of(draft)
        form.data = {"body": text.replace("\x00", "")}
        response = _page(request, ticket, token, form=form, key=key, status=422)
    visitor.remember(request, response)
    return response


def _page(
    request: HttpRequest,
    ticket: Ticket,
    token: str,
    *,
    form: ReplyForm,
    key: str,
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    conversation = conversation_of(ticket, reader=user_of(request))
    letter = partner_side.of_ticket(ticket)
    context = {
        "ticket": ticket,
        "token": token,
        "type": answers.type_of(ticket),
        "heading": stages.heading(ticket, answered=conversation.answered, letter=letter),
        "stages": stages.stages(ticket, letter),
        "letter": letter,
        "conversation": conversation,
        "rows": answers.rows_of(ticket),
        "first_answer": stages.promised(ticket),
        "form": form,
        "key": key,
        "card_of_reply": card_of_reply(ticket),
        "wrong": wrong,
        "link": settings.PUBLIC_URL + tracking.path_for(ticket),
        "guide": guide_links.path_of_ticket(ticket),
        "form_to_sign": letter_links.form_still_to_sign(ticket),
        "files_hint": limits.hint(),
        "most": limits.MAX_FILE_BYTES,
    }
    return render(request, "portal/track.html", context, status=status)
