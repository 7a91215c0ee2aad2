"""What somebody asks the flight recorder for: an address, a domain, a Message-ID, a reference, words of a subject."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.lookups import DataContains
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import F, Q, QuerySet, TextField, Value

from mail.models import IncomingMail, OutgoingMail
from mail.models.incoming import SenderDomain
from mail.models.outgoing import Recipients

Row = TypeVar("Row", IncomingMail, OutgoingMail)
Kind = Literal["everything", "address", "domain", "id", "reference", "words"]
MOST: Final = 500
REFERENCE: Final = re.compile(r"[A-Za-z]{2,6}-\d{1,12}")
DOMAIN: Final = re.compile(r"@?((?:[\w-]+\.)+[^\W\d_][\w-]+)")
BRACKETED: Final = re.compile(r"<([^<>\s]+@[^<>\s]+)>")
ONLY_AN_ID: Final = re.compile(r"<[^<>]+>")  # programs write ids without an @ too
QUOTED: Final = re.compile(r'"[^"]*"@[^@]+')
WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The text as typed, what it was taken for, and the value looked up."""

    text: str
    kind: Kind
    value: str

    @property
    def domain(self) -> str:
        return self.value.rpartition("@")[2] if self.kind in {"address", "domain"} else ""


def read(query: str) -> Asked:
    """Takes a query for what it looks like; only `x@y` needs to ask whether it is the id of a message."""
    text = " ".join(query.replace("\0", "").split())[:MOST]
    if not text:
        return Asked(text="", kind="everything", value="")
    if REFERENCE.fullmatch(text):
        return Asked(text=text, kind="reference", value=text.upper())
    if found := DOMAIN.fullmatch(text):
        return Asked(text=text, kind="domain", value=found[1].lower())
    if "@" in text:
        return _address_or_id(text)
    if ONLY_AN_ID.fullmatch(text):
        return Asked(text=text, kind="id", value=text)
    return Asked(text=text, kind="words", value=text)


def incoming(asked: Asked) -> QuerySet[IncomingMail]:
    """The messages that reached us."""
    rows = IncomingMail.objects.all()
    match asked.kind:
        case "address":
            return rows.filter(from_address__lower=asked.value)
        case "domain":
            return rows.alias(domain=SenderDomain()).filter(domain=asked.value)
        case "id":
            return rows.filter(Q(message_id=asked.value) | Q(references__contains=[asked.value]))
        case "reference":
            return rows.filter(handled_ref=asked.value)
        case "words":
            return _with_words(rows, asked.value)
    return rows


def outgoing(asked: Asked) -> QuerySet[OutgoingMail]:
    """The messages of ours."""
    rows = OutgoingMail.objects.all()
    match asked.kind:
        case "address":
            return _written_to(rows, asked.value)
        case "domain":
            return _written_to(rows, f"@{asked.value}")
        case "id":
            return rows.filter(Q(message_id=asked.value.lower()) | Q(in_reply_to=asked.value))
        case "reference":
            return rows.filter(token_key=asked.value)
        case "words":
            return _with_words(rows, asked.value)
    return rows


def _written_to(rows: QuerySet[OutgoingMail], whom: str) -> QuerySet[OutgoingMail]:
    """`whom` as `Recipients` names people: an address, or `@domain`."""
    return rows.alias(everybody=Recipients()).filter(
        DataContains(F("everybody"), Value([whom], ArrayField(TextField())))
    )


def _address_or_id(text: str) -> Asked:
    bracketed = BRACKETED.search(text)
    bare = bracketed[1] if bracketed else text.strip("<>', ")
    if not QUOTED.fullmatch(bare):
        bare = bare.strip('"')
    named = f"<{bare}>"
    of_ours = OutgoingMail.objects.filter(message_id=named.lower()).values("pk")
    is_id = IncomingMail.objects.filter(message_id=named).values("pk").exists() or of_ours.exists()
    is_person, in_brackets = _writes_to_us(bare), text.startswith("<")
    if (is_id and in_brackets) or (not is_person and (is_id or in_brackets)):
        return Asked(text=text, kind="id", value=named)
    return Asked(text=text, kind="address", value=bare.lower())


def _writes_to_us(bare: str) -> bool:
    """Who writes from an address is found by it, also where somebody made that address the id of a message."""
    return IncomingMail.objects.filter(from_address__lower=bare.lower()).exists()


def _with_words(rows: QuerySet[Row], text: str) -> QuerySet[Row]:
    """Every word in the subject, the beginnings of words too; nothing but marks finds nothing."""
    words = [f"{word}:*" for word in WORD.findall(text.lower())[:12]]
    if not words:
        return rows.none()
    wanted = SearchQuery(" & ".join(words), search_type="raw", config="simple")
    return rows.alias(words=SearchVector("subject", config="simple")).filter(words=wanted)
