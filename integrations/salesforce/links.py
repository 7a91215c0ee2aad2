"""Where a person opens a record in Salesforce."""

from __future__ import annotations

from typing import Final

from django.conf import settings

from integrations.salesforce import fields, ids

OF_EVERYBODY: Final = frozenset({"login", "test"})


def record_url(object_key: str, identity: str) -> str:
    """The record's page; empty where the id is none, or the object is not kept there."""
    name = fields.object_name(object_key)
    return page_url(name, identity) if name else ""


def page_url(object_name: str, identity: str) -> str:
    """The same of an object that is called so everywhere, such as a file or a post."""
    if not ids.is_id(identity):
        return ""
    return f"{_origin()}/lightning/r/{object_name}/{ids.full_id(identity)}/view"


def _origin() -> str:
    """The server that is named instead of the vendor's; else My Domain; else where everybody signs in."""
    given = settings.SALESFORCE
    if given.base_url:
        return str(given.base_url)
    domain = given.domain.removesuffix(".my")
    if domain in OF_EVERYBODY:
        return f"https://{domain}.salesforce.com"
    return f"https://{domain}.lightning.force.com"
