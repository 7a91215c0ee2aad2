"""Who asks for something only their own company gets, and whether their address belongs there."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from mail.models import IncomingMail
from partners import domains, matching
from partners.models import Account
from tickets.models import Message, Ticket


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who asks and for which company; `sure` only where their address belongs there. `says` is how that is known.

    `elsewhere` where it belongs to another partner, `colleague` where it is one of ours.
    """

    account: Account | None
    email: str
    sure: bool
    says: str
    elsewhere: bool = False
    colleague: bool = False


def asker_of(ticket: Ticket) -> Asker:
    """The partner of the ticket, where the requester's own address says the same; never because a text claims it."""
    email, account = ticket.requester.email.strip().lower(), ticket.partner
    about = {"email": email, "name": account.name if account else ""}
    if account is None:
        return Asker(account=None, email=email, sure=False, says=_("It is not known for which company they ask."))
    if _is_forged(ticket):
        words = _("%(domain)s says that a mail of theirs here is not from there. Ask them another way.")
        says = words % {"domain": domains.domain_of(email)}
        return Asker(account=account, email=email, sure=False, says=says)
    if domains.is_nobodys(email):
        words = _("%(email)s is a colleague or a program, not somebody of %(name)s.")
        ours = domains.is_colleague(email)
        return Asker(account=account, email=email, sure=False, says=words % about, colleague=ours)
    said = matching.match(email=email)
    if said.sure is not None and said.sure.pk == account.pk:
        words = f"{email} {said.evidence[0].words}."  # “… is a contact of …”
        return Asker(account=account, email=email, sure=True, says=words)
    if said.sure is not None:
        words = _("%(email)s writes for %(other)s, and the ticket is about %(name)s.") % {**about, "other": said.sure}
        return Asker(account=account, email=email, sure=False, says=words, elsewhere=True)
    words = _("Nothing says that %(email)s writes for %(name)s.") % about
    return Asker(account=account, email=email, sure=False, says=words)


def _is_forged(ticket: Ticket) -> bool:
    theirs = ticket.messages.filter(visibility=Message.Visibility.IN, unknown_sender=False)
    return theirs.filter(incoming__verdict=IncomingMail.Verdict.FAIL).exists()
