"""The handbook's data: complete, loaded as often as wanted, and what was edited here is kept."""

from __future__ import annotations

from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from journal.record import Actor
from partners.models import Gate
from people import calendar
from people import loading as people_loading
from people.models import ChannelManager, Holiday, SolutionsArchitect, WorkingCalendar
from routing import history
from routing import loading as routing_loading
from routing.models import CountryGroup, Coverage, SubdivisionPart
from tickets import loading
from tickets.models import Resource, Response
from web import datafiles

# The page's five lists: how many links each holds, and words of each title.
PAGE_LISTS = {
    "Quick links": "issue board|Channels issue|Channel Ops|NFR requests|improvement|tax|Vendor",
    "Documents and spreadsheets": "FAQ|discounts|CAM mapping|Certification dashboard|request form|Locator leads"
    "|calendar|Partner guide|payout|response template|Working with|onboarding|Thought Industries|Bulk|enablement",
    "Handbook pages": "job description|handbook|Channel Operations|Programs Operations|Deal Desk|Deal registration"
    "|NFR policy|training|program guide",
    "Process documents and training guides": "payment process|certification uploads|insights",
    "Partner portal assets": "Partner guide|agreement|Deal registration guide|Locator guide|commercial",
}
REGIONS = {"AMER": 4, "APAC": 6, "EMEA Select": 8, "EMEA Open": 9, "US PubSec": 2}


@pytest.mark.parametrize("section", PAGE_LISTS)
def test_every_link_of_the_page_is_there(handbook: None, section: str) -> None:
    titles = [row.title for row in Resource.objects.filter(section=section)]
    wanted = PAGE_LISTS[section].split("|")
    assert len(titles) == len(wanted)
    assert all(word.lower() in title.lower() for word, title in zip(wanted, titles, strict=True)), titles


def test_links_are_as_published_and_its_defects_are_not(handbook: None) -> None:
    uploads = Resource.objects.get(slug="impartner-certification-uploads")
    assert (uploads.address, uploads.remark, uploads.lacks_address) == ("", "recording, internal", True)
    assert [row.slug for row in Resource.objects.all() if row.lacks_address] == [uploads.slug]
    policy = Resource.objects.get(slug="nfr-policy")
    assert policy.address.startswith("https://about.gitlab.com/")
    assert policy.address.endswith("nfr-program-and-policy")
    portal = Resource.objects.filter(section="Partner portal assets")
    assert all(row.portal_login_required and not row.desk_only for row in portal)
    listed = Counter(row.address for row in Resource.objects.filter(section__in=PAGE_LISTS) if row.address)
    assert listed.most_common(1)[0][1] == 1
    for row in Resource.objects.exclude(address=""):
        assert row.address.startswith(("https://", "mailto:", "/"))
        assert " " not in row.address


def test_documents_of_the_desk_stay_there(handbook: None) -> None:
    internal = Resource.objects.filter(
        address__regex=r"docs\.google|drive\.google|/-/boards|/-/issues|internal-requests"
    )
    assert internal.count() >= 20
    assert all(row.desk_only for row in internal)


def test_the_roster_is_as_published(handbook: None) -> None:
    lines = set(Coverage.objects.values_list("section_title", "area"))
    counts = Counter(section for section, _area in lines)
    assert counts == REGIONS
    assert ChannelManager.objects.count() == 17
    assert SolutionsArchitect.objects.count() == 9
    assert set(Coverage.objects.filter(manager=None).values_list("area", flat=True)) == {"All others"}
    amer = Coverage.objects.filter(section="amer").values_list("place", "part")
    codes = [f"{place}:{part}".removesuffix(":") for place, part in amer]
    assert len(codes) == len(set(codes)) == 17 + 13 + 13 + 9
    assert {"US-PA:eastern", "US-PA:western", "US-DC", "US-PR"} <= set(codes)
    assert "US-WY" not in codes


def test_the_roster_holds_from_november_2022_until_a_mapping_replaces_it(handbook: None) -> None:
    rows = Coverage.objects.all()
    assert set(rows.values_list("valid_from", "valid_to", "fiscal_year")) == {(date(2022, 11, 1), None, "FY23")}
    assert len(rows) == len(set(rows.values_list("section", "place", "part", "track", "manager"))) == 52 + 7 + 8 + 9 + 2


def test_the_defects_of_the_page_are_not_copied(handbook: None) -> None:
    """EMEA Open once, India without its blank, nobody for Wyoming, a border of Pennsylvania that is ours."""
    everywhere = Coverage.objects.values_list("section", "place")
    assert Counter(everywhere)["emea-open", "group:nordics"] == Counter(everywhere)["emea-select", "group:nordics"] == 1
    assert Counter(everywhere)["emea-open", "group:benelux"] == Counter(everywhere)["emea-select", "group:benelux"] == 1
    assert not any(row.area != row.area.strip() or row.source != row.source.strip() for row in Coverage.objects.all())
    assert str(Coverage.objects.get(place="IN").manager) == "Amit Kaul"
    border = SubdivisionPart.objects.filter(place="US-PA")
    assert [(one.slug, one.assumption) for one in border] == [("eastern", True), ("western", True)]
    assert [one.key for one in CountryGroup.objects.filter(catch_all=True)] == ["apac-others"]
    named = set[str]().union(*CountryGroup.objects.values_list("codes", flat=True)) | {
        place for _list, place in everywhere
    }
    assert not named & {"US-WY", "CA", "MX", "BR", "AR", "CL", "CO"}


def test_the_published_files_hold_no_address(handbook: None) -> None:
    for folder in (people_loading.DATA, routing_loading.DATA):
        for file in folder.glob("*.toml"):
            assert "@" not in file.read_text(encoding="utf-8"), file.name
    assert not ChannelManager.objects.exclude(salesforce_email="").exists()


