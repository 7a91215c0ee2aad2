"""Heads of mails that somebody passes on; those of an older conversation, quoted below an answer, prove nothing."""

# ruff: noqa: RUF001 - words of other scripts are the point here

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from mail import address_lists
from mail.address_lists import Address
from tickets import forwards

FIELD: Final = "passed on"
MOST: Final = 20
LONGEST: Final = 4_000
_TO: Final = re.compile(
    r"[ \t>*]*(?:To|Cc|An|Kopie|À|A|Copie à|Copie|Para|Con copia|Cópia|Per|Copia|Aan|Do|DW|Till|Kopia|Til|Kopi"
    r"|宛先|收件人|抄送|받는 사람|참조)\s?[:：]\*?(?P<people>.*)",
    re.IGNORECASE,
)
_MARK: Final = re.compile(
    r"^[ \t>*]*(?:-{2,}\s*(?:Forwarded message|Weitergeleitete Nachricht|Message transféré|Mensaje reenviado|Mensagem"
    r" encaminhada|Messaggio inoltrato|Doorgestuurd bericht)|Begin forwarded message|Anfang der weitergeleiteten"
    r"|Début du message (?:réexpédié|transféré)|Inicio del mensaje reenviado)",
    re.IGNORECASE | re.MULTILINE,
)
_LABEL: Final = re.compile(r"[ \t>*]*[^\s:：@<>][^:：@<>\n]{0,20}\s?[:：]")


def addressed(subject: str, text: str) -> Iterator[tuple[str, Address]]:
    """To and Cc of every mail that is passed on in `text`; a line that only looks like one has no From above it."""
    read = text[: forwards.READ]
    if _MARK.search(read) is None and not forwards.SUBJECT.match(subject[:300]):
        return
    for start in islice(forwards.FROM.finditer(read), MOST):
        for people in _fields(read[start.start() : start.start() + LONGEST]):
            yield from ((FIELD, one) for one in address_lists.parse([people.encode()]))


def _fields(head: str) -> Iterator[str]:
    """The values of To and Cc, each with the lines it goes on for; the head ends with an empty line."""
    value = ""
    for number, line in enumerate(head.splitlines()):
        if not line.strip(" \t>*") and number:
            break
        match = _TO.match(line)
        if match or _LABEL.match(line):
            yield value
            value = match["people"] if match else ""
        elif value:
            value += " " + line.strip(" \t>*")
    yield value
