"""The demo's PowerForms by the names people know them by; what DocuSign says of them is left to DocuSign."""

from __future__ import annotations

from typing import Final

from loa import powerforms

NAMES: Final = ("Letter of Authorization", "Letter of Authorization, released by the desk")


def load() -> None:
    for form, name in zip(powerforms.everything(), NAMES, strict=False):
        form.name, form.address = name, powerforms.address_of(form)
        form.save(update_fields=["name", "address"])