def test_what_was_changed_in_the_product_is_not_loaded_back(handbook: None) -> None:
    """An ended row stays ended, the one that took its place stays, and what was taken out stays out."""
    row, by = Coverage.objects.get(place="JP"), Actor("A lead")
    teo = ChannelManager.objects.get(name="Teo Wan Ping")
    history.change_coverage(row, manager=teo, valid_from=date(2026, 12, 1), by=by, why="Masa moves")
    Coverage.objects.get(place="KR").delete()
    call_command("load_handbook", verbosity=0)
    assert [str(one.manager) for one in Coverage.objects.filter(place="JP").order_by("valid_from")] == [
        "Masa Ueda",
        "Teo Wan Ping",
    ]
    assert not Coverage.objects.filter(place="KR").exists()


def test_who_is_called_otherwise_by_now_keeps_their_places(handbook: None) -> None:
    jay = ChannelManager.objects.get(name="Jay Bahar")
    jay.name = "Jay Bahar-Stone"
    jay.save()
    before = list(Coverage.objects.filter(manager=jay).values_list("place", flat=True))
    call_command("load_handbook", verbosity=0)
    assert list(Coverage.objects.filter(manager=jay).values_list("place", flat=True)) == before
    assert len(before) == 9
    assert not ChannelManager.objects.filter(name="Jay Bahar").exists()


def test_a_place_somebody_added_here_is_not_loaded_beside_it(handbook: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next handbook may name it; two rows would make the answer ambiguous."""
    like = Coverage.objects.get(place="US-CO")
    Coverage.objects.create(
        section="amer", section_title="AMER", area="Wyoming", place="US-WY", manager=like.manager,
        valid_from=date(2026, 11, 20),
    )  # fmt: skip
    read = datafiles.read

    def with_wyoming(path: Path) -> dict[str, Any]:
        found = read(path)
        if path.name == "roster.toml" and "section" in found:
            found["section"][0]["rows"][0]["codes"].append("US-WY")
        return found

    monkeypatch.setattr("web.datafiles.read", with_wyoming)
    call_command("load_handbook", verbosity=0)
    assert Coverage.objects.get(place="US-WY").manager == like.manager


def test_calendars_and_days_off(handbook: None) -> None:
    assert set(WorkingCalendar.objects.values_list("region", flat=True)) == {"AMER", "EMEA", "APAC", "US PubSec"}
    assert WorkingCalendar.objects.get(is_default=True).region == "EMEA"
    friends = Holiday.objects.filter(name="Family and Friends Day", calendar=None)
    assert [day.isoformat() for day in friends.values_list("day", flat=True)] == [
        "2022-11-18",
        "2022-12-30",
        "2023-01-13",
    ]
    assert calendar.hours_of("APAC").zone == "Asia/Kolkata"


def test_loading_twice_changes_nothing(handbook: None) -> None:
    said = StringIO()
    call_command("load_handbook", stdout=said)
    lines = said.getvalue().splitlines()
    assert len(lines) >= 9
    assert all(" 0 new, 0 changed, " in line and "as they were, 0 edited" in line for line in lines), lines


def test_what_was_edited_here_is_kept(handbook: None) -> None:
    Resource.objects.filter(slug="deal-desk").update(title="Deal Desk, our own words")
    Response.objects.filter(slug="invoice-sent").delete()
    ChannelManager.objects.filter(name="Jay Bahar").update(active=False, region="EMEA")
    said = StringIO()
    call_command("load_handbook", stdout=said)
    assert Resource.objects.get(slug="deal-desk").title == "Deal Desk, our own words"
    assert not Response.objects.filter(slug="invoice-sent").exists()
    assert ChannelManager.objects.get(name="Jay Bahar").region == "EMEA"
    same = Resource.objects.count() - 1
    assert f"Resources: 0 new, 0 changed, {same} as they were, 1 edited here and kept" in said.getvalue()


def test_a_row_untouched_here_follows_the_file(handbook: None, monkeypatch: pytest.MonkeyPatch) -> None:
    before = list(loading.resource_rows())
    after = [{**row, "title": "Deal Desk, renamed"} if row["slug"] == "deal-desk" else row for row in before]
    monkeypatch.setattr(loading, "resource_rows", lambda: iter(after))
    same = len(before) - 1
    assert str(loading.load()[0]).startswith(f"Resources: 0 new, 1 changed, {same} as they were")
    assert Resource.objects.get(slug="deal-desk").title == "Deal Desk, renamed"


def test_a_field_the_file_got_later_is_filled_in_but_not_over_somebody_s_edit(handbook: None) -> None:
    """Requirements were loaded without a link once: such a row is nobody's edit, one with another text is."""
    old = datafiles.load(
        Gate, [_gate(how="Sign it."), _gate(words="B", how="Pass it.")], key=GATE_KEY, what="Requirements"
    )
    assert old.new == 2
    Gate.objects.filter(gate="test", words="B").update(how="Pass it soon.")
    link = {"link": "https://partners.example.com"}
    rows = [_gate(how="Sign it.", **link), _gate(words="B", how="Pass it.", **link)]
    again = datafiles.load(Gate, rows, key=GATE_KEY, what="Requirements", later=["link"])
    assert (again.changed, again.kept) == (1, 1)
    assert Gate.objects.get(gate="test", words="A").link == link["link"]
    assert datafiles.load(Gate, rows, key=GATE_KEY, what="Requirements", later=["link"]).same == 1


GATE_KEY = ["gate", "check_kind", "words", "valid_from"]


def _gate(words: str = "A", **more: str) -> dict[str, Any]:
    return {"gate": "test", "check_kind": "status", "words": words, "valid_from": date(2022, 2, 1), **more}
