"""A mail of a ticket as it is: in its own layout, in its source, as the file that arrived."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from documents.serving import download, not_available
from mail.models import IncomingMail
from people.http import DeskRequest, colleagues_only
from tickets import access, layouts, sources
from tickets.models import Message, Ticket
from web.http import respond


@require_safe
@colleagues_only
def layout(request: DeskRequest, reference: str, pk: int) -> HttpResponseBase:
    """The document inside the frame; `?images` loads what it wants from the web."""
    found = access.ticket_for(request.user, reference)
    message = access.message_for(request.user, found, pk)
    if not message.rich_html:
        raise Http404(_("This message has no layout of its own."))
    images = "images" in request.GET
    body = layouts.of(message, list(message.attachments.all()), host=request.get_host(), images=images)
    response = render(request, "tickets/layout.html", {"message": message, "body": body})
    for name, value in layouts.headers(images=images).items():
        response[name] = value
    return response


@require_safe
@colleagues_only
def original(request: DeskRequest, reference: str, pk: int) -> HttpResponseBase:
    """The source of a mail to read: its header fields, then every line of it up to a limit."""
    found = access.ticket_for(request.user, reference)
    message, mail = _mail(request, found, pk)
    source = sources.read(mail)
    if source is None:
        return not_available()
    return respond(
        request, "tickets/original.html", {"ticket": found, "message": message, "mail": mail, "source": source}
    )


@require_safe
@colleagues_only
def original_file(request: DeskRequest, reference: str, pk: int) -> HttpResponseBase:
    """The mail as it arrived, to the byte."""
    found = access.ticket_for(request.user, reference)
    _message, mail = _mail(request, found, pk)
    return download(mail.raw)


def _mail(request: DeskRequest, found: Ticket, pk: int) -> tuple[Message, IncomingMail]:
    message = access.source_for(request.user, found, pk)
    if message.incoming is None:
        raise Http404(_("This message did not come by mail."))
    return message, message.incoming
