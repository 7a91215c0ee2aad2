"""Partners as Salesforce has them at this moment: what somebody decides on is asked for again first.

The mirror may be some minutes old. A worker's: it reads by the name of a question. Raises `VendorError`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils import timezone

from integrations import asking
from partners.models import Account

BY_ID: Final = "salesforce.take_partners"
BY_NAME: Final = "salesforce.take_partners_named"


def look(account: Account) -> datetime:
    """Brings our row up to date; gives since when it is what Salesforce says. `account` is read again."""
    asked = timezone.now()
    if account.salesforce_id:
        shown: set[str] = asking.ask(BY_ID, [account.salesforce_id])
        account.refresh_from_db()
        if account.salesforce_id not in shown and account.deleted is None:
            account.deleted = asked  # in this process only: the next pull finds out what became of it
    return asked


def search(company: str) -> bool:
    """Takes over partners that Salesforce finds by a company's name; whether there were any."""
    return bool(company.strip()) and bool(asking.ask(BY_NAME, company))
