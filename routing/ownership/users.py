"""Which user of Salesforce a channel manager is."""

from __future__ import annotations

from collections.abc import Iterable

from partners.models import Account
from people.models import ChannelManager
from routing.ownership.checks import Wanted


class Known:
    """Of some managers: what is written beside them, else whose accounts they own by name in the mirror."""

    def __init__(self, managers: Iterable[ChannelManager]) -> None:
        self._ids = {one.pk: one.salesforce_id for one in managers}
        unknown = [one for one in managers if not one.salesforce_id]
        self._ids |= _by_accounts(unknown) if unknown else {}
        self.missing = bool(unknown)  # nothing is written beside somebody, whatever the mirror says

    def of(self, wanted: Wanted) -> str:
        return wanted.new_owner_id or (self._ids.get(wanted.new_owner.pk, "") if wanted.new_owner else "")


def _by_accounts(managers: Iterable[ChannelManager]) -> dict[int, str]:
    """Only where all accounts of that name have the same owner."""
    names = {one.name: one.pk for one in managers}
    pairs = Account.objects.filter(owner_name__in=names, deleted=None).exclude(owner_id="").order_by()
    found: dict[int, set[str]] = {}
    for name, owner in pairs.values_list("owner_name", "owner_id").distinct():
        found.setdefault(names[name], set()).add(owner)
    return {pk: owners.pop() for pk, owners in found.items() if len(owners) == 1}


def managers_of(owners: Iterable[tuple[str, str]]) -> dict[str, ChannelManager]:
    """By the id of their user in Salesforce, 15 characters: those we know by it, else by the name beside it."""
    found: dict[str, ChannelManager] = {}
    named: dict[str, list[ChannelManager]] = {}
    for one in ChannelManager.objects.select_related("user"):
        if one.salesforce_id:
            found[one.salesforce_id[:15]] = one
        else:
            named.setdefault(one.name, []).append(one)
    wanted = {identity[:15]: name for identity, name in owners if identity}
    for identity, name in wanted.items():
        if identity not in found and len(named.get(name, [])) == 1:
            found[identity] = named[name][0]
    return {identity: found[identity] for identity in wanted if identity in found}
