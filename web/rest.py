"""What every address of the API stands on: one base view, a JSON reader with a limit, pages by cursor, UTC times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from typing import IO, Any, cast

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import negotiation, pagination, serializers
from rest_framework.exceptions import NotAcceptable, ParseError
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from web.problems import too_large, wrong_fields

MAX_ID = 2**63 - 1


class SmallJSONParser(JSONParser):
    """JSON up to the size Django allows for forms; nesting too deep to read is a mistake, not a crash."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        length = (parser_context or {})["request"].META.get("CONTENT_LENGTH") or "0"
        if int(length) > limit:
            raise too_large(limit)
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error


class AnyAccept(negotiation.DefaultContentNegotiation):
    """Whoever asks for something else gets JSON (or the file) all the same."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        known = list(renderers)
        try:
            return cast("tuple[BaseRenderer, str]", super().select_renderer(request, known, format_suffix))
        except NotAcceptable:
            return known[0], known[0].media_type or ""


class Api(APIView):
    """Base of every address below /api/: JSON in, JSON out, nothing kept by caches on the way."""

    content_negotiation_class = AnyAccept
    parser_classes: Sequence[type[BaseParser]] = [SmallJSONParser]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers.setdefault("Cache-Control", "private, no-store")
        return final


class Pages(pagination.CursorPagination):
    """Pages by a mark in the list, so that new rows neither repeat nor hide any."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering = "-id"

    def decode_cursor(self, request: Request) -> pagination.Cursor | None:
        try:
            cursor = super().decode_cursor(request)
        except Exception as error:
            raise _bad_cursor() from error
        if cursor is not None and cursor.position is not None and not _is_id(str(cursor.position)):
            raise _bad_cursor()
        return cursor


class Oldest(Pages):
    """The same, from the oldest row on."""

    page_size = 100
    ordering = "id"


class UtcTime(serializers.DateTimeField):
    """ISO 8601 in UTC, whatever zone the reader lives in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)


class Text(serializers.CharField):
    """A text, and nothing that could be written as one: 5 is no subject."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Strict(serializers.Serializer[Any]):
    """Takes its own fields only: an unknown name is an error, not a shrug."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            known = [name for name, field in self.fields.items() if not field.read_only]
            unknown = [str(name) for name in data if name not in known]
            if unknown:
                says = _("This field cannot be set. The fields are: %(names)s.") % {"names": ", ".join(known)}
                raise serializers.ValidationError({name[:80]: [says] for name in unknown})
        return super().to_internal_value(data)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MAX_ID


def _bad_cursor() -> Exception:
    return wrong_fields({"cursor": [_("This cursor is not one of ours. Take `next` or `previous` as they are.")]})
