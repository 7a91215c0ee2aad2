"""The addresses below /api/v1/tickets/: door, checked input, verb, answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from documents import limits, serving, storing
from journal.models import Event
from journal.record import events_of
from people.models import User
from tickets import access, actions
from tickets.actions import MovedOn, Refused
from tickets.api import changes, docs
from tickets.api.filters import filtered
from tickets.api.inputs import NewMessageInput, NewTicketInput, TicketChange
from tickets.api.shapes import EventShape, MessageShape, TicketShape, UploadShape
from tickets.models import Message, Ticket
from tickets.models.message import Visibility
from web.idempotency import idempotent
from web.problems import Problem, wrong_fields
from web.rest import Api, Oldest, Pages

BETWEEN_COLLEAGUES = ("noted", "mail came back", "sender accepted", "message moved out")


class DeskApi(Api):
    """An address of the desk; what a verb refuses becomes a problem."""

    def handle_exception(self, exc: Exception) -> Response:
        return super().handle_exception(self._as_problem(exc))

    def _as_problem(self, error: Exception) -> Exception:
        if isinstance(error, Refused):
            return Problem(422, str(error))
        if isinstance(error, MovedOn):
            return _moved_on(error, user_of(self.request))
        return error

    def page(self, rows: QuerySet[Any], shape: type[BaseSerializer[Any]], *, pages: type[Pages]) -> Response:
        """One page of `rows` in the contract's envelope."""
        paginator = pages()
        found = paginator.paginate_queryset(rows, self.request, view=self)
        return paginator.get_paginated_response(_shapes(shape, found, context=_context(self.request)))


@docs.TICKETS
class TicketList(DeskApi):
    pagination_class = Pages

    def get(self, request: Request) -> Response:
        user = user_of(request)
        rows = filtered(access.tickets_for(user), user=user, asked=request.query_params)
        return self.page(_listed(rows), TicketShape, pages=Pages)

    @idempotent
    def post(self, request: Request) -> HttpResponseBase:
        user = _worker(request)
        asked = NewTicketInput(data=request.data)
        asked.is_valid(raise_exception=True)
        ticket = changes.create(asked.validated_data, by=user)
        return _answer(request, ticket, status=201)


@docs.TICKET
class TicketDetail(DeskApi):
    def get(self, request: Request, reference: str) -> HttpResponseBase:
        return _answer(request, access.ticket_for(user_of(request), reference))

    def patch(self, request: Request, reference: str) -> HttpResponseBase:
        ticket = access.ticket_for(user_of(request), reference)
        user = _worker(request)
        asked = TicketChange(data=request.data)
        asked.is_valid(raise_exception=True)
        changes.change(ticket, asked.validated_data, by=user, version=_if_match(request))
        return _answer(request, access.ticket_for(user_of(request), reference))


@docs.MESSAGES
class MessageList(DeskApi):
    pagination_class = Oldest

    def get(self, request: Request, reference: str) -> Response:
        user = user_of(request)
        ticket = access.ticket_for(user, reference)
        return self.page(_with_files(access.messages_for(user, ticket)), MessageShape, pages=Oldest)

    @idempotent
    def post(self, request: Request, reference: str) -> HttpResponseBase:
        user = user_of(request)
        ticket = access.ticket_for(user, reference)
        _may_write(user, request)
        asked = NewMessageInput(data=request.data, context={"ticket": ticket, "user": user})
        asked.is_valid(raise_exception=True)
        message = changes.write(ticket, asked.validated_data, by=user)
        row = _with_files(access.messages_for(user, ticket)).get(pk=message.pk)
        return Response(MessageShape(row, context=_context(request)).data, status=201)


@docs.EVENTS
class EventList(DeskApi):
    pagination_class = Oldest

    def get(self, request: Request, reference: str) -> Response:
        user = user_of(request)
        ticket = access.ticket_for(user, reference)
        rows = events_of(ticket) if user.is_colleague else _public(ticket, access.messages_for(user, ticket))
        return self.page(rows, EventShape, pages=Oldest)


@docs.UPLOADS
class Uploads(DeskApi):
    parser_classes = [MultiPartParser]

    @idempotent
    def post(self, request: Request, reference: str) -> HttpResponseBase:
        user = user_of(request)
        ticket = access.ticket_for(user, reference)
        if not access.may_note(user):
            raise PermissionDenied(_("A partner sends files by answering the mail, or on the tracking page."))
        file = _one_file(request)
        stored = storing.store(file, name=file.name, declared_type=file.content_type or "")
        upload = actions.upload(ticket, stored=stored, filename=stored.name, by=user)
        return Response(UploadShape(upload).data, status=201)


