"""The letters' pages over HTTP: what stands where, for whom, narrowed how, at a price that does not grow."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from loa import overdue
from loa.models import Letter, LetterRequest
from tests.conftest import Cast
from tests.loa import rows
from tests.loa.rows import Stage

HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(cast: Cast, client: Client) -> Client:
    client.force_login(cast.nadia)
    return client


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def lane(page: str, slug: str) -> list[str]:
    """The companies on the cards of a lane."""
    found = re.search(rf'data-lane="{slug}".*?</section>', page)
    assert found is not None
    return re.findall(r'class="letter-card".*?<bdi>(.*?)</bdi>', found[0])


def test_each_letter_stands_in_its_lane_the_most_urgent_first(desk: Client, cast: Cast) -> None:
    made = rows.board()
    page = text(desk.get("/loa/"))
    assert lane(page, "phd") == [
        "Sahel Tech Sarl",
        "Fjordlys Konsult AS",
        "Tessellate Software Ltd",
        "Koru Labs Pty Ltd",
    ]
    assert lane(page, "legal") == ["Kitsune Software KK", "Meridian GSI Consulting", "Copperline Cloud LLC"]
    assert lane(page, "completed")[0] == "Ridgeway Federal Inc."
    assert len(lane(page, "completed")) == 4
    assert lane(page, "expiring") == ["Bluepeak Cloud Inc.", "Cloudline Marketplace"]
    assert set(lane(page, "declined")) == {"Brisa Digital Lda", "Vantor Cloud Inc."}
    assert page.count('class="letter-card-clock red"') == 1
    assert "1 not signed by the partner yet" in page
    assert "Not authorized" in page  # the worse of two reasons
    assert made["Sahel Tech Sarl"].ticket is not None
    assert made["Sahel Tech Sarl"].ticket.reference in page


def test_the_rail_says_that_something_is_overdue(desk: Client, cast: Cast) -> None:
    rows.request(cast.northwind, "Katrin Vogel", Stage.PHD_REVIEW, due=timezone.now() + timedelta(days=1))
    assert "letter overdue" not in text(desk.get("/queue/"))
    LetterRequest.objects.update(due=timezone.now() - timedelta(minutes=1))
    overdue.forget()
    assert "1 letter overdue" in text(desk.get("/queue/"))


def test_the_panel_shows_how_far_it_is_and_what_stands_against_it(desk: Client, cast: Cast) -> None:
    sahel = rows.board()["Sahel Tech Sarl"]
    page = text(desk.get(f"/loa/?request={sahel.pk}"))
    panel = page[page.index('id="letter-panel"') :]
    assert "Requested by Aïssatou Diallo" in panel
    assert 'class="stage-point is-over" aria-current="step"' in panel
    assert 'class="check-row is-missing"' in panel
    assert "Sales Core 1 of 2" in panel
    assert 'aria-current="true"' in page[: page.index('id="letter-panel"')]  # its card is marked
    part = text(desk.get(f"/loa/?request={sahel.pk}", headers={**HTMX, "HX-Target": "letter-panel"}))
    assert part.startswith("<aside")
    assert "<html" not in part


def test_the_keys_walk_from_request_to_request(desk: Client, cast: Cast) -> None:
    made = rows.board()
    first = text(desk.get("/loa/"))
    assert f'href="/loa/?request={made["Sahel Tech Sarl"].pk}" tabindex="-1" data-key="j"' in first
    page = text(desk.get(f"/loa/?request={made['Fjordlys Konsult AS'].pk}"))
    assert f'href="/loa/?request={made["Sahel Tech Sarl"].pk}" data-key="k"' in page
    assert f'href="/loa/?request={made["Tessellate Software Ltd"].pk}" data-key="j"' in page


def test_region_manager_partner_and_words_narrow(desk: Client, cast: Cast) -> None:
    rows.request(cast.northwind, "Katrin Vogel", Stage.PHD_REVIEW)
    other = rows.request(cast.bluepeak, "Omar Reyes", Stage.PHD_REVIEW)
    nobody = rows.request(None, "Zoë Nowhere", Stage.PHD_REVIEW, company="Acme")
    both = {"Northwind DevOps GmbH", "Bluepeak Systems Inc.", "Acme"}
    assert other.ticket is not None
    for asked, wanted in {
        "": both,
        "region=EMEA": {"Northwind DevOps GmbH"},
        "region=unknown": {"Acme"},
        "region=Mars": set(),
        f"manager={cast.manager.pk}": {"Northwind DevOps GmbH"},
        "manager=nobody": {"Bluepeak Systems Inc.", "Acme"},
        f"partner={cast.bluepeak.pk}": {"Bluepeak Systems Inc."},
        "q=vogel northwind": {"Northwind DevOps GmbH"},
        f"q={other.ticket.reference.lower()}": {"Bluepeak Systems Inc."},
        "q=nobody-at-all": set(),
    }.items():
        assert set(lane(text(desk.get(f"/loa/?{asked}")), "phd")) == wanted, asked
    assert nobody.company in text(desk.get("/loa/?view=list&show=phd_review&q=acme"))
    assert "Nothing here matches." in text(desk.get("/loa/?q=nobody-at-all"))


@pytest.mark.parametrize(
    "asked",
    [
        "request=999999",
        "request=x",
        "partner=9999999999999999999999",
        "after=junk&view=list",
        "q=%00",
        "show=x&view=list",
    ],
)
def test_an_odd_address_is_answered(desk: Client, cast: Cast, asked: str) -> None:
    page = text(desk.get(f"/loa/?{asked}"))
    assert ("There is no such request" in page) is (asked == "request=999999")


def test_who_sees_what(client: Client, cast: Cast) -> None:
    """The desk everything, a channel manager their partners' letters, a partner nothing."""
    own = rows.request(cast.northwind, "Katrin Vogel", Stage.COMPLETED, took=timedelta(hours=3))
    mine = rows.letter(own, dated=timezone.localdate(), kept=True)
    foreign = rows.request(cast.bluepeak, "Omar Reyes", Stage.COMPLETED, took=timedelta(hours=3))
    theirs = rows.letter(foreign, dated=timezone.localdate(), kept=True)
    client.force_login(cast.sofia)
    assert lane(text(client.get("/loa/")), "completed") == ["Northwind DevOps GmbH"]
    assert b"Bluepeak" not in client.get("/loa/export/").content
    for pk, letter, seen in ((own.pk, mine.pk, 200), (foreign.pk, theirs.pk, 404)):
        assert client.get(f"/loa/{pk}/").status_code == seen
        assert client.get(f"/loa/letters/{letter}/file/").status_code == seen
        assert client.get(f"/api/v1/loa-requests/{pk}/").status_code == seen
    assert [one["id"] for one in client.get("/api/v1/loa-requests/").json()["results"]] == [own.pk]
    assert cast.katrin.user is not None
    client.force_login(cast.katrin.user)
    for path in ("/loa/", f"/loa/{own.pk}/", f"/loa/letters/{mine.pk}/file/", "/loa/export/", "/api/v1/loa-requests/"):
        assert client.get(path).status_code == 403, path


