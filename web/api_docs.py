"""What the API's documentation says about problems: each status with its media type, its meaning and an example."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers

PROBLEM = "application/problem+json"


class ProblemShape(serializers.Serializer[Any]):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.DictField(  # type: ignore[assignment]  # the name is RFC 9457's
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


def a_problem(status: int, title: str, detail: str, **more: Any) -> dict[str, Any]:
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}


def problem(
    says: str, example: dict[str, Any], *, shape: Any = ProblemShape
) -> tuple[tuple[int, str], OpenApiResponse]:
    """A status with its media type, and what it means: one entry of an operation's responses."""
    shown = OpenApiExample(says, value=example, media_type=PROBLEM, response_only=True)
    return (example["status"], PROBLEM), OpenApiResponse(shape, description=says, examples=[shown])


def answers(ok: dict[Any, Any], *problems: tuple[tuple[int, str], OpenApiResponse]) -> dict[Any, Any]:
    return {**ok, **dict(problems)}


NOT_SIGNED_IN = problem(
    "Nobody is signed in",
    a_problem(401, "Unauthorized", "Sign in, or send a token: Authorization: Token YOUR-TOKEN."),
)
