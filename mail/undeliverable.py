"""Addresses whose server said that nobody is there (M-19), asked for before something is sent to them again."""

from __future__ import annotations

from collections.abc import Iterable

from mail.models import Undeliverable


def among(addresses: Iterable[str]) -> dict[str, str]:
    """Those of them nobody could be reached at, in lower case, with the server's words."""
    asked = {address.lower() for address in addresses}
    if not asked:
        return {}
    rows = Undeliverable.objects.filter(address__lower__in=asked).order_by("address")
    return {address.lower(): words for address, words in rows.values_list("address", "words")}
