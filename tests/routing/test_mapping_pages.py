"""The pages of the mapping: read by colleagues, changed by leads, found by key, turned page by page."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from journal.record import DESK
from partners.models import Account, Opportunity
from routing.importing import acts, linking, years
from routing.models import KeyAlias, KeyRule, MappingImport
from tests.conftest import Cast
from tests.routing.mappings import JAY, LISA, book_of, managers

FY23, FY24 = date(2022, 2, 1), date(2023, 2, 1)


@pytest.fixture
def lead(cast: Cast, client: Client) -> Client:
    managers()
    client.force_login(cast.lena)
    return client


def imported(content: bytes, *, on: date = FY23, name: str = "m.xlsx") -> MappingImport:
    return acts.confirm(acts.prepare(content, name=name, by=DESK, effective=on), by=DESK)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_from_the_upload_to_the_mapping_and_back(lead: Client) -> None:
    bad = book_of({"segment": [("Large-AMER-East-Northeast", "J. Bahar"), ("K-2", LISA)]})
    given = {"file": SimpleUploadedFile("CAM Mapping FY23.xlsx", bad), "effective": "2022-02-01"}
    answer = lead.post("/routing/mapping/import/", given)
    change = MappingImport.objects.get()
    assert answer.headers["Location"] == f"/routing/mapping/{change.pk}/"
    page = text(lead.get(f"/routing/mapping/{change.pk}/"))
    assert "No channel manager is called “J. Bahar”. Like it: Jay Bahar." in page
    assert "Leave the 1 rejected row out" in page
    lead.post(f"/routing/mapping/{change.pk}/confirm/", {})
    assert not KeyRule.objects.exists()
    jay = managers(JAY)[JAY]
    assert f'value="{jay.pk}">It is Jay Bahar' in page
    lead.post(f"/routing/mapping/{change.pk}/name/", {"written": "J. Bahar", "manager": jay.pk})
    shown = lead.get(f"/routing/mapping/{change.pk}/")
    assert "Rejected" not in text(shown)
    lead.post(f"/routing/mapping/{change.pk}/confirm/", {"seen": shown.context["page"].digest})
    row = KeyRule.objects.get(manager=jay)
    assert (row.result, row.remark, row.fiscal_year) == (JAY, "Written as “J. Bahar”.", "FY23")
    assert "Take it back" in text(lead.get(f"/routing/mapping/{change.pk}/"))
    lead.post(f"/routing/mapping/{change.pk}/undo/")
    assert not KeyRule.objects.exists()
    assert "Taken back" in text(lead.get("/routing/mapping/history/"))


def test_an_old_comparison_is_not_confirmed(lead: Client) -> None:
    change = acts.prepare(book_of(), name="m.xlsx", by=DESK, effective=FY23)
    answer = lead.post(f"/routing/mapping/{change.pk}/confirm/", {"seen": "of-yesterday"}, follow=True)
    assert "changed since you compared" in text(answer)
    assert not KeyRule.objects.exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"effective": "2022-02-01"}, "Choose the mapping workbook."),
        ({"file": b"Name,Age\nAnn,3\n", "effective": "2022-02-01"}, "Say which columns it stands in."),
        ({"file": b"Segment,CAM\nA,B\n", "effective": "soon"}, "This is not a day of the calendar."),
        ({"file": b"Segment,CAM\nA,B\n", "effective": "1999-02-01"}, "That day is too far away."),
        ({"file": b"Segment,CAM\nA,B\n", "effective": "2022-02-01", "year": "23/24"}, "Write a fiscal year as FY24."),
        ({"file": b"Segment,CAM\nA,B\n", "effective": "2022-02-01", "gsi": "Z"}, "names no two columns"),
    ],
)
def test_what_the_upload_says_when_something_is_wrong(lead: Client, given: dict[str, Any], words: str) -> None:
    sent = {name: SimpleUploadedFile("m.csv", one) if name == "file" else one for name, one in given.items()}
    answer = lead.post("/routing/mapping/import/", sent)
    assert (answer.status_code, words in text(answer)) == (422, True)
    assert not MappingImport.objects.exists()


def test_another_day_and_other_columns_for_a_prepared_file(lead: Client) -> None:
    change = acts.prepare(book_of(), name="m.xlsx", by=DESK, effective=FY23)
    lead.post(f"/routing/mapping/{change.pk}/read-again/", {"effective": "2023-02-01", "gsi": "-"})
    change.refresh_from_db()
    assert (change.effective, change.fiscal_year, "gsi" in change.columns["blocks"]) == (FY24, "FY24", False)
    page = text(lead.get(f"/routing/mapping/{change.pk}/"))
    assert "Not in the file, and left as they are: GSI." in page
    lead.post(f"/routing/mapping/{change.pk}/drop/")
    assert "Dropped" in text(lead.get(f"/routing/mapping/{change.pk}/"))


def test_the_mapping_of_a_day_is_searched_and_turned(
    lead: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    imported(book_of({"territory": [(f"T-{n:03}", JAY if n % 2 else LISA) for n in range(250)]}))
    imported(book_of({"territory": [("T-000", LISA)]}), on=FY24)
    address = "/routing/mapping/?table=territory&on=2022-06-01"
    lead.get("/tasks/")  # the rail remembers its counts
    with django_assert_max_num_queries(25) as seen:
        first = lead.get(address)
    assert len([one for one in seen.captured_queries if 'FROM "routing_' in one["sql"]]) == 5
    rules = first.context["page"].rules
    assert [rule.key for rule in (rules[0], rules[-1])] == ["T-000", "T-099"]
    second = lead.get(address, {"table": "territory", "on": "2022-06-01", "after": first.context["page"].next})
    page = second.context["page"]
    assert [page.rules[0].key, page.rules[-1].key] == ["T-100", "T-199"]
    back = lead.get(address, {"table": "territory", "on": "2022-06-01", "before": page.previous}).context["page"]
    assert ([rule.key for rule in back.rules] == [rule.key for rule in rules], back.previous) == (True, "")
    found = lead.get("/routing/mapping/", {"table": "territory", "on": "2022-06-01", "q": "cartagena t-00"})
    assert [rule.key for rule in found.context["page"].rules] == ["T-000", "T-002", "T-004", "T-006", "T-008"]
    assert [rule.key for rule in lead.get("/routing/mapping/?table=territory").context["page"].rules] == ["T-000"]
    assert "No mapping is here on that day" in text(lead.get("/routing/mapping/?on=2021-01-01"))
    for odd in ("?on=soon", "?table=x", "?after=x|y", "?after=%00|1", "?before=|99999999999999999999"):
        assert lead.get(f"/routing/mapping/{odd}").status_code == 200


def test_exports_are_files_that_can_be_imported_again(lead: Client) -> None:
    imported(book_of())
    for asked, ending in (("", "xlsx"), ("&as=csv", "csv")):
        answer = lead.get(f"/routing/mapping/export/?on=2022-06-01{asked}")
        assert f'filename="cam-mapping-FY23-2022-06-01.{ending}"' in answer.headers["Content-Disposition"]
        assert acts.try_out(answer.content, name=f"m.{ending}", effective=FY23).is_nothing


def test_what_an_import_changed_can_be_read_later(lead: Client) -> None:
    imported(book_of())
    change = imported(book_of({"segment": [("Large-AMER-East-Northeast", LISA), ("New", JAY)]}), on=FY23)
    page = lead.get(f"/routing/mapping/{change.pk}/").context["page"]
    assert {group.slug: [one.key for one in group.changes] for group in page.groups} == {
        "changed": ["Large-AMER-East-Northeast"],
        "added": ["New"],
        "removed": ["Large-AMER-East-Named", "Large-AMER-West-PNW/MW"],
    }
    lines = text(lead.get(f"/routing/mapping/{change.pk}/changes/")).splitlines()
    assert "changed,segment,Large-AMER-East-Northeast,Jay Bahar,Lisa Cartagena,3,I3," in lines
    first = MappingImport.objects.earliest("pk")
    assert "It cannot be taken back: m.xlsx, confirmed" in text(lead.get(f"/routing/mapping/{first.pk}/"))
    assert lead.get(f"/routing/mapping/{change.pk}/file/").getvalue()[:2] == b"PK"


def test_who_may_do_what(cast: Cast, client: Client) -> None:
    managers()
    change = acts.prepare(book_of({"segment": [("K", "Nobody")]}), name="m.xlsx", by=DESK, effective=FY23)
    for person in (cast.nadia, cast.sofia):
        client.force_login(person)
        for path in ("", "history/", "aliases/", f"{change.pk}/", f"{change.pk}/changes/", "export/"):
            answer = client.get(f"/routing/mapping/{path}")
            assert answer.status_code == 200
            assert b'method="post"' not in answer.content.partition(b"<main")[2].partition(b"</main")[0]
        assert client.post(f"/routing/mapping/{change.pk}/confirm/").status_code == 403


def deal(number: int, **keys: Any) -> None:
    Opportunity.objects.create(salesforce_id=f"0068dQx{number:08}ABA", name=f"Deal {number}", **keys)


def test_values_no_rule_knows_become_aliases(lead: Client, cast: Cast) -> None:
    imported(book_of(territory=[("Large-AMER-PNW/MW-1", JAY)]))
    deal(1, segment="LARGE-amer-east-named ", territory="Large AMER-PNW/MW-1")
    deal(2, segment="Large-AMER-East-Named", territory="large amer-PNW/MW-1 ")
    deal(3, segment="Large-LATAM-Brazil")
    deal(4, segment="Large-AMER-West-PNW/MW", territory="Never asked for")
    of_partner = Account.objects.create(name="Meridian GSI Consulting")
    deal(5, segment="By partner", account=of_partner)
    linking.link_again()
    unknown = lead.get("/routing/mapping/aliases/").context["unknown"]
    assert [(one.table, one.key.lower(), one.deals, list(one.near)) for one in unknown] == [
        ("territory", "large amer-pnw/mw-1", 2, ["Large-AMER-PNW/MW-1"]),
        ("segment", "large-latam-brazil", 1, []),
    ]
    form = lead.get("/routing/mapping/aliases/new/?table=territory&key=Large+AMER-PNW%2FMW-1")
    assert 'value="Large AMER-PNW/MW-1"' in text(form)
    said = {"table": "territory", "key": "Large AMER-PNW/MW-1", "means": "large-amer-pnw/mw-1", "why": "Typed"}
    assert "is no key of the mapping" in text(lead.post("/routing/mapping/aliases/new/", said | {"means": "T-9"}))
    lead.post("/routing/mapping/aliases/new/", said)
    alias = KeyAlias.objects.get()
    assert (alias.means, alias.said_by, alias.folded) == ("Large-AMER-PNW/MW-1", cast.lena, "large amer-pnw/mw-1")
    assert [one.table for one in lead.get("/routing/mapping/aliases/").context["unknown"]] == ["segment"]
    assert "has a meaning already" in text(lead.post("/routing/mapping/aliases/new/", said))
    own = said | {"key": "Large-AMER-PNW/MW-1"}
    assert "is a key of the mapping itself" in text(lead.post("/routing/mapping/aliases/new/", own))
    lead.post(f"/routing/mapping/aliases/{alias.pk}/remove/")
    assert not KeyAlias.objects.exists()


def test_next_years_mapping_is_asked_for_in_january_only(db: None) -> None:
    managers()
    assert years.next_start(date(2023, 1, 31)) == FY24
    assert years.next_start(FY24) == date(2024, 2, 1)
    assert years.reminder(date(2022, 12, 31)) == ""
    assert years.reminder(date(2023, 1, 1)).startswith("No mapping is prepared for FY24, which begins on 1 Feb 2023.")
    change = acts.prepare(book_of(), name="m.xlsx", by=DESK, effective=FY24)
    assert (years.reminder(date(2023, 1, 1)), years.next_year(date(2023, 1, 1))) == ("", change)
    acts.drop(change, by=DESK)
    assert years.reminder(date(2023, 1, 31))


def test_the_page_shows_what_waits(lead: Client) -> None:
    start = years.next_start(timezone.localdate())
    change = acts.prepare(book_of(), name="Coming.xlsx", by=DESK, effective=start)
    page = text(lead.get("/routing/mapping/"))
    assert "Coming.xlsx" in page
    assert f'href="/routing/mapping/{change.pk}/"' in page
