"""The SMTP side of the mail catcher: takes everything from everybody, unless a fault is switched on."""

from __future__ import annotations

import asyncio
from functools import partial

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox import summaries
from sandbox.faults import Switch
from sandbox.state import State

MAX_BYTES = 60 * 1024 * 1024
MAX_LINE = 1024 * 1024
FOR_EVER = 3600
REFUSALS = {"451": "451 4.7.1 Greylisted, try again later", "550": "550 5.1.1 No such user"}


class PatientSMTP(SMTP):
    line_length_limit = MAX_LINE


class Catcher:
    """A fault with an address is played when that recipient is named, one without at the end of DATA."""

    def __init__(self, state: State, switch: Switch) -> None:
        self.state = state
        self.switch = switch

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        mode = self.switch.take(wanted=lambda fault: fault.address == address.lower())
        refusal = await self.play(mode, server)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        mode = self.switch.take(wanted=lambda fault: not fault.address)
        if mode == "drop_after":
            self.keep(envelope)
        refusal = await self.play(mode, server)
        return refusal or f"250 2.0.0 Caught as {self.keep(envelope)}"

    def keep(self, envelope: Envelope) -> int:
        raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        sender, recipients = envelope.mail_from or "", list(envelope.rcpt_tos)
        summary = summaries.of(raw, sender=sender, recipients=recipients)
        return self.state.keep(sender=sender, recipients=recipients, raw=raw, summary=summary)

    async def play(self, mode: str, server: SMTP) -> str:
        """The refusal to give, empty when all is well."""
        if mode == "hang":
            await asyncio.sleep(FOR_EVER)
        if mode.startswith("drop") and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "" if mode == "ok" else REFUSALS.get(mode, "451 4.3.0 The connection is gone")


async def listen(host: str, port: int, *, state: State, switch: Switch) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    catcher = Catcher(state, switch)
    factory = partial(PatientSMTP, catcher, data_size_limit=MAX_BYTES, enable_SMTPUTF8=True, ident="Sandbox", loop=loop)
    return await loop.create_server(factory, host, port)
