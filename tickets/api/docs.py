"""What the API's documentation says about the addresses of the desk: words, parameters, an example for each."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_view,
)

from tickets.api.inputs import NewMessageInput, NewTicketInput, TicketChange, UploadInput
from tickets.api.shapes import EventShape, MessageShape, MovedOnShape, TicketShape, UploadShape
from web.api_docs import NOT_SIGNED_IN, a_problem, answers, problem

TAGS = ["Tickets"]

A_TICKET: dict[str, Any] = {
    "reference": "PHD-1042",
    "subject": "Proof of execution for Northwind",
    "kind": "service_attach",
    "topic": "",
    "status": "open",
    "solved_reason": "",
    "priority": "normal",
    "tags": ["PoE"],
    "requester": {"name": "Katrin Vogel", "email": "katrin@northwind.example"},
    "assignee": "specialist@example.com",
    "partner": {"id": 7, "name": "Northwind DevOps GmbH"},
    "channel_manager": {"name": "Sofia Marchetti"},
    "region": "EMEA",
    "channel": "mail",
    "created": "2026-11-20T08:12:00Z",
    "updated": "2026-11-20T09:30:11Z",
    "due": "2026-11-24T17:00:00Z",
    "last_event": 5120,
}
A_MESSAGE: dict[str, Any] = {
    "id": 8801,
    "visibility": "reply",
    "author": "Nadia Okafor",
    "author_address": "partnersupport@gitlab.com",
    "to": ["katrin@northwind.example"],
    "cc": [],
    "subject": "Re: Proof of execution for Northwind [PHD-1042]",
    "body": "Hello Katrin,\n\nthe Deal ID is missing from the statement of work.",
    "attachments": [{"id": 311, "filename": "missing.pdf", "content_type": "application/pdf", "size": 48213}],
    "automatic": False,
    "state": "sent",
    "created": "2026-11-20T09:30:11Z",
}
AN_EVENT: dict[str, Any] = {
    "id": 5120,
    "verb": "replied",
    "actor": "Nadia Okafor",
    "before": {"status": "new"},
    "after": {"status": "pending_partner"},
    "why": "",
    "created": "2026-11-20T09:30:11Z",
}
A_NEW_TICKET: dict[str, Any] = {
    "subject": "PO 4711 for Globex",
    "body": "Hello, attached is our purchase order 4711.",
    "requester": {"name": "Ana Silva", "email": "ana@acme.example"},
    "kind": "purchase_order",
    "tags": ["redirect"],
}
A_NEW_MESSAGE: dict[str, Any] = {
    "visibility": "reply",
    "body": "Hello Katrin,\n\nthe Deal ID is missing from the statement of work.",
    "to": ["katrin@northwind.example"],
    "cc": [],
    "attachments": [311],
    "then": "pending_partner",
    "last_seen_event": 5118,
}


UNKNOWN = problem(
    "Not there, or not yours to see",
    a_problem(404, "Not Found", "There is no ticket PHD-9999, or you may not see it."),
)
WRONG = problem(
    "A field cannot be taken",
    a_problem(
        400,
        "Bad Request",
        "Nothing was changed. Look at: status.",
        errors={"status": ['"done" is not a valid choice.']},
    ),
)
FORBIDDEN = problem(
    "Not for this account",
    a_problem(403, "Forbidden", "Your account reads tickets; it may not change them. Nothing was changed."),
)
OTHER_CONTENT = problem(
    "Refused by the desk, or the Idempotency-Key was used with other content",
    a_problem(422, "Unprocessable Entity", "A ticket that is Closed cannot become Resolved."),
)
STALE = problem(
    "`If-Match` names an older version",
    a_problem(412, "Precondition Failed", "The ticket has changed since you read it. Read it again.", last_event=5121),
)
MOVED_ON = problem(
    "The thread has moved on, or the first request with this Idempotency-Key is still at work",
    a_problem(
        409,
        "Conflict",
        "The thread has moved on since you read it. Nothing was sent; look at the new items.",
        new_items=[{**A_MESSAGE, "visibility": "in", "state": "received"}],
        last_event=5121,
    ),
    shape=MovedOnShape,
)
TOO_LARGE = problem(
    "Larger than a file may be",
    a_problem(413, "Request Entity Too Large", "scan.pdf is 31 MB. A file may have up to 25 MB."),
)
KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The same key and content get the first answer for 24 hours; other content gets 422.",
)
IF_MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="The ETag you read; another version gets 412."
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="The ETag you have; unchanged gets 304."
)


def _query(name: str, says: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=says)


FILTERS = [
    _query("status", "One or several, separated by commas: `new,open`."),
    _query("kind", "One or several."),
    _query("topic", "One or several topics of `general`."),
    _query("assignee", "E-mail address or id, `me`, or `none`."),
    _query("partner", "Id of a partner, or `none`."),
    _query("channel_manager", "Name or id of a channel manager, or `none`."),
    _query("tag", "Tickets with all of these tags."),
    _query("view", "A view of the queue, such as `mine` or `unassigned`."),
    _query("q", "A reference, or words; the last one also as a beginning."),
]


def _body(value: dict[str, Any], name: str = "Example") -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)


def _answer(value: dict[str, Any], *codes: str) -> OpenApiExample:
    return OpenApiExample("Example", value=value, response_only=True, status_codes=list(codes))


TICKETS = extend_schema_view(
    get=extend_schema(
        operation_id="tickets_list",
        tags=TAGS,
        summary="List tickets, newest first",
        description="Those you may read. Follow `next` and `previous` as they are; a filter nobody knows is an error.",
        parameters=FILTERS,
        examples=[_answer(A_TICKET, "200")],
        responses=answers({200: TicketShape(many=True)}, WRONG, NOT_SIGNED_IN),
    ),
    post=extend_schema(
        operation_id="tickets_create",
        tags=TAGS,
        summary="Open a ticket",
        description="For the desk: a request that reached you another way. Without a kind the words decide.",
        parameters=[KEY],
        request=NewTicketInput,
        examples=[_body(A_NEW_TICKET), _answer(A_TICKET, "201")],
        responses=answers({201: TicketShape}, WRONG, NOT_SIGNED_IN, FORBIDDEN, OTHER_CONTENT),
    ),
)
TICKET = extend_schema_view(
    get=extend_schema(
        operation_id="tickets_read",
        tags=TAGS,
        summary="Read a ticket",
        description="The ETag is its version, for `If-Match`.",
        parameters=[IF_NONE_MATCH],
        examples=[_answer(A_TICKET, "200")],
        responses=answers({200: TicketShape}, NOT_SIGNED_IN, UNKNOWN),
    ),
    patch=extend_schema(
        operation_id="tickets_change",
        tags=TAGS,
        summary="Change a ticket",
        description="All of it or nothing; one event for each thing that changes.",
        parameters=[IF_MATCH],
        request=TicketChange,
        examples=[
            _body({"status": "pending_partner", "assignee": "specialist@example.com", "tags": ["PoE"]}),
            _body({"assignee": None, "partner": 7}, "Back to nobody"),
            _answer(A_TICKET, "200"),
        ],
        responses=answers({200: TicketShape}, WRONG, NOT_SIGNED_IN, FORBIDDEN, UNKNOWN, STALE, OTHER_CONTENT),
    ),
)
MESSAGES = extend_schema_view(
    get=extend_schema(
        operation_id="messages_list",
        tags=TAGS,
        summary="Read the conversation, oldest first",
        description="A partner's own sign-in gets no notes.",
        examples=[_answer(A_MESSAGE, "200")],
        responses=answers({200: MessageShape(many=True)}, NOT_SIGNED_IN, UNKNOWN),
    ),
    post=extend_schema(
        operation_id="messages_create",
        tags=TAGS,
        summary="Reply by mail, or write a note",
        description="One message, one mail, one event. A channel manager writes notes only.",
        parameters=[KEY],
        request=NewMessageInput,
        examples=[_body(A_NEW_MESSAGE), _answer(A_MESSAGE, "201")],
        responses=answers({201: MessageShape}, WRONG, NOT_SIGNED_IN, FORBIDDEN, UNKNOWN, MOVED_ON, OTHER_CONTENT),
    ),
)
EVENTS = extend_schema_view(
    get=extend_schema(
        operation_id="events_list",
        tags=TAGS,
        summary="Read what happened, oldest first",
        description="A partner's own sign-in gets messages and changes of status.",
        examples=[_answer(AN_EVENT, "200")],
        responses=answers({200: EventShape(many=True)}, NOT_SIGNED_IN, UNKNOWN),
    ),
)
UPLOADS = extend_schema_view(
    post=extend_schema(
        operation_id="attachments_create",
        tags=TAGS,
        summary="Upload a file to send with a message",
        description="It waits on the ticket, for you alone, until a message of yours takes it along.",
        parameters=[KEY],
        request={"multipart/form-data": UploadInput},
        examples=[_answer(A_MESSAGE["attachments"][0], "201")],
        responses=answers({201: UploadShape}, WRONG, NOT_SIGNED_IN, FORBIDDEN, UNKNOWN, TOO_LARGE, OTHER_CONTENT),
    ),
)
DOWNLOAD = extend_schema_view(
    get=extend_schema(
        tags=TAGS,
        summary="Download a file",
        description="Its bytes as they came, always as a download.",
        responses=answers({(200, "application/octet-stream"): OpenApiTypes.BINARY}, NOT_SIGNED_IN, UNKNOWN),
    ),
)
