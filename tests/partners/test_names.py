"""Company names as people write them (issue C: awkward names, doubles)."""

from __future__ import annotations

import pytest
from django.db import connection

from partners import names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Northwind DevOps GmbH", "NORTHWIND  devops G.m.b.H."),
        ("O'Brien & Söhne GmbH", "OBrien und Soehne GmbH"),
        ("O\u2019Brien & So\u0308hne GmbH", "O'Brien and Söhne gmbh"),
        ("株式会社北星ソフト", "北星ソフト(株)"),
        ("㈱北星ソフト", "北星ソフト 株式会社"),
        ("Kitsune Software K.K.", "Kitsune Software Kabushiki Kaisha"),
        ("Atelier Nuage S.A.S.", "ATELIER-NUAGE SAS"),
        ("Acme Sp. z o.o.", "Acme spzoo"),
        ("La Casa, S.A. de C.V.", "La Casa SA de CV"),
        ("Bluepeak Systems, Inc.", "Blue Peak Systems Incorporated"),
        ("Ørsted A/S", "Orsted AS"),
        (
            "\u041e\u041e\u041e \u042e\u043f\u0438\u0442\u0435\u0440",
            "\u042e\u043f\u0438\u0442\u0435\u0440 \u041e\u041e\u041e",
        ),  # a Russian company
        ("I.B.M. Corp.", "IBM Corporation"),
    ],
)
def test_one_company_in_two_spellings(one: str, other: str) -> None:
    assert names.likeness(one, other) == names.likeness(other, one) == names.SAME


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Northwnd DevOps", "Northwind DevOps GmbH"),
        ("Acme GmbH", "Acme Group"),
        ("Acme GmbH", "Acme Inc."),
        ("Partner 12 GmbH", "Partner 13 GmbH"),
        ("Bluepeak", "Bluepeak Systems Inc."),
        ("Blupeak", "Bluepeak"),
        ("N\u043erthwind DevOps GmbH", "Northwind DevOps GmbH"),  # a Cyrillic o
    ],
)
def test_nearly_the_same_is_never_the_same(typed: str, known: str) -> None:
    assert 0 < names.likeness(typed, known) < names.SAME_CORE


def test_other_companies_are_not_alike_and_no_name_is_like_nothing() -> None:
    assert names.likeness("Bluepeak", "Copperline Cloud LLC") == 0
    assert names.likeness("", "Northwind") == names.likeness("---", "Northwind") == 0
    assert names.normalised("GmbH") == "gmbh"
    assert names.normalised("E.ON SE") == "e on"


def test_letters_of_two_alphabets_are_noticed() -> None:
    assert names.is_mixed("N\u043erthwind")
    assert not names.is_mixed("Northwind 北星 \u042e\u043f\u0438\u0442\u0435\u0440")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["Ørsted A/S", "O\u2019Brien & So\u0308hne", "株式会社北星ソフト", "Straße & Łódź", "Ædge"]
)
def test_postgresql_finds_a_name_by_what_is_left_of_it(name: str) -> None:
    """The keys of the index and those of what was typed are made of the same letters."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT partner_name_keys(%s) @> partner_name_keys(%s)", [name, names.normalised(name)])
        assert cursor.fetchone() == (True,)