@docs.DOWNLOAD
class Download(DeskApi):
    def get(self, request: Request, pk: int, reference: str | None = None) -> HttpResponseBase:
        user = user_of(request)
        ticket = access.ticket_for(user, reference) if reference else _ticket_with(user, pk)
        found = access.attachment_for(user, ticket, pk)
        response = serving.download(found.stored)
        if response.status_code != 200:
            raise Problem(
                response.status_code, _("This file cannot be read just now. It is kept; try again in a minute.")
            )
        return response


def user_of(request: Request) -> User:
    """Who calls; the default permission has let only people in."""
    return cast("User", request.user)


def _shapes(shape: type[BaseSerializer[Any]], rows: Any, *, context: dict[str, Any] | None = None) -> Any:
    return shape(rows, many=True, context=context or {}).data


def _context(request: Request) -> dict[str, Any]:
    return {"colleague": user_of(request).is_colleague}


def _answer(request: Request, ticket: Ticket, *, status: int = 200) -> HttpResponseBase:
    """The ticket with its version as ETag."""
    headers = {"ETag": _etag(ticket), "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    if request.method == "GET" and _etag(ticket) in _tags(request, "If-None-Match"):
        return HttpResponse(status=304, headers=headers)
    if status == 201:
        headers["Location"] = request.build_absolute_uri(f"/api/v1/tickets/{ticket.reference}/")
    return Response(TicketShape(ticket, context=_context(request)).data, status=status, headers=headers)


def _listed(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """With all that a ticket's shape reads, in a fixed number of statements."""
    return tickets.select_related("requester", "assignee", "partner", "channel_manager").prefetch_related("tags")


def _with_files(messages: QuerySet[Message]) -> QuerySet[Message]:
    heavy = ("html", "quoted_html", "rich_html", "outgoing__body_html", "outgoing__body_text")
    return messages.select_related("outgoing").defer(*heavy).prefetch_related("attachments")


def _public(ticket: Ticket, messages: QuerySet[Message]) -> QuerySet[Event]:
    """What a partner may know: the messages they may read, and where it stands."""
    told = Q(pk__in=messages.values("event_id")) | Q(after__has_key="status")
    return events_of(ticket).filter(told).exclude(verb__in=BETWEEN_COLLEAGUES)


def _worker(request: Request) -> User:
    user = user_of(request)
    if not access.may_work(user):
        raise PermissionDenied(_("Your account reads tickets; it may not change them. Nothing was changed."))
    return user


def _may_write(user: User, request: Request) -> None:
    """The desk writes both, a channel manager notes, a partner neither."""
    is_note = isinstance(request.data, dict) and request.data.get("visibility") == Visibility.NOTE
    if access.may_work(user) or (is_note and access.may_note(user)):
        return
    if access.may_note(user):
        raise PermissionDenied(_("A channel manager writes notes only. Send the visibility “note”."))
    raise PermissionDenied(_("A partner answers by mail, or on the tracking page."))


def _if_match(request: Request) -> Callable[[Ticket], None]:
    """What checks the version under the lock, when the caller sent one."""
    wanted = _tags(request, "If-Match")

    def check(row: Ticket) -> None:
        if wanted and _etag(row) not in wanted and "*" not in wanted:
            raise Problem(412, _("The ticket has changed since you read it. Read it again."), last_event=row.last_event)

    return check


def _tags(request: Request, header: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in request.headers.get(header, "").split(",") if tag.strip()]


def _etag(ticket: Ticket) -> str:
    return f'"{ticket.last_event}"'


def _moved_on(error: MovedOn, user: User) -> Problem:
    newer = [event.pk for event in error.events]
    rows = _with_files(access.messages_for(user, error.ticket)).filter(event_id__in=newer)
    return Problem(
        409,
        _("The thread has moved on since you read it. Nothing was sent; look at the new items."),
        new_items=_shapes(MessageShape, rows),
        last_event=error.ticket.last_event,
    )


def _one_file(request: Request) -> Any:
    files = [file for _name, values in request.FILES.lists() for file in values]
    if len(files) != 1:
        raise wrong_fields({"file": [_("Send one file, as the multipart field `file`.")]})
    if sentence := limits.refuse(files[0]):
        too_big = (files[0].size or 0) > limits.MAX_FILE_BYTES
        raise Problem(413 if too_big else 400, sentence, errors={"file": [sentence]})
    return files[0]


def _ticket_with(user: User, pk: int) -> Ticket:
    """The ticket a file hangs on, if `user` may read it."""
    ticket = access.tickets_for(user).filter(attachments__pk=pk).first()
    if ticket is None:
        raise Http404(_("There is no such file, or you may not see it."))
    return ticket
