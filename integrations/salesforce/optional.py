"""Fields that only some organisations have: `describe` says so, remembered for ten minutes."""

from __future__ import annotations

from integrations.salesforce import fields
from integrations.salesforce.client import client
from web.memory import Memory

_seen = Memory(seconds=600)


def has(object_key: str, name: str) -> bool:
    return fields.api(object_key, name) in _names(fields.object_name(object_key))


def _names(object_name: str) -> frozenset[str]:
    asking = client()
    key = (object_name, asking.settings.base_url, asking.settings.domain)
    return _seen.get(key, lambda: frozenset(str(one["name"]) for one in asking.describe(object_name)["fields"]))
