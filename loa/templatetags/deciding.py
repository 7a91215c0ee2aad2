"""The decision part of a letter's page and panel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from loa.decision_part import Part
from loa.models import LetterRequest

register = template.Library()
MARK = '<span class="variable">{}</span>'


@register.simple_tag(takes_context=True)
def decision_part(context: dict[str, Any], request: LetterRequest) -> Part:
    """What `loa/decision.html` draws, for whoever looks."""
    return Part(request, context["request"].user)


@register.filter
def filled(text: str, values: Iterable[str]) -> SafeString:
    """The text with what was filled in set off; longest first, nothing twice."""
    pieces: list[tuple[str, bool]] = [(text, False)]
    for value in values:
        pieces = [part for piece in pieces for part in _split(piece, value)]
    marked = "".join(MARK.format(escape(words)) if known else escape(words) for words, known in pieces)
    return mark_safe(marked)  # noqa: S308 - escaped piece by piece


def _split(piece: tuple[str, bool], value: str) -> list[tuple[str, bool]]:
    words, known = piece
    if known or not value or value not in words:
        return [piece]
    parts: list[tuple[str, bool]] = []
    for index, part in enumerate(words.split(value)):
        parts += [(value, True)] * bool(index) + [(part, False)] * bool(part)
    return parts
