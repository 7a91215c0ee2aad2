"""The page that asks: one question, one answer with its path, drawn for every outcome; map, areas and coverage."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from partners.models import Account
from people.models import Absence, ChannelManager
from routing import book, history
from routing.models import Coverage, Decision, KeyRule
from routing.page import presence
from tests.conftest import Cast


@pytest.fixture
def desk(cast: Cast, handbook: None, client: Client) -> Client:
    client.force_login(cast.nadia)
    return client


def source_of(client: Client, query: str, *, part: bool = True) -> str:
    """`part` is what htmx exchanges while somebody types."""
    answer = client.get(f"/routing/?{query}", headers={"HX-Request": "true"} if part else {})
    assert answer.status_code == 200
    return answer.content.decode()


def text_of(client: Client, query: str, *, part: bool = True) -> str:
    """What a reader sees."""
    source = re.sub(r"<(svg|option)\b.*?</\1>", " ", source_of(client, query, part=part), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", source).split())


def keyed(table: str, key: str, result: str, manager: ChannelManager | None = None) -> None:
    KeyRule.objects.create(
        table=table, key=key, folded=key.lower(), result=result, manager=manager, row=38, fiscal_year="FY23",
        valid_from="2022-08-01",
    )  # fmt: skip
    book.forget()


def test_a_partner_is_answered_with_the_path(desk: Client, cast: Cast) -> None:
    """Who, whether they work now, who owns the account in Salesforce, which row said so and what was asked before."""
    Account.objects.filter(pk=cast.northwind.pk).update(country="Germany", owner_name="Sofia Marchetti")
    shown = text_of(desk, "q=northwind")
    assert "Channel manager of the account · Northwind DevOps GmbH" in shown
    assert "Ilaria Pazienza Select, EMEA" in shown
    assert re.search(r"Local time \d\d:\d\d, (at work|away)", shown)
    assert "Account owner Sofia Marchetti differs" in shown
    assert "Is the partner named? (did not decide)" in shown
    assert "Group of countries DE (DACH) Ilaria Pazienza FY23 EMEA Select" in shown
    assert "Report a wrong answer" in shown
    kept = Decision.objects.get()
    assert (kept.outcome, kept.account, kept.asked_by) == ("assigned", cast.northwind, cast.nadia)
    away, other = ChannelManager.objects.get(name="Ilaria Pazienza"), ChannelManager.objects.get(name="Tristan Ouin")
    today = timezone.localdate()
    Absence.objects.create(manager=away, first_day=today, last_day=today + timedelta(days=3), stand_in=other)
    book.forget()
    shown = text_of(desk, "q=northwind")
    assert "away until" in shown
    assert "Substitute Tristan Ouin" in shown


def test_an_opportunity_is_answered_by_whole_keys(desk: Client) -> None:
    """“Look at Territory” leads on, both rows stand in the path; dirt is a near miss that can be asked for."""
    manager = ChannelManager.objects.get(name="Jay Bahar")
    assert "No mapping is imported" in text_of(desk, "", part=False)
    keyed("segment", "Large-AMER-East-Named", "Look at Territory")
    keyed("territory", "Large-AMER-East-Named-3", "Jay Bahar", manager)
    assert "Mapping FY23, in force since 1 Aug 2022, 2 rows" in text_of(desk, "", part=False)
    shown = text_of(desk, "about=opportunity&segment=large-amer-east-named&territory=Large-AMER-East-Named-3")
    assert "Channel manager of the opportunity" in shown
    assert re.search(r"Owner Segment-Geo-Region-Area \S+ Look at Territory FY23 mapping, row 38", shown)
    assert "Stamped Account Sales Territory Large-AMER-East-Named-3 Jay Bahar FY23 mapping, row 38" in shown
    dirty = "about=opportunity&segment=Large-AMER-East-Named&territory=Large%20AMER-East-Named-3"
    assert "Near miss: Large-AMER-East-Named-3" in text_of(desk, dirty)
    assert 'href="/routing/?q=Large-AMER-East-Named-3&amp;about=opportunity"' in source_of(desk, dirty)


def test_what_would_decide_is_filled_in_right_there(desk: Client) -> None:
    shown = source_of(desk, "q=Pennsylvania")
    assert "Not certain" in shown
    form = shown[shown.index('class="decides"') :]
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))
    for code, name in (("19103", "Jay Bahar"), ("15222", "Maria Henry")):
        assert f"{name}</b><span>AMER" in desk.get("/routing/", {**fields, "postal_code": code}).content.decode()
    assert "This would decide: Track" in text_of(desk, "q=Germany")
    assert "Bastian van der Stel Commercial (Open), EMEA" in text_of(desk, "country=DE&track=open")


def test_nobody_is_an_answer_too(desk: Client, cast: Cast) -> None:
    """A gap says which lists were asked; only a lead may fill it, and then map and answer know it at once."""
    shown = text_of(desk, "q=Wyoming")
    assert "Nobody No rule names anybody" in shown
    assert "State or province (did not decide) No rule US-WY" in shown
    assert "Assign a manager or ask Partner Operations." in shown
    assert "/routing/roster/new/" not in source_of(desk, "q=Wyoming")
    desk.force_login(cast.lena)
    assert "/routing/roster/new/?place=US-WY" in source_of(desk, "q=Wyoming")
    like = Coverage.objects.filter(section="amer").earliest("position")
    row = Coverage(
        section="amer", section_title="AMER", area="Wyoming", place="US-WY", position=500, manager=like.manager,
        valid_from=timezone.localdate(),
    )  # fmt: skip
    history.add(row, by=cast.lena, why="Said by Partner Operations")
    book.forget()
    assert f"State or province US-WY {like.manager}" in text_of(desk, "q=Wyoming")
    assert "Nobody looks after" not in source_of(desk, "", part=False)


def test_words_may_mean_several(desk: Client) -> None:
    """What is called exactly so goes first; nothing is kept before it is clear what was meant."""
    Account.objects.create(name="Georgia Clouds Ltd", country="GB", track="Open")
    shown = source_of(desk, "q=Georgia")
    hits = shown[shown.index("ask-hits") : shown.index("answer-title")]
    assert re.findall(r'<span class="clip">([^<]+)</span>', hits)[:3] == ["Georgia", "Georgia", "Georgia Clouds Ltd"]
    assert not Decision.objects.exists()
    text_of(desk, "country=US&subdivision=US-GA")
    assert Decision.objects.get().manager == ChannelManager.objects.get(name="Maria Henry")
    assert '?q=Germany&amp;about=account&amp;country=DE"' in source_of(desk, "q=Deutchland")  # alike: to be chosen
    assert "Nothing we know is called “xxyyzz”." in text_of(desk, "q=xxyyzz")
    odd = (
        "on=2022-02-31",
        "account=999999999999999999",
        "ticket=a/b&q=japan",
        "q=%00",
        "public_sector=maybe",
        "q=" + "x" * 900,
    )
    for query in odd:
        text_of(desk, query)
    assert desk.post("/routing/keep/", {"q": "nothing asked"}).status_code == 302


def test_map_areas_and_coverage_say_the_same(desk: Client) -> None:
    page = source_of(desk, "", part=False)
    sentence = re.search(r'role="img" aria-label="([^"]+)"', page)
    assert sentence is not None
    assert sentence[1] == (
        "Map of the United States by channel manager: Jay Bahar 9, Lisa Cartagena 17, Maria Henry 13, Joe McAninch 13. "
        "Nobody looks after Wyoming. Pennsylvania: Western PA Maria Henry, Eastern PA Jay Bahar."
    )
    assert len(re.findall(r'subdivision=US-[A-Z]{2}" tabindex="-1"', page)) == 52
    assert page.count('class="tile-gap"') == 1
    west, east = re.findall(r'<polygon class="manager-(\d)" points="([^"]+)"', page)
    assert (west[0], east[0]) == ("3", "1")
    assert west[1].split()[1] == east[1].split()[0]  # the halves meet at the cut
    lines = dict(re.findall(r'<th scope="row" title="[^"]*">([^<]+)</th>(.*?)</tr>', page, re.DOTALL))
    assert "Tristan Ouin" in lines["France"]
    assert lines["France"].count("Nobody") == 1
    assert "not Ireland" in lines["UKI"]
    assert 'colspan="2"' in lines["Japan"]
    for query, gap_first in (("", True), ("order=area", False)):
        plain = text_of(desk, query, part=False)
        assert (plain.index("Wyoming All None Gap") < plain.index("ANZ All Frank McGowan")) is gap_first


def test_the_clock_is_the_one_of_the_region(cast: Cast) -> None:
    for moment, words in (
        (datetime(2022, 11, 22, 14, 10, tzinfo=UTC), "at work until 17:00"),
        (datetime(2022, 11, 22, 6, 0, tzinfo=UTC), "at work from 08:00"),
        (datetime(2022, 11, 25, 18, 0, tzinfo=UTC), "at work from Mon 08:00"),
    ):
        assert presence.of([cast.manager], now=moment)[cast.manager.pk].words == words
