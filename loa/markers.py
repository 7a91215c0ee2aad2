"""What ties an envelope to the ticket whose link began it: a signed custom field of the envelope, which our link sets.

Nobody can write one for a foreign ticket: it is an HMAC of the ticket's reference with a key of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.core import signing

from tickets.models import Ticket
from tickets.models.ticket import number_of

FIELD: Final = "PHD_Request"  # the envelope's custom field; the PowerForm takes it as EnvelopeField_PHD_Request
_SALT: Final = "loa.marker"
_LONGEST: Final = 120


def marker_of(ticket: Ticket) -> str:
    """PHD-1042.KtE9…"""
    return signing.Signer(salt=_SALT, sep=".").sign(ticket.reference)


def ticket_in(custom_fields: Mapping[str, str]) -> int | None:
    """The number of the ticket that the envelope's marker names; None for no marker, or for one that is not ours."""
    said = next((str(value) for name, value in custom_fields.items() if name.casefold() == FIELD.casefold()), "")
    if not said or len(said) > _LONGEST:
        return None
    try:
        return number_of(signing.Signer(salt=_SALT, sep=".").unsign(said.strip()))
    except signing.BadSignature:
        return None
