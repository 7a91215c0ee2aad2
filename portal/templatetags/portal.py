"""The portal's own words and marks in templates."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.forms import BoundField, Textarea

from portal import words
from portal.answers import SUBJECT
from portal.fields import Files
from portal.stages import state_words
from tickets.clocks import target_words

register = template.Library()
register.filter("state_words", state_words)
register.filter("promise", target_words)

_KINDS = {
    "pdf": "pdf",
    **dict.fromkeys(("xls", "xlsx", "csv", "ods"), "sheet"),
    **dict.fromkeys(("doc", "docx", "odt", "txt", "rtf", "md"), "doc"),
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp", "svg", "heic"), "image"),
}


@register.filter
def by_when(moment: datetime) -> str:
    return words.by_when(moment)


@register.filter
def takes_files(bound: BoundField) -> bool:
    return isinstance(bound.field, Files)


@register.filter
def is_long(bound: BoundField) -> bool:
    """Takes the whole width: free text, and a subject."""
    return isinstance(bound.field.widget, Textarea) or bound.name == SUBJECT


@register.filter
def is_mono(bound: BoundField) -> bool:
    return bound.name in getattr(bound.form, "mono", ())


@register.filter
def ending(name: str) -> str:
    """The letters in a file's square."""
    return name.rpartition(".")[2][:4] if "." in name else ""


@register.filter
def file_class(name: str) -> str:
    kind = _KINDS.get(name.rpartition(".")[2].lower(), "")
    return f"file-{kind}" if kind else ""


@register.filter
def said_when(moment: datetime) -> str:
    return words.said_when(moment)


@register.filter
def without_scheme(address: str) -> str:
    """An address as people say it."""
    return address.removeprefix("https://")
