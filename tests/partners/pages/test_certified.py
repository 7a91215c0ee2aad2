"""The lists beside the certification dashboard, their files, and the picture of one partner."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from journal.models import Event
from partners import facts, gates, team
from partners.certified import picture, tabs
from partners.certified.leavers import leavers
from partners.certified.moving import moves
from partners.certified.nearly import one_short
from partners.filters import LIVE
from partners.models import Account, Certification, Contact
from partners.sync_journal import CHANGED
from partners.team import Member
from tests.conftest import Cast
from tests.partners.dashboards import dashboard
from tests.partners.pages.conftest import ClientOf
from web.memory import forget_all

TODAY = timezone.localdate()
OLD, NEW = TODAY - timedelta(days=40), TODAY - timedelta(days=5)
SINCE = TODAY - timedelta(days=30)
ANN = Member("Ann Adler", "ann@x.example", "Germany", active=True, courses=("Sales Badged",))
BEN = Member("Ben Boll", "ben@x.example", "France", active=True, courses=("Sales Badged", "SA Verified"))


@dataclass(frozen=True)
class Many:
    """Partners by what is to become of them."""

    by_name: dict[str, Account]
    client: Client

    def get(self, address: str, **query: str) -> Any:
        return self.client.get(f"/certification/{address}/", query)


@pytest.fixture
def many(cast: Cast, client_of: ClientOf) -> Many:
    gates.load()
    names = ("Stays", "Gains", "Loses", "Fell", "Short", "Short but pending", "Two short", "Counted anew", "Nobody")
    made = {
        name: Account.objects.create(
            name=name,
            partner_status="Authorized",
            partner_type="Channel",
            track="Open",
            region="EMEA",
            channel_manager=cast.manager if name == "Gains" else None,
        )
        for name in names
    }
    Account.objects.filter(name="Short but pending").update(partner_status="Pending")
    Account.objects.filter(name="Fell").update(partner_status="Former")
    Event.objects.create(
        actor_name="Salesforce",
        verb=CHANGED,
        subject_type="partners.account",
        subject_id=made["Fell"].pk,
        before={"partner_status": "Authorized"},
        after={"partner_status": "Former"},
    )

    def lines(*, later: bool) -> list[tuple[Account, bool | None, dict[str, Any]]]:
        said = {
            "Stays": True, "Gains": later, "Loses": not later, "Fell": True, "Short": False, "Short but pending": False,
            "Two short": False, "Counted anew": False,
        }  # fmt: skip
        short = {"Sales Core": 1, "Solution Architect Core": 1}
        numbers = {"Short": short, "Short but pending": short, "Two short": {**short, "Sales Core": 0}}
        enough = {"Sales Core": 2, "Solution Architect Core": 1}
        return [
            (made[name], met, numbers.get(name, enough if met else {**short, "Sales Core": 0}))
            for name, met in said.items()
        ]

    dashboard(OLD, lines(later=False))
    dashboard(NEW, lines(later=True))
    return Many(made, client_of(cast.nadia))


def names(rows: Any) -> list[str]:
    return [row.account.name for row in rows]


def test_who_is_one_short_who_gained_and_who_lost(many: Many) -> None:
    """By each gate's own requirements; the status a partner had is known from the journal."""
    living = Account.objects.filter(LIVE).order_by("name")
    assert names(one_short(living, "loa", on=TODAY)) == ["Short"]
    assert names(one_short(living, "open", on=TODAY)) == ["Short"]
    assert names(one_short(living, "program_discount", on=TODAY)) == ["Counted anew", "Loses", "Two short"]
    assert one_short(living, "loa", on=TODAY - timedelta(days=900)) == []
    (short,) = one_short(living, "loa", on=TODAY)
    assert (short.course, short.there, short.needed) == ("Sales Core", 1, 2)
    assert short.link.startswith("https://")
    found = moves(living, "loa", since=SINCE, on=TODAY)
    assert (names(found.gained), names(found.lost)) == (["Gains"], ["Fell", "Loses"])
    assert [one.before for one in found.gained + found.lost] == ["missing", "met", "met"]
    assert any("Former" in words for words in found.lost[0].words)
    long_ago = moves(living, "loa", since=OLD - timedelta(days=90), on=TODAY)
    assert (long_ago.since, names(long_ago.gained)) == (OLD, ["Gains"])
    assert names(moves(living, "loa", since=NEW, on=TODAY).lost) == ["Fell"]


