"""Writing: sending replies and notes, keeping drafts, previews, response texts."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from people.http import DeskRequest, colleagues_only, desk_only
from tickets import access, composing, drafts, lookup, page, prepared, responses
from tickets.actions import MovedOn, Refused, Unreachable
from tickets.compose_form import ComposeForm
from tickets.composing import Composer
from tickets.models import Draft, Response, Ticket
from tickets.views import ticket as views
from web import times
from web.http import respond, wants_part
from web.toasts import toast

YEAR = 60 * 60 * 24 * 365


@require_POST
@colleagues_only
def send(request: DeskRequest, reference: str) -> HttpResponseBase:
    """Sends a reply or keeps a note; `act` asks only for a look or a preview."""
    found = access.ticket_for(request.user, reference)
    form = ComposeForm(request.POST)
    _only_what_may_be_written(request, form)
    act = request.POST.get("act", "")
    if act == "preview":
        return _preview(request, found, form)
    try:
        _attach(request, found, form)
        if not form.is_valid():
            return _again(request, found, form, errors=form.sentences, status=422)
        if act == "look":
            return _again(request, found, form, errors=[], status=200)
        return _sent(request, found, form)
    except MovedOn:
        return _again(request, found, form, errors=[], status=409)
    except Refused as refused:
        despite = refused.addresses if isinstance(refused, Unreachable) else ()
        return _again(request, found, form, errors=[str(refused)], status=422, despite=despite)


@require_POST
@colleagues_only
def draft(request: DeskRequest, reference: str) -> HttpResponseBase:
    """Keeps what is written; 409 for a save that is older than what is kept."""
    found = access.ticket_for(request.user, reference)
    form = ComposeForm(request.POST)
    _only_what_may_be_written(request, form)
    sequence = views.number(request.POST["sequence"]) if "sequence" in request.POST else None
    kept = drafts.save(
        found,
        user=request.user,
        kind=form.kind_value,
        written=composing.written(form),
        sequence=sequence,
        submission=f"{request.user.pk}.{request.POST.get('submission', '')}"[:80],
    )
    if sequence is None:
        return redirect("tickets:ticket", found.reference)
    answer = {"kept": kept.kept, "sequence": kept.sequence, "at": times.clock(timezone.now())}
    return JsonResponse(answer, status=200 if kept.kept else 409)


@require_POST
@desk_only
def withdraw(request: DeskRequest, reference: str) -> HttpResponseBase:
    """The prepared reply is not wanted; what somebody has made of it stays their draft."""
    found = access.ticket_for(request.user, reference)
    why = request.POST.get("why", "").replace("\x00", "").strip()[:1000]
    try:
        prepared.withdraw(found, why=why, by=request.user, seen=views.number(request.POST.get("seen", "")))
    except Refused as refused:
        return views.changed(request, found.reference, status=422, more={"refused": str(refused)})
    toast(request, _("The prepared reply is withdrawn."))
    return redirect("tickets:ticket", found.reference)


@require_safe
@desk_only
def ticket_responses(request: DeskRequest, reference: str) -> HttpResponseBase:
    """The responses that hold what is typed, those for this kind of ticket first."""
    found = access.ticket_for(request.user, reference)
    asked = request.GET.get("q", "").replace("\x00", "")[:200]
    rows = [row for row in Response.objects.for_kind(found.kind) if row.is_reply]
    context = {"ticket": found, "q": asked, "responses": lookup.holding(rows, asked)[:50]}
    return respond(request, "tickets/ticket_responses.html", context, part="found")


@require_safe
@desk_only
def ticket_response(request: DeskRequest, reference: str, slug: str) -> HttpResponseBase:
    """One response filled for this ticket, for the composer."""
    found = access.ticket_for(request.user, reference)
    response = Response.objects.active().filter(slug=slug).first()
    if response is None:
        raise Http404(_("There is no such response."))
    values = responses.values_for(found, request.user)
    filled = responses.render(response, values)
    return JsonResponse(
        {
            "slug": response.slug,
            "title": response.title,
            "version": response.version,
            "body": filled.body,
            "unresolved": filled.unresolved,
            "filled": [value for value in values.values() if "\n" not in value and value in filled.body],
        }
    )


def _sent(request: DeskRequest, found: Ticket, form: ComposeForm) -> HttpResponseBase:
    message = composing.send(found, form, user=request.user, anyway=views.number(request.POST.get("anyway", "")))
    toast(request, composing.sent_words(message))
    if wants_part(request):
        shown = page.load(access.ticket_for(request.user, found.reference), request.user)
        fresh = composing.composer(shown, form.kind_value, then=form.cleaned_data["then"])
        response: HttpResponseBase = views.fresh(
            request,
            shown,
            views.number(request.POST.get("after", "")),
            part="sent",
            composers=[fresh],
            more={"composer": fresh, "open_shows": _shown_in(fresh)},
        )
    else:
        response = redirect("tickets:ticket", found.reference)
    if form.kind_value == Draft.Kind.REPLY and not form.begun_with:
        response.set_cookie(
            views.THEN_COOKIE, form.cleaned_data["then"], max_age=YEAR, samesite="Lax", httponly=True,
            secure=request.is_secure(),
        )  # fmt: skip
    return response


def _again(
    request: DeskRequest,
    found: Ticket,
    form: ComposeForm,
    *,
    errors: list[str],
    status: int,
    despite: Sequence[str] = (),
) -> HttpResponseBase:
    """The composer with exactly what was typed, what is wrong, and what has happened meanwhile."""
    shown = page.load(access.ticket_for(request.user, found.reference), request.user)
    composer = composing.bound(shown, form, then=views.then_of(request))
    composer.errors = errors
    composer.despite = [*composer.despite, *despite]
    if wants_part(request):
        after = views.number(request.POST.get("after", "")) or shown.ticket.last_event
        return views.fresh(
            request, shown, after, part="sent", composers=[composer], status=status,
            more={"composer": composer, "open_shows": _shown_in(composer)},
        )  # fmt: skip
    others = [one for one in composing.composers(shown) if one.kind != composer.kind]
    both = sorted([composer, *others], key=lambda one: one.is_note)
    return views.whole(request, shown, both, status=status, mode=composer.kind)


def _shown_in(composer: Composer) -> int:
    """Which prepared reply stands in it, as the page will show it."""
    return composer.taken.reply.pk if composer.taken else 0


def _preview(request: DeskRequest, found: Ticket, form: ComposeForm) -> HttpResponseBase:
    shown = page.load(found, request.user)
    preview = composing.preview(shown, form)
    if wants_part(request):
        return respond(request, "tickets/ticket_preview.html", {"preview": preview})
    composer = composing.bound(shown, form, then=views.then_of(request))
    composer.preview = preview
    others = [one for one in composing.composers(shown) if one.kind != composer.kind]
    return views.whole(request, shown, sorted([composer, *others], key=lambda one: one.is_note), mode=composer.kind)


def _attach(request: DeskRequest, found: Ticket, form: ComposeForm) -> None:
    """Files chosen without scripts come with the text."""
    files = [file for file in request.FILES.getlist("files") if file.name]
    if files:
        drafts.attach(found, user=request.user, kind=form.kind_value, files=files)


def _only_what_may_be_written(request: DeskRequest, form: ComposeForm) -> None:
    """A channel manager writes notes and nothing else."""
    if form.kind_value != Draft.Kind.NOTE and not access.may_work(request.user):
        raise Http404(_("You may write internal notes here, not replies."))
