"""The validation matrix of the handbook's procedure, whole: id by partner by customer by signature by used before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from uuid import uuid4

import pytest
from django.utils.translation import override

from documents.papers import Source
from service_attach import checks, excluded
from service_attach.checks import Check, Elsewhere, Known
from service_attach.finding import Found
from service_attach.registrations import Licence, Registration
from web.times import months_from

REGISTRATION = Registration(
    id="a0R8dQx00000001EBA", deal_id="GL-0048213", status="Approved", kind="Service Attach",
    partner_id="0018dQx00000001ABA", partner_name="Northwind DevOps GmbH", customer="Havelland Klinik AG",
    manager_name="Sofia Marchetti", manager_email="sofia@desk.example.com", manager_active=True, approved="2026-09-14",
    opportunity_id="0068dQx00000001ABA",
)  # fmt: skip
LICENCE = Licence(id="0068dQx00000001ABA", name="Havelland", stage="Closed Won", won=True, closes="2026-10-15")
RESALE = replace(REGISTRATION, id="a0R8dQx00000002EBA", deal_id="GL-0047790", kind="Resale")


def found(**changes: str) -> Found:
    registration = replace(REGISTRATION, **changes)  # type: ignore[arg-type]
    asked = (registration.deal_id,)
    return Found(kind="one", asked=asked[0], ids=asked, registration=registration, licence=LICENCE)


GOOD = Known(
    found=found(), partner_name="Northwind DevOps", customer_name="Havelland Klinik AG", signed=True,
    signed_on=date(2026, 11, 18), sender_id="0018dQx00000001ABA", sender_name="Northwind DevOps GmbH", documents=1,
)  # fmt: skip
UNKNOWN = Found(kind="none", asked="GL-1", ids=("GL-1",))
IDS = {"ok": found(), "other type": found(kind="Resale"), "unknown": UNKNOWN, "closed": found(status="Closed-Won")}
BLOCKED_BY = {"ok": set(), "other type": {"kind"}, "unknown": {"deal_id"}, "closed": {"status"}}
SIGNED = {
    "signed": (True, date(2026, 11, 18), set()),
    "unsigned": (False, None, {"signed"}),
    "old": (True, date(2026, 4, 14), {"window"}),
}
REUSED = Elsewhere(ticket="PHD-7", deal_id="GL-0050027", document="SOW.pdf", settled=True)


def slugs(made: tuple[Check, ...], verdict: str) -> set[str]:
    return {one.slug for one in made if one.verdict == verdict}


@pytest.mark.parametrize("number", IDS)
def test_the_whole_matrix(number: str) -> None:
    """Twenty-four cases for each kind of id: each fault is said, none hides another, and only what may is blocking."""
    with override("en"):
        for partner, customer, signed, reused in product([True, False], [True, False], SIGNED, [False, True]):
            was_signed, on, faults = SIGNED[signed]
            known = replace(
                GOOD,
                found=IDS[number],
                partner_name=GOOD.partner_name if partner else "Groupe Valmont SA",
                customer_name=GOOD.customer_name if customer else "Stadtwerke Eberau GmbH",
                signed=was_signed,
                signed_on=on,
                elsewhere=[REUSED] if reused else [],
            )
            made = checks.run(known)
            named = number != "unknown"  # without a registration nobody knows its names and its deal
            wanted = BLOCKED_BY[number] | (faults if named else faults - {"window"}) | ({"reused"} if reused else set())
            wanted |= {"partner"} if named and not partner else set()
            wanted |= {"customer"} if named and not customer else set()
            assert slugs(made, "missing") == wanted
            assert {one.slug for one in checks.blocking(made)} == BLOCKED_BY[number]
            assert checks.proposal(made) == ("stop" if wanted else "go")
            assert all(one.problem and one.way_on for one in checks.against(made))


@pytest.mark.parametrize(
    ("changes", "slug", "verdict", "words"),
    [
        ({"found": found(status="Submitted")}, "status", "missing", "Only an approved registration"),
        ({"found": found(status="Returned")}, "status", "missing", "Only an approved registration"),
        ({"found": found(status="Denied")}, "status", "missing", "Only an approved registration"),
        ({"found": found(status="Closed-Won"), "ours": True}, "status", "met", "By this proof."),
        ({"found": Found(kind="empty")}, "deal_id", "missing", "No Deal ID is known."),
        ({"found": Found(kind="opportunity", asked="0068dQx00000001ABA", meant=(REGISTRATION,))}, "deal_id", "missing",
         "This is the id of an opportunity, not a Deal ID."),
        ({"found": Found(kind="several", asked="GL-9", meant=(REGISTRATION, RESALE))}, "deal_id", "missing",
         "Salesforce has 2 registrations with this Deal ID."),
        ({"found": Found(kind="many_ids", asked="GL-9", meant=(REGISTRATION, REGISTRATION))}, "deal_id", "missing",
         "The proof names 2 Service Attach registrations, and it can prove one."),
        ({"found": replace(found(), ids=("GL-0048213", "GL-0047790"))}, "deal_id", "unknown", "also names GL-0047790"),
        ({"found": replace(found(), licence=None)}, "opportunity", "missing", "not there any more"),
        ({"found": replace(found(opportunity_id=""), licence=None)}, "opportunity", "missing", "has no linked"),
        ({"found": replace(found(), licence=replace(LICENCE, won=False))}, "opportunity", "note", "Not won yet"),
        ({"found": replace(found(), beside=(RESALE,))}, "beside", "note", "None of them is in the way."),
        ({"found": replace(found(), beside=(replace(RESALE, kind="MSP"),))}, "beside", "missing", "MSP"),
        ({"found": replace(found(), beside=(replace(RESALE, kind="Service Attach", status="Closed-Won"),))}, "beside",
         "missing", "GL-0047790 is a Service Attach registration of the same opportunity"),
        ({"partner_name": "Northwind DevOps AG"}, "partner", "unknown", "another legal form"),
        ({"partner_name": "Nordwind DevOps GmbH"}, "partner", "unknown", "% alike"),
        ({"partner_name": "NWD", "other_names": ["nwd"]}, "partner", "met", "Northwind DevOps GmbH"),
        ({"partner_name": ""}, "partner", "unknown", "Not known from the document."),
        ({"customer_name": "Havelland-Klinik"}, "customer", "met", "Havelland Klinik AG"),
        ({"customer_name": "\u041d\u0430velland Klinik AG"}, "customer", "missing", "another name"),  # two alphabets
        ({"sender_id": "0018dQx00000002ABA"}, "sender", "missing", "Northwind DevOps GmbH"),
        ({"sender_name": ""}, "sender", "unknown", "no partner yet"),
        ({"signed": None}, "signed", "unknown", "could not be told"),
        ({"signed_on": None}, "window", "unknown", "names no day"),
        ({"services_end": date(2027, 4, 15)}, "window", "met", "from 15 Apr 2026 to 15 Apr 2027"),
        ({"services_end": date(2027, 4, 16)}, "window", "missing", "from 15 Apr 2026 to 15 Apr 2027"),
        ({"services_start": date(2026, 4, 14)}, "window", "missing", "15 Apr 2026"),
        ({"found": replace(found(), licence=replace(LICENCE, closes=""))}, "window", "unknown", "is not known"),
        ({"found": found(approved="2027-04-15")}, "approval", "met", "15 Apr 2027"),
        ({"found": found(approved="2027-04-16")}, "approval", "missing", "more than six months"),
        ({"found": found(approved="")}, "approval", "unknown", "does not say"),
        ({"documents": 0}, "document", "missing", "none to upload"),
        ({"elsewhere": [replace(REUSED, settled=False)]}, "reused", "unknown", "SOW.pdf came with PHD-7"),
        ({"elsewhere": [replace(REUSED, same_registration=True)]}, "free", "missing", "PHD-7 is the proof"),
        ({"elsewhere": [replace(REUSED, same_registration=True, settled=False)]}, "free", "unknown", "same registr"),
        ({"excluded": [("education", "two days of training")]}, "excluded", "unknown", "“two days of training”"),
        ({"found": found(manager_name="", manager_email="")}, "manager", "unknown", "names nobody"),
        ({"found": replace(found(), registration=replace(REGISTRATION, manager_active=False))}, "manager", "unknown",
         "Not active"),
    ],
)  # fmt: skip
def test_what_is_odd_is_said(changes: dict[str, object], slug: str, verdict: str, words: str) -> None:
    with override("en"):
        made = {one.slug: one for one in checks.run(replace(GOOD, **changes))}  # type: ignore[arg-type]
        assert (made[slug].verdict, words in made[slug].words) == (verdict, True), made[slug]
        assert Check.from_json({**made[slug].as_json(), "of a later version": 1}) == made[slug]


@pytest.mark.parametrize(
    ("changes", "heard", "unheard"),
    [
        ({"sender_id": "0018dQx00000002ABA", "customer_name": "Groupe Valmont SA", "signed": False},
         ["another partner", "no signature"], ["Havelland"]),
        ({"sender_id": "", "customer_name": "Groupe Valmont SA"}, ["the registration another one"], ["Havelland"]),
        ({"customer_name": "Groupe Valmont SA"}, ["the registration Havelland Klinik AG"], []),
        ({"elsewhere": [REUSED]}, ["was submitted already"], ["GL-0050027"]),
        ({"elsewhere": [replace(REUSED, same_partner=True)]}, ["submitted for GL-0050027 already"], []),
        ({"found": Found(kind="many_ids", asked="GL-9", meant=(REGISTRATION, RESALE))},
         ["GL-0048213, GL-0047790"], ["Havelland"]),
        ({"found": replace(found(), beside=(replace(RESALE, kind="Service Attach", status="Closed-Won",
                                                    partner_id="0018dQx00000002ABA"),))},
         ["of the same deal is Closed-Won"], ["GL-0047790"]),
    ],
)  # fmt: skip
def test_what_the_partner_hears(changes: dict[str, object], heard: list[str], unheard: list[str]) -> None:
    """Only of a registration that is theirs by its names; never of another partner's."""
    with override("en"):
        made = checks.for_partner(checks.run(replace(GOOD, **changes)))  # type: ignore[arg-type]
    letter = " ".join(f"{one.problem} {one.way_on}" for one in made)
    assert [words for words in heard if words not in letter] == [words for words in unheard if words in letter] == []


