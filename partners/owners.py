"""Who owns a partner in Salesforce, and whether the channel manager the desk knows is somebody else."""

from __future__ import annotations

from partners.models import Account


def owner_differs(account: Account) -> bool | None:
    """Salesforce's owner is not the channel manager; None while one of the two is not known."""
    manager = account.channel_manager
    if manager is None or not (account.owner_name or account.owner_email):
        return None
    if account.owner_email and manager.user is not None and _same(account.owner_email, manager.user.email):
        return False
    return not _same(account.owner_name, manager.name)


def survivor_of(account: Account) -> Account | None:
    """The partner a merged one lives on in, at the end of a chain of merges; None when it was not merged."""
    seen, found = {account.pk}, account.merged_into
    while found is not None and found.merged_into is not None and found.pk not in seen:
        seen.add(found.pk)
        found = found.merged_into
    return found


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())
