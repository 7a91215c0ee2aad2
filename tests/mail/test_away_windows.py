"""Out-of-office windows: which is on, what overlaps, how clocks that jump are read, what the copy says."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from journal.record import events_of
from mail import mailboxes
from mail.away import acts, current, texts, windows, zones
from mail.models import AwayWindow, Mailbox
from tests.conftest import Cast
from tests.mail.away_windows import away, wish

NOW = datetime(2022, 11, 18, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class TestClocks:
    """A time on a wall somewhere becomes one moment, or a sentence."""

    @pytest.mark.parametrize(
        ("zone", "day", "clock", "first", "last"),
        [
            ("Europe/Berlin", date(2026, 10, 25), time(2, 30), time(0, 30), time(1, 30)),
            ("America/New_York", date(2026, 11, 1), time(1, 30), time(5, 30), time(6, 30)),
            ("Europe/Berlin", date(2026, 10, 25), time(3), time(2), time(2)),
            ("Asia/Kolkata", date(2026, 10, 25), time(2, 30), None, None),
        ],
    )
    def test_a_time_that_comes_twice(
        self, zone: str, day: date, clock: time, first: time | None, last: time | None
    ) -> None:
        found = zones.moment(day, clock, zone), zones.moment(day, clock, zone, last=True)
        if first is None:
            assert found[0] == found[1] == datetime.combine(day, clock, tzinfo=ZoneInfo(zone))
        else:
            assert [moment.time() for moment in found] == [first, last]
        assert zones.comes_twice(day, clock, zone) is (found[0] < found[1])

    @pytest.mark.parametrize(
        ("zone", "day", "clock", "instead"),
        [
            ("Europe/Berlin", date(2026, 3, 29), time(2, 30), "03:30"),
            ("America/New_York", date(2026, 3, 8), time(2), "03:00"),
        ],
    )
    def test_a_time_that_does_not_exist(self, zone: str, day: date, clock: time, instead: str) -> None:
        with pytest.raises(zones.Skipped, match=f"there is no {clock:%H:%M} in {zone}.*Take {instead}"):
            zones.moment(day, clock, zone)

    @pytest.mark.parametrize("typed", ["Europe/Berlin", "europe/berlin", " Europe/Berlin "])
    def test_a_zone_is_known_however_it_is_typed(self, typed: str) -> None:
        assert zones.named(typed) == "Europe/Berlin"

    def test_a_zone_with_a_blank_and_one_that_is_none(self) -> None:
        assert zones.named("america/new york") == "America/New_York"
        assert zones.named("Berlin, I think") == ""


class TestCopy:
    @pytest.mark.parametrize(
        ("first", "last", "words"),
        [
            (date(2022, 11, 18), date(2022, 11, 18), "on Friday, 18 November 2022"),
            (date(2022, 12, 5), date(2022, 12, 8), "from 5 to 8 December 2022"),
            (date(2022, 11, 30), date(2022, 12, 2), "from 30 November to 2 December 2022"),
            (date(2022, 12, 30), date(2023, 1, 2), "from 30 December 2022 to 2 January 2023"),
        ],
    )
    def test_days_in_words(self, first: date, last: date, words: str) -> None:
        assert texts.in_words(texts.Days(first, last)) == words

    def test_midnight_belongs_to_the_day_before(self) -> None:
        day = datetime(2022, 11, 18)  # noqa: DTZ001 - a clock on a wall
        assert texts.days_of(day, day + timedelta(days=1)) == texts.Days(date(2022, 11, 18), date(2022, 11, 18))
        assert texts.days_of(day, day.replace(hour=23, minute=59)).last == date(2022, 11, 18)

    def test_the_handbooks_words(self) -> None:
        """Handbook, “Setting an Out of Office response on the Partner Support box”."""
        days = texts.Days(date(2022, 11, 18), date(2022, 11, 18))
        family = texts.ready_made("family", days)
        assert texts.as_text(family) == (
            "Thank you for contacting GitLab Partner Support! GitLab is closed on Friday, 18 November 2022 for a "
            "Family and Friends Day (https://about.gitlab.com/company/family-and-friends-day/). All emails will be "
            "responded to in the order in which they were received upon our return."
        )
        link = '<a href="https://about.gitlab.com/company/family-and-friends-day/"'
        assert link in texts.as_html(family)
        offsite = texts.ready_made("offsite", texts.Days(date(2022, 12, 5), date(2022, 12, 8)))
        assert offsite == (
            "Thank you for contacting GitLab Partner Support! Our team is currently attending an internal offsite "
            "meeting from 5 to 8 December 2022, so please expect our responses to be delayed."
        )

    @pytest.mark.parametrize("occasion", AwayWindow.Occasion.values)
    def test_a_place_for_the_date_stays_open_until_it_is_known(self, occasion: str) -> None:
        assert texts.open_place(texts.ready_made(occasion, None)) == "[date]"
        assert texts.open_place(texts.ready_made(occasion, texts.Days(NOW.date(), NOW.date()))) == ""

    @pytest.mark.parametrize("text", ["back [insert dates]", "back [Insert Date]", "back {{ date }}"])
    def test_places_of_the_handbook_are_known_too(self, text: str) -> None:
        assert texts.open_place(text)

    def test_only_what_nobody_edited_is_filled_in_again(self) -> None:
        assert texts.refilled("", filled="", fresh="new") == "new"
        assert texts.refilled("old\r\nlines ", filled="old\nlines", fresh="new") == "new"
        assert texts.refilled("mine", filled="old", fresh="new") == "mine"


@pytest.mark.django_db
class TestWindows:
    def test_ended_early_is_over_from_that_moment(self, cast: Cast) -> None:
        window = away(cast.nadia)
        before = timezone.now()
        acts.end_early(window, by=cast.lena)
        box = mailboxes.default()
        assert current(box, before) == window
        assert current(box, timezone.now()) is None
        window.refresh_from_db()
        assert windows.state_of(window, timezone.now()) == "over"

    def test_called_off_before_it_began_it_never_was(self, cast: Cast) -> None:
        now = timezone.now()
        window = away(cast.nadia, starts=now + HOUR, ends=now + 3 * HOUR)
        acts.end_early(window, by=cast.nadia)
        assert current(mailboxes.default(), now + 2 * HOUR) is None
        window.refresh_from_db()
        assert windows.state_of(window, now) == "off"
        assert not windows.still_on_in_group(timezone.now()).exists()

    @pytest.mark.parametrize(
        ("starts", "ends", "meets"), [(0, 1, True), (7, 9, True), (8, 9, False), (-3, -1, False), (-2, 12, True)]
    )
    def test_two_windows_of_one_mailbox_never_overlap(self, cast: Cast, starts: int, ends: int, meets: bool) -> None:
        """Edges may touch: one ends where the next begins."""
        now = timezone.now()
        away(cast.nadia, starts=now - HOUR, ends=now + 8 * HOUR)
        other = wish(starts=now + starts * HOUR, ends=now + ends * HOUR)
        assert (windows.overlapping(other) is not None) is meets
        if meets:
            with pytest.raises(acts.Refused, match="is set from .* already"):
                acts.set_window(other, by=cast.lena)
            assert AwayWindow.objects.count() == 1

    def test_every_mailbox_meets_each_and_two_mailboxes_do_not_meet(self, cast: Cast) -> None:
        one, other = mailboxes.default(), Mailbox.objects.create(name="Select", address="select@gitlab.com")
        away(cast.nadia, mailbox=one)
        away(cast.nadia, mailbox=other)
        assert windows.overlapping(wish()) is not None

    def test_one_that_was_ended_is_no_obstacle_and_undo_sees_who_came_between(self, cast: Cast) -> None:
        window = acts.end_early(away(cast.nadia), by=cast.nadia)
        acts.resume(window, by=cast.nadia)
        assert current(mailboxes.default(), timezone.now()) == window
        acts.end_early(window, by=cast.nadia)
        away(cast.lena, starts=timezone.now())
        with pytest.raises(acts.Refused, match="already"):
            acts.resume(window, by=cast.nadia)

    def test_while_it_runs_its_start_stays(self, cast: Cast) -> None:
        window = away(cast.nadia)
        with pytest.raises(acts.Refused, match="It has begun"):
            acts.change(window, wish(), by=cast.nadia)
        longer = wish(starts=window.starts, ends=window.ends + HOUR, text_outside="Longer.")
        assert acts.change(window, longer, by=cast.lena).ends == longer.ends

    def test_what_is_over_is_not_changed(self, cast: Cast) -> None:
        window = away(cast.nadia, starts=timezone.now() - 3 * HOUR, ends=timezone.now() - HOUR)
        with pytest.raises(acts.Refused, match="It is over"):
            acts.change(window, wish(), by=cast.nadia)

    def test_every_act_leaves_one_event_with_before_and_after(self, cast: Cast) -> None:
        window = away(cast.nadia)
        wanted = wish(starts=window.starts, ends=window.ends, text_outside="Other.")
        acts.change(window, wanted, by=cast.lena)
        acts.change(window, wanted, by=cast.lena)  # nothing differs: nothing to tell
        acts.tick(window, {"group_switched_on": True, "group_switched_off": False}, by=cast.lena)
        acts.end_early(window, by=cast.ada)
        acts.end_early(window, by=cast.ada)
        told = [(event.actor, event.verb, event.before, event.after) for event in events_of(window)]
        assert [(who, verb) for who, verb, _before, _after in told] == [
            (cast.nadia, "out of office set"),
            (cast.lena, "out of office changed"),
            (cast.lena, "out of office in the group"),
            (cast.ada, "out of office ended"),
        ]
        assert told[0][3]["starts"] == window.starts.isoformat()
        assert told[1][2:] == ({"text_outside": window.text_outside}, {"text_outside": "Other."})
        assert told[2][2:] == ({"group_switched_on": False}, {"group_switched_on": True})
