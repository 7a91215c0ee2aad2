"""The two people the desk acts as at DocuSign, and their tokens: one sign-in for all workers (vendors.md §5).

The approver opens their own task in an envelope. The sender, from whose PowerForm it comes, reads, releases and voids.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from integrations import tokens
from integrations.tokens import Token

EARLY: Final = 300.0  # seconds before its end a token is not used any more


@dataclass(frozen=True)
class Identity:
    name: str

    @property
    def user_id(self) -> str:
        found: str = getattr(settings.DOCUSIGN, f"{self.name}_user_id")
        return found

    @property
    def key(self) -> str:
        """Another account, user or server has another token."""
        chosen = settings.DOCUSIGN
        return f"docusign.{self.name}.{chosen.account_id}.{self.user_id}.{chosen.base_url or chosen.oauth_host}"


APPROVER: Final = Identity("approver")
SENDER: Final = Identity("sender")


def token(identity: Identity, mint: Callable[[Identity], Token], *, refused: str | None = None) -> Token:
    return tokens.get(identity.key, lambda: mint(identity), refused=refused)
