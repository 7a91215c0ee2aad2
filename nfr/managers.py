"""The channel manager a partner is sent to, by name: as the ticket has them, else as the rules of the mapping say."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from people.models import ChannelManager
from routing import in_tickets
from tickets.models import Ticket
from tickets.prepared import Person


@dataclass(frozen=True, kw_only=True)
class Manager:
    """`problem` says why nobody is certain; `stand_in` is there where the manager is away."""

    manager: ChannelManager | None = None
    stand_in: ChannelManager | None = None
    why: str = ""
    problem: str = ""

    @property
    def name(self) -> str:
        return self.manager.name if self.manager else ""

    @property
    def people(self) -> list[Person]:
        """For Cc; who has no address is left out, and `unreachable` says so."""
        return [
            Person(name=one.name, address=address_of(one), role=role)
            for one, role in ((self.manager, _("channel manager")), (self.stand_in, _("stands in")))
            if one is not None and address_of(one)
        ]

    @property
    def unreachable(self) -> str:
        if self.manager is None or address_of(self.manager):
            return ""
        return _("We have no e-mail address of %(name)s. Add it, or tell them yourself.") % {"name": self.name}


def of(ticket: Ticket) -> Manager:
    """Whom a rule names is asked for anew: they may have left, or be away."""
    if ticket.partner is None and not in_tickets.may_be_answered(ticket):
        return Manager(problem=_("Set the partner: its channel manager follows from it."))
    found = in_tickets.answer(ticket)
    known = ticket.channel_manager
    if known is not None:
        same = found.manager is not None and found.manager.pk == known.pk
        return Manager(
            manager=known,
            stand_in=found.stand_in if same else None,
            why=found.sentence() if same else _("Channel manager of the ticket"),
        )
    if found.manager is None:
        return Manager(problem=found.sentence())
    return Manager(manager=found.manager, stand_in=found.stand_in, why=found.sentence())


def who_asks(ticket: Ticket) -> ChannelManager | None:
    """The channel manager who wrote the request themselves."""
    address = ticket.requester.email.strip().lower()
    if not address:
        return None
    own = ChannelManager.objects.filter(user__email__lower=address, active=True).first()
    return own or ChannelManager.objects.filter(salesforce_email__lower=address, active=True).first()


def address_of(manager: ChannelManager) -> str:
    """Where they sign in, else the address Salesforce has."""
    user = manager.user
    return user.email if user is not None and user.is_active else manager.salesforce_email
