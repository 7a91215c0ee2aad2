"""From the owner of an account in Salesforce to one of our channel managers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from partners.models import Account
from people.models import ChannelManager


class Managers:
    """Everybody once, read when the pull begins."""

    def __init__(self) -> None:
        self._by_name: dict[str, ChannelManager] = {}
        self._by_email: dict[str, ChannelManager] = {}
        self._by_id: dict[str, ChannelManager] = {}
        for manager in ChannelManager.objects.select_related("user").order_by("active", "pk"):
            self._by_name[_folded(manager.name)] = manager
            if manager.user is not None:
                self._by_email[manager.user.email.lower()] = manager
            if manager.salesforce_id:
                self._by_id[manager.salesforce_id[:15]] = manager

    def of(self, values: Mapping[str, Any], account: Account | None) -> dict[str, ChannelManager | None]:
        """The channel manager that goes with an owner; nobody after a change to an owner who is none of ours."""
        if "owner_id" not in values:
            return {}
        email, name = str(values.get("owner_email", "")).lower(), _folded(values.get("owner_name", ""))
        found = self._by_id.get(str(values["owner_id"])[:15]) or self._by_email.get(email) or self._by_name.get(name)
        if found is not None:
            return {"channel_manager": found}
        was = account.owner_id if account else ""
        return {"channel_manager": None} if was and was != values["owner_id"] else {}


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
