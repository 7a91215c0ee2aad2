"""Whom an answer goes to: derived from the message replied to, typed by a person, marked where somebody is new."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from tickets.actions import Recipient
from tickets.models import Message, Ticket
from tickets.models.message import Visibility

MAX_LINE = 8000
_PART = re.compile(r'(?:"[^"]*"|[^,;\n"])+')
_NAMED = re.compile(r'\s*"?(?P<name>[^"<>]*?)"?\s*<\s*(?P<address>[^<>\s]+)\s*>\s*')
_AWKWARD = re.compile(r'[,;<>@"]')


def parse(line: str) -> list[Recipient]:
    """The people of a typed line, each address once; `ValidationError` names what is no address."""
    found: dict[str, Recipient] = {}
    for part in _PART.findall(line):
        if part.strip():
            person = _person(part.strip())
            found.setdefault(person.address.lower(), person)
    return list(found.values())


def addresses_in(line: str) -> list[str]:
    """The addresses of a line in lower case, also while it is being typed; what is none is left out."""
    found = [match["address"] if (match := _NAMED.fullmatch(part)) else part for part in _PART.findall(line)]
    return [address.strip().lower() for address in found if "@" in address]


def others_in(line: str, *, known: Collection[str]) -> list[str]:
    """The parts of a line with an address that is none of these, as they were typed; each once."""
    parts = {address: part.strip() for part in _PART.findall(line) for address in addresses_in(part)}
    return [part for address, part in parts.items() if address not in known]


def line(people: Iterable[Recipient]) -> str:
    """How `parse` reads it again."""
    return ", ".join(_written(person) for person in people)


def answer_to(
    ticket: Ticket, last: Message | None, *, ours: Collection[str]
) -> tuple[list[Recipient], list[Recipient]]:
    """To and Cc of an answer: who wrote `last` and the requester; whom they had in To and Cc, without ourselves."""
    asked = Recipient(address=ticket.requester.email, name=ticket.requester.name)
    if last is None:
        return [asked], []
    author = Recipient(address=last.author_address or asked.address, name=_own_name(last))
    to = _once([author, *([] if _in(asked, last) else [asked])], without=ours)
    cc = _once([Recipient(address=one["address"], name=one["name"]) for one in (*last.to, *last.cc)], without=ours)
    taken = {one.address.lower() for one in to}
    return to or [asked], [one for one in cc if one.address.lower() not in taken]


def known_to(ticket: Ticket, messages: Sequence[Message]) -> dict[str, str]:
    """Everybody who wrote here or was written to, by address, with their part in it; others are marked as new."""
    known = {one["address"].lower(): "" for row in messages if row.outgoing_id for one in (*row.to, *row.cc)}
    known |= {row.author_address.lower(): "" for row in messages if _is_partners(row)}
    known[ticket.requester.email.lower()] = ""
    manager = ticket.channel_manager
    if manager is not None and manager.user is not None:
        known[manager.user.email.lower()] = _("channel manager")
    return known


def _is_partners(message: Message) -> bool:
    return message.visibility == Visibility.IN and not message.unknown_sender and not message.unverified


def _own_name(message: Message) -> str:
    return "" if message.author_name == message.author_address else message.author_name


def _in(person: Recipient, message: Message) -> bool:
    there = [one["address"].lower() for one in (*message.to, *message.cc)]
    return person.address.lower() in [*there, message.author_address.lower()]


def _once(people: Iterable[Recipient], *, without: Collection[str]) -> list[Recipient]:
    found: dict[str, Recipient] = {}
    for person in people:
        if _plain(person.address) not in without:
            found.setdefault(person.address.lower(), person)
    return list(found.values())


def _plain(address: str) -> str:
    """`desk+1042.abc@…` is the mailbox `desk@…`."""
    local, _at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _person(part: str) -> Recipient:
    match = _NAMED.fullmatch(part)
    address, name = (match["address"], match["name"].strip()) if match else (part, "")
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError(_("“%(text)s” is not an e-mail address.") % {"text": part[:80]}) from error
    return Recipient(address=address, name=name[:120])


def _written(person: Recipient) -> str:
    name = person.name.replace('"', "")
    if not name:
        return person.address
    return f'"{name}" <{person.address}>' if _AWKWARD.search(name) else f"{name} <{person.address}>"
