"""Objects and fields that only some organisations have: `describe` says so, remembered for ten minutes."""

from __future__ import annotations

from integrations.errors import VendorError
from integrations.models import ErrorClass
from integrations.salesforce import fields
from integrations.salesforce.client import Client, client
from web.memory import Memory

_seen = Memory(seconds=600)


def has(object_key: str, name: str) -> bool:
    return fields.api(object_key, name) in _names(fields.object_name(object_key))


def there(object_key: str) -> bool:
    """Whether the organisation has such records at all."""
    return bool(_names(fields.object_name(object_key)))


def _names(object_name: str) -> frozenset[str]:
    asking = client()
    key = (object_name, asking.settings.base_url, asking.settings.domain)
    return _seen.get(key, lambda: _described(asking, object_name))


def _described(asking: Client, object_name: str) -> frozenset[str]:
    """Nothing where the user may not see how the object is made."""
    try:
        found = asking.describe(object_name).get("fields") or []
    except VendorError as problem:
        if problem.kind is not ErrorClass.PERMANENT:
            raise
        return frozenset()
    return frozenset(str(one.get("name")) for one in found)