def test_the_list_turns_its_pages_and_misses_nobody(desk: Client, cast: Cast) -> None:
    for number in range(53):
        rows.request(cast.northwind, f"Person {number}", Stage.PHD_REVIEW, ticket=False, ago=timedelta(hours=number))
    seen: list[str] = []
    address = "/loa/?view=list&show=phd_review"
    while address:
        page = text(desk.get(address))
        seen += re.findall(r'<td class="muted"><bdi>(Person \d+)</bdi>', page)
        turned = re.search(r'rel="next" href="(.*?)"', page)
        address = turned[1].replace("&amp;", "&") if turned else ""
    assert seen == [f"Person {number}" for number in range(53)]


def test_letters_are_listed_by_what_they_are_today(desk: Client, cast: Cast) -> None:
    today = timezone.localdate()
    for who, days, state in (
        ("Young", 10, "in_force"),
        ("Ending", 350, "in_force"),
        ("Ended", 400, "in_force"),
        ("Replaced", 30, "superseded"),
        ("Recalled", 20, "recalled"),
    ):
        row = rows.request(cast.northwind, who, Stage.COMPLETED, took=timedelta(hours=1), ticket=False)
        made = rows.letter(row, dated=today - timedelta(days=days))
        Letter.objects.filter(pk=made.pk).update(state=state)
    for show, wanted in {
        "in_force": ["Young", "Ending"],
        "expiring": ["Ending"],
        "expired": ["Ended"],
        "superseded": ["Replaced"],
        "recalled": ["Recalled"],
    }.items():
        page = text(desk.get(f"/loa/?view=list&show={show}"))
        assert re.findall(r'<td class="muted"><bdi>(\w+)</bdi>', page) == wanted, show


def test_figures_count_what_was_in_time(desk: Client, cast: Cast) -> None:
    now = timezone.now()
    hour = timedelta(hours=1)
    quick: dict[str, Any] = {"ago": hour * 2, "ticket": False, "requested": now, "due": now + hour * 2}
    for ended in (now + hour, now + hour, now + hour * 3):  # the last one is late
        rows.request(cast.northwind, "K", Stage.COMPLETED, **{**quick, "ended": ended})
    rows.request(cast.northwind, "K", Stage.PHD_REVIEW, ticket=False, requested=now, due=now - hour)
    rows.request(cast.northwind, "K", Stage.PHD_REVIEW, ticket=False, requested=now, due=now + hour)
    past = {**quick, "ended": now + hour, "source": LetterRequest.Source.PAST}  # DocuSign says how long it took
    rows.request(cast.northwind, "K", Stage.COMPLETED, **past)
    assert "6 this quarter, 60\N{NO-BREAK SPACE}% inside 2 business days" in desk.get("/loa/").content.decode()