def test_an_export_and_a_new_rule_move_partners_too(many: Many) -> None:
    living, anew = Account.objects.filter(LIVE).order_by("name"), many.by_name["Counted anew"]
    team.take(anew, [ANN], as_of=OLD, by=None)
    team.take(anew, [ANN, BEN], as_of=NEW, by=None)
    found = moves(living, "open", since=SINCE, on=TODAY)
    assert names(found.gained) == ["Counted anew", "Gains"]
    lost = many.by_name["Nobody"]  # met by an export that is too old to say so now
    team.take(lost, [ANN], as_of=SINCE - timedelta(days=170), by=None)
    moved = moves(living, "program_discount", since=SINCE, on=TODAY).lost
    assert [(one.account.name, one.now.state) for one in moved][-1] == ("Nobody", "unknown")
    assert "which is no No" in many.get("newly-lost", gate="program_discount").content.decode()
    unsure = many.by_name["Short"]
    team.take(unsure, [replace(ANN, active=None)], as_of=NEW, by=None)
    assert "Short" not in names(one_short(living, "program_discount", on=TODAY))
    row = gates.valid_on(TODAY).get(gate="open", at_least=2)
    row.valid_from = TODAY
    row.at_least = 1
    row.pk = None
    row.save()
    gates.valid_on(TODAY).filter(gate="open", at_least=2).update(valid_until=TODAY)
    assert names(moves(living, "open", since=SINCE, on=TODAY).gained) == ["Counted anew", "Gains", "Short"]


def test_certified_people_who_left(many: Many) -> None:
    """Not active, gone from the export, or known to Salesforce only; and who still counts them."""
    acme, living = many.by_name["Stays"], Account.objects.filter(LIVE)
    cem = Member("Cem Can", "cem@x.example", "Germany", active=True, courses=("PSE Certified 2021",))
    new_address = replace(ANN, email="adler@x.example")
    nobody = Member("Nils Ohne", "nils@x.example", "Germany", active=True)
    team.take(acme, [ANN, BEN, cem, nobody], as_of=OLD, by=None)
    assert leavers(living, on=TODAY) == []
    moved = replace(ANN, email="ann@old.example", active=False)  # her old address, beside the new one
    team.take(acme, [new_address, moved, replace(BEN, active=False)], as_of=NEW, by=None)
    for number, (name, email) in enumerate(
        [("Boll, BEN", "ben@home.example"), ("Dora Dahl", "dora@home.example"), ("Ann Adler", "")]
    ):
        contact = Contact.objects.create(name=name, email=email, account=acme)
        Certification.objects.create(salesforce_id=f"c{number}", account=acme, contact=contact, title="Sales Core")
    found = leavers(living, on=TODAY)
    assert [(one.name, one.how, one.seen, one.courses, one.counted_by) for one in found] == [
        ("Ben Boll", "inactive", NEW, ["Sales Badged", "SA Verified"], ["Salesforce", "dashboard"]),
        ("Cem Can", "gone", OLD, ["PSE Certified 2021"], ["dashboard"]),
        ("Dora Dahl", "salesforce", None, ["Sales Core"], ["Salesforce", "dashboard"]),
    ]
    assert [one.name for one in leavers(living, on=OLD)] == ["Dora Dahl"]
    assert leavers(living.filter(name="Gains"), on=TODAY) == []


def test_the_lists_show_filter_and_export(many: Many, cast: Cast, client_of: ClientOf) -> None:
    acme = many.by_name["Stays"]
    team.take(acme, [replace(BEN, name="=cmd|x", active=False)], as_of=NEW, by=None)
    page = many.get("short")
    text = page.content.decode()
    assert [(str(tab.label), tab.count) for tab in page.context["page"].tabs if tab.count is not None] == [
        ("One certificate short", 1), ("Newly met", 1), ("Newly lost", 2), ("Certified, but left", 1),
    ]  # fmt: skip
    assert "1 of 2 so far" in text
    assert f"/certification/partners/{many.by_name['Short'].pk}/" in text
    assert "Sales Core" in many.get("short", gate="program_discount").content.decode()
    gained = many.get("newly-met", channel_manager=str(cast.manager.pk), q="gain").content.decode()
    assert "Gains" in gained
    assert "No partner matches. Try a part of its name." in many.get("newly-met", region="APAC").content.decode()
    lately = many.get("newly-met", since=str(TODAY), gate="service_attach").content.decode()
    assert "No partner has met it since then" in lately
    early = many.get("newly-lost", since=str(OLD - timedelta(days=30))).content.decode()
    assert "compared with the first one" in early
    assert "Partner status is Former" in early
    for odd in (
        {"since": "x" * 300},
        {"since": "0000-00-00"},
        {"gate": "mars"},
        {"start": "999999999"},
        {"track": "\x00"},
    ):
        assert many.get("newly-lost", **odd).status_code == 200
    file = many.get("left", format="csv").content.decode("utf-8-sig")
    assert "'=cmd|x" in file
    assert "Not active in the export as of" in file
    for address in ("short", "newly-met", "newly-lost", "left"):
        book = load_workbook(io.BytesIO(many.get(address, format="xlsx").content))
        assert book.worksheets[0].max_row >= 2
        assert many.get(address, format="csv")["Content-Disposition"].endswith('.csv"')
    assert client_of(cast.sofia).get("/certification/short/").status_code == 200
    shown = many.client.get("/certification/").content.decode()
    assert 'aria-current="page">Dashboard' in shown


