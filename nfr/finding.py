"""The values that stand in what was sent about an NFR licence, field by field, the surest first; nothing is decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.utils.translation import gettext as _

from documents.papers import Found, Source, days, finding
from nfr import namespaces, words
from nfr.models import Tier, Type

FIELDS: Final = (
    "types", "namespace", "tier", "seats", "trial_ends", "contact_name", "contact_email", "seats_used",
    "seats_allowed", "seats_by", "support_ticket",
)  # fmt: skip
ONLY_A_WORD: Final = 0.3
IN_PASSING: Final = 0.6
PLAIN: Final = 0.75
CLEAR: Final = 0.9
OF_FORM: Final[Mapping[str, str]] = {"types": "licence_type", "namespace": "namespace", "seats": "seats"}
BOTH: Final = "both"  # types, in the form: one licence of each
Rows = list[dict[str, Any]]


def every(sources: Sequence[Source], given: Mapping[str, Any]) -> dict[str, Rows]:
    """By field; `given` is what the request form asked. Nothing that the name of a file says counts."""
    told = [one for one in sources if one.kind != "name"]
    written = [one for one in told if one.kind != "form"]  # the form's answers are taken by their names
    used, allowed = _pairs(written)
    found = {
        "types": _types(written),
        "tier": _tiers(written),
        "seats": _seats(written),
        "namespace": _namespaces(written),
        "trial_ends": _days(written, words.TRIAL_ENDS),
        "trial": _trial(written),
        "contact_name": finding.labelled(written, words.CONTACTS, words.PERSON),
        "contact_email": finding.labelled(written, words.CONTACTS_MAIL, words.ADDRESS),
        "seats_used": [*finding.labelled(written, words.SEATS_USED, words.NUMBER), *used],
        "seats_allowed": [*finding.labelled(written, words.SEATS_ALLOWED, words.NUMBER), *allowed],
        "seats_by": _days(written, words.SEATS_BY),
        "support_ticket": _support_tickets(written),
        "ends": _days(written, words.LICENCE_ENDS),
    }
    rows = {name: [_row(name, one) for one in finding.each_value(founds)] for name, founds in found.items()}
    for name, row in _of_form(given):
        rows[name] = [row, *(one for one in rows[name] if one["value"] != row["value"])]
    return {name: one for name, one in rows.items() if one}


def _of_form(given: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, asked in OF_FORM.items():
        written = " ".join(str(given.get(asked) or "").split())
        for value in Type.values if name == "types" and written == BOTH else [written]:
            row: dict[str, Any] = {
                "value": value, "source": _("the form"), "quote": "", "sure": 0.98, "link": "", "page": 1,
            }  # fmt: skip
            if value and (name != "types" or value in Type.values):
                yield name, _understood(row) if name == "namespace" else row


def _types(sources: Iterable[Source]) -> list[Found]:
    """“SaaS” or “self-managed”, and both where both are wanted: each is a value of its own."""
    sources = list(sources)
    saas = [replace(one, value=Type.SAAS.value) for one in finding.matching(sources, words.SAAS, sure=PLAIN)]
    own = [replace(one, value=Type.SELF_MANAGED.value) for one in finding.matching(sources, words.OWN, sure=PLAIN)]
    return finding.best_first([*saas, *own])


def _tiers(sources: Iterable[Source]) -> list[Found]:
    """A label says it; a bare word is only likely. “Premium or Ultimate?” says neither."""
    sources = list(sources)
    labelled = finding.labelled(sources, words.TIERS, words.TIER)
    unsure = {(id(one.source), one.page) for one in finding.matching(sources, words.EITHER_TIER)}
    bare = [
        one
        for one in finding.matching(sources, words.TIER, sure=IN_PASSING)
        if (id(one.source), one.page) not in unsure
    ]
    return [replace(one, value=Tier(one.value.lower()).value) for one in (*labelled, *bare)]


def _seats(sources: Iterable[Source]) -> list[Found]:
    """How many are wanted: not those that are in use, nor “10 of 12”."""
    sources = list(sources)
    labelled = finding.labelled(sources, words.SEATS, words.NUMBER, others=(*words.SEATS_USED, *words.SEATS_ALLOWED))
    return [*labelled, *finding.matching(sources, words.SOME_SEATS, sure=PLAIN)]


def _pairs(sources: Iterable[Source]) -> tuple[list[Found], list[Found]]:
    """“13 of 10 seats are in use”, “uses 13 seats, 10 are allowed”: the first number is in use, the second allowed."""
    used: list[Found] = []
    allowed: list[Found] = []
    for source in sources:
        for page, text in enumerate(source.pages, start=1):
            for shape in words.USED_OF_ALLOWED:
                for match in shape.finditer(text):
                    for group, found in (("used", used), ("allowed", allowed)):
                        if match.groupdict().get(group):
                            start, end = match.span(group)
                            found.append(finding.found(source, page, start, end, sure=CLEAR, since=match.start()))
    return used, allowed


def _namespaces(sources: Iterable[Source]) -> list[Found]:
    """Beside its label, or an address on gitlab.com that is no page of ours."""
    sources = list(sources)
    labelled = [_whole(_weighed(one)) for one in finding.labelled(sources, words.NAMESPACES, words.PATH)]
    addresses = [
        one
        for one in finding.matching(sources, words.ADDRESS_OF_GROUP, sure=PLAIN)
        if not words.NO_GROUP.search(one.value)
    ]
    return [*(one for one in labelled if not words.NO_GROUP.search(one.value)), *addresses]


def _weighed(one: Found) -> Found:
    """“Our group is quite large” names no group: such a word is only offered."""
    page = one.source.pages[one.page - 1]
    if one.value.lower() in words.NOT_SAID:
        return replace(one, sure=ONLY_A_WORD)
    if one.sure >= CLEAR or words.LIKE_A_PATH.match(one.value):
        return one
    said = words.SAID_TO_BE.search(page[max(0, one.start - 40) : one.start]) and words.CLAUSE_ENDS.match(page, one.end)
    return one if said else replace(one, sure=ONLY_A_WORD)


def _whole(one: Found) -> Found:
    """A group's name in several words stays one, so that it is explained and not taken for the path of another."""
    page = one.source.pages[one.page - 1]
    more = words.FURTHER.match(page, one.end) if one.value[:1].isupper() else None
    return replace(one, value=f"{one.value}{more[0]}") if more else one


