"""Proofs of the named cast: a mail of Katrin's with a statement of work, and a worker that does what is ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from documents.storing import store
from service_attach import proofs
from service_attach.models import Proof
from tests.conftest import Cast
from tests.service_attach.documents import sow
from tests.tickets.conftest import opened
from tickets import actions, steps
from tickets.actions import FilePart
from tickets.models import Step, Ticket
from tickets.models.ticket import Channel

__all__ = ["opened"]
Sends = Callable[..., Ticket]
BODY = "Good morning,\nattached is the statement of work. Could you submit it?\nKatrin"


@pytest.fixture
def sent(opened: Callable[..., Ticket], cast: Cast, handbook: None) -> Sends:
    """Katrin sends these files: bytes, or names and bytes."""
    return sender(opened, cast)


def sender(opened: Callable[..., Ticket], cast: Cast) -> Sends:
    def make(*files: bytes | tuple[str, bytes], **values: Any) -> Ticket:
        given = {
            "kind": "service_attach", "subject": "Proof for Havelland", "body": BODY, "channel": Channel.MAIL,
            "partner": cast.northwind, "files": parts(*(files or (sow(),))), **values,
        }  # fmt: skip
        return opened(**given)

    return make


def parts(*files: bytes | tuple[str, bytes]) -> list[FilePart]:
    named = [one if isinstance(one, tuple) else ("SOW.pdf", one) for one in files]
    return [FilePart(stored=store(content, name=name), filename=name) for name, content in named]


def answers(ticket: Ticket, body: str, *files: bytes | tuple[str, bytes]) -> None:
    """Katrin writes again, by mail."""
    actions.receive(ticket, sender=ticket.requester, body=body, subject="Re: Proof for Havelland", files=parts(*files))


def worked(ticket: Ticket) -> dict[str, str]:
    """A worker does what is ready; the states by slug."""
    steps.work_on(ticket.pk)
    return {one.slug: one.state for one in steps.of(ticket)}


def step(ticket: Ticket, slug: str) -> Step:
    return next(one for one in steps.of(ticket) if one.slug == slug)


def proof_of(ticket: Ticket) -> Proof:
    found = proofs.known(ticket)
    assert found is not None
    return found
