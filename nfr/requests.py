"""The NFR request of a ticket: one row from the moment it is first read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import transaction

from journal.record import Actor
from nfr.models import LicenceRequest
from partners.models import Account
from tickets.actions.core import locked
from tickets.models import Ticket

KIND: Final = "nfr"
_WITH: Final = ("account", "licence", "decided_by")


def of(ticket: Ticket) -> LicenceRequest:
    """Made where the ticket has none yet; two at once get the same row."""
    found = known(ticket)
    if found is not None:
        return found
    with transaction.atomic():
        request, _new = LicenceRequest.objects.get_or_create(
            ticket=ticket, defaults={"account": ticket.partner, "stage_since": ticket.created}
        )
    return request


def known(ticket: Ticket) -> LicenceRequest | None:
    """None where nothing has begun; a page that only shows asks so."""
    return LicenceRequest.objects.filter(ticket=ticket).select_related(*_WITH).first()


@contextmanager
def holding(request: LicenceRequest) -> Iterator[LicenceRequest]:
    """Its row, locked until the block's transaction ends; the ticket's row is the lock of its procedure, so first."""
    with locked(request.ticket) as ticket:
        row = LicenceRequest.objects.select_for_update(of=("self",)).select_related(*_WITH).get(pk=request.pk)
        row.ticket = ticket
        yield row


def partner_changed(ticket: Ticket, by: Actor) -> None:  # noqa: ARG001 - what the desk tells its listeners
    """In the transaction of the change: the request is whose ticket it is; a licence of somebody else's is not its."""
    if ticket.kind == KIND:
        rows = LicenceRequest.objects.filter(ticket=ticket)
        rows.exclude(licence__account=ticket.partner_id).update(licence=None)
        rows.update(account=ticket.partner)


def follow(lost: Account, survivor: Account) -> None:
    """In the transaction of a merge."""
    LicenceRequest.objects.filter(account=lost).update(account=survivor)
