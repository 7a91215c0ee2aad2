"""What the program gives for each licence that is asked for; looked up, kept on the request, shown as evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from nfr import policy, reading, requests
from nfr.issuing import wanted
from nfr.models import Licence, LicenceRequest, Type
from nfr.policy import Offer
from tickets.procedures import Fact

Row = dict[str, Any]
WORST: Final = ("missing", "unknown", "exception", "yes")
TONES: Final[Mapping[str, str]] = {"missing": "bad", "unknown": "unsure", "exception": "bad", "yes": "good"}
WATCHED: Final = ("types", "seats", "namespace", "topic", "account_id", "licence_id", "tier")


def look(request: LicenceRequest, *, types: Iterable[str] = (), seats: int | None = None) -> list[Row]:
    """One for each type, or for each of `types`; `seats` stands for what was asked for."""
    return [_row(request, one, seats=seats) for one in (types or request.types)]


def keep(request: LicenceRequest) -> list[Row]:
    """The same, kept with what it was looked up for."""
    with requests.holding(request) as row:
        found = look(row)
        row.verdict = {"offers": found, "for": snapshot(row), "on": timezone.localdate().isoformat()}
        row.save(update_fields=["verdict"])
    request.verdict = row.verdict
    return found


def kept(request: LicenceRequest) -> list[Row]:
    found: list[Row] = request.verdict.get("offers", [])
    return found


def is_old(request: LicenceRequest) -> bool:
    """Something it rests on has changed since, or a day has passed."""
    said = request.verdict
    return bool(said.get("for") != snapshot(request) or said.get("on") != timezone.localdate().isoformat())


def snapshot(request: LicenceRequest) -> Row:
    return {name: getattr(request, name) for name in WATCHED}


def verdict_of(rows: Iterable[Row]) -> str:
    found = {row["verdict"] for row in rows}
    return next((one for one in WORST if one in found), "unknown")


def missing_lines(rows: Iterable[Row]) -> list[str]:
    """What the partner lacks with the way to it, once each; what nobody can tell is not theirs to hear."""
    lines = (_line(one) for row in rows for one in row["missing"] if one["kind"] == "missing")
    return list(dict.fromkeys(lines))


def hints(rows: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(hint for row in rows for hint in row["hints"]))


def against(rows: Iterable[Row]) -> list[str]:
    """Everything that speaks against it, for colleagues."""
    said = (text for row in rows for text in [*(one["words"] for one in row["missing"]), *row["beyond"]])
    return list(dict.fromkeys(said))


def facts(request: LicenceRequest, rows: Iterable[Row]) -> list[Fact]:
    """Standing, the terms, what there is already, and until when it would run; what two licences share stands once."""
    return list(dict.fromkeys(fact for row in rows for fact in _facts(request, row)))


def in_question(facts: Iterable[Fact]) -> list[Fact]:
    """What a person decides by: what each would be, and what is not in order; what is met stands at the check."""
    offered = {str(one.label) for one in Type}
    kept = [fact for fact in facts if fact.tone != "good" or fact.name in offered]
    return sorted(kept, key=lambda fact: (fact.name not in offered, fact.tone not in {"bad", "unsure"}))


def day(value: str | None) -> str:
    parsed = parse_date(value or "")
    return date_format(parsed, "j M Y") if parsed else _("not known")


def _row(request: LicenceRequest, type: str, *, seats: int | None) -> Row:
    renewing = renewed_by(request, type)
    asked = seats or request.seats
    on = timezone.localdate()
    found = policy.offer(request.account, type=type, seats=asked, on=on, renewing=renewing, request=request)
    return _as_json(found, type, renewing)


def renewed_by(request: LicenceRequest, type: str) -> Licence | None:
    """The licence that goes on, where a renewal is asked for: of each type the one that is meant."""
    licence = request.licence
    if request.topic != LicenceRequest.Topic.RENEW or (licence is None and "licence" in request.corrected):
        return None
    return licence if licence is not None and licence.type == type else reading.licence_meant(request, type=type)


def _as_json(found: Offer, type: str, renewing: Licence | None) -> Row:
    return {
        "type": type,
        "verdict": found.verdict,
        "seats": found.seats,
        "seats_allowed": found.seats_allowed,
        "tier": found.terms.tier if found.terms else "",
        "terms": found.terms.source if found.terms else "",
        "starts": found.starts.isoformat() if found.starts else "",
        "ends": found.ends.isoformat() if found.ends else "",
        "ends_why": found.ends_why,
        "standing": found.standing.state,
        "met": [f"{one.words}: {one.evidence}" for one in found.standing.met],
        "missing": [{"kind": one.kind, "words": one.words, "how": one.way} for one in found.missing],
        "beyond": list(found.beyond),
        "hints": list(found.hints),
        "existing": [[one.pk, _called(one)] for one in found.existing],
        "renews": renewing.pk if renewing else None,
    }


def _facts(request: LicenceRequest, row: Row) -> Iterator[Fact]:
    yield Fact(name=str(Type(row["type"]).label), value=_says(row), tone=TONES[row["verdict"]])
    for one in row["missing"]:
        tone = "bad" if one["kind"] == "missing" else "unsure"
        yield Fact(name=_("Requirement"), value=one["words"], tone=tone, quote=one["how"])
    yield from (Fact(name=_("Requirement"), value=words, tone="good") for words in row["met"])
    yield from (Fact(name=_("Beyond the program"), value=words, tone="bad") for words in row["beyond"])
    if row["ends"]:
        yield Fact(name=_("Would end"), value=day(row["ends"]), quote=row["ends_why"])
    yield from (Fact(name=_("Has already"), value=called, link=page_of(pk)) for pk, called in row["existing"])
    yield from _open_questions(request, row)
    yield from (Fact(name=_("Hint"), value=words, tone="unsure") for words in row["hints"])


def _open_questions(request: LicenceRequest, row: Row) -> Iterator[Fact]:
    """What stops nothing, and somebody may look at."""
    if row["type"] == Type.SAAS and wanted.needs_trial(request):
        yield _trial(request)
    if request.topic == LicenceRequest.Topic.RENEW and not row["renews"]:
        value = _("Which licence is renewed is not known: taken as a new one. Correct it beside.")
        yield Fact(name=_("Renews"), value=value, tone="unsure")


def _says(row: Row) -> str:
    said = {"seats": row["seats"] or "?", "allowed": row["seats_allowed"] or "?", "day": day(row["ends"])}
    return {
        "yes": _("%(seats)s of %(allowed)s seats, until %(day)s") % said,
        "missing": _("Not eligible"),
        "unknown": _("Cannot be told"),
        "exception": _("More than the program gives"),
    }[row["verdict"]]


def _trial(request: LicenceRequest) -> Fact:
    state = reading.trial_of(request)
    value = {"running": _("Runs, as the partner says"), "over": _("Over")}.get(state, _("Not said; Support sees it"))
    return Fact(name=_("Trial"), value=value, tone={"running": "good", "over": "bad"}.get(state, "unsure"))


def _line(one: Mapping[str, Any]) -> str:
    return f"{one['words']} {one['how']}".strip() if one["how"] else str(one["words"])


def _called(one: Licence) -> str:
    said = {"what": one, "type": one.get_type_display(), "seats": one.seats or "?"}
    until = _("until %(day)s") % {"day": date_format(one.ends, "j M Y")} if one.ends else ""
    return ", ".join(part for part in (_("%(what)s (%(type)s), %(seats)s seats") % said, until) if part)


def page_of(pk: int) -> str:
    return reverse("nfr_register:licence", args=[pk])
