"""Whose people an export holds: by the company's domains, by what the desk knows of others, by the export itself."""

from __future__ import annotations

import io
from collections import Counter
from typing import Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certification import export
from certification.export import foreign
from certification.export.people import Person
from certification.export.whose import Known, known_of
from certification.table import columns
from partners.models import Account, AccountDomain, AccountName, Contact

pytestmark = pytest.mark.django_db


def people(*emails: str) -> list[Person]:
    return [
        Person(row=row, name="", email=email, country="", active=True, admin=False, courses=())
        for row, email in enumerate(emails, start=2)
    ]


def judged(known: Known, *emails: str) -> foreign.Looked:
    counted = Counter(email.rpartition("@")[2] for email in emails if "@" in email)
    return foreign.judge(people(*emails), known, counted)


BRISA = Known(company="Brisa", own=frozenset({"brisa.example"}))
CASES: Final[list[tuple[Known, list[str], dict[int, str], list[str]]]] = [
    (BRISA, ["a@brisa.example", "b@de.brisa.example"], {}, []),
    (
        BRISA,
        ["a@brisa.example", "b@notbrisa.example"],
        {3: "notbrisa.example is not a domain of the company (brisa.example)."},
        [],
    ),
    (
        BRISA,
        ["a@brisa-inc.example", "b@brisa-inc.example"],
        dict.fromkeys((2, 3), "brisa-inc.example is not a domain of the company (brisa.example)."),
        ["Nobody here writes from a domain of Brisa (brisa.example). Was it the account's export?"],
    ),
    (
        BRISA,
        ["a@brisa.example", "b@gmail.com", "c@yahoo.co.jp", ""],
        {},
        [
            "People with an address that anybody can have: 2 (gmail.com, yahoo.co.jp).",
            "People without an e-mail address, so nobody can tell whose they are: 1.",
        ],
    ),
    (
        Known(
            own=BRISA.own, people=frozenset({"c@gmail.com", "d@agency.example"}), others={"e@gmail.com": "Koru Labs"}
        ),
        ["a@brisa.example", "c@gmail.com", "d@agency.example", "e@gmail.com"],
        {5: "e@gmail.com is known as Koru Labs's."},
        [],
    ),
    (
        Known(company="Brisa", own=BRISA.own, others={"koru.example": "Koru Labs"}),
        ["a@brisa.example", "x@mail.koru.example"],
        {3: "mail.koru.example is known as Koru Labs's."},
        [],
    ),
    (
        Known(own=BRISA.own, elsewhere={3: "Brisa Inc."}),
        ["a@brisa.example", "b@brisa.example"],
        {3: "The export says that the account is “Brisa Inc.”."},
        [],
    ),
    (
        Known(),
        ["a@brisa.example", "b@brisa.example", "c@mail.brisa.example", "d@else.example"],
        {5: "else.example is not a domain of the company (brisa.example)."},
        ["The desk knows no domain of the company. Most people here write from brisa.example, so it was taken."],
    ),
    (
        Known(),
        ["a@brisa.example", "b@else.example"],
        {
            2: "Nobody knows whose brisa.example is, and there is no domain that most people write from.",
            3: "Nobody knows whose else.example is, and there is no domain that most people write from.",
        },
        [],
    ),
    (BRISA, [], {}, []),
]


def test_who_looks_like_a_stranger() -> None:
    for known, emails, strangers, remarks in CASES:
        found = judged(known, *emails)
        assert {one.line: one.why for one in found.strangers} == strangers, emails
        assert list(found.remarks) == remarks, emails


def test_what_the_desk_knows_is_asked_in_few_statements() -> None:
    brisa = Account.objects.create(name="Brisa GmbH", website_domain="brisa.example")
    AccountDomain.objects.create(account=brisa, domain="Brisa-Cloud.example")
    AccountName.objects.create(account=brisa, name="brisa deutschland")
    Contact.objects.create(account=brisa, email="Free@gmail.com")
    koru = Account.objects.create(name="Koru Labs", website_domain="koru.example")
    Contact.objects.create(account=koru, email="kim@gmail.com")
    made = exported(
        ("ann@brisa.example", "BRISA G.m.b.H."),
        ("bo@dev.brisa-cloud.example", "Brisa Deutschland"),
        ("free@gmail.com", "Brisa"),
        ("kim@gmail.com", "Brisa GmbH"),
        ("leo@mail.koru.example", "Brisa GmbH"),
        ("ann@brisa.example", "Brisa Inc."),
    )
    known_of(made, brisa)  # what the desk is itself, every process remembers for a while
    with CaptureQueriesContext(connection) as asked:
        known = known_of(made, brisa)
    assert len(asked) <= 6
    assert known.own == {"brisa.example", "brisa-cloud.example"}
    assert known.elsewhere == {7: "Brisa Inc."}
    found = foreign.look(made, brisa)
    assert [(one.line, one.email) for one in found.strangers] == [
        (5, "kim@gmail.com"),
        (6, "leo@mail.koru.example"),
        (7, "ann@brisa.example"),
    ]
    unknown = {one.line: one.why for one in foreign.look(made, None).strangers}
    assert unknown == {
        2: "brisa.example is known as Brisa GmbH's.",
        3: "The export says that the account is “Brisa Deutschland”.",
        6: "mail.koru.example is known as Koru Labs's.",
        7: "The export says that the account is “Brisa Inc.”.",
    }


def exported(*rows: tuple[str, str]) -> export.Summary:
    heads = [*(column.field for column in columns.columns()), "Account Name"]
    blank = ["", "", "", "", "", "True", *[""] * 7]
    lines = [heads, *(["Somebody", email, *blank, company] for email, company in rows)]
    content = "\n".join(",".join(line) for line in lines).encode()
    return export.convert(io.BytesIO(content), None, name="export.csv")
