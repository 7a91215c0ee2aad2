"""The SMTP door: 250 only when the bytes are committed, 451 when they cannot be; takes nothing for others."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import AnyStr, Final, TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import close_old_connections, connections

from mail import inbox, mailboxes

log = logging.getLogger(__name__)

MAX_BYTES: Final = 50 * 1024 * 1024
MAX_LINE: Final = 1024 * 1024  # far over RFC 5321's 1000, which real mail breaks
THREADS: Final = 4
TOO_LARGE: Final = "552 5.3.4 Messages up to 50 MB are taken here: send a link to what is larger"
TRY_LATER: Final = "451 4.3.0 The desk cannot take mail just now, try again"
Answer = TypeVar("Answer")


class PatientSMTP(SMTP):
    line_length_limit = MAX_LINE

    async def push(self, status: AnyStr) -> None:
        """Too much is refused in words that help the sender."""
        if isinstance(status, str) and status.startswith("552 "):
            await super().push(TOO_LARGE)
        else:
            await super().push(status)


class Door:
    """What aiosmtpd calls; the database work runs in a few threads of its own."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="smtp-door")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        try:
            known = await self.in_thread(partial(mailboxes.addressed, [address]))
        except Exception:
            log.exception("no mailbox could be looked up")
            return TRY_LATER
        if not known:
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        try:
            await self.in_thread(partial(take, raw, envelope.mail_from or "", list(envelope.rcpt_tos)))
        except Exception:
            log.exception("a message could not be stored")
            return TRY_LATER
        return "250 2.0.0 Stored"

    def close(self) -> None:
        """Waits for what is being stored, then ends each thread's database connection."""
        together = threading.Barrier(THREADS)
        for _ in range(THREADS):
            self.threads.submit(leave, together)
        self.threads.shutdown()

    async def in_thread(self, work: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self.threads, partial(fresh, work))


def fresh(work: Callable[[], Answer]) -> Answer:
    """With a database connection that is alive."""
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()


def leave(together: threading.Barrier) -> None:
    with contextlib.suppress(threading.BrokenBarrierError):
        together.wait(timeout=30)
    connections.close_all()


def take(raw: bytes, sender: str, recipients: list[str]) -> None:
    """One row per mailbox, however many recipients of it the envelope names."""
    envelope = inbox.Envelope(sender=sender or "<>", recipients=tuple(recipients))
    for mailbox in mailboxes.addressed(recipients):
        inbox.receive(raw, via="smtp", mailbox=mailbox, envelope=envelope)


async def serve(*, host: str, port: int, ready: Callable[[int], None], stop: asyncio.Event) -> None:
    """Until `stop`; messages being stored are finished first."""
    loop = asyncio.get_running_loop()
    door = Door()
    factory = partial(
        PatientSMTP, door, data_size_limit=MAX_BYTES, enable_SMTPUTF8=True, ident="Partner Help Desk", loop=loop
    )
    server = await loop.create_server(factory, host, port)
    ready(server.sockets[0].getsockname()[1])
    await stop.wait()
    server.close()
    await asyncio.to_thread(door.close)
