"""From a form of the register to its writer, with the program's word on it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from nfr import policy
from nfr.models import Licence, SeatCount
from nfr.policy import Offer
from nfr.register import writing
from nfr.register.forms import CountForm, LicenceForm
from people.models import User

FIXED = ("account", "type", "tier", "seats", "namespace", "starts", "ends")


def said_by_program(form: LicenceForm, *, renewing: Licence | None = None) -> Offer:
    """What the program gives for what the form says: a renewal as of today, another one as of its first day.

    Call it when the form is valid.
    """
    given, on = form.cleaned_data, timezone.localdate()
    if renewing is None:
        on = given["starts"] or on
    return policy.offer(given["account"], type=given["type"], seats=given["seats"], on=on, renewing=renewing)


def grant(form: LicenceForm, *, by: User, renewing: Licence | None = None) -> Licence:
    values: dict[str, Any] = form.values
    more = {name: value for name, value in values.items() if name not in FIXED}
    fixed = {name: values[name] for name in FIXED}
    return writing.grant(None, **fixed, by=by, replaces=renewing, more=more)


def change(licence: Licence, form: LicenceForm, *, by: User) -> Licence:
    given = form.cleaned_data
    return writing.change(licence, form.values, by=by, why=given["why"], seen=given["seen"] or 0)


def count(licence: Licence, form: CountForm, *, by: User) -> SeatCount:
    """A day in the past is taken at its noon."""
    given = form.cleaned_data
    day = given["counted"]
    at = None
    if day and day < timezone.localdate():
        at = timezone.make_aware(datetime.combine(day, time(12)))
    return writing.count_seats(licence, given["used"], source=given["source"], by=by, at=at)


def renewal_form(licence: Licence) -> LicenceForm:
    """Filled with what a renewal would be."""
    on = timezone.localdate()
    offer = policy.offer(licence.account, type=licence.type, seats=licence.seats, on=on, renewing=licence)
    starts = offer.starts if offer.ends else (licence.ends or on) + timedelta(days=1)
    cleared = {"starts": starts, "ends": offer.ends, "seats_allowed": offer.seats_allowed}
    form = LicenceForm(licence=licence)
    form.initial.update({**cleared, "support_ticket": "", "note": ""})
    return form
