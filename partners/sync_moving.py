"""A merge in Salesforce, followed here: what belonged to the lost partner belongs to the survivor."""

from __future__ import annotations

from partners import hooks, team
from partners.models import (
    Account,
    AccountDomain,
    AccountName,
    Certification,
    Contact,
    DashboardRow,
    Invoice,
    Opportunity,
    TeamReport,
)
from partners.sync_journal import MERGED
from partners.sync_take import Batch


def merge(lost: Account, survivor: Account, batch: Batch) -> None:
    """What is the partner's moves, people, names and papers; tickets and others by `partners.hooks`."""
    survivor = last_of(survivor)
    if survivor.pk == lost.pk:
        return
    team.join(lost, survivor)
    for model in (AccountDomain, AccountName, Contact, Invoice, Opportunity, Certification, DashboardRow, TeamReport):
        model._default_manager.filter(account=lost).update(account=survivor)  # noqa: SLF001 - Django's documented door
    Account.objects.filter(merged_into=lost).update(merged_into=survivor)
    lost.merged_into = survivor
    lost.save(update_fields=["merged_into"])
    batch.journal.note(lost, MERGED, after={"merged_into": survivor})
    batch.journal.note(survivor, MERGED, after={"merged": lost})
    hooks.merged(lost, survivor)


def last_of(account: Account) -> Account:
    """Where a chain of merges ends."""
    met = {account.pk}
    while account.merged_into is not None and account.merged_into.pk not in met:
        account = account.merged_into
        met.add(account.pk)
    return account