@pytest.mark.parametrize(
    ("day", "months", "other"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 8, 31), -6, date(2026, 2, 28)),
        (date(2026, 2, 28), 6, date(2026, 8, 28)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
        (date(2026, 6, 30), -6, date(2025, 12, 30)),
        (date(2026, 1, 15), -6, date(2025, 7, 15)),
    ],
)
def test_six_months_by_the_calendar(day: date, months: int, other: date) -> None:
    assert months_from(day, months) == other


def test_kinds_of_service_that_do_not_count_are_named() -> None:
    """In the document that proves it; a word of the mail, or of another file, says nothing."""
    text = "Two days of admin training, partly by a subcontractor.\nThe formation of a team. Delivered free of charge."
    paper = Source(name="SOW.pdf", pages=("Page 1", text), stored_id=uuid4())
    mail = Source(name="the mail", pages=("Is the workshop free?",), kind="mail")
    with override("en"):
        named = excluded.found([mail, paper], [str(paper.stored_id)])
        assert [kind for kind, _words in named] == ["education", "subcontracted", "free of charge"]
        assert "free of charge" in named[2][1]
        assert excluded.found([mail, paper], []) == ()


def test_all_is_met_without_a_person() -> None:
    assert checks.proposal(checks.run(GOOD)) == "go"
    assert {one.verdict for one in checks.run(GOOD)} == {"met"}
