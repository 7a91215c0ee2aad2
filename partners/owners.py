"""Who owns a partner in Salesforce, and whether the channel manager the desk knows is somebody else."""

from __future__ import annotations

from typing import Final

from partners.models import Account
from people.models import ChannelManager

SHORT_ID: Final = 15  # an id of 18 characters says the same with three more


def owner_differs(account: Account) -> bool | None:
    """Salesforce's owner is not the channel manager; None while one of the two is not known."""
    return differs(account, account.channel_manager)


def differs(account: Account, manager: ChannelManager | None) -> bool | None:
    """Salesforce's owner is somebody else than `manager`: by id, by address, else by name."""
    if manager is None or not (account.owner_id or account.owner_name or account.owner_email):
        return None
    if account.owner_id and manager.salesforce_id:
        return account.owner_id[:SHORT_ID] != manager.salesforce_id[:SHORT_ID]
    addresses = [one for one in (manager.salesforce_email, manager.user.email if manager.user else "") if one]
    if any(_same(account.owner_email, one) for one in addresses):
        return False
    if account.owner_name:
        return not _same(account.owner_name, manager.name)
    return True if account.owner_email and addresses else None


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
