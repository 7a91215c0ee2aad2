"""Which state comes after which. DocuSign promises no order of its news, so a state only ever moves forwards."""

from __future__ import annotations

from typing import Final

ENVELOPE: Final = {
    "created": 0, "processing": 0, "sent": 1, "correct": 1, "delivered": 2, "signed": 3,
    "completed": 4, "declined": 4, "voided": 4,
}  # fmt: skip
RECIPIENT: Final = {
    "created": 0, "sent": 1, "faxpending": 1, "autoresponded": 2, "delivered": 3, "signed": 4,
    "completed": 5, "declined": 5,
}  # fmt: skip
ENDS: Final = frozenset({"completed", "declined", "voided"})
UNTOLD: Final = -1  # of a state we do not follow


def rank(status: str) -> int:
    return ENVELOPE.get(status, UNTOLD)


def is_over(status: str) -> bool:
    """Nothing comes after it: what DocuSign says of it is asked back before it is believed (S-27)."""
    return status in ENDS


def forward(before: str, after: str) -> bool:
    """Whether an envelope may go from one to the other; what is over stays as it is."""
    return rank(after) > rank(before)


def recipient_forward(before: str, after: str) -> bool:
    return RECIPIENT.get(after, UNTOLD) > RECIPIENT.get(before, UNTOLD)
