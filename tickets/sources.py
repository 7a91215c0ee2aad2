"""The source of a mail for people: its header fields and its text, as much of it as a page can carry."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from mail import headers
from mail.models import IncomingMail

SHOWN = 500_000  # bytes
FIELDS_SHOWN = 200
VALUE_SHOWN = 2000

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Source:
    """`fields` are decoded for reading, `text` is as it came."""

    fields: list[tuple[str, str]]
    text: str
    is_cut: bool


def read(mail: IncomingMail) -> Source | None:
    """None where the file cannot be read just now."""
    try:
        with mail.raw.key.open("rb") as handle:
            raw = handle.read(SHOWN + 1)
    except Exception:
        log.exception("the original of mail %s has a row but cannot be read", mail.pk)
        return None
    block, _rest = headers.split_block(raw)
    return Source(
        fields=[(name.title(), headers.decoded(value)[:VALUE_SHOWN]) for name, value in block.fields[:FIELDS_SHOWN]],
        text=raw[:SHOWN].decode("utf-8", "replace").replace("\r\n", "\n"),
        is_cut=len(raw) > SHOWN,
    )
