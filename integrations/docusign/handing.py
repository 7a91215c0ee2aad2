"""A signing link on its way from the worker that asks for it to the one person who wants to follow it.

It lies sealed in Redis under a token nobody can guess, for that person alone, for a minute at the most, and is given
out once. No row, no log and no mail ever holds it (vendors.md §4: follow at once, never store).
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from integrations import boxes, shared
from web import nudging

TASK: Final = "integrations.docusign.tasks.bring_link"
PURPOSE: Final = b"integrations.docusign.handing"
KEPT: Final = 60.0  # seconds


class State(StrEnum):
    ASKED = "asked"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"  # used, over, or never this person's


@dataclass(frozen=True, kw_only=True)
class Handed:
    """How it stands; `url` is there once, in the answer to `take`, `words` say why there is none."""

    state: State
    url: str = field(default="", repr=False)
    words: str = ""


class Unavailable(Exception):  # noqa: N818 - an answer to a person
    """Redis is away: there is no place for a link."""

    def __init__(self) -> None:
        super().__init__(_("The link cannot be fetched now. Try again in a minute, or open DocuSign's own mail."))


GONE: Final = Handed(state=State.GONE)


def ask(envelope_id: str, *, return_url: str, user: int) -> str:
    """Asks a worker for the approver's link; the token is what that user waits with."""
    token = secrets.token_urlsafe(32)
    if not shared.claim(_key(token, user), seconds=KEPT, value=_seal(Handed(state=State.ASKED))):
        raise Unavailable
    nudging.nudge(TASK, envelope_id, return_url, token, user)
    return token


def look(token: str, *, user: int) -> Handed:
    """How it stands, without the link."""
    found = _read(shared.read(_key(token, user)))
    return Handed(state=found.state, words=found.words)


def take(token: str, *, user: int) -> Handed:
    """The link, when it is there, to the first who takes it; nobody gets it a second time."""
    if look(token, user=user).state != State.READY:
        return GONE
    return _read(shared.take(_key(token, user)))


def is_awaited(token: str, *, user: int) -> bool:
    """For the worker: somebody waits, and no other worker is at it. Twice is harmless, late does nothing."""
    if look(token, user=user).state != State.ASKED:
        return False
    return bool(shared.claim(f"{_key(token, user)}.fetching", seconds=KEPT))


def hand_over(token: str, *, user: int, url: str = "", words: str = "") -> None:
    """The worker's answer, for a minute from now."""
    handed = Handed(state=State.READY if url else State.FAILED, url=url, words=words)
    shared.keep(_key(token, user), _seal(handed), seconds=KEPT)


def _seal(handed: Handed) -> str:
    told = {"state": handed.state, "url": handed.url, "words": handed.words}
    return boxes.box(PURPOSE).encrypt(json.dumps(told).encode()).decode()


def _read(sealed: str | None) -> Handed:
    if not sealed:
        return GONE
    try:
        told = json.loads(boxes.box(PURPOSE).decrypt(sealed.encode()))
    except boxes.InvalidToken:  # sealed under a key that is gone
        return GONE
    return Handed(state=State(told["state"]), url=told["url"], words=told["words"])


def _key(token: str, user: int) -> str:
    return f"integrations.docusign.link.{user}.{token}"
