"""What is known of a request, as lines of evidence: each value with the words it was read from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from nfr import reading
from nfr.models import LicenceRequest, Type
from tickets.procedures import Fact

SURE: Final = 0.8  # what is less sure is marked
NAMES: Final = {
    "types": gettext_lazy("Licence"),
    "tier": gettext_lazy("Version"),
    "seats": gettext_lazy("Seats asked for"),
    "seats_used": gettext_lazy("Seats in use"),
    "seats_allowed": gettext_lazy("Seats allowed"),
    "trial_ends": gettext_lazy("Trial until"),
    "seats_by": gettext_lazy("To be reduced by"),
    "namespace": gettext_lazy("Namespace"),
    "support_ticket": gettext_lazy("Support's ticket"),
    "contact_email": gettext_lazy("Contact"),
}


def facts(request: LicenceRequest, names: Iterable[str]) -> list[Fact]:
    """Those that are known, in this order, what is less than sure is marked; last what is no group, and why."""
    names = list(names)
    problem = reading.why_no_namespace(request) if "namespace" in names else ""
    return [*_facts(request, names), *([_no_group(request, problem)] if problem else [])]


def _facts(request: LicenceRequest, names: Iterable[str]) -> Iterator[Fact]:
    for name in names:
        value = _words(name, getattr(request, name))
        if not value:
            continue
        found = reading.best(request, name) or {}
        yield Fact(
            name=str(NAMES[name]),
            value=value,
            tone="unsure" if found and found["sure"] < SURE else "",
            source=str(found.get("source", "")),
            link=str(found.get("link", "")),
            quote=str(found.get("remark") or found.get("quote", "")),
        )


def _no_group(request: LicenceRequest, problem: str) -> Fact:
    found = next(one for one in request.facts["namespace"] if one.get("problem"))
    return Fact(
        name=str(NAMES["namespace"]),
        value=str(found.get("written", "")),
        tone="bad",
        source=str(found.get("source", "")),
        link=str(found.get("link", "")),
        quote=problem,
    )


def _words(name: str, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if name == "types":
        return ", ".join(str(Type(one).label) for one in value)
    if name in reading.DATES:
        return str(date_format(value, "j M Y"))
    return str(value)
