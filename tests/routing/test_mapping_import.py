"""The workbook against the mapping: what it would change, what it changes from a day on, and taking it back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from journal.record import DESK, events_of
from partners.models import Account
from routing import history
from routing.dating import Refused
from routing.importing import acts, exporting, linking
from routing.importing.comparing import Difference
from routing.models import KeyRule, MappingImport, PartnerRule
from tests.conftest import Cast
from tests.routing.mappings import JAY, LISA, MARIA, book_of, managers

FY23, JUNE, FY24 = date(2022, 2, 1), date(2022, 6, 1), date(2023, 2, 1)
APPLIED, PREPARED = MappingImport.State.APPLIED, MappingImport.State.PREPARED
Rules = list[tuple[str, str, date, date | None]]

pytestmark = pytest.mark.usefixtures("roster")


@pytest.fixture
def roster(db: None) -> None:
    managers()


def prepared(content: bytes, *, on: date = FY23, name: str = "m.xlsx", **said: Any) -> MappingImport:
    return acts.prepare(content, name=name, by=DESK, effective=on, **said)


def applied(content: bytes, *, on: date = FY23, skip_bad: bool = False) -> MappingImport:
    return acts.confirm(prepared(content, on=on), by=DESK, skip_bad=skip_bad)


def tried(content: bytes, *, on: date = FY23) -> Difference:
    return acts.try_out(content, name="m.xlsx", effective=on)


def segments(**more: Any) -> Rules:
    rows = KeyRule.objects.filter(table="segment", **more).order_by("key", "valid_from")
    return list(rows.values_list("key", "result", "valid_from", "valid_to"))


def everything() -> list[dict[str, Any]]:
    return [row for model in (KeyRule, PartnerRule) for row in model.objects.order_by("pk").values()]


def words_of(found: Difference) -> list[tuple[str, str]]:
    return [(one.cell, one.words) for one in found.rejected]


def test_a_first_workbook_becomes_the_mapping_with_its_cells(cast: Cast) -> None:
    change = applied(book_of())
    assert change.counts == {"added": 8, "changed": 0, "removed": 0, "same": 0, "rejected": 0, "repeated": 0}
    named = KeyRule.objects.get(key="Large-AMER-East-Named")
    assert (named.result, named.manager, named.row, named.cell) == ("Look at Territory", None, 4, "I4")
    assert (named.fiscal_year, named.valid_from, named.valid_to, named.source) == ("FY23", FY23, None, change)
    hired = KeyRule.objects.get(table="territory", manager=None)
    assert (hired.key, hired.result) == ("COM_MM_EMEA_SOUTH_TERR_3TBH", "TBH")
    assert PartnerRule.objects.get(table="gsi").manager == managers(MARIA)[MARIA]
    assert [event.verb for event in events_of(change)] == ["mapping prepared", "mapping confirmed"]


def test_only_what_differs_is_changed_and_other_blocks_stay() -> None:
    first = applied(book_of())
    second = {
        "segment": [
            ("large-amer-east-northeast", LISA),
            ("Large-AMER-East-Named ", "look at  territory"),
            ("Large-EMEA-EMEA-DACH", JAY),
        ]
    }
    found = tried(book_of(second), on=JUNE)
    assert {name: found.counts[name] for name in ("added", "changed", "removed", "same")} == {
        "added": 1,
        "changed": 1,
        "removed": 1,
        "same": 1,
    }
    change = applied(book_of(second), on=JUNE)
    assert segments() == [
        ("Large-AMER-East-Named", "Look at Territory", FY23, None),
        ("Large-AMER-East-Northeast", JAY, FY23, date(2022, 5, 31)),
        ("Large-AMER-West-PNW/MW", LISA, FY23, date(2022, 5, 31)),
        ("Large-EMEA-EMEA-DACH", JAY, JUNE, None),
        ("large-amer-east-northeast", LISA, JUNE, None),
    ]
    assert set(KeyRule.objects.filter(ended_by=change).values_list("source", flat=True)) == {first.pk}
    assert not KeyRule.objects.filter(table="territory").exclude(valid_to=None).exists()
    assert not PartnerRule.objects.exclude(valid_to=None).exists()


REJECTED = [
    ([("K-1", "Jay Bahr")], "No channel manager is called “Jay Bahr”. Like it: Jay Bahar."),
    ([("K-1", "Qqq Zzz")], "No channel manager is called “Qqq Zzz”."),
    ([("K-1", "")], "Nobody stands beside this key."),
    ([("", JAY)], "A manager stands here without a key beside it."),
    ([("K" * 256, JAY)], "This is too long to be a key or a name."),
    ([("K-1", "J" * 121)], "This is too long to be a key or a name."),
    ([("K-1", "Gone Person")], "Gone Person left on 31 Jan 2022."),
    ([("K-1", "Idle Person")], "Idle Person is not active any more."),
]


@pytest.mark.parametrize(("pairs", "words"), REJECTED)
def test_a_row_that_cannot_be_taken_says_why_and_where(pairs: list[tuple[str, str]], words: str) -> None:
    gone, idle = managers("Gone Person", "Idle Person").values()
    gone.left, idle.active = date(2022, 1, 31), False
    gone.save()
    idle.save()
    assert words_of(tried(book_of({"segment": pairs}))) == [("I3", words)]


def test_a_person_who_leaves_later_may_still_be_named() -> None:
    jay = managers(JAY)[JAY]
    jay.left = JUNE
    jay.save()
    assert not tried(book_of({"segment": [("K-1", JAY)]}), on=JUNE).rejected
    assert words_of(tried(book_of({"segment": [("K-1", JAY)]}), on=date(2022, 6, 2))) == [
        ("I3", "Jay Bahar left on 1 Jun 2022.")
    ]


def test_names_as_people_write_them() -> None:
    found = tried(book_of({"segment": [("A", "bahar,  JAY"), ("B", "Jáy Bahar"), ("C", " LISA  CARTAGENA ")]}))
    assert [(row.result, row.remark) for row in found.added] == [
        (JAY, "Written as “bahar, JAY”."),
        (JAY, "Written as “Jáy Bahar”."),
        (LISA, ""),
    ]


def test_only_segments_look_at_the_territory_and_a_place_to_be_hired_for_needs_no_name() -> None:
    blocks = {
        "territory": [("T-1", "Look at Territory"), ("COM_MM_EMEA_SOUTH_TERR_4TBH", "")],
        "gsi": [("Meridian", "Look at Territory")],
    }
    found = tried(book_of(blocks))
    assert [(row.key, row.result) for row in found.added] == [("COM_MM_EMEA_SOUTH_TERR_4TBH", "TBH")]
    assert [cell for cell, words in words_of(found) if "Only a segment" in words] == ["L3", "O3"]


def test_the_same_key_twice_is_one_rule_or_none() -> None:
    pairs = [("K-1", JAY), ("k-1 ", JAY), ("K-2", JAY), ("K-2", LISA), ("K-3", JAY), ("K-3", "Nobody Known")]
    found = tried(book_of({"segment": pairs}))
    assert ([row.key for row in found.added], found.repeated) == (["K-1"], 1)
    different = "“K-2” stands here with different managers: I5, I6."
    assert words_of(found)[:3] == [
        ("I5", different),
        ("I6", different),
        ("I7", "“K-3” stands once more, in a line that is rejected: I8."),
    ]


def test_partners_are_linked_where_that_is_certain(cast: Cast) -> None:
    cast.bluepeak.salesforce_id = "0018dQx00000004ABA"
    cast.bluepeak.save()
    pairs = [("Northwind Devops, GmbH", JAY), ("0018dQx00000004ABA", LISA), ("Somebody Else", JAY)]
    applied(book_of({"alliance": pairs}))
    linked = dict(PartnerRule.objects.values_list("partner_name", "account__name"))
    assert linked == {
        "Northwind Devops, GmbH": "Northwind DevOps GmbH",
        "0018dQx00000004ABA": "Bluepeak Systems Inc.",
        "Somebody Else": None,
    }
    twice = [("Northwind DevOps GmbH", JAY), ("NORTHWIND DEVOPS", LISA)]
    words = "This partner stands here with different managers: F3, F4."
    assert words_of(tried(book_of({"alliance": twice}))) == [("F3", words), ("F4", words)]


def test_a_partner_that_comes_later_is_linked_and_the_import_may_still_be_taken_back(cast: Cast) -> None:
    change = applied(book_of({"gsi": [("Late Arrival Inc.", JAY), ("Nobody Ever", JAY)]}))
    assert linking.link_again() == 0
    late = Account.objects.create(name="Late Arrival, Inc")
    assert linking.link_again() == 1
    assert PartnerRule.objects.get(account=late).partner_name == "Late Arrival Inc."
    assert acts.undo(change, by=DESK).state == MappingImport.State.UNDONE


def test_nothing_is_applied_when_a_row_is_rejected_unless_bad_rows_are_left_out() -> None:
    applied(book_of())
    before = everything()
    bad = book_of(segment=[("Large-AMER-East-Northeast", "Jay Bahr"), ("Large-AMER-East-Named", LISA)])
    change = prepared(bad, on=JUNE)
    with pytest.raises(Refused, match="1 row is rejected"):
        acts.confirm(change, by=DESK)
    assert everything() == before
    change = acts.confirm(change, by=DESK, skip_bad=True)
    assert (change.state, change.skip_bad, change.counts["rejected"]) == (APPLIED, True, 1)
    assert segments(valid_to=None) == [
        ("Large-AMER-East-Named", LISA, JUNE, None),
        ("Large-AMER-East-Northeast", JAY, FY23, None),  # what could not be read says nothing about it
    ]


def test_a_lead_says_who_is_meant_by_a_name(cast: Cast) -> None:
    change = prepared(book_of({"segment": [("K-1", "J. B."), ("K-2", "j. b.")]}))
    assert [(one["cell"], one["written"]) for one in change.rejected] == [("I3", "J. B."), ("I4", "j. b.")]
    with pytest.raises(PermissionDenied):
        acts.explain(change, "J. B.", managers(JAY)[JAY], by=cast.nadia)
    change = acts.explain(change, "J. B.", managers(JAY)[JAY], by=cast.lena)
    assert (change.rejected, change.counts["added"]) == ([], 2)
    acts.confirm(change, by=cast.lena)
    assert {(row[1], row[2]) for row in segments()} == {(JAY, FY23)}
    again = acts.explain(prepared(book_of({"segment": [("K-9", "J. B.")]})), "J. B.", None, by=cast.lena)
    assert len(again.rejected) == 1


def test_what_was_compared_is_what_is_confirmed() -> None:
    change = prepared(book_of())
    seen = acts.compared(change).digest()
    applied(book_of({"segment": [("Large-AMER-East-Named", JAY)]}))
    with pytest.raises(Refused, match="changed since you compared"):
        acts.confirm(change, by=DESK, seen=seen)
    change = acts.confirm(change, by=DESK, seen=acts.compared(change).digest())
    with pytest.raises(Refused, match="not waiting any more: in the mapping"):
        acts.confirm(change, by=DESK)


def test_next_years_mapping_is_confirmed_before_it_begins() -> None:
    applied(book_of())
    change = applied(book_of(segment=[("Large-AMER-East-Northeast", JAY), ("Large-AMER-East-Named", LISA)]), on=FY24)
    assert change.fiscal_year == "FY24"
    last = date(2023, 1, 31)
    assert segments() == [
        ("Large-AMER-East-Named", "Look at Territory", FY23, last),
        ("Large-AMER-East-Named", LISA, FY24, None),
        ("Large-AMER-East-Northeast", JAY, FY23, last),  # says the same, and carries the new year
        ("Large-AMER-East-Northeast", JAY, FY24, None),
        ("Large-AMER-West-PNW/MW", LISA, FY23, last),
    ]
    assert set(KeyRule.objects.valid_on(FY24).values_list("fiscal_year", flat=True)) == {"FY24"}


def test_a_correction_before_the_next_year_ends_where_that_begins() -> None:
    applied(book_of({"segment": [("K-1", JAY)]}))
    applied(book_of({"segment": [("K-1", LISA)]}), on=FY24)
    applied(book_of({"segment": [("K-1", MARIA), ("K-2", MARIA)]}), on=JUNE)
    last = date(2023, 1, 31)
    assert segments() == [
        ("K-1", JAY, FY23, date(2022, 5, 31)),
        ("K-1", MARIA, JUNE, last),
        ("K-1", LISA, FY24, None),
        ("K-2", MARIA, JUNE, last),  # FY24's mapping was confirmed without it
    ]


def test_undo_restores_every_row_as_it_was() -> None:
    applied(book_of())
    applied(book_of(segment=[("Large-AMER-East-Named", LISA)]), on=FY24)
    before = everything()
    for day in (FY23, JUNE, FY24):  # on the day rows begin, between, and on the day the next ones do
        change = applied(book_of(segment=[("Large-AMER-East-Named", MARIA), ("New", JAY)]), on=day)
        assert everything() != before
        change = acts.undo(change, by=DESK)
        assert everything() == before
        assert change.state == MappingImport.State.UNDONE
    assert [event.verb for event in events_of(change)][-1] == "mapping undone"


def test_undo_is_refused_when_something_builds_on_it(cast: Cast) -> None:
    first = applied(book_of())
    second = applied(book_of(segment=[("Large-AMER-East-Named", LISA)]), on=JUNE)
    with pytest.raises(Refused, match=r"m\.xlsx, confirmed .* builds on it"):
        acts.undo(first, by=DESK)
    with pytest.raises(PermissionDenied):
        acts.undo(second, by=cast.nadia)
    acts.undo(second, by=cast.lena)
    row = KeyRule.objects.get(key="Large-AMER-East-Northeast")
    history.change_rule(row, manager=managers(LISA)[LISA], valid_from=JUNE, by=cast.lena, why="Moved")
    with pytest.raises(Refused, match="Rules of it were changed or ended since"):
        acts.undo(first, by=cast.lena)


def test_a_rule_corrected_in_place_is_an_edit_too(cast: Cast) -> None:
    change = applied(book_of())
    row = KeyRule.objects.get(key="Large-AMER-East-Northeast")
    history.change_rule(row, manager=managers(LISA)[LISA], valid_from=FY23, by=cast.lena, why="Typo")
    with pytest.raises(Refused, match="changed or ended since"):
        acts.undo(change, by=cast.lena)


def test_an_edit_before_the_workbook_begins_outlives_its_undo(cast: Cast) -> None:
    """What a coming workbook ends may be changed, or ended, before that day; taking it back says no day twice."""
    who = managers()
    applied(book_of({"segment": [("K-1", JAY), ("K-2", JAY), ("K-3", JAY)]}))
    change = applied(book_of({"segment": [("K-1", LISA)]}), on=FY24)
    old, ended = (KeyRule.objects.get(key=key, result=JAY) for key in ("K-1", "K-2"))
    history.change_rule(old, manager=who[MARIA], valid_from=JUNE, by=cast.lena, why="Moved")
    history.end(ended, on=JUNE, by=cast.lena, why="Gone")
    acts.undo(change, by=cast.lena)
    may = date(2022, 5, 31)
    assert segments() == [
        ("K-1", JAY, FY23, may),
        ("K-1", MARIA, JUNE, None),
        ("K-2", JAY, FY23, may),
        ("K-3", JAY, FY23, None),
    ]


def test_a_change_set_for_later_and_taken_back_leaves_the_workbooks_end() -> None:
    today = timezone.localdate()
    week, month = today + timedelta(days=7), today + timedelta(days=30)
    applied(book_of({"segment": [("K-1", JAY)]}))
    change = applied(book_of({"segment": [("K-1", LISA)]}), on=month)
    old = KeyRule.objects.get(result=JAY)
    new = history.change_rule(old, manager=managers()[MARIA], valid_from=week, by=DESK, why="Moved")
    history.take_back(new, by=DESK, why="Not yet")
    old.refresh_from_db()
    assert (old.valid_to, old.ended_by) == (month - timedelta(days=1), change)
    acts.undo(change, by=DESK)
    assert segments() == [("K-1", JAY, FY23, None)]


def test_undo_is_refused_when_a_key_it_took_out_was_said_anew(cast: Cast) -> None:
    who = managers()
    applied(book_of({"gsi": [("Meridian", JAY), ("Other", JAY)]}))
    change = applied(book_of({"gsi": [("Other", JAY)]}), on=JUNE)
    anew = PartnerRule(table="gsi", partner_name="Meridian", result=LISA, manager=who[LISA], valid_from=JUNE)
    history.add(anew, by=cast.lena, why="Still a partner")
    with pytest.raises(Refused, match="changed or ended since"):
        acts.undo(change, by=cast.lena)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_is_exported_goes_in_again_and_changes_nothing(ending: str) -> None:
    applied(book_of(gsi=[("=Sum & Söhne", MARIA), ("株式会社", LISA)]))
    content = exporting.workbook(JUNE) if ending == "xlsx" else exporting.separated(JUNE)
    found = acts.try_out(content, name=f"m.{ending}", effective=FY23)
    assert found.is_nothing
    assert (found.counts["same"], found.rejected) == (9, [])
    assert applied(content).counts["same"] == 9
    assert KeyRule.objects.count() + PartnerRule.objects.count() == 9


def test_columns_and_day_may_be_said_otherwise(cast: Cast) -> None:
    change = prepared(book_of(), name="CAM Mapping FY23.xlsx")
    assert acts.read_again(change, by=cast.lena, said={}, effective=FY24, year="").fiscal_year == "FY23"  # by its name
    change = acts.read_again(change, by=cast.lena, said={"gsi": "-", "alliance": "B:C"}, effective=FY24, year="FY24")
    assert (change.effective, change.fiscal_year, change.columns["said"]) == (
        FY24,
        "FY24",
        {"gsi": "-", "alliance": "B:C"},
    )
    acts.confirm(change, by=cast.lena)
    assert set(PartnerRule.objects.values_list("table", "partner_name")) == {
        ("us_pubsec", "Harbor Public Sector LLC"),
        ("alliance", "Harbor Public Sector LLC"),
    }


def test_what_is_dropped_is_not_confirmed(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        acts.prepare(book_of(), name="m.xlsx", by=cast.nadia, effective=timezone.localdate())
    change = acts.drop(prepared(book_of()), by=cast.lena)
    with pytest.raises(Refused, match="not waiting any more: dropped"):
        acts.confirm(change, by=cast.lena)
    assert not KeyRule.objects.exists()
