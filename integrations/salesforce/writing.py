"""Everything that is written at Salesforce; importing this registers it for the ledger. Workers only.

Ask for it with `ledger.queue(operation="salesforce.close_deal", payload=…, key=…)`; each says what its payload holds.
"""

from __future__ import annotations

from integrations.salesforce.accounts import set_account, set_accounts
from integrations.salesforce.cases import open_case
from integrations.salesforce.chatter import delete_post, post_chatter
from integrations.salesforce.deals import close_deal, reopen_deal
from integrations.salesforce.uploads import attach_file, detach_file

__all__ = [
    "attach_file",
    "close_deal",
    "delete_post",
    "detach_file",
    "open_case",
    "post_chatter",
    "reopen_deal",
    "set_account",
    "set_accounts",
]
