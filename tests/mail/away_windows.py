"""Windows for the tests of the out-of-office, made the way the product makes them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from mail.away import acts
from mail.away.windows import Wish
from mail.models import AwayWindow
from people.models import User

OUTSIDE = "Thank you for writing! We are back on Monday: [our days](https://about.gitlab.com/company/)."
INSIDE = "Colleagues, we are back on Monday."


def wish(*, starts: datetime | None = None, ends: datetime | None = None, **values: Any) -> Wish:
    now = timezone.now()
    given = {
        "occasion": "other",
        "time_zone": "Europe/Berlin",
        "text_outside": OUTSIDE,
        "text_inside": INSIDE,
        **values,
    }
    return Wish(starts=starts or now - timedelta(hours=1), ends=ends or now + timedelta(hours=8), **given)


def away(by: User, **values: Any) -> AwayWindow:
    """One that has been on for an hour, unless told otherwise."""
    return acts.set_window(wish(**values), by=by)
