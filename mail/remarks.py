"""What a reader should know about a message: one sentence each, made where the message is read."""

# ruff: noqa: RUF001 - sentences for people are set as people set them

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.translation import gettext as _

from mail import address_lists
from mail.address_lists import Address
from mail.headers import Headers
from mail.mime import Part

Kind = Literal[
    "invite", "encrypted", "signed", "tnef", "cut", "duplicate-header", "name-is-address", "oversize", "nested"
]
MAX_REMARKS: Final = 30
MAX_TEXT: Final = 600
ONCE: Final = {"from": "From", "subject": "Subject", "sender": "Sender", "reply-to": "Reply-To"}
LOOKS_LIKE_ADDRESS: Final = re.compile(r"[^\s<>\"'(),;:@]+@[^\s<>\"'(),;:@]+\.[^\s<>\"'(),;:@]+")


@dataclass(frozen=True, slots=True)
class Remark:
    kind: Kind
    text: str


def together(*found: Iterable[Remark]) -> tuple[Remark, ...]:
    """Each once, no more than thirty, none longer than a paragraph."""
    all_of_them = (Remark(one.kind, one.text[:MAX_TEXT]) for some in found for one in some)
    return tuple(dict.fromkeys(all_of_them))[:MAX_REMARKS]


def about_fields(fields: Headers, sender: Address | None, *, recipients: int) -> Iterator[Remark]:
    """Fields that occur twice, a sender's name that poses as another address, and too much of anything."""
    for name, title in ONCE.items():
        count = sum(1 for _value in fields.raw_all(name))
        if count > 1:
            text = _("The header %(name)s occurs %(count)d times; the first one counts.")
            yield Remark("duplicate-header", text % {"name": title, "count": count})
    if sender is not None and (posed := other_address(sender)):
        text = _("The sender’s name is an address itself, %(name)s. The message came from %(address)s.")
        yield Remark("name-is-address", text % {"name": posed, "address": sender.address})
    if fields.cut:
        yield Remark("cut", _("Its header fields are too long; only the beginning of them was read."))
    if recipients >= address_lists.MAX_ADDRESSES:
        yield Remark("cut", _("It names more than 500 recipients; those after that were not read."))


def other_address(sender: Address) -> str:
    """The address in a display name that is not the sender's own; empty where there is none."""
    found = LOOKS_LIKE_ADDRESS.findall(sender.name[:1000])
    return next((one for one in found if one.strip(".").lower() != sender.address.lower()), "")


def about_parts(root: Part) -> Iterator[Remark]:
    """Parts that were left unread because there are too many; the original has everything."""
    if root.too_deep:
        yield Remark("cut", _("Its parts are nested more than 100 deep; the innermost were not taken apart."))
    if root.too_many:
        yield Remark("cut", _("It has more than 1,000 parts; those after that were not read."))


def about_texts(*, html_too_large: bool, text_too_long: bool) -> Iterator[Remark]:
    if html_too_large:
        yield Remark(
            "cut", _("Its formatted text is too large to show. You see the plain text; the original has all of it.")
        )
    if text_too_long:
        yield Remark("cut", _("Its text is longer than a million characters; you see the beginning of it."))


def oversize(size: int, limit: int) -> Remark:
    text = _(
        "This message has %(size)d MB. Of messages above %(limit)d MB only the header fields are read;"
        " the original can be downloaded."
    )
    return Remark("oversize", text % {"size": -(-size // 1024 // 1024), "limit": limit // 1024 // 1024})
