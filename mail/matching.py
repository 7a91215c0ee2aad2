"""Which conversation a message answers, by evidence nobody can make up, in the order of M-15."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from mail import addresses, agent_tokens
from mail.models import IncomingMail

MOST_REFERENCES: Final = 50
TRACES: Final = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")  # where servers note the recipient


@dataclass(frozen=True, slots=True)
class Match:
    """A key of ours and where it was found: `bounce`, `agent address`, `reply address` or `message id`."""

    key: str
    how: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Signed keys, best first; and the foreign Message-IDs it refers to, newest first."""

    keys: tuple[Match, ...]
    message_ids: tuple[str, ...]


def evidence(mail: IncomingMail, *, delivered_to: Sequence[str] = ()) -> Evidence:
    """`delivered_to`: addresses of trace headers; an answer that has us in Bcc names the signed one only there."""
    referred = newest_first(mail)
    foreign = tuple(mid for mid in referred if not addresses.is_own_message_id(mid))
    found = {match.key: match for match in reversed([*signed_keys(mail, referred, recipients_of(mail, delivered_to))])}
    return Evidence(tuple(reversed(found.values())), foreign)


def signed_keys(mail: IncomingMail, referred: list[str], recipients: list[str]) -> Iterator[Match]:
    if mail.bounce_of is not None and mail.bounce_of.token_key:
        yield Match(mail.bounce_of.token_key.upper(), "bounce")
    if token := agent_token(recipients):
        yield Match(token.key, "agent address")
    for address in recipients:
        if key := addresses.read_token(address):
            yield Match(key, "reply address")
    for mid in referred:
        if key := addresses.token_in_message_id(mid):
            yield Match(key, "message id")


def agent_token(recipients: list[str]) -> agent_tokens.AgentToken | None:
    return next((token for address in recipients if "+a." in address and (token := agent_tokens.read(address))), None)


def recipients_of(mail: IncomingMail, delivered_to: Sequence[str] = ()) -> list[str]:
    """Everybody it was sent to, each once."""
    return list(dict.fromkeys([*mail.envelope_to, *mail.to, *mail.cc, *delivered_to]))


def newest_first(mail: IncomingMail) -> list[str]:
    """In-Reply-To, then References from the end; the newest 50."""
    return list(islice(dict.fromkeys([*mail.in_reply_to, *reversed(mail.references)]), MOST_REFERENCES))
