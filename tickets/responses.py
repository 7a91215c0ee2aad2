"""Response texts: what their variables mean, filling them in, and finding those that are still empty.

The grammar is one thing: `{{ name }}`. Nothing is computed, a value is never read again for variables, and what stands
between backticks is code and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import User
from tickets import kinds
from tickets.models import Message, Response, Ticket

Source = Literal["ticket", "form", "ask"]

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TOKEN = re.compile(r"```.*?```|`[^`\n]*`|\{\{[ \t]*(?P<name>[^{}\n]{0,80}?)[ \t]*\}\}", re.DOTALL)
_ALONE = re.compile(r"(?m)^[ \t]*\{\{[ \t]*(?P<name>[a-z][a-z0-9_]*)[ \t]*\}\}[ \t]*$")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n+")

# What a ticket fills by itself; every response may use these without declaring them.
TICKET_VARIABLES: dict[str, kinds.Words] = {
    "partner_name": gettext_lazy("Partner"),
    "contact_first_name": gettext_lazy("First name of the requester"),
    "requester": gettext_lazy("Requester"),
    "sender_name": gettext_lazy("Who signs"),
    "case_no": gettext_lazy("Number of the ticket"),
    "due_date": gettext_lazy("Due"),
    "cam": gettext_lazy("Channel manager"),
    "attachments": gettext_lazy("Documents on the ticket"),
    "order_ops": gettext_lazy("Address of Partner Order Operations"),
}
_also: list[Callable[[Ticket], Mapping[str, str]]] = []


def also_fills(names: Mapping[str, kinds.Words], read: Callable[[Ticket], Mapping[str, str]]) -> None:
    """What a higher app fills from its own rows; every response may use these names too."""
    TICKET_VARIABLES.update(names)
    if read not in _also:
        _also.append(read)


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One blank of a response: filled from the ticket, from what the form asked, or by whoever sends."""

    name: str
    label: str
    source: Source = "ask"
    list: bool = False
    optional: bool = False
    default: str = ""
    sample: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A filled response; `unresolved` names the variables that still stand in it and block sending."""

    subject: str
    body: str
    unresolved: tuple[str, ...]


def variables_of(response: Response) -> tuple[Variable, ...]:
    return tuple(Variable(**declared) for declared in response.variables)


def samples_of(response: Response) -> dict[str, str]:
    """A believable value for each variable, for previews."""
    return {variable.name: variable.sample or variable.label for variable in variables_of(response)}


def render(response: Response, values: Mapping[str, str]) -> Rendered:
    """Fills in `values`. A variable without one stays as `{{ name }}` and is reported.

    An optional one takes its paragraph with it.
    """
    declared = {variable.name: variable for variable in variables_of(response)}
    given = {name: value.strip() for name, value in values.items() if value.strip()}
    known = {name: variable.default for name, variable in declared.items() if variable.default} | given
    left_out = {name for name, variable in declared.items() if variable.optional and name not in known}
    lists = {name for name, variable in declared.items() if variable.list}
    subject = _fill(response.subject, known, lists)
    kept = [part for part in _PARAGRAPHS.split(response.body.strip()) if not left_out.intersection(_names_in(part))]
    body = "\n\n".join(_fill(part, known, lists) for part in kept)
    empty = [name for name in _names_in(f"{response.subject}\n{chr(10).join(kept)}") if name not in known]
    return Rendered(subject=" ".join(subject.split()), body=body, unresolved=tuple(empty))


def fill_in(text: str, values: Mapping[str, str], *, lists: Collection[str] = ()) -> str:
    """`text` with these blanks filled; the others stay as they are."""
    return _fill(text, {name: value for name, value in values.items() if value.strip()}, set(lists))


def unresolved_in(text: str) -> tuple[str, ...]:
    """What still stands between double braces outside code, each once, in order."""
    return tuple(_names_in(text))


def faults_in(text: str, *, known: Iterable[str]) -> list[str]:
    """Sentences about variables that nobody declared and braces that were not closed."""
    allowed = set(known) | set(TICKET_VARIABLES)
    faults = [
        _("“{{ %(name)s }}” is no variable of this response. Declare it under Variables, or correct its name.")
        % {"name": name}
        for name in _names_in(text)
        if name not in allowed
    ]
    rest = _TOKEN.sub("", text)
    if "{{" in rest or "}}" in rest:
        faults.append(_("Two braces stand alone. A variable is written {{ name }}, on one line."))
    return faults


def values_for(ticket: Ticket, user: User) -> dict[str, str]:
    """What the ticket and who sends fill in; empty values are left out."""
    return values_of(ticket) | {"sender_name": str(user)}


def values_of(ticket: Ticket) -> dict[str, str]:
    """What the ticket itself fills in, whoever sends."""
    values = _form_values(ticket) | {
        "partner_name": str(ticket.partner or ""),
        "contact_first_name": first_name(ticket.requester.name),
        "requester": str(ticket.requester),
        "case_no": ticket.reference,
        "due_date": _due(ticket),
        "cam": str(ticket.channel_manager or (ticket.partner and ticket.partner.channel_manager) or ""),
        "attachments": "\n".join(_documents(ticket)),
        "order_ops": settings.ORDER_OPS_ADDRESS,
    }
    for read in _also:
        values |= read(ticket)
    return {name: value for name, value in values.items() if value}


def first_name(name: str) -> str:
    """“Katrin” of “Katrin Vogel” and of “Vogel, Katrin”; a name in another script stays whole: its order is unknown."""
    if not _LATIN.search(name):
        return name.strip()
    given = name.rpartition(",")[2].split()
    return given[0] if given else name.strip()


def _names_in(text: str) -> list[str]:
    found = (match["name"] for match in _TOKEN.finditer(text))
    return list(dict.fromkeys(name for name in found if name is not None))


def _fill(text: str, values: Mapping[str, str], lists: set[str]) -> str:
    """One pass over `text`, so a value that holds braces is not filled again."""
    alone = {match.start("name") for match in _ALONE.finditer(text)}
    return _TOKEN.sub(_filler(values, lists, alone), text)


def _filler(values: Mapping[str, str], lists: set[str], alone: set[int]) -> Callable[[re.Match[str]], str]:
    def fill(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None or name not in values:
            return match[0]
        lines = [" ".join(line.split()) for line in values[name].splitlines() if line.strip()]
        if name in lists and match.start("name") in alone:
            return "\n".join(f"- {line}" for line in lines)
        return ", ".join(lines) if name in lists else " ".join(lines)

    return fill


def _form_values(ticket: Ticket) -> dict[str, str]:
    """What the request form asked, a choice in the words the form showed."""
    choices = {field.name: dict(field.choices) for field in kinds.kind_of(ticket.kind).fields}
    given = cast("dict[str, object]", ticket.fields or {})
    return {
        name: str(choices.get(name, {}).get(str(value), value))
        for name, value in given.items()
        if isinstance(value, str | int) and NAME.fullmatch(name)
    }


def _due(ticket: Ticket) -> str:
    moment = ticket.resolution_due or ticket.due
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return date_format(local, "D j M" if local.year == timezone.localtime().year else "j M Y")


def _documents(ticket: Ticket) -> list[str]:
    """Names of the partner's own files; what hangs on a note is ours."""
    files = ticket.attachments.filter(message__visibility=Message.Visibility.IN, inline=False)
    return list(files.values_list("filename", flat=True))
