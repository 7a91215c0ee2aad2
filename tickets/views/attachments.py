"""Files of a ticket: download, upload, taking out again; what became of a reply, and sending it again."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents.serving import download
from people.http import DeskRequest, colleagues_only, desk_only
from tickets import access, actions, drafts, page
from tickets.actions import Refused
from tickets.models import Draft
from web.http import respond, wants_part
from web.toasts import toast_error


@require_safe
@colleagues_only
def attachment(request: DeskRequest, reference: str, pk: int) -> HttpResponseBase:
    """The file as a download; a raster image also in its place in a mail."""
    found = access.ticket_for(request.user, reference)
    return download(access.attachment_for(request.user, found, pk).stored, inline="inline" in request.GET)


@require_POST
@colleagues_only
def upload(request: DeskRequest, reference: str) -> HttpResponseBase:
    """Stores a file as soon as it is chosen and puts it into the draft; 422 with a sentence when it is too much."""
    found = access.ticket_for(request.user, reference)
    kind = (
        Draft.Kind.REPLY if request.POST.get("kind") == "reply" and access.may_work(request.user) else Draft.Kind.NOTE
    )
    files = request.FILES.getlist("files")
    if not files:
        return HttpResponse(_("Choose a file."), status=422, content_type="text/plain; charset=utf-8")
    try:
        added = drafts.attach(found, user=request.user, kind=kind, files=files)
    except Refused as refused:
        return HttpResponse(str(refused), status=422, content_type="text/plain; charset=utf-8")
    shown = page.load(found, request.user)
    return respond(request, "tickets/ticket_upload.html", {"page": shown, "files": added}, status=201)


@require_POST
@colleagues_only
def detach(request: DeskRequest, reference: str, pk: int) -> HttpResponseBase:
    """Takes out a file that was not sent; only who attached it may."""
    found = access.ticket_for(request.user, reference)
    file = access.attachment_for(request.user, found, pk)
    if file.uploaded_by_id != request.user.pk:
        raise Http404(_("There is no such file, or you may not see it."))
    try:
        drafts.detach(file)
    except Refused as refused:
        return HttpResponse(str(refused), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=200) if wants_part(request) else redirect("tickets:ticket", found.reference)


@require_safe
@colleagues_only
def mail_state(request: DeskRequest, reference: str, pk: int) -> HttpResponseBase:
    """What became of a reply: queued, sent, failed."""
    found = access.ticket_for(request.user, reference)
    context = {
        "message": access.message_for(request.user, found, pk),
        "page": {"ticket": found, "may_work": request.user.on_desk},
    }
    return respond(request, "tickets/ticket_mail.html", context)


@require_POST
@desk_only
def try_again(request: DeskRequest, reference: str, pk: int) -> HttpResponseBase:
    """Puts a reply that could not be sent back into the queue."""
    found = access.ticket_for(request.user, reference)
    try:
        actions.try_again(access.message_for(request.user, found, pk), by=request.user)
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect("tickets:ticket", found.reference)