def _trial(sources: Iterable[Source]) -> list[Found]:
    """Whether a trial runs, as far as it is said: “running”, or “over”."""
    sources = list(sources)
    over = [replace(one, value="over") for one in finding.matching(sources, words.TRIAL_OVER, sure=CLEAR)]
    running = [replace(one, value="running") for one in finding.matching(sources, words.TRIAL_RUNS, sure=PLAIN)]
    return finding.best_first([*over, *running])


def _days(sources: Sequence[Source], names: Sequence[str]) -> list[Found]:
    """Only days that can be read in one way."""
    return [one for one in days.labelled(sources, names) if not one.also]


def _support_tickets(sources: Iterable[Source]) -> list[Found]:
    sources = list(sources)
    return [
        *finding.matching(sources, words.SUPPORT_ADDRESS, sure=CLEAR),
        *finding.matching(sources, words.SUPPORT_SUBJECT, sure=CLEAR),
        *finding.matching(sources, words.SUPPORT_NUMBER, sure=PLAIN),
    ]


def _row(name: str, one: Found) -> dict[str, Any]:
    """As `LicenceRequest.facts` holds it."""
    row = one.as_json()
    row["value"] = one.value.strip()
    if one.source.attachment_id is not None:
        row["attachment"] = one.source.attachment_id
    return _understood(row) if name == "namespace" else row


def _understood(row: dict[str, Any]) -> dict[str, Any]:
    """The top-level group in place of what was written; a personal one keeps the sentence that explains it."""
    found = namespaces.read(str(row["value"]))
    if found.top:
        said = {"value": found.top} | ({"remark": found.remark} if found.remark else {})
        return {**row, **said, "written": row["value"]}
    return {**row, "problem": found.problem, "written": row["value"]}
