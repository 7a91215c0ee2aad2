"""Salesforce merges one partner into another: letters and requests for them go with it."""

from __future__ import annotations

from loa import letters
from loa.models import Letter, LetterRequest
from partners.models import Account


def follow(lost: Account, survivor: Account) -> None:
    """In the transaction of the merge. Of two letters for one end customer the older one is replaced."""
    LetterRequest.objects.filter(account=lost).update(account=survivor)
    moved = list(Letter.objects.filter(account=lost))
    Letter.objects.filter(account=lost).update(account=survivor)
    for letter in moved:
        letter.refresh_from_db()
        if letter.state == Letter.State.IN_FORCE:
            letters.replace(letter)
