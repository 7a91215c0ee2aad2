"""Signed by the customer, and in time: services within six months of the deal, the deal young when it was approved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from service_attach.checks.shapes import Check, Known
from web.times import months_from

MONTHS: Final = 6


def signed(known: Known) -> Check:
    source = _("the document")
    if known.signed:
        on = known.signed_on
        words = _("Signed on %(day)s.") % {"day": _day(on)} if on else _("Signed; the day could not be read.")
        return Check(slug="signed", verdict="met", words=words, value=_day(on) if on else _("yes"), source=source)
    if known.signed is None:
        how = _("Open the document, look for the customer's signature and say what you see.")
        return Check(slug="signed", verdict="unknown", words=_("It could not be told."), how=how, source=source)
    return Check(
        slug="signed",
        verdict="missing",
        words=_("The customer has not signed it."),
        value=_("no"),
        source=source,
        problem=_("we see no signature of your customer on it."),
        way_on=_("Answer this mail with the signed document."),
    )


def window(known: Known) -> Check:
    """Six months before the close of the deal to six months after it."""
    closes = known.licence.close_date if known.licence else None
    days = list(_days(known))
    if not days:
        words = _("The document names no day on which services are given or it was signed.")
        how = _("Look when the services are given.")
        return Check(slug="window", verdict="unknown", words=words, how=how, source=_("the document"))
    value = ", ".join(f"{name} {_day(on)}" for name, on in days)
    if closes is None:
        words = _("When the deal closes is not known.")
        return Check(slug="window", verdict="unknown", words=words, value=value)
    first, last = months_from(closes, -MONTHS), months_from(closes, MONTHS)
    said = {"first": _day(first), "last": _day(last), "closes": _day(closes)}
    words = _("The deal closes on %(closes)s: from %(first)s to %(last)s.") % said
    outside = [f"{name} {_day(on)}" for name, on in days if not first <= on <= last]
    if not outside:
        return Check(slug="window", verdict="met", words=words, value=value, source=_("the document, Salesforce"))
    problem = _("the services have to be given between %(first)s and %(last)s, and the document says:") % said
    return Check(
        slug="window",
        verdict="missing",
        words=words,
        value=", ".join(outside),
        source=_("the document, Salesforce"),
        problem=f"{problem} {', '.join(outside)}.",
        way_on=_("Tell us if we have misread the document."),
    )


def approval(known: Known) -> Check | None:
    """A deal that was won may be half a year old at most when its services are approved; an open one is young."""
    registration, licence = known.registration, known.licence
    if registration is None or licence is None or licence.close_date is None:
        return None
    approved, closes = registration.approved_on, licence.close_date
    if approved is None:
        words = _("The registration does not say when it was approved.")
        return Check(slug="approval", verdict="unknown", words=words, link=registration.link)
    said = {"closes": _day(closes), "approved": _day(approved)}
    if approved <= months_from(closes, MONTHS):
        words = _("Approved on %(approved)s; the deal closes on %(closes)s.") % said
        return Check(slug="approval", verdict="met", words=words, value=said["approved"], link=registration.link)
    return Check(
        slug="approval",
        verdict="missing",
        words=_("The deal closed on %(closes)s, more than six months before it was approved.") % said,
        value=said["approved"],
        how=_("Ask the channel manager who approved it."),
        link=registration.link,
        problem=_("the licence deal was more than six months old when the registration was approved."),
        way_on=_("Ask your channel manager about it."),
    )


def _days(known: Known) -> Iterator[tuple[str, date]]:
    """Of the services; where the document names none, the day it was signed stands for them."""
    if known.services_start:
        yield _("begins"), known.services_start
    if known.services_end:
        yield _("ends"), known.services_end
    if known.signed_on and not known.services_start and not known.services_end:
        yield _("signed"), known.signed_on


def _day(on: date) -> str:
    return date_format(on, "j M Y")