def test_the_statements_do_not_grow(many: Many) -> None:
    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert many.get(address).status_code == 200
        return len(asked)

    addresses = ("short", "newly-met", "left")
    for name in ("Short", "Gains"):
        team.take(many.by_name[name], [ANN, replace(BEN, active=False)], as_of=NEW, by=None)
    forget_all()
    few = {address: statements(address) for address in addresses}
    more = [
        Account.objects.create(name=f"More {number}", partner_status="Authorized", region="EMEA")
        for number in range(30)
    ]
    for one in more:
        team.take(one, [ANN, replace(BEN, active=False)], as_of=NEW, by=None)
    dashboard(NEW, [(one, False, {"Sales Core": 1, "Solution Architect Core": 1}) for one in more])
    forget_all()
    assert {address: statements(address) for address in addresses} == few


def test_a_picture_of_requirements_and_people(many: Many) -> None:
    """Places that people fill, who is beyond them, and who has it and does not count, said in words as well."""
    acme = many.by_name["Short"]
    left, far = (
        replace(BEN, name="Lea Left", email="lea@x.example", active=False),
        replace(BEN, name="Fay Far", email="f@x.example", country="Japan"),
    )
    unsaid = replace(ANN, name="Una Unsaid", email="u@x.example", active=None)
    by_numbers = picture.of(acme, on=TODAY)
    assert [(bar.course, bar.there, bar.state) for bar in by_numbers.bars[:2]] == [
        ("Sales Core", 1, "missing"), ("Solution Architect Core", 1, "met"),
    ]  # fmt: skip
    assert [dot.kind for dot in by_numbers.bars[0].places] == ["unnamed", "empty"]
    team.take(acme, [ANN, left, far], as_of=NEW, by=None)
    sales = picture.of(acme, on=TODAY).bars[0]
    assert [(dot.kind, dot.letters) for dot in (*sales.places, *sales.more, *sales.aside)] == [
        ("counts", "AA"), ("empty", ""), ("left", "LL"), ("elsewhere", "FF"),
    ]  # fmt: skip
    assert (sales.state, sales.needed, sales.differs) == ("missing", 2, False)
    team.take(acme, [ANN, unsaid], as_of=NEW, by=None)
    assert picture.of(acme, on=TODAY).bars[0].state == "unknown"
    crowd = [replace(ANN, name=f"P {number}", email=f"p{number}@x.example") for number in range(20)]
    again = replace(ANN, name="P 1", email="p1@home.example")
    team.take(acme, [*crowd, left, unsaid, again, Member("Zed")], as_of=TODAY, by=None)
    sales = picture.of(acme, on=TODAY).bars[0]
    assert (sales.state, sales.there, len(sales.more), sales.unseen) == ("met", 20, 20, 12)
    assert sales.differs
    page = many.client.get(f"/certification/partners/{acme.pk}/").content.decode()
    assert "Lea Left: is not active any more" in page
    assert "Does not count:" in page
    assert "and 12 more" in page
    assert page.count("somebody of that name is there with another address") == 1
    assert "the export does not say whether they are active" in page
    assert "1 on the dashboard" in page
    card = many.client.get(f"/partners/{acme.pk}/").content.decode()
    assert f"/certification/partners/{acme.pk}/" in card
    assert "20 of 2" in card
    nobody = many.client.get(f"/certification/partners/{many.by_name['Nobody'].pk}/").content.decode()
    assert "No export of this team is kept" in nobody
    assert many.client.get("/certification/partners/999999/").status_code == 404
    assert {bar.state for bar in picture.of(many.by_name["Nobody"], on=TODAY).bars} == {"unknown"}
    team.take(many.by_name["Nobody"], [ANN], as_of=TODAY - timedelta(days=200), by=None)
    old = many.client.get(f"/certification/partners/{many.by_name['Nobody'].pk}/").content.decode()
    assert "older than half a year" in old


def test_people_salesforce_knows_stand_on_the_picture(many: Many) -> None:
    acme = many.by_name["Nobody"]
    ann, gil = (Contact.objects.create(name=name, account=acme) for name in ("Ann Adler", "Gil Gold"))
    for number, contact in enumerate((ann, gil, None)):
        Certification.objects.create(salesforce_id=f"p{number}", account=acme, contact=contact, title="Sales Core")
    known = facts.of_one(acme, on=TODAY)
    rows = list(gates.valid_on(TODAY))
    kinds = [(dot.kind, dot.name) for dot in picture.draw(acme, rows, known).bars[0].dots]
    assert kinds == [("counts", ""), ("counts", "Ann Adler"), ("counts", "Gil Gold")]
    team.take(acme, [ANN], as_of=TODAY, by=None)
    kinds = [(dot.kind, dot.name) for dot in picture.of(acme, on=TODAY).bars[0].dots]
    assert kinds == [("counts", "Ann Adler"), ("unsure", ""), ("unsure", "Gil Gold")]


def test_a_higher_floor_adds_its_tab(db: None) -> None:
    before = dict(tabs._tabs)
    try:
        tabs.register(tabs.Tab(slug="more", label="More", url_name="partners:list", order=99))
        assert [(str(one.label), one.current) for one in tabs.shown("more")][-1] == ("More", True)
    finally:
        tabs._tabs.clear()
        tabs._tabs.update(before)
