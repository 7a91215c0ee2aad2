"""Changes of account owners in Salesforce (handbook, “Updating an Account Owner in SFDC”).

Rows first: `prepare` checks every account and writes nothing there, `approve` lets a worker begin, batches of 200 are
rows of `integrations.ledger`, and what became of each account is read back. Everything may happen twice.
"""

from __future__ import annotations

from routing.ownership.checks import Wanted, checks_of
from routing.ownership.deciding import (
    Refused,
    approve,
    drop,
    may_approve,
    may_steer,
    pause,
    resume,
    retry,
    submit,
)
from routing.ownership.moving import move_on
from routing.ownership.preparing import prepare
from routing.ownership.undoing import undo, why_not_undone

__all__ = [
    "Refused",
    "Wanted",
    "approve",
    "checks_of",
    "drop",
    "may_approve",
    "may_steer",
    "move_on",
    "pause",
    "prepare",
    "resume",
    "retry",
    "submit",
    "undo",
    "why_not_undone",
]
