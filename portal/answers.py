"""What the form asked and the partner answered, in words: for the first message and the page's “Your request”."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from portal.cards import card_of, fields_of
from tickets import kinds, topics
from tickets.kinds import Field
from tickets.models import Ticket
from tickets.models.ticket import Channel

COMPANY, MESSAGE, SUBJECT = "company", "message", "subject"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One answer."""

    label: str
    value: str
    mono: bool = False


def rows(answers: Mapping[str, Any], declared: Mapping[str, Field]) -> list[Row]:
    """The answers in the order they were asked; what was left empty and the free text are left out."""
    order = [name for name in declared if name in answers] + [name for name in answers if name not in declared]
    return [
        _row(name, answers[name], declared.get(name))
        for name in order
        if name not in {MESSAGE, SUBJECT} and answers[name] not in ("", None, False)
    ]


def rows_of(ticket: Ticket) -> list[Row]:
    """The answers of a ticket that came by the form."""
    return rows(ticket.fields, _declared(ticket)) if ticket.channel in {Channel.FORM, Channel.API} else []


def type_of(ticket: Ticket) -> str:
    """What the request is called: by its topic where it has one."""
    topic = topics.topic_of(ticket.topic)
    return str(topic.title if topic else kinds.kind_of(ticket.kind).title)


def text_of(ticket: Ticket) -> str:
    """What `text` made of this ticket's answers."""
    return text(ticket.fields, _declared(ticket))


def text(answers: Mapping[str, Any], declared: Mapping[str, Field]) -> str:
    """The first message: the answers line by line, then what was written freely."""
    lines = "\n".join(f"{row.label}: {row.value}" for row in rows(answers, declared))
    return "\n\n".join(part for part in (lines, str(answers.get(MESSAGE, ""))) if part)


def _declared(ticket: Ticket) -> dict[str, Field]:
    """The fields of its kind first, then all others: those of a kind it no longer has keep their labels."""
    everything = {field.name: field for kind, card in kinds.cards() for field in fields_of(kind, card)}
    chosen = card_of(ticket.topic) or card_of(ticket.kind)
    own = {field.name: field for field in fields_of(*chosen)} if chosen else {}
    return own | {name: field for name, field in everything.items() if name not in own}


def _row(name: str, value: Any, field: Field | None) -> Row:
    label = str(field.label) if field else _label_of(name)
    return Row(label=label, value=_shown(value, field), mono=bool(field and field.mono))


def _label_of(name: str) -> str:
    return _("Company") if name == COMPANY else name.replace("_", " ").capitalize()


def _shown(value: Any, field: Field | None) -> str:
    if value is True:
        return _("Yes")
    if field and field.kind == "select":
        return next((str(words) for choice, words in field.choices if choice == value), str(value))
    if field and field.kind == "date" and isinstance(value, str):
        return next(_dates(value), value)
    return str(value)


def _dates(value: str) -> Iterator[str]:
    try:
        yield date_format(date.fromisoformat(value), "j F Y")
    except ValueError:
        return
