"""What a caller asks to be sent, checked and frozen: who, with which headers; nothing with a line break survives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from email.errors import MessageError
from email.headerregistry import Address
from typing import Final

from django.utils.translation import gettext as _

from mail.headers import one_line

Person = tuple[str, str] | str | Mapping[str, str]

MAX_RECIPIENTS: Final = 200
MAX_ADDRESS: Final = 254
LOCAL_PART: Final = re.compile(r"""[^\s"'<>(),;:\\\[\]@]+""")
PLAIN: Final = re.compile(
    r"[A-Za-z0-9_+\-]+(?:\.[A-Za-z0-9_+\-]+)*@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+"
)  # needs no parser
MAX_ID: Final = 900  # with its field's name below the 998 letters a line may have
PRINTABLE: Final = re.compile(r"[!-~]+")
HEADER_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9\-]{0,60}")
OURS: Final = frozenset(
    [
        "message-id",
        "date",
        "from",
        "sender",
        "to",
        "cc",
        "bcc",
        "reply-to",
        "subject",
        "in-reply-to",
        "references",
        "auto-submitted",
        "x-phd-loop",
        "return-path",
        "x-auto-response-suppress",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
        "received",
    ]
)


def line(text: str) -> str:
    """One line that a database and a header can hold; half a sign of Unicode becomes a question mark."""
    return one_line(text.encode("utf-8", "replace").decode())


class BadEnvelope(ValueError):  # noqa: N818 - what it says, not what went wrong with us
    """What cannot be sent; the text is a sentence for people."""


def people(persons: Iterable[Person]) -> list[dict[str, str]]:
    """Each person once, with a name on one line and an address that a server can take."""
    found: dict[str, dict[str, str]] = {}
    for person in persons:
        name, address = parts(person)
        address = checked_address(address)
        found.setdefault(address.lower(), {"name": line(name)[:200], "address": address})
    if len(found) > MAX_RECIPIENTS:
        raise BadEnvelope(_("A mail goes to %(limit)d people at most.") % {"limit": MAX_RECIPIENTS})
    return list(found.values())


def parts(person: Person) -> tuple[str, str]:
    if isinstance(person, str):
        return "", person
    if isinstance(person, Mapping):
        return person.get("name", ""), person["address"]
    return person[0] or "", person[1]


def checked_address(address: str) -> str:
    """The address with an ASCII domain; refused in a sentence when it is none."""
    stripped = address.strip()
    local, at, domain = stripped.rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
        spec = f"{local}@{ascii_domain}"
        if not PLAIN.fullmatch(spec):
            header_address(spec)
    except (MessageError, ValueError, IndexError, UnicodeError) as problem:
        raise BadEnvelope(not_an_address(address)) from problem
    if not (at and local and domain) or one_line(spec) != spec or " " in spec or len(spec.encode()) > MAX_ADDRESS:
        raise BadEnvelope(not_an_address(address))
    return spec


def can_be_sent_to(address: str) -> bool:
    """Whether `queue` would take it; partners write from addresses that no rule allows (`a..b@…`)."""
    try:
        checked_address(address)
    except BadEnvelope:
        return False
    return True


def header_address(address: str, *, name: str = "") -> Address:
    """For a header; the library wants letters outside ASCII spelled out as user and domain."""
    if address.isascii():
        return Address(display_name=name, addr_spec=address)
    local, _at, domain = address.rpartition("@")
    if not LOCAL_PART.fullmatch(local):
        raise ValueError(address)
    return Address(display_name=name, username=local, domain=domain)


def not_an_address(address: str) -> str:
    return _("“%(address)s” is not an e-mail address.") % {"address": one_line(address)[:80]}


def extra_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """More headers of the caller's; ours cannot be set from outside."""
    for name in headers:
        if not HEADER_NAME.fullmatch(name) or name.lower() in OURS:
            raise BadEnvelope(_("The header %(name)s cannot be set.") % {"name": one_line(name)[:80]})
    return {name: line(value)[:900] for name, value in headers.items()}


def message_ids(ids: Iterable[str]) -> list[str]:
    """Ids on one line without blanks, each once; what no header can carry as it stands is left out."""
    bare = ("".join(line(one).split()) for one in ids)
    return list(
        dict.fromkeys(one for one in bare if len(one) <= MAX_ID and PRINTABLE.fullmatch(one) and "=?" not in one)
    )
