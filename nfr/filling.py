"""What the register and the program know of a request beside what was written; it stands behind what was read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from nfr import policy, reading, requests
from nfr.models import LicenceRequest, Type
from nfr.seats import pictures


def fill(request: LicenceRequest) -> LicenceRequest:
    """The seats and the group of the licence it is about, and Support's picture, where nothing else says them."""
    with requests.holding(request) as row:
        row.licence = row.licence or reading.licence_meant(row)
        for name, value, source, link in _known(row):
            if getattr(row, name) in (None, "") and name not in row.corrected and value:
                setattr(row, name, value)
                fact = {"value": str(value), "source": source, "quote": "", "sure": 0.9, "link": link}
                row.facts = {**row.facts, name: [fact, *row.facts.get(name, [])]}
        if row.screenshot_id is None:
            row.screenshot = pictures.likely(row)
        row.save()
    return row


def _known(row: LicenceRequest) -> Iterator[tuple[str, Any, str, str]]:
    """Column, value, where it stands, its page."""
    licence = row.licence
    if licence is not None:
        page = f"/nfr/{licence.pk}/"
        yield "namespace", licence.namespace, _("the licence register"), page
        yield "seats_allowed", licence.seats or licence.seats_allowed, _("the licence register"), page
    terms = policy.terms_for(row.account, on=timezone.localdate())
    if terms is not None and Type.SELF_MANAGED not in row.types:
        yield "seats_allowed", terms.seats, _("the terms of the program"), ""
