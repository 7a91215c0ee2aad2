"""What has to be true before a proof is submitted, looked at with its source; pure: everything is known before."""

from __future__ import annotations

from service_attach.checks import documents, opportunity, registration, signing, who
from service_attach.checks.shapes import (
    Check,
    Elsewhere,
    Known,
    Proposal,
    Verdict,
    against,
    blocking,
    for_partner,
    proposal,
)

__all__ = [
    "Check",
    "Elsewhere",
    "Known",
    "Proposal",
    "Verdict",
    "against",
    "blocking",
    "for_partner",
    "proposal",
    "run",
]


def run(known: Known) -> tuple[Check, ...]:
    """In the order they are read. Without a registration only what does not need one is checked."""
    found: list[Check | None] = [registration.number(known)]
    if known.registration is not None:
        found += [
            registration.kind(known),
            registration.status(known),
            registration.free(known),
            who.partner(known),
            who.customer(known),
            who.sender(known),
            opportunity.linked(known),
            opportunity.beside(known),
        ]
    found += [signing.signed(known), signing.window(known), signing.approval(known)]
    found += [documents.there(known), documents.reused(known), documents.excluded(known)]
    if known.registration is not None:
        found.append(registration.manager(known))
    return tuple(one for one in found if one is not None)
