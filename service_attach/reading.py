"""What a proof says: partner, customer, Deal ID, signature and dates, each with the words it was read from.

Read from everything the partner has sent: form fields, mails, file names, documents. `read` may run as often as one
likes; it keeps what a person has typed.
"""

from __future__ import annotations

from service_attach.models import Proof
from tickets.models import Ticket


def read(ticket: Ticket) -> Proof:
    """The proof with the values as they are known now. In a worker; documents are read before, see `tickets.papers`."""
    raise NotImplementedError(ticket)


def candidates(proof: Proof, name: str) -> list[str]:
    """Every value that was read for a field and is believable, the surest first, each once."""
    raise NotImplementedError(proof, name)


def is_stale(proof: Proof) -> bool:
    """Whether the partner has sent something since it was read."""
    raise NotImplementedError(proof)