def test_exports_are_harmless_and_hold_the_filters(desk: Client, cast: Cast) -> None:
    row = rows.request(cast.northwind, "=1+1", Stage.COMPLETED, took=timedelta(hours=3))
    rows.letter(row, dated=timezone.localdate(), kept=True)
    given = desk.get("/loa/export/?format=csv&region=EMEA").content.decode()
    assert "Northwind DevOps GmbH" in given
    assert "'=1+1" in given
    assert "Northwind" not in desk.get("/loa/export/?format=csv&region=APAC").content.decode()
    book = desk.get("/loa/export/?format=xlsx")
    assert book["Content-Type"].endswith("spreadsheetml.sheet")
    assert book.content[:2] == b"PK"


def test_the_page_of_a_letter_tells_the_signed_copy_from_drafts(desk: Client, cast: Cast) -> None:
    made = rows.board()
    signed = text(desk.get(f"/loa/{made['Ridgeway Federal Inc.'].pk}/"))
    assert "Valid to" in signed
    assert "not valid" not in signed
    waiting = text(desk.get(f"/loa/{made['Kitsune Software KK'].pk}/"))
    assert "Draft in DocuSign" in waiting
    assert '<span class="tag tag-red">not valid</span>' in waiting


def test_no_page_asks_more_for_more_rows(desk: Client, cast: Cast) -> None:
    made = rows.board(cast.manager)
    pk = made["Ridgeway Federal Inc."].pk
    addresses = (
        "/loa/",
        f"/loa/?request={pk}",
        "/loa/?view=list",
        "/loa/?view=list&show=in_force",
        f"/loa/{pk}/",
        "/loa/export/",
        "/api/v1/loa-requests/",
    )
    before = {address: statements(desk, address) for address in addresses}
    for number in range(3):
        account = rows.partner(f"Another {number}", "Open", manager=cast.manager)
        for stage in (Stage.PHD_REVIEW, Stage.LEGAL_REVIEW):
            rows.request(account, f"Person {number}", stage)
        done = rows.request(account, f"Person {number}", Stage.COMPLETED, took=timedelta(hours=number + 1))
        rows.been(done, (Stage.LEGAL_REVIEW, timedelta(hours=2)))
        rows.letter(done, dated=timezone.localdate() - timedelta(days=340 + number), kept=True)
    assert {address: statements(desk, address) for address in addresses} == before


def statements(by: Client, address: str) -> int:
    by.get(address)  # what the shell keeps is there
    with CaptureQueriesContext(connection) as captured:
        assert by.get(address).status_code == 200
    return len(captured)


def test_the_api_lists_narrows_and_tells_the_whole_of_one(desk: Client, cast: Cast) -> None:
    waiting = rows.request(
        cast.northwind, "Katrin Vogel", Stage.PHD_REVIEW, checks=rows.checks(missing=["status"]), ticket=False
    )
    done = rows.request(cast.bluepeak, "Omar Reyes", Stage.COMPLETED, took=timedelta(hours=3), ticket=False)
    rows.letter(done, dated=timezone.localdate())

    def ids(asked: str) -> list[int]:
        answer = desk.get(f"/api/v1/loa-requests/{asked}")
        assert answer.status_code == 200
        return [one["id"] for one in answer.json()["results"]]

    assert ids("") == [done.pk, waiting.pk]
    assert ids("?stage=phd_review,legal_review") == [waiting.pk]
    assert ids(f"?manager={cast.manager.pk}&region=EMEA&q=katrin") == [waiting.pk]
    for wrong in ("stage=lost", "colour=red", "cursor=x"):
        answer = desk.get(f"/api/v1/loa-requests/?{wrong}")
        assert answer.status_code == 400, wrong
        assert wrong.partition("=")[0] in answer.json()["errors"]
    told = desk.get(f"/api/v1/loa-requests/{waiting.pk}/").json()
    assert {one["slug"]: one["verdict"] for one in told["checks"]}["status"] == "missing"
    assert told["partner"] == {"id": cast.northwind.pk, "name": "Northwind DevOps GmbH"}
    assert (told["decisions"], told["letter"], told["due"] is not None) == ([], None, True)
    assert desk.get(f"/api/v1/loa-requests/{done.pk}/").json()["letter"]["state"] == "in_force"
