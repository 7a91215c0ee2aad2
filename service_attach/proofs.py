"""The proof of a ticket: one row from the moment somebody sends one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import transaction

from journal.record import Actor
from partners.models import Account
from service_attach.models import Proof
from tickets.actions.core import locked
from tickets.models import Ticket

KIND: Final = "service_attach"


def of(ticket: Ticket) -> Proof:
    """Made where the ticket has none yet; two at once get the same row."""
    found = known(ticket)
    if found is not None:
        return found
    with transaction.atomic():
        proof, _new = Proof.objects.get_or_create(
            ticket=ticket, defaults={"account": ticket.partner, "stage_since": ticket.created}
        )
    return proof


def known(ticket: Ticket) -> Proof | None:
    """None where nothing has begun; a page that only shows asks so."""
    return Proof.objects.filter(ticket=ticket).select_related("account", "decided_by").first()


@contextmanager
def holding(proof: Proof) -> Iterator[Proof]:
    """Its row, locked until the block's transaction ends; the ticket's row is the lock of its procedure, so first."""
    with locked(proof.ticket) as ticket:
        row = Proof.objects.select_for_update(of=("self",)).select_related("account").get(pk=proof.pk)
        row.ticket = ticket
        yield row


def opened(ticket: Ticket) -> None:
    """In the transaction that opens a ticket: a proof is listed before anybody has read it."""
    if ticket.kind == KIND:
        of(ticket)


def partner_changed(ticket: Ticket, by: Actor) -> None:  # noqa: ARG001 - what the desk tells its listeners
    """In the transaction of the change: the proof is whose ticket it is."""
    if ticket.kind == KIND:
        Proof.objects.filter(ticket=ticket).update(account=ticket.partner)


def follow(lost: Account, survivor: Account) -> None:
    """In the transaction of the merge."""
    Proof.objects.filter(account=lost).update(account=survivor)
