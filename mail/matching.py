"""Which conversation a message answers, by evidence nobody can make up, in the order of M-15."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mail import addresses
from mail.models import IncomingMail


@dataclass(frozen=True, slots=True)
class Match:
    """A key of ours and where it was found: `bounce`, `reply address` or `message id`."""

    key: str
    how: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Signed keys, best first; and the foreign Message-IDs it refers to, newest first."""

    keys: tuple[Match, ...]
    message_ids: tuple[str, ...]


def evidence(mail: IncomingMail) -> Evidence:
    referred = newest_first(mail)
    foreign = tuple(mid for mid in referred if not addresses.is_own_message_id(mid))
    found = {match.key: match for match in reversed([*signed_keys(mail, referred)])}
    return Evidence(tuple(reversed(found.values())), foreign)


def signed_keys(mail: IncomingMail, referred: list[str]) -> Iterator[Match]:
    if mail.bounce_of is not None and mail.bounce_of.token_key:
        yield Match(mail.bounce_of.token_key.upper(), "bounce")
    for address in [*mail.envelope_to, *mail.to, *mail.cc]:
        if key := addresses.read_token(address):
            yield Match(key, "reply address")
    for mid in referred:
        if key := addresses.token_in_message_id(mid):
            yield Match(key, "message id")


def newest_first(mail: IncomingMail) -> list[str]:
    """In-Reply-To, then References from the end."""
    return list(dict.fromkeys([*mail.in_reply_to, *reversed(mail.references)]))
