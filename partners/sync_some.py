"""A few accounts from Salesforce at once, for somebody who waits; the mirror takes them as a pull does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import transaction

from integrations.asking import question
from integrations.salesforce import ids, reading
from partners import afresh, names
from partners.sync_accounts import Accounts
from partners.sync_journal import Journal
from partners.sync_take import Batch

MOST_NAMED: Final = 20
SHORTEST: Final = 4  # signs of a word that is worth looking for


def accounts(identities: Sequence[str]) -> set[str]:
    """Which of these ids are there, after ours are as they are there. Workers only; raises VendorError."""
    wanted = [ids.full_id(one) for one in identities if ids.is_id(one)]
    shown: set[str] = set()
    for rows in reading.pages_of("Account", wanted):
        taker, batch = Accounts(), Batch(Accounts.key, Journal())
        with transaction.atomic():
            taker.take(rows, batch)
            batch.journal.write()
        shown.update(str(row["id"]) for row in rows if not row.get("deleted"))
    return shown


def named(text: str) -> set[str]:
    """The partners that Salesforce finds by a company's name, or by its first telling word; ours are as they are there.

    Workers only; raises VendorError.
    """
    hits = reading.search_accounts(text, limit=MOST_NAMED)
    if not hits:
        words = [word for word in text.split() if names.telling(names.normalised(word)) and len(word) >= SHORTEST]
        hits = reading.search_accounts(words[0], limit=MOST_NAMED) if words else []
    return accounts([one.id for one in hits])


question(afresh.BY_ID)(accounts)
question(afresh.BY_NAME)(named)
