"""The public form over HTTP: anybody may send a request; the same checks and the same throttle as the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from portal import throttle
from portal.requests import Invalid, NewRequest, submit, validate_request
from tickets import tracking
from tickets.api import docs
from tickets.models.ticket import Channel
from web import api_docs
from web.idempotency import idempotent
from web.problems import Problem, wrong_fields
from web.rest import Api, SmallJSONParser


class RequestInput(serializers.Serializer[Any]):
    """What every request has; each kind adds the fields its form asks for, by their names."""

    kind = serializers.CharField(help_text="A kind, a topic of `general`, or a tile of the form.")
    name = serializers.CharField()
    email = serializers.EmailField()
    subject = serializers.CharField(required=False, help_text="Where the kind has no subject of its own.")
    message = serializers.CharField(required=False)
    company = serializers.CharField(required=False)
    files = serializers.ListField(
        child=serializers.FileField(), required=False, help_text="Files under any name are taken."
    )


class RequestShape(serializers.Serializer[Any]):
    reference = serializers.CharField()
    track_url = serializers.URLField(help_text="Follow the request and answer it here, without signing in.")


TOO_MANY = api_docs.problem(
    "Too many requests from this address",
    api_docs.a_problem(
        429, "Too Many Requests", "You sent several requests within a short time. Try again in 10 minutes."
    ),
)
POST = extend_schema(
    operation_id="requests_create",
    tags=["Requests"],
    summary="Send a request, as the public form does",
    description="Anybody may. The fields depend on the kind; what is missing is said by field.",
    auth=[],
    parameters=[
        OpenApiParameter(
            "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, description="As on every POST; by address."
        )
    ],
    request={"multipart/form-data": RequestInput, "application/json": RequestInput},
    examples=[
        OpenApiExample(
            "A portal question",
            value={
                "kind": "general",
                "name": "Ana Silva",
                "email": "ana@acme.example",
                "subject": "A colleague cannot sign in",
                "message": "Hello, João joined us this week and has no access to the portal yet.",
            },
            request_only=True,
        ),
        OpenApiExample(
            "Example",
            value={"reference": "PHD-1042", "track_url": "https://desk.example.com/request/track/…/"},
            response_only=True,
            status_codes=["201"],
        ),
    ],
    responses=api_docs.answers({201: RequestShape}, docs.WRONG, docs.TOO_LARGE, docs.OTHER_CONTENT, TOO_MANY),
)


class Requests(Api):
    authentication_classes = []  # a session or token changes nothing here, so no other site can use one
    permission_classes = []
    parser_classes = [MultiPartParser, FormParser, SmallJSONParser]

    @POST
    @idempotent
    def post(self, request: Request) -> Response:
        asked = _asked(request)
        _in_time(throttle.by_caller(_plain(request), throttle.ATTEMPTS))
        new = _checked(request, asked)
        _in_time(throttle.refused_for(_plain(request), email=new.email))
        ticket = submit(new, channel=Channel.API)
        answer = {"reference": ticket.reference, "track_url": settings.PUBLIC_URL + tracking.path_for(ticket)}
        return Response(answer, status=201)


def _plain(request: Request) -> HttpRequest:
    return request._request  # noqa: SLF001 - DRF's own


def _in_time(wait: int) -> None:
    if wait:
        raise Problem(429, throttle.sentence(wait), wait=wait)


def _checked(request: Request, asked: Mapping[str, Any]) -> NewRequest:
    try:
        return validate_request(asked, request.FILES)
    except Invalid as error:
        raise wrong_fields(error.errors) from error


def _asked(request: Request) -> Mapping[str, Any]:
    """The fields; JSON may say anything, so only texts that can be stored go on."""
    if not isinstance(request.data, Mapping):
        raise wrong_fields({"non_field_errors": [_("Send an object with the fields of the form.")]})
    for name, value in request.data.items():
        if isinstance(value, str) and not _storable(value):
            raise wrong_fields({str(name)[:80]: [_("This holds a character that cannot be stored.")]})
    return request.data


def _storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
