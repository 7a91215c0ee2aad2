"""The page that asks: one question, one answer with its path, drawn for every outcome; map, areas and coverage."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from partners.models import Account
from people.calendar import forget_hours
from people.models import Absence, ChannelManager
from routing import book, history
from routing.models import Coverage, Decision, KeyRule
from routing.page import presence
from tests.conftest import Cast

pytestmark = pytest.mark.usefixtures("handbook")


@pytest.fixture
def desk(cast: Cast, client: Client) -> Client:
    client.force_login(cast.nadia)
    return client


def text_of(client: Client, query: str, *, part: bool = True) -> str:
    """What a reader sees; `part` is what htmx exchanges while somebody types."""
    answer = client.get(f"/routing/?{query}", headers={"HX-Request": "true"} if part else {})
    assert answer.status_code == 200
    plain = re.sub(r"<[^>]+>", " ", re.sub(r"<(svg|option)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL))
    return " ".join(plain.split())


def keyed(table: str, key: str, result: str, manager: ChannelManager | None = None) -> KeyRule:
    rule = KeyRule.objects.create(
        table=table, key=key, folded=key.lower(), result=result, manager=manager, row=38, fiscal_year="FY23",
        valid_from="2022-08-01",
    )  # fmt: skip
    book.forget()
    return rule


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
    kept = Decision.objects.get()
    assert (kept.outcome, kept.account, kept.asked_by) == ("assigned", cast.northwind, cast.nadia)
    assert "Report a wrong answer" in shown


def test_the_same_side_is_asked_for_opportunities(desk: Client, cast: Cast) -> None:
    """Whole keys, without case; “Look at Territory” leads on, and both rows stand in the path."""
    manager = ChannelManager.objects.get(name="Jay Bahar")
    keyed("segment", "Large-AMER-East-Named", "Look at Territory")
    keyed("territory", "Large-AMER-East-Named-3", "Jay Bahar", manager)
    shown = text_of(desk, "about=opportunity&segment=large-amer-east-named&territory=Large-AMER-East-Named-3")
    assert "Channel manager of the opportunity" in shown
    assert re.search(r"Owner Segment-Geo-Region-Area \S+ Look at Territory FY23 mapping, row 38", shown, re.IGNORECASE)
    assert "Stamped Account Sales Territory Large-AMER-East-Named-3 Jay Bahar" in shown
    dirty = text_of(desk, "about=opportunity&segment=Large-AMER-East-Named&territory=Large%20AMER-East-Named-3")
    assert "Nobody" in dirty
    assert "Near miss: Large-AMER-East-Named-3" in dirty


def test_what_would_decide_is_filled_in_right_there(desk: Client) -> None:
    shown = text_of(desk, "q=Pennsylvania")
    assert "Not certain 2 candidates" in shown
    assert "This would decide: Postal code" in shown
    page = desk.get("/routing/?q=Pennsylvania").content.decode()
    form = page[page.index('class="decides"') :]
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))
    east = desk.get("/routing/", {**fields, "postal_code": "19103"}).content.decode()
    assert "Jay Bahar</b><span>AMER" in east
    west = desk.get("/routing/", {**fields, "postal_code": "15222"}).content.decode()
    assert "Maria Henry</b><span>AMER" in west


def test_a_track_decides_where_the_tracks_differ(desk: Client) -> None:
    assert "This would decide: Track" in text_of(desk, "q=Germany")
    assert "Bastian van der Stel Commercial (Open), EMEA" in text_of(desk, "country=DE&track=open")


def test_nobody_is_an_answer_too(desk: Client, cast: Cast) -> None:
    """A gap says which lists were asked; only a lead may fill it, and then it is filled."""
    shown = text_of(desk, "q=Wyoming")
    assert "Nobody No rule names anybody" in shown
    assert "State or province (did not decide) No rule US-WY" in shown
    assert "Assign a manager or ask Partner Operations." in shown
    assert "/routing/roster/new/" not in desk.get("/routing/?q=Wyoming").content.decode()
    desk.force_login(cast.lena)
    assert "/routing/roster/new/?place=US-WY" in desk.get("/routing/?q=Wyoming").content.decode()
    like = Coverage.objects.filter(section="amer").first()
    assert like is not None
    row = Coverage(
        section="amer", section_title="AMER", area="Wyoming", place="US-WY", position=500, manager=like.manager,
        valid_from=timezone.localdate(),
    )  # fmt: skip
    history.add(row, by=cast.lena, why="Said by Partner Operations")
    book.forget()
    assert f"State or province US-WY {like.manager}" in text_of(desk, "q=Wyoming")
    assert "Nobody looks after" not in desk.get("/routing/").content.decode()


def test_a_misspelt_country_has_neighbours_to_choose_from(desk: Client) -> None:
    shown = desk.get("/routing/?q=Deutchland").content.decode()
    assert 'href="/routing/?q=Germany&amp;about=account"' in shown
    assert "Nothing we know is called" in text_of(desk, "q=xxyyzz")


def test_words_may_mean_several_and_what_is_called_exactly_so_goes_first(desk: Client, cast: Cast) -> None:
    Account.objects.create(name="Georgia Clouds Ltd", country="GB", track="Open")
    several = desk.get("/routing/?q=Georgia").content.decode()
    chips = re.findall(r'<span class="clip">([^<]+)</span>', several[several.index("ask-hits") : several.index("answer-title")])
    assert chips[:3] == ["Georgia", "Georgia", "Georgia Clouds Ltd"]
    assert not Decision.objects.exists()  # nobody has said which one is meant
    assert Decision.objects.count() == 0
    text_of(desk, "country=US&subdivision=US-GA")
    assert Decision.objects.get().manager == ChannelManager.objects.get(name="Maria Henry")


def test_somebody_away_has_a_substitute(desk: Client) -> None:
    absent, other = ChannelManager.objects.get(name="Masa Ueda"), ChannelManager.objects.get(name="Amit Kaul")
    today = timezone.localdate()
    Absence.objects.create(manager=absent, first_day=today, last_day=today + timedelta(days=3), stand_in=other)
    book.forget()
    shown = text_of(desk, "q=Japan")
    assert "Masa Ueda APAC" in shown
    assert "away until" in shown
    assert "Substitute Amit Kaul" in shown


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2022, 11, 22, 14, 10, tzinfo=UTC), "at work until 17:00"),
        (datetime(2022, 11, 22, 6, 0, tzinfo=UTC), "at work from 08:00"),
        (datetime(2022, 11, 25, 18, 0, tzinfo=UTC), "at work from Mon 08:00"),
    ],
)
def test_the_clock_is_the_one_of_the_region(db: None, moment: datetime, words: str) -> None:
    forget_hours()
    manager = ChannelManager.objects.get(name="Tristan Ouin")
    assert presence.of([manager], now=moment)[manager.pk].words == words


def test_the_map_shows_every_state_with_its_gap_and_its_split(desk: Client) -> None:
    page = desk.get("/routing/").content.decode()
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
    assert west[1].split()[1] == east[1].split()[0]  # the two halves meet at the cut


def test_areas_by_track_and_coverage_say_the_same_gaps(desk: Client) -> None:
    page = desk.get("/routing/").content.decode()
    lines = dict(re.findall(r'<th scope="row" title="[^"]*">([^<]+)</th>(.*?)</tr>', page, re.DOTALL))
    assert lines["France"].count("Nobody") == 1
    assert "Tristan Ouin" in lines["France"]
    assert "not Ireland" in lines["UKI"]
    assert 'colspan="2"' in lines["Japan"]
    plain = text_of(desk, "", part=False)
    assert plain.index("Wyoming All None Gap") < plain.index("ANZ All Frank McGowan")
    by_area = text_of(desk, "order=area", part=False)
    assert by_area.index("ANZ All Frank McGowan") < by_area.index("Wyoming All None Gap")


def test_the_head_says_which_mapping_is_in_force(desk: Client) -> None:
    assert "No mapping is imported" in text_of(desk, "", part=False)
    keyed("segment", "Large-AMER-East-Southeast", "Maria Henry", ChannelManager.objects.get(name="Maria Henry"))
    assert "Mapping FY23, in force since 1 Aug 2022, 1 row" in text_of(desk, "", part=False)


def test_odd_parameters_are_no_fault(desk: Client) -> None:
    for query in ("on=2022-02-31", "account=999999999999999999", "ticket=a/b", "q=%00", "public_sector=maybe", "q=" + "x" * 900):
        text_of(desk, query, part=False)
    assert desk.post("/routing/keep/", {"q": "nothing asked"}).status_code == 302
