"""Reading in Salesforce for a change. Workers only: the library behind it is heavy."""

from __future__ import annotations

import logging
from collections.abc import Collection
from contextlib import suppress

from django.db import transaction
from django.utils.translation import gettext as _

from integrations.errors import VendorError
from integrations.salesforce import reading
from integrations.salesforce.shapes import UserRef
from journal.record import DESK, record
from partners import sync_some
from people.models import ChannelManager
from routing.models import OwnershipChange
from routing.ownership import again

log = logging.getLogger(__name__)


def read_again(pk: int) -> None:
    """The accounts of a preview as Salesforce has them now; its rows are checked anew. Raises VendorError."""
    change = OwnershipChange.objects.get(pk=pk)
    rows = list(again.open_rows(change).values_list("salesforce_id", "new_owner_id", "new_owner_name"))
    nameless = {name for _identity, owner, name in rows if name and not owner}
    if nameless:
        find_users(nameless)
    identities = [identity for identity, _owner, _name in rows]
    shown = sync_some.accounts(identities)
    with transaction.atomic():
        again.check(pk, there=shown)


def find_users(names: Collection[str] | None = None) -> int:
    """Managers whose user in Salesforce nobody has said: by address, else the one active user of that name."""
    found, unknown = 0, ChannelManager.objects.filter(salesforce_id="", active=True).select_related("user")
    for manager in unknown if names is None else unknown.filter(name__in=names):
        with suppress(VendorError):
            user = _user_of(manager)
            found += user is not None and _keep(manager, user)
    return found


def _user_of(manager: ChannelManager) -> UserRef | None:
    for address in (manager.salesforce_email, manager.user.email if manager.user else ""):
        user = reading.user(address) if address else None
        if user is not None and user.active:
            return user
    named = reading.users_named(manager.name)
    return named[0] if len(named) == 1 else None


def _keep(manager: ChannelManager, user: UserRef) -> bool:
    """Only where nobody has said it meanwhile, and nobody else is that user."""
    if ChannelManager.objects.filter(salesforce_id=user.id).exists():
        log.warning("two channel managers are the same user of Salesforce: %s", user.id)
        return False
    with transaction.atomic():
        mine = ChannelManager.objects.filter(pk=manager.pk, salesforce_id="")
        if not mine.update(salesforce_id=user.id, salesforce_email=manager.salesforce_email or user.email):
            return False
        after = {"salesforce_id": user.id, "salesforce_email": user.email}
        record(manager, "found in Salesforce", by=DESK, after=after, why=_("Asked for by a change of owners."))
    return True
