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
    return None if found is None or found.pk == account.pk else found


def merged_into(account: Account, pk: str) -> Account | None:
    """The partner of that id, if Salesforce has merged it into `account`, at once or by way of others."""
    known = pk.isascii() and pk.isdigit() and len(pk) <= 18
    found = Account.objects.select_related("merged_into__merged_into").filter(pk=int(pk)).first() if known else None
    return found if found is not None and survivor_of(found) == account else None


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())
