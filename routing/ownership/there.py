"""Reading in Salesforce for a change. Workers only: the library behind it is heavy."""

from __future__ import annotations

from django.db import transaction

from partners import sync_people, sync_some
from routing.models import OwnershipChange
from routing.ownership import again


def read_again(pk: int) -> None:
    """The accounts of a preview as Salesforce has them now; its rows are checked anew. Raises VendorError."""
    change = OwnershipChange.objects.get(pk=pk)
    rows = list(again.open_rows(change).values_list("salesforce_id", "new_owner_id", "new_owner_name"))
    if any(name and not owner for _identity, owner, name in rows):
        sync_people.link()
    shown = sync_some.accounts([identity for identity, _owner, _name in rows])
    with transaction.atomic():
        again.check(pk, there=shown)
