"""Who wrote a mail: the address in From and nothing else, and what we know about it (S-08)."""

from __future__ import annotations

from dataclasses import dataclass

from mail import loops
from mail.loops import Lately
from mail.models import IncomingMail
from partners.contacts import contact_for
from partners.models import Contact
from people.models import User
from people.roles import STAFF_ROLES
from tickets.models import Message, Ticket
from tickets.models.message import Visibility
from web import rows
from web.memory import Memory


@dataclass(frozen=True, kw_only=True)
class Sender:
    """The person behind From. `colleague` only says whose address it is: nothing proves that they wrote it."""

    contact: Contact
    colleague: User | None
    verdict: str
    lately: Lately

    @property
    def is_forged(self) -> bool:
        """Our own mail server says that somebody else wrote it."""
        return self.verdict == IncomingMail.Verdict.FAIL

    @property
    def is_proven(self) -> bool:
        return self.verdict == IncomingMail.Verdict.PASS

    def is_known(self) -> bool:
        """They belong to a partner, sign in here, or got an answer from us before."""
        known = self.contact
        if self.colleague or known.account_id or known.user_id or known.salesforce_id:
            return True
        return was_answered(known.email)

    def takes_part(self, ticket: Ticket) -> bool:
        """The requester, their partner's people, whoever we wrote to or accepted here; never a forged name."""
        if self.is_forged:
            return False
        known = self.contact
        if known.pk == ticket.requester_id:
            return True
        if known.account_id is not None and known.account_id == ticket.partner_id:
            return True
        return wrote_or_was_written_to(ticket, known.email.lower())

    def is_helping(self, ticket: Ticket) -> bool:
        """A colleague on somebody else's ticket: what they mail is between colleagues."""
        return self.colleague is not None and self.contact.pk != ticket.requester_id


def was_answered(address: str) -> bool:
    """A person of the desk has written to this requester before."""
    answered = Message.objects.filter(visibility=Visibility.REPLY)
    return answered.filter(ticket__requester__email__lower=address.strip().lower()).exists()


def sender_of(incoming: IncomingMail) -> Sender:
    address = incoming.from_address.strip().lower()
    return Sender(
        contact=contact_for(address, name=incoming.from_name),
        colleague=_colleague(address),
        verdict=incoming.verdict,
        lately=loops.lately(address),
    )


def _colleague(address: str) -> User | None:
    """Whose address this is, if a colleague's; of everybody else not even the database is asked."""
    if address not in _memory.get("colleagues", _addresses):
        return None
    return _COLLEAGUE.first(address=address)


def _addresses() -> frozenset[str]:
    found = User.objects.filter(is_active=True, role__in=STAFF_ROLES).values_list("email", flat=True)
    return frozenset(address.lower() for address in found)


def wrote_or_was_written_to(ticket: Ticket, address: str) -> bool:
    shown = ticket.messages.exclude(visibility=Visibility.NOTE).filter(unknown_sender=False)
    for visibility, author, to, cc in shown.values_list("visibility", "author_address", "to", "cc"):
        if visibility == Visibility.REPLY and any(one["address"].lower() == address for one in (*to, *cc)):
            return True
        if visibility == Visibility.IN and author.lower() == address:
            return True
    return False


_memory = Memory(seconds=10)  # every mail asks; a new colleague is known everywhere within ten seconds
_COLLEAGUE = rows.Prepared(
    lambda: User.objects.filter(email__lower=rows.Given("address"), is_active=True, role__in=sorted(STAFF_ROLES))
)
