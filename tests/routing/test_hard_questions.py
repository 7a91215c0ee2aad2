"""Places that nearly have an answer: two facts that differ, parts and states written oddly, groups of countries."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from partners.models import Account
from people.models import Absence, ChannelManager
from routing import book as books
from routing.found import Found
from routing.models import Coverage, SubdivisionPart
from routing.owners import Where, account_owner

pytestmark = pytest.mark.django_db
ON = date(2022, 11, 22)
JAY, LISA, MARIA, JOE = "Jay Bahar", "Lisa Cartagena", "Maria Henry", "Joe McAninch"
ILARIA, DIRK = "Ilaria Pazienza", "Dirk de Vos"


def of(country: str, subdivision: str = "", postal_code: str = "", **more: Any) -> Found:
    where = Where(country=country, subdivision=subdivision, postal_code=postal_code, **more)
    return account_owner(where, on=ON)


def who(found: Found) -> str:
    return found.manager.name if found.manager else " or ".join(one.manager.name for one in found.candidates)


@pytest.mark.parametrize(
    ("country", "subdivision", "postal_code", "expected"),
    [
        ("US", "PA-East", "", JAY),
        ("US", "PA-West", "", MARIA),
        ("US", "East PA", "", JAY),
        ("US", "W. PA", "", MARIA),
        ("US", "Pennsylvania (West)", "", MARIA),
        ("US", "eastern part of Pennsylvania", "", JAY),
        ("US", "PA", "PA 19103", JAY),
        ("US", "PA", "１５２１３", MARIA),  # noqa: RUF001 - as a Japanese keyboard types it
        ("US", "PA", "191031234", JAY),
        ("US", "N. Y.", "", JAY),
        ("US", "Washington D. C.", "", MARIA),
        ("US", "D. C.", "", MARIA),
        ("US", "W.Va.", "", MARIA),
        ("US", "Newyork", "", JAY),
        ("US", "TX, USA", "", JOE),
        ("US", "Texas (TX)", "", JOE),
        ("U S A", "TX", "", JOE),
        ("  US ", " \t", "", f"{JAY} or {MARIA} or {LISA} or {JOE}"),
        ("Oesterreich", "", "", f"{ILARIA} or Bastian van der Stel"),
        ("Germany (DE)", "", "", f"{ILARIA} or Bastian van der Stel"),
        ("DE - Deutschland", "", "", f"{ILARIA} or Bastian van der Stel"),
        ("Hong Kong SAR, China", "", "", DIRK),
        ("China (Taiwan)", "", "", ""),  # two countries
        ("US", "New York, NJ", "", ""),  # two states
        ("US", "Portland, OR", "", ""),  # a city: nobody says that we know it
    ],
)
def test_a_place_is_understood_as_it_is_written(
    roster: None, country: str, subdivision: str, postal_code: str, expected: str
) -> None:
    assert who(of(country, subdivision, postal_code)) == expected


@pytest.mark.parametrize(
    ("country", "subdivision", "near"),
    [
        ("", "PA", ["Pennsylvania, United States"]),  # Panama, Pará and Palermo are called so as well
        ("", "texas", ["Texas, United States"]),
        ("US-NY", "TX", ["New York, United States", "Texas, United States"]),
        ("Puerto Rico", "NY", ["Puerto Rico, United States", "New York, United States"]),
        ("DACH", "", ["Austria", "Germany", "Switzerland"]),
        ("uki", "", ["Ireland", "United Kingdom"]),
    ],
)
def test_what_does_not_say_where_it_is_has_no_answer(
    roster: None, country: str, subdivision: str, near: list[str]
) -> None:
    found = of(country, subdivision)
    assert (found.outcome, sorted(found.near_misses)) == ("unassigned", sorted(near))


def test_the_middle_of_a_continent_is_not_the_united_states(roster: None) -> None:
    assert "United States" not in of("Africa").near_misses


def test_a_postal_code_of_another_part_than_the_one_named_is_in_doubt(roster: None) -> None:
    found = of("US", "Eastern PA", "15213")
    assert (found.outcome, who(found)) == ("ambiguous", f"{JAY} or {MARIA}")
    assert found.because[-1].result.startswith("This postal code is not in the part that is named")
    assert who(of("US", "Eastern PA", "19103")) == JAY


def test_a_state_is_not_a_part_of_another(roster: None) -> None:
    """West Virginia stays itself when Virginia has a western part."""
    SubdivisionPart.objects.create(place="US-VA", slug="western", name="Western VA", postal=[["240", "246"]])
    Coverage.objects.filter(place="US-WV").update(manager=ChannelManager.objects.get(name=JOE))
    books.forget()
    assert who(of("US", "West Virginia")) == JOE


def test_blanks_leave_the_place_to_the_account(roster: None) -> None:
    Account.objects.create(name="Lone Star Software", country="US", subdivision="TX")
    assert who(of(" ", " ", partner="Lone Star Software")) == JOE


def test_a_stand_in_who_is_away_stands_in_for_nobody(roster: None) -> None:
    jay, joe = (ChannelManager.objects.get(name=name) for name in (JAY, JOE))
    Absence.objects.create(manager=jay, first_day=ON, last_day=ON, stand_in=joe)
    Absence.objects.create(manager=joe, first_day=ON, last_day=None)
    books.forget()
    found = of("US", "NY")
    assert (found.stand_in, found.remarks) == (None, ("Jay Bahar is away until 22 Nov 2022.",))
