"""Standing computed from a team's export, beside the dashboard: both are shown, the dashboard decides column G."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django.fixtures import DjangoAssertNumQueries

from partners import facts, gates, team
from partners.certified import picture
from partners.facts import Facts
from partners.models import Account, Certification, Contact, Gate, TeamReport
from partners.requirements import effects
from partners.standing import missing_for, standing_of, standings
from partners.team import Member
from partners.team_facts import LASTS, Holder, Team, count
from partners.trainings import trainings_of
from tests.conftest import Cast
from tests.partners.dashboards import dashboard

ON: Final = date(2022, 11, 22)
SALES, SA, PSE = "Sales Badged", "SA Verified", "PSE Certified 2021"
ANN = Member("Ann", "ann@x.example", "Germany", active=True, courses=(SALES,))
BEN = Member("Ben", "ben@x.example", "FR", active=True, courses=(SALES, SA))
LEFT = replace(BEN, name="Lea", email="lea@x.example", active=False)
FAR = replace(BEN, name="Fay", email="fay@x.example", country="Japan")
LOST = replace(BEN, name="Lou", email="lou@x.example", country="Atlantis")
UNSAID = replace(BEN, name="Una", email="una@x.example", active=None)
TWICE = replace(ANN, courses=(SALES, "Sales Certified"))


@pytest.fixture
def acme(cast: Cast) -> Account:
    gates.load()
    return Account.objects.create(name="Acme", partner_status="Authorized", partner_type="Channel", region="EMEA")


def exported(account: Account, *members: Member, as_of: date = ON) -> TeamReport:
    return team.take(account, members, as_of=as_of, by=None)


# Who is in the export, and how many with Sales Core are surely there, perhaps there, gone, elsewhere: two are needed.
COUNTED: Final[list[tuple[Sequence[Member], tuple[int, int, int, int], str]]] = [
    ((), (0, 0, 0, 0), "missing"),
    ((ANN,), (1, 0, 0, 0), "missing"),
    ((ANN, BEN), (2, 0, 0, 0), "met"),
    ((ANN, TWICE), (1, 0, 0, 0), "missing"),  # the same person twice
    ((ANN, LEFT), (1, 0, 1, 0), "missing"),
    ((ANN, FAR), (1, 0, 0, 1), "missing"),
    ((ANN, LOST), (1, 1, 0, 0), "unknown"),
    ((ANN, UNSAID), (1, 1, 0, 0), "unknown"),
    ((LOST, replace(UNSAID, courses=(SA,))), (0, 1, 0, 0), "missing"),
    ((ANN, BEN, LEFT, FAR, LOST), (2, 1, 1, 1), "met"),
    ((ANN, replace(BEN, courses=("Sales Core Training",))), (2, 0, 0, 0), "met"),
    ((ANN, replace(BEN, courses=(PSE,))), (1, 0, 0, 0), "missing"),
    ((ANN, replace(ANN, name="ANN", email="ann@home.example")), (1, 1, 0, 0), "unknown"),  # two addresses, one name
    ((ANN, replace(ANN, active=False, email="ann@old.example")), (1, 0, 0, 0), "missing"),  # and did not leave
    ((replace(ANN, name="Jörg Ångström"), replace(ANN, name="ANGSTROM, Jorg", email="j@x.example")), (1, 1, 0, 0),
     "unknown"),
]  # fmt: skip


@pytest.mark.parametrize("region", ["EMEA", "", "US PubSec"])
def test_distinct_active_people_of_the_region_count(acme: Account, region: str) -> None:
    """Pure: domain §2.8. Without a region everybody counts; one that is not known is never a no."""
    row = Gate.objects.get(gate="open", words__startswith="Two people")
    acme.region = region
    for members, wanted, verdict in COUNTED:
        by_key = {one.key: one for one in members}
        people = [Holder(one.name, one.email, one.country, one.active, one.courses) for one in by_key.values()]
        found = count(row, acme, Team(ON, len(people), tuple(people)))
        numbers = len(found.sure), len(found.unsure), len(found.left), len(found.elsewhere)
        if region == "EMEA":
            assert (numbers, found.verdict) == (wanted, verdict), members
        elif region == "":
            assert (numbers[2], numbers[3]) == (wanted[2], 0), members
            assert numbers[0] >= wanted[0], members
        else:
            assert (found.verdict, numbers[0]) != ("met", 2), members
    american = replace(ANN, country="United States")
    there = Team(ON, 1, (Holder("A", "a@x.example", american.country, active=True, courses=american.courses),))
    assert len(count(row, acme, there).elsewhere) == (region == "EMEA")
    acme.contracted_territories = ["Germany", "Large-EMEA-Nowhere"]  # whether Japan lies in it nobody can tell
    far = Team(ON, 1, (Holder("Fay", "f@x.example", "Japan", active=True, courses=(SALES,)),))
    assert [len(count(row, acme, team).unsure) for team in (there, far)] == [1, 1]
    acme.contracted_territories = ["Large-EMEA-Nowhere"]
    assert len(count(row, acme, far).unsure) == 1


# The dashboard's line, the team, and what a letter's second requirement says.
BOTH: Final[list[tuple[Any, Sequence[Member] | None, str, str]]] = [
    (True, None, "met", ""),
    (True, (ANN, BEN), "met", ""),
    (True, (ANN, LEFT), "met", "counts too few people: Sales Core 1 of 2 (1 is not active any more); Solution"),
    (True, (ANN, LOST), "met", ""),  # nobody can tell: no contradiction
    (False, (ANN,), "missing", ""),
    (False, (ANN, BEN), "missing", "counts enough people: Sales Core 2 of 2; Solution Architect Core 1 of 1."),
    (None, (ANN, BEN), "unknown", "counts enough people"),
    (..., (ANN, BEN), "unknown", "counts enough people"),
    (..., (ANN, FAR), "unknown", "Sales Core 1 of 2 (1 is in another region)"),
    (..., None, "unknown", ""),
]


def test_the_dashboard_decides_and_what_the_export_counts_is_told(acme: Account) -> None:
    for number, (line, members, state, differs) in enumerate(BOTH, start=1):
        day = date(2022, 10, number)
        TeamReport.objects.all().delete()
        dashboard(day, {acme: line} if line is not ... else {})
        if members is not None:
            exported(acme, *members, as_of=day)
        standing = standing_of(acme, "loa", on=day)
        assert standing.state == state, number
        assert bool(standing.differs) == bool(differs), number
        assert differs in " ".join(standing.differs), number
        assert standing == standings([acme], on=day)[acme.pk, "loa"], number
        assert missing_for(acme, "loa", day) == standing.reasons
        assert standing.team == (day if members is not None else None)


# What Salesforce, the dashboard's columns and the team say about “one person has passed Sales Core”.
SOURCES: Final[list[tuple[bool, dict[str, int] | None, Sequence[Member] | None, str, str, str]]] = [
    (False, None, (ANN,), "met", "Sales Core: 1 in the team's export as of", ""),
    (False, None, (LEFT,), "missing", "0 in the team's export as of 22 Nov 2022, 1 needed (1 is not active", ""),
    (False, None, (UNSAID,), "unknown", "of 1 it cannot be told", ""),
    (False, {"Sales Core": 0}, (ANN,), "met", "team's export", "0 on the dashboard"),
    (False, {"Sales Core": 0}, (UNSAID,), "missing", "0 on the dashboard as of 22 Nov 2022, 1 needed. Sales", ""),
    (False, {"Sales Core": 1}, (LEFT,), "met", "1 on the dashboard", "1 is not active any more"),
    (True, None, (LEFT,), "met", "1 in Salesforce", "1 is not active any more"),
    (True, None, None, "met", "1 in Salesforce", ""),
    (False, None, None, "unknown", "neither Salesforce nor the dashboard", ""),
]


def test_of_several_sources_the_one_with_enough_people_counts(acme: Account) -> None:
    """For courses that are not column G any of the three is proof; a contradiction is told."""
    for number, (kept, columns, members, state, words, differs) in enumerate(SOURCES):
        Certification.objects.all().delete()
        TeamReport.objects.all().delete()
        if kept:
            Certification.objects.create(salesforce_id=f"a{number}", account=acme, title="Sales Core")
        dashboard(ON, [(acme, False, columns)] if columns is not None else [])
        if members is not None:
            exported(acme, *members)
        standing = standing_of(acme, "deal_registration", on=ON)
        said = [one.words for one in standing.reasons] or [one.evidence for one in standing.met]
        assert (standing.state, words in " ".join(said)) == (state, True), (number, said)
        assert differs in " ".join(standing.differs), number
        assert bool(differs) == bool(standing.differs), number


def test_an_old_export_says_neither_yes_nor_no(acme: Account) -> None:
    """After half a year it is told, and nothing rests on it; the picture shows it as of its day."""
    for members, fresh in (((ANN, BEN), "met"), ((LEFT,), "missing")):
        TeamReport.objects.all().delete()
        exported(acme, *members, as_of=ON - LASTS)
        assert standing_of(acme, "deal_registration", on=ON).state == fresh
        old = standing_of(acme, "deal_registration", on=ON + timedelta(days=1))
        assert (old.state, old.team) == ("unknown", ON - LASTS)
        assert "too old to say" in old.reasons[0].words
    dashboard(ON, {acme: True})
    exported(acme, ANN, as_of=ON - LASTS)
    assert [bool(standing_of(acme, "loa", on=ON + timedelta(days=more)).differs) for more in (0, 1)] == [True, False]
    rows = Gate.objects.filter(gate="open")
    known = facts.of_one(acme, on=ON + timedelta(days=1))
    assert [one.there for one in trainings_of(acme, rows, known)] == [None, None]
    bars = picture.draw(acme, rows, known).bars
    assert [(bar.state, bar.dots) for bar in bars] == [("unknown", ()), ("unknown", ())]


def test_a_new_address_is_no_new_person_and_nobody_left(acme: Account) -> None:
    """One who passed under an address that is not active any more may well be there under another one."""
    old = replace(ANN, email="ann@old.example", active=False)
    exported(acme, old, replace(ANN, courses=()))
    assert standing_of(acme, "deal_registration", on=ON).state == "unknown"
    exported(acme, old, replace(ANN, courses=(), name="Bea"))
    assert standing_of(acme, "deal_registration", on=ON).state == "missing"
    first = Contact.objects.create(name="Ann", email="ann@x.example", account=acme)
    again = Contact.objects.create(name="Ann A.", account=acme, double_of=first)
    for number, contact in enumerate((first, again)):
        Certification.objects.create(salesforce_id=f"d{number}", account=acme, contact=contact, title="Sales Core")
    for known in (facts.of_one(acme, on=ON), facts.about([acme], on=ON)):
        assert {one.person for one in known.passes[acme.pk]} == {first.pk}


def test_what_no_column_of_the_dashboard_counts_is_no_no_of_it(acme: Account) -> None:
    """Salesforce has nobody, of one nobody can tell: a line of the dashboard without such a column decides nothing."""
    Certification.objects.create(salesforce_id="z", account=acme, title="Something else")
    exported(acme, UNSAID)
    dashboard(ON, {acme: False})
    assert standing_of(acme, "deal_registration", on=ON).state == "unknown"


def test_every_reason_says_what_to_do_and_where(acme: Account) -> None:
    acme.partner_status = "NDA"
    for gate in gates.GATES:
        reasons = [*missing_for(acme, gate, ON), *standing_of(acme, gate, on=ON).hints]
        assert reasons
        assert all(one.how and one.link.startswith("https://") and one.link in one.way for one in reasons), gate
    assert {one.kind for one in missing_for(acme, "open", ON)} == {"missing", "unknown"}


def test_trainings_count_and_name_the_people_of_the_export(acme: Account) -> None:
    ann = Contact.objects.create(name="Ann", account=acme)
    Certification.objects.create(salesforce_id="a01", account=acme, contact=ann, title="Sales Core")
    exported(acme, ANN, BEN, LEFT)
    rows = Gate.objects.filter(gate="open")
    found = {one.course: one for one in trainings_of(acme, rows, facts.of_one(acme, on=ON))}
    assert (found["Sales Core"].there, found["Sales Core"].people, found["Sales Core"].short) == (2, ("Ann", "Ben"), 0)
    assert (found["Solution Architect Core"].there, found["Solution Architect Core"].people) == (1, ("Ben",))


def test_teams_cost_the_same_for_one_and_for_many(
    acme: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """And a changed requirement is previewed with what the exports count."""
    others = [Account.objects.create(name=f"P{number}", partner_status="Authorized") for number in range(20)]
    for one in others:
        exported(one, ANN, BEN)
    dashboard(ON, {})
    for accounts in (others[:1], others):
        with django_assert_num_queries(7):
            found = standings(accounts, on=ON, only=["open"])
        assert {one.state for one in found.values()} == {"met"}
    row = Gate.objects.get(gate="open", words__startswith="Two people")
    changed = Gate(gate="open", check_kind=row.check_kind, values=row.values, at_least=3)
    looked = effects.of_change("open", on=ON, without=row, added=changed)
    assert (looked.before["met"], looked.after["met"], looked.moved) == (20, 0, 20)
    assert standing_of(others[0], "open", on=date(2022, 11, 21)).state == "unknown"  # before the export
    assert Facts(on=ON).teams == {}


def test_the_page_the_ticket_and_the_api_show_both(acme: Account, cast: Cast) -> None:
    today = timezone.localdate()
    dashboard(ON, {acme: False})
    exported(acme, ANN, BEN)
    exported(acme, ANN, BEN, as_of=today)
    client = Client()
    client.force_login(cast.nadia)
    asked = client.get(f"/api/v1/partners/{acme.pk}/standing/?gate=loa&on={ON}").json()
    assert (asked["state"], asked["dashboard"], asked["team"]) == ("missing", str(ON), str(ON))
    assert asked["reasons"][0]["differs"].startswith("The team's export as of 22 Nov 2022 counts enough people")
    assert asked["reasons"][0]["link"] == "https://about.gitlab.com/handbook/resellers/training/"
    assert (asked["met"][0]["differs"], asked["met"][0]["link"]) == ("", "https://partners.gitlab.com")
    page = client.get(f"/partners/{acme.pk}/").content.decode()
    assert "counts enough people: Sales Core 2 of 2" in page
    assert f"export as of {date_format(today, 'j M Y')}" in page
    assert 'href="https://about.gitlab.com/handbook/resellers/training/"' in page
