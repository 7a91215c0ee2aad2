"""The date on a letter and its last day: Legal's where it stands there without doubt, and one calendar year."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from loa import clock, dating

ASKED, SIGNED = date(2026, 11, 20), date(2026, 11, 27)


@pytest.mark.parametrize(
    ("dated", "last"),
    [
        (date(2022, 11, 18), date(2023, 11, 18)),
        (date(2027, 2, 28), date(2028, 2, 28)),
        (date(2028, 2, 29), date(2029, 2, 28)),  # there is no 29th in 2029
        (date(2026, 12, 31), date(2027, 12, 31)),
    ],
)
def test_a_letter_is_valid_for_one_calendar_year(dated: date, last: date) -> None:
    assert dating.valid_until(dated) == last


@pytest.mark.parametrize(
    "line",
    [
        "Date: 2026-11-26", "Date\n26 November 2026", "Dated November 26th, 2026", "DATE SIGNED: 26-Nov-2026",
        "Date: 26.11.2026", "Date: 11/26/2026", "Datum: 26.11.2026", "日付:2026年11月26日", "Date: Nov 26 2026",
    ],
)  # fmt: skip
def test_legal_s_date_is_read(line: str) -> None:
    text = f"Letter of Authorization\nvalid for one calendar year from the date below.\n{line}\n"
    assert dating.written(text, earliest=ASKED, latest=SIGNED) == date(2026, 11, 26)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No date here, only 26 November 2026",  # not behind a word for it
        "Date: 2025-11-26",  # long before anybody asked
        "Date: 2031-01-01",
        "Date: 31.02.2026",
        "Date: not yet",
    ],
)
def test_what_is_doubtful_is_no_date(text: str) -> None:
    assert dating.written(text, earliest=ASKED, latest=SIGNED) is None


def test_numbers_that_mean_two_days_mean_none() -> None:
    assert dating.written("Date: 11/12/2026", earliest=date(2026, 11, 1), latest=date(2026, 12, 31)) is None
    assert dating.written("Date: 11/12/2026", earliest=date(2026, 12, 1), latest=date(2026, 12, 31)) == date(
        2026, 12, 11
    )


def test_the_last_date_is_legal_s() -> None:
    text = "Date: 2026-11-21 (partner)\nDate: 2026-11-26 (Legal)"
    assert dating.written(text, earliest=ASKED, latest=SIGNED) == date(2026, 11, 26)


@pytest.mark.django_db
def test_the_day_is_that_of_the_region(handbook: None) -> None:
    late = datetime(2026, 11, 26, 22, 30, tzinfo=UTC)
    assert [clock.day_of(late, region) for region in ("AMER", "EMEA", "APAC")] == [
        date(2026, 11, 26), date(2026, 11, 26), date(2026, 11, 27),
    ]  # fmt: skip
