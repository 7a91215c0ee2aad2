"""The certification dashboard over HTTP: upload, what would change, take over, assign, withdraw, list and export."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from documents.models import StoredFile
from documents.storing import store
from journal.record import events_of
from partners import gates
from partners.models import Account, AccountName, DashboardReport, DashboardRow
from partners.standing import standing_of
from partners.tasks import link_dashboard_lines
from people.models import User
from tests.conftest import Cast
from tests.partners.dashboards import dashboard
from tests.partners.workbooks import HEAD, workbook

TODAY = timezone.localdate()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(cast: Cast) -> Client:
    return client_of(cast.nadia)


def upload(client: Client, content: bytes | str, name: str = "dashboard.csv") -> str:
    """Uploads and returns where the preview is."""
    data = content.encode() if isinstance(content, str) else content
    answer = client.post("/certification/import/", {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def take_over(client: Client, content: bytes | str, as_of: date, name: str = "dashboard.csv") -> DashboardReport:
    answer = client.post(upload(client, content, name), {"as_of": as_of.isoformat()})
    assert answer.status_code == 302, answer.content.decode()
    return DashboardReport.objects.latest("id")


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_nothing_is_taken_over_before_somebody_looked(desk: Client, cast: Cast) -> None:
    place = upload(desk, workbook(HEAD, ["Northwind DevOps GmbH", 2, 1, "Yes"], ["Nobody Ltd", 1, 0, "No"]), "d.xlsx")
    page = text_of(desk.get(place))
    assert DashboardReport.objects.count() == 0
    assert "this is the first one" in page
    assert "Nobody Ltd" in page
    assert f'value="{TODAY.isoformat()}"' in page  # the day the workbook was saved


def test_taking_over_writes_lines_links_event_and_keeps_the_file(desk: Client, cast: Cast) -> None:
    content = workbook(HEAD, ["Northwind DevOps GmbH", 2, 1, "Yes"], ["BLUEPEAK systems, inc", 1, 0, ""])
    report = take_over(desk, content, TODAY - timedelta(days=1), "export.xlsx")
    rows = list(report.rows.values_list("account__name", "open_reqs_met", "counts"))
    assert rows == [
        ("Northwind DevOps GmbH", True, {"Sales Core": 2, "Solution Architect Core": 1}),
        ("Bluepeak Systems Inc.", None, {"Sales Core": 1, "Solution Architect Core": 0}),
    ]
    event = events_of(report).get()
    assert (event.verb, event.actor, event.after["lines"]) == ("dashboard imported", cast.nadia, 2)
    original = desk.get(f"/certification/{report.pk}/file/")
    assert b"".join(original) == content
    assert original.headers["Content-Type"] == "application/octet-stream"


def test_the_standing_follows(desk: Client, cast: Cast) -> None:
    gates.load()
    Account.objects.filter(pk=cast.northwind.pk).update(partner_status="Authorized")
    cast.northwind.refresh_from_db()
    take_over(desk, "Partner,Open Reqs Met?\nNorthwind DevOps GmbH,Yes\n", TODAY)
    assert standing_of(cast.northwind, "loa", on=TODAY).may
    assert standing_of(cast.northwind, "loa", on=TODAY - timedelta(days=1)).state == "unknown"


def test_a_second_click_takes_over_once(desk: Client) -> None:
    place = upload(desk, "Partner,Open Reqs Met?\nA,Yes\n")
    for _click in range(2):
        assert desk.post(place, {"as_of": TODAY.isoformat()}).status_code == 302
    assert DashboardReport.objects.count() == 1


def test_the_preview_says_who_is_newly_met_lost_new_and_gone(desk: Client, cast: Cast) -> None:
    made = {name: Account.objects.create(name=name) for name in ("Gains", "Loses", "Leaves", "Moves", "Stays")}
    lines: list[tuple[Account, bool | None, dict[str, Any]]] = [
        (made["Gains"], False, {}),
        (made["Loses"], True, {}),
        (made["Leaves"], True, {}),
        (made["Moves"], False, {"Sales Core": 1}),
        (made["Stays"], True, {}),
    ]
    dashboard(TODAY - timedelta(days=7), lines)
    place = upload(
        desk,
        "Partner,Sales Core,Open Reqs Met?\nGains,,Yes\nLoses,,No\nMoves,2,No\nStays,,Yes\n"
        "Northwind DevOps GmbH,2,Yes\nTwice,,Yes\nTwice,,No\nVague,,perhaps\n",
        "certs 2022-11-18.csv",
    )
    page = desk.get(place)
    found = page.context["page"].found
    names = {kind: [one.name for one in getattr(found, kind)] for kind in ("gained", "lost", "new", "gone", "other")}
    assert names == {
        "gained": ["Gains"],
        "lost": ["Loses"],
        "new": ["Northwind DevOps GmbH", "Twice", "Vague"],
        "gone": ["Leaves"],
        "other": ["Moves"],
    }
    assert found.other[0].moved == (("Sales Core", 1, 2),)
    assert ([one.name for one in found.doubles], [one.said for one in found.unclear]) == (["Twice"], ["perhaps"])
    words = text_of(page)
    assert 'value="2022-11-18"' in words
    assert "is newer and stays the one that counts today" in words
    assert "Sales Core 1 → 2" in words


def test_two_partners_of_one_name_and_other_legal_forms_are_nobodys(desk: Client, cast: Cast) -> None:
    for name in ("Acme GmbH", "acme gmbh", "Kestrel Ltd", "Only Inc."):
        Account.objects.create(name=name, salesforce_id="001A000001abcDEFGH" if name == "Only Inc." else "")
    report = take_over(
        desk,
        "Partner,Account ID,Open Reqs Met?\nAcme GmbH,,Yes\nKestrel GmbH,,Yes\nKestrel,,Yes\n"
        "Else,001A000001abcDE,Yes\n",
        TODAY,
    )
    linked = dict(report.rows.values_list("partner_name", "account__name"))
    assert linked == {"Acme GmbH": None, "Kestrel GmbH": None, "Kestrel": "Kestrel Ltd", "Else": "Only Inc."}


def test_a_name_is_said_once_and_remembered(desk: Client, cast: Cast) -> None:
    first = take_over(desk, "Partner,Open Reqs Met?\nNW DevOps,Yes\n", TODAY - timedelta(days=3))
    listed = text_of(desk.get("/certification/?show=unmatched"))
    assert "NW DevOps" in listed
    form = {"name": "NW DevOps", "partner": "northwind devops gmbh", "next": "/certification/?show=unmatched"}
    assert desk.post("/certification/assign/", form).headers["Location"] == "/certification/?show=unmatched"
    assert first.rows.get().account == cast.northwind
    assert [event.verb for event in events_of(first)] == ["dashboard imported", "dashboard lines linked"]
    second = take_over(desk, "Partner,Open Reqs Met?\nnw  devops,No\n", TODAY)
    assert second.rows.get().account == cast.northwind
    desk.post("/certification/release/", {"name": "NW DevOps"})
    assert (AccountName.objects.count(), DashboardRow.objects.exclude(account=None).count()) == (0, 0)


def test_assigning_in_the_preview_links_before_it_is_taken_over(desk: Client, cast: Cast) -> None:
    place = upload(desk, "Partner,Open Reqs Met?\nNorthwind Dev-Ops Group,Yes\n")
    page = desk.get(place)
    assert [one.account for one in page.context["page"].unmatched[0].suggested] == [cast.northwind]
    desk.post(
        "/certification/assign/", {"name": "Northwind Dev-Ops Group", "account": cast.northwind.pk, "next": place}
    )
    assert desk.get(place).context["page"].found.unmatched == []


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": "X1"}, "Choose a partner, or type its name."),
        ({"name": "X1", "partner": "Nobody"}, "No partner is named Nobody."),
        ({"name": "X1", "account": "999999"}, "This partner is not there any more."),
        ({"name": "", "partner": "Northwind DevOps GmbH"}, "Say which name is meant."),
    ],
)
def test_assigning_to_nobody_says_why(desk: Client, form: dict[str, str], words: str) -> None:
    answer = desk.post("/certification/assign/", {**form, "next": "https://evil.example/"}, follow=True)
    assert words in text_of(answer)
    assert answer.redirect_chain[0][0] == "/certification/"
    assert AccountName.objects.count() == 0


def test_partners_that_come_later_get_their_line(desk: Client, cast: Cast) -> None:
    report = take_over(desk, "Partner,Open Reqs Met?\nLate Comer AG,Yes\n", TODAY)
    late = Account.objects.create(name="Late Comer AG")
    desk.post(f"/certification/{report.pk}/look-again/")
    assert report.rows.get().account == late


def test_the_desk_looks_by_itself_at_the_lines_of_today(desk: Client, cast: Cast) -> None:
    older = take_over(desk, "Partner,Open Reqs Met?\nLate Comer AG,No\n", TODAY - timedelta(days=1))
    report = take_over(desk, "Partner,Open Reqs Met?\nLate Comer AG,Yes\n", TODAY)
    assert link_dashboard_lines() == 0
    late = Account.objects.create(name="Late Comer AG")
    assert link_dashboard_lines() == 1
    assert (report.rows.get().account, older.rows.get().account) == (late, None)
    assert events_of(report).last().actor_name == "Partner Help Desk"  # type: ignore[union-attr]


def test_a_dashboard_is_withdrawn_with_a_reason_and_put_back(desk: Client, cast: Cast) -> None:
    older = dashboard(TODAY - timedelta(days=9), {cast.northwind: False})
    newer = dashboard(TODAY, {cast.northwind: True})
    desk.post(f"/certification/{newer.pk}/withdraw/", {"why": " "})
    assert desk.get("/certification/").context["page"].report == newer
    desk.post(f"/certification/{newer.pk}/withdraw/", {"why": "Last year's export"})
    assert desk.get("/certification/").context["page"].report == older
    assert events_of(newer).get().why == "Last year's export"
    assert "was withdrawn" in text_of(desk.get(f"/certification/?report={newer.pk}"))
    desk.post(f"/certification/{newer.pk}/put-back/")
    assert desk.get("/certification/").context["page"].report == newer
    assert [event.verb for event in events_of(newer)] == ["dashboard withdrawn", "dashboard put back"]


@pytest.mark.parametrize(("days", "old"), [(14, False), (15, True)])
def test_its_age_is_told_and_turns_amber(desk: Client, cast: Cast, days: int, old: bool) -> None:
    dashboard(TODAY - timedelta(days=days), {cast.northwind: True})
    page = text_of(desk.get("/certification/"))
    assert f"{days} days old" in page
    assert ("import a new export" in page) is old


def test_lists_narrow_by_answer_and_by_one_missing_certificate(desk: Client, cast: Cast) -> None:
    gates.load()
    lines = {"Met": (True, 2, 1), "Short": (False, 1, 1), "Far": (False, 0, 0), "Blank": (None, 2, 0)}
    made = [
        (Account.objects.create(name=name), met, {"Sales Core": sales, "Solution Architect Core": architects})
        for name, (met, sales, architects) in lines.items()
    ]
    report = dashboard(TODAY, made)
    report.columns = HEAD
    report.save()

    def shown(query: str) -> list[str]:
        return [row.line.partner_name for row in desk.get(f"/certification/?{query}").context["page"].rows]

    assert shown("show=yes") == ["Met"]
    assert shown("show=no") == ["Short", "Far"]
    assert shown("show=unknown") == ["Blank"]
    assert shown("show=almost") == ["Short", "Blank"]
    assert shown("q=sho") == ["Short"]
    assert shown("show=bogus&after=x&report=%00") == ["Met", "Short", "Far", "Blank"]
    assert '<span class="dash-short">1 Sales Core</span>' in text_of(desk.get("/certification/?show=almost"))


def test_pages_turn_both_ways_and_cost_the_same(desk: Client, cast: Cast, django_assert_max_num_queries: Any) -> None:
    gates.load()
    dashboard(TODAY, [(Account.objects.create(name=f"P{number:03}"), True, {}) for number in range(230)])
    first = desk.get("/certification/").context["page"]
    second = desk.get(f"/certification/?after={first.next}").context["page"]
    third = desk.get(f"/certification/?after={second.next}").context["page"]
    assert [len(page.rows) for page in (first, second, third)] == [100, 100, 30]
    assert (first.previous, third.next) == (0, 0)
    back = desk.get(f"/certification/?before={third.previous}").context["page"]
    assert [row.line.pk for row in back.rows] == [row.line.pk for row in second.rows]
    with django_assert_max_num_queries(12):
        desk.get("/certification/")


def test_the_csv_holds_what_is_shown_and_nothing_a_spreadsheet_computes(desk: Client, cast: Cast) -> None:
    take_over(desk, "Partner,Sales Core,Open Reqs Met?\n=cmd()|x,1,No\nNorthwind DevOps GmbH,2,Yes\n", TODAY)
    answer = desk.get("/certification/export/?show=no")
    text = b"".join(answer).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][-2:] == ["Open Reqs Met?", "Sales Core"]
    assert rows[1:] == [["'=cmd()|x", "", "", "", "No", "1"]]
    assert answer.headers["Content-Disposition"].endswith(f'"certifications-{TODAY}.csv"')


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Partner,Region\nA,B\n", "No column “Open Reqs Met?” was found."),
        (b"", "This file is empty."),
        (b"x" * (10 * 1024 * 1024 + 1), "A dashboard may have up to 10"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why_and_is_not_kept(desk: Client, content: bytes, words: str) -> None:
    answer = desk.post("/certification/import/", {"file": SimpleUploadedFile("d.csv", content)})
    assert (answer.status_code, words in text_of(answer)) == (422, True)
    assert StoredFile.objects.count() == 0
    assert desk.post("/certification/import/").status_code == 422


@pytest.mark.parametrize("as_of", ["", "tomorrow", "1022-11-18", (TODAY + timedelta(days=1)).isoformat()])
def test_a_day_that_cannot_be_is_asked_again(desk: Client, as_of: str) -> None:
    place = upload(desk, "Partner,Open Reqs Met?\nA,Yes\n")
    assert desk.post(place, {"as_of": as_of}).status_code == 422
    assert DashboardReport.objects.count() == 0


def test_only_uploads_of_this_page_are_shown_and_old_ones_are_forgotten(desk: Client) -> None:
    other = store(b"Partner,Open Reqs Met?\nA,Yes\n", name="somebody's.csv")
    assert desk.get(f"/certification/import/{other.pk}/").headers["Location"] == "/certification/history/"
    waiting = StoredFile.objects.get(pk=upload(desk, "Partner,Open Reqs Met?\nA,Yes\n").split("/")[-2])
    StoredFile.objects.filter(pk=waiting.pk).update(created=timezone.now() - timedelta(days=2))
    kept = take_over(desk, "Partner,Open Reqs Met?\nB,Yes\n", TODAY)
    assert set(StoredFile.objects.all()) == {other, kept.file}


def test_channel_managers_read_and_change_nothing(cast: Cast) -> None:
    report = dashboard(TODAY, {cast.northwind: True})
    manager = client_of(cast.sofia)
    assert manager.get("/certification/").status_code == 200
    assert manager.get("/certification/history/").status_code == 200
    for address in ("import/", "assign/", f"{report.pk}/withdraw/", f"{report.pk}/look-again/"):
        assert manager.post(f"/certification/{address}", {"why": "x"}).status_code == 403
    assert client_of(cast.katrin.user).get("/certification/").status_code == 403  # type: ignore[arg-type]


def test_the_history_costs_the_same_whatever_there_is(
    desk: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for days in range(6):
        dashboard(TODAY - timedelta(days=days), {cast.northwind: True})
    desk.get("/certification/history/")
    with django_assert_num_queries(5):
        kept = desk.get("/certification/history/").context["kept"]
    assert [one.is_current for one in kept] == [True, False, False, False, False, False]
    assert kept[0].counts["yes"] == 1
