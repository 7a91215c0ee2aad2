"""Who at the partner is written to: who asked, or, where a colleague or Support asked, the licence's contact."""

from __future__ import annotations

from mail import mailboxes
from nfr import hearing
from nfr.models import LicenceRequest
from partners import domains
from partners.contacts import contact_for
from partners.models import Contact
from tickets import responses
from tickets.prepared import Person


def partners_own(request: LicenceRequest) -> bool:
    """Whether the partner asked, and not Support, a channel manager or a program for them."""
    requester = request.ticket.requester
    return not is_vendors(requester.email) and requester.account_id in {None, request.ticket.partner_id}


def is_vendors(address: str) -> bool:
    """A colleague, Support, a program: whoever writes from the domain of our own mailboxes, or from Support's desk."""
    domain = address.lower().rpartition("@")[2]
    ours = {one.rpartition("@")[2] for one in mailboxes.own_addresses()}
    return domains.is_nobodys(address) or hearing.is_supports(address) or domain in ours


def person_of(request: LicenceRequest) -> Person | None:
    """None where somebody has to say who it is."""
    ticket = request.ticket
    if partners_own(request):
        return Person(name=ticket.requester.name, address=ticket.requester.email)
    licence = request.licence
    for name, address in (
        (request.contact_name, request.contact_email),
        (licence.contact_name, licence.contact_email) if licence else ("", ""),
    ):
        if address and not is_vendors(address):
            return Person(name=name, address=address)
    return None


def gets_licence(request: LicenceRequest) -> tuple[str, str]:
    """Name and address of who gets the key: who is named, else the partner's own who asks; never a colleague for them.

    Empty where somebody has to say it.
    """
    asker, own = request.ticket.requester, partners_own(request)
    email = request.contact_email or (asker.email if own else "")
    is_asker = own and email.lower() == asker.email.lower()
    return request.contact_name or (asker.name if is_asker else ""), email


def contact_of(request: LicenceRequest) -> Contact:
    """Who speaks when the partner says something without a mail."""
    person = None if partners_own(request) else person_of(request)
    return contact_for(person.address, name=person.name) if person else request.ticket.requester


def greeting(request: LicenceRequest) -> dict[str, str]:
    """The value that names them in a text, where it is not who asked; an unknown name stays to be filled in."""
    if partners_own(request):
        return {}
    person = person_of(request)
    return {"contact_first_name": responses.first_name(person.name) if person else ""}
