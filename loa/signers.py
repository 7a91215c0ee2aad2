"""Who is who on an envelope: the partner signs first, PHD approves where it is a signer, then comes Legal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from integrations.docusign.shapes import parse_time
from integrations.models import Envelope

Recipient = Mapping[str, Any]  # as `integrations.docusign.shapes.RecipientView.as_json` writes it
HAS_IT = frozenset({"sent", "delivered", "signed", "completed", "declined", "autoresponded"})


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody at a partner, as DocuSign or a mail names them; either may be empty."""

    name: str = ""
    email: str = ""

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def called(self) -> str:
        """The name as it is compared."""
        return " ".join(self.name.casefold().split())

    @property
    def address(self) -> str:
        return self.email.strip().lower()


def signers(envelope: Envelope) -> list[Recipient]:
    """Whoever has to act, in routing order; copies are only sent."""
    return [one for one in envelope.recipients if one["kind"] == "signers"]


def partner(envelope: Envelope) -> Recipient | None:
    """A PowerForm's first signer is whoever filled it in."""
    return next(iter(signers(envelope)), None)


def requester(envelope: Envelope) -> Person | None:
    """None while DocuSign has not said who it is."""
    found = partner(envelope)
    if found is None or "@" not in found["email"]:
        return None
    return Person(name=found["name"], email=found["email"])


def approver(envelope: Envelope) -> Recipient | None:
    """PHD's own task in it; a copy to PHD is none."""
    ours = settings.DOCUSIGN.approver_user_id.lower()
    return next((one for one in signers(envelope)[1:] if one["user_id"].lower() == ours), None)


def legal(envelope: Envelope) -> list[Recipient]:
    """Who signs after the partner and after PHD."""
    ours = approver(envelope)
    return [one for one in signers(envelope)[1:] if one is not ours]


def moment(recipient: Recipient) -> datetime | None:
    """When a recipient came to the status it has."""
    return parse_time(recipient["at"]) if recipient["at"] else None
