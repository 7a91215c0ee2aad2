"""*Try now*: one cheap call; registered for the worker."""

from __future__ import annotations

from integrations import registry
from integrations.models import Vendor
from integrations.salesforce.client import client


def ask() -> None:
    client().limits()


registry.probe(Vendor.SALESFORCE, ask)
