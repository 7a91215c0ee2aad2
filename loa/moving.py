"""Whose letters they are, later: Salesforce merges one partner into another, or somebody says who an unknown one is."""

from __future__ import annotations

from journal.record import Actor, record
from loa import letters
from loa.models import Letter, LetterRequest
from partners.models import Account
from tickets.models import Ticket


def follow(lost: Account, survivor: Account) -> None:
    """In the transaction of the merge. Of two letters for one end customer the older one is replaced."""
    LetterRequest.objects.filter(account=lost).update(account=survivor)
    moved = list(Letter.objects.filter(account=lost))
    Letter.objects.filter(account=lost).update(account=survivor)
    for letter in moved:
        letter.refresh_from_db()
        if letter.state == Letter.State.IN_FORCE:
            letters.replace(letter)


def partner_named(ticket: Ticket, by: Actor) -> None:
    """In the transaction of the change: a letter kept while nobody knew its partner belongs to the ticket's."""
    letter = Letter.objects.filter(request__ticket=ticket, account=None).first()
    if letter is None or ticket.partner is None:
        return
    letter.account = ticket.partner
    letter.save(update_fields=["account"])
    record(letter, "letter_partner_named", by=by, before={"account": None}, after={"account": ticket.partner.pk})
    if letter.state == Letter.State.IN_FORCE:
        letters.replace(letter)
