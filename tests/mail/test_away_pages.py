"""The out-of-office pages: the list, the form and its sentences, the acts, the line over every page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from mail.away import initials, texts
from mail.models import AwayWindow, Mailbox
from people.models import Holiday
from tests.conftest import Cast
from tests.mail.away_windows import OUTSIDE, away
from web import memory

pytestmark = pytest.mark.django_db

BASE = "/settings/out-of-office/"
HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = date(2098, 11, 21)  # far ahead, so that no test grows old
HTMX = {"HX-Request": "true"}


@pytest.fixture
def nadia(cast: Cast, client: Client) -> Client:
    client.force_login(cast.nadia)
    return client


def filled(**values: object) -> dict[str, object]:
    given = {
        "occasion": "family",
        "start_day": FRIDAY.isoformat(),
        "start_time": "00:00",
        "end_day": FRIDAY.isoformat(),
        "end_time": "23:59",
        "time_zone": "Europe/Berlin",
        "same": "on",
        **values,
    }
    return {name: value for name, value in given.items() if value is not None}


def said(client: Client, **values: object) -> str:
    answer = client.post(f"{BASE}new/", filled(**values))
    assert answer.status_code == 422
    assert not AwayWindow.objects.filter(set_by__name="Nadia Okafor").exists()
    return answer.content.decode()


def test_setting_one_fills_in_what_nobody_wrote(nadia: Client, cast: Cast) -> None:
    """Without JavaScript too: days and occasion are enough, both boxes get the handbook's copy."""
    answer = nadia.post(f"{BASE}new/", filled(remind=cast.lena.pk))
    window = AwayWindow.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{BASE}{window.pk}/")
    assert window.starts == datetime(2098, 11, 21, tzinfo=BERLIN)
    assert window.ends == datetime(2098, 11, 21, 23, 59, tzinfo=BERLIN)
    assert (window.set_by, window.remind, window.mailbox) == (cast.nadia, cast.lena, None)
    assert "GitLab is closed on Friday, 21 November 2098 for a [Family and Friends Day](https" in window.text_outside
    assert window.text_inside == window.text_outside


def test_two_texts(nadia: Client) -> None:
    nadia.post(f"{BASE}new/", filled(same=None, text_outside="To partners.", text_inside="To colleagues."))
    window = AwayWindow.objects.get()
    assert (window.text_outside, window.text_inside) == ("To partners.", "To colleagues.")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"end_day": "2098-11-20"}, "It ends before it starts."),
        ({"start_day": "2020-11-20", "end_day": "2020-11-20"}, "This is in the past."),
        ({"end_day": "2098-12-24"}, "It lasts 33 days. Tick this when that is meant."),
        ({"start_day": "2098-03-30", "start_time": "02:30"}, "there is no 02:30 in Europe/Berlin"),
        ({"time_zone": "Berlin"}, "Berlin is not a time zone. Take a name such as Europe/Berlin."),
        ({"text_outside": "Closed on [date]."}, "The text still says [date]. Write the date there."),
        ({"text_outside": "x" * 5001}, "at most 5000 characters"),
        ({"start_day": "soon"}, "This is not a day of the calendar. Write it as 2022-11-18."),
        ({"start_time": "early"}, "This is not a time. Write it as 09:30."),
        ({"end_day": "9999-12-31", "time_zone": "America/Los_Angeles", "long_ok": "on"}, "does not reach that far"),
        ({"occasion": None}, "Choose one of these"),
        ({"mailbox": "999"}, "Choose one of these"),
    ],
)
def test_each_wrong_input_gets_a_sentence(nadia: Client, values: dict[str, object], sentence: str) -> None:
    assert sentence in said(nadia, **values)


def test_a_long_absence_is_set_when_it_is_meant(nadia: Client) -> None:
    nadia.post(f"{BASE}new/", filled(end_day="2098-12-24", long_ok="on"))
    assert AwayWindow.objects.get().ends.year == 2098


def test_an_overlap_names_the_other_window(nadia: Client, cast: Cast) -> None:
    starts = datetime(2098, 11, 21, 9, tzinfo=BERLIN)
    away(cast.lena, starts=starts, ends=starts + HOUR)
    page = said(nadia)
    assert "Something else is set from 2098-11-21 09:00 to 2098-11-21 10:00 (Europe/Berlin) already" in page


class TestFillingIn:
    """The ready-made copy follows the days; what a person wrote is theirs."""

    def words(self, client: Client, **values: object) -> str:
        answer = client.post(f"{BASE}new/", filled(**{"fill": "1", **values}), headers=HTMX)
        assert answer.status_code == 200
        assert b"<html" not in answer.content
        assert not AwayWindow.objects.exists()
        return answer.content.decode()

    def test_it_follows_the_days_and_the_occasion(self, nadia: Client) -> None:
        assert "closed on Friday, 21 November 2098 for a" in self.words(nadia)
        ready = texts.ready_made("family", texts.Days(FRIDAY, FRIDAY))
        moved = self.words(nadia, end_day="2098-11-24", text_outside=ready, filled=ready)
        assert "closed from 21 to 24 November 2098 for a" in moved
        assert "internal offsite meeting on Friday" in self.words(
            nadia, occasion="offsite", text_outside=ready, filled=ready
        )

    def test_it_never_replaces_what_somebody_wrote(self, nadia: Client) -> None:
        ready = texts.ready_made("family", texts.Days(FRIDAY, FRIDAY))
        page = self.words(nadia, end_day="2098-11-24", text_outside="We ski.", filled=ready)
        assert "We ski.</textarea>" in page
        assert "Your own text is kept." in page

    def test_unless_they_ask_for_it(self, nadia: Client) -> None:
        page = self.words(nadia, fill="afresh", text_outside="We ski.")
        assert "We ski." not in page
        assert "closed on Friday, 21 November 2098" in page

    def test_the_preview_is_the_mail(self, nadia: Client) -> None:
        page = self.words(nadia, same=None, text_outside="See [this](https://x.example).", text_inside="<b>Hi</b>")
        assert '<a href="https://x.example"' in page
        assert "See this (https://x.example)." in page
        assert "&lt;b&gt;Hi&lt;/b&gt;" in page
        assert "People inside read" in page

    def test_problems_are_said_and_what_is_missing_is_none(self, nadia: Client) -> None:
        assert "It ends before it starts." in self.words(nadia, end_day="2098-11-20")
        page = self.words(nadia, end_day="")
        assert "required" not in page
        assert "[date]" in page

    def test_a_time_that_comes_twice_is_explained(self, nadia: Client) -> None:
        page = self.words(nadia, start_day="2098-10-26", end_day="2098-10-26", start_time="02:30")
        assert "02:30 comes twice that day in Europe/Berlin; it starts at the first." in page

    def test_without_a_script_the_whole_page_comes_back(self, nadia: Client) -> None:
        page = nadia.post(f"{BASE}new/", filled(fill="1")).content.decode()
        assert "<html" in page
        assert "closed on Friday, 21 November 2098" in page


class TestAWindowsPage:
    def test_changing_it_before_and_while_it_runs(self, nadia: Client, cast: Cast) -> None:
        window = away(cast.lena)
        path = f"{BASE}{window.pk}/edit/"
        page = nadia.get(path).content.decode()
        assert OUTSIDE in page
        assert "It is on." in page
        values = filled(
            occasion="other", same=None, text_outside="Later.", text_inside="Later.", start_day="2098-11-01"
        )
        assert nadia.post(path, values | {"long_ok": "on"}).status_code == 302
        changed = AwayWindow.objects.get()
        assert (changed.starts, changed.text_outside, changed.ends.year) == (window.starts, "Later.", 2098)

    def test_what_is_over_is_copied_not_changed(self, nadia: Client, cast: Cast) -> None:
        past = timezone.now() - 100 * HOUR
        window = away(cast.lena, starts=past, ends=past + HOUR)
        assert nadia.get(f"{BASE}{window.pk}/edit/").status_code == 302
        page = nadia.get(f"{BASE}new/?copy={window.pk}").content.decode()
        assert OUTSIDE in page
        assert 'value="Europe/Berlin"' in page

    def test_ready_made_copy_waits_for_the_new_days(self, cast: Cast, nadia: Client) -> None:
        nadia.post(f"{BASE}new/", filled())
        copied = initials.copied(AwayWindow.objects.get(), cast.nadia)
        assert "[date]" in copied["text_outside"]
        assert copied["start_day"] is None

    @pytest.mark.parametrize("query", ["copy=999999", "copy=x", "copy=²", "day=999999", "day=-1"])
    def test_a_number_nobody_knows_starts_an_empty_form(self, nadia: Client, query: str) -> None:
        assert nadia.get(f"{BASE}new/?{query}").status_code == 200

    def test_ending_it_early_can_be_undone(self, nadia: Client, cast: Cast) -> None:
        window = away(cast.lena)
        page = nadia.post(f"{BASE}{window.pk}/end/", follow=True).content.decode()
        assert "Out of office is over." in page
        assert f"{BASE}{window.pk}/resume/" in page
        assert nadia.post(f"{BASE}{window.pk}/resume/", follow=True).status_code == 200
        window.refresh_from_db()
        assert window.cancelled is None

    def test_it_has_the_steps_the_texts_and_the_check_marks_of_the_group(self, nadia: Client, cast: Cast) -> None:
        """Handbook, “Setting an Out of Office response”, steps 1 to 5."""
        window = away(cast.lena)
        page = nadia.get(f"{BASE}{window.pk}/").content.decode()
        steps = [
            page.index(words) for words in ("Group Settings", "Auto Replies", "non-members inside", "Save Changes")
        ]
        assert steps == sorted(steps)
        assert 'data-copy-from="outside-plain"' in page
        assert 'data-copy-from="inside-plain"' in page
        nadia.post(f"{BASE}{window.pk}/group/", {"group_switched_on": "on"})
        window.refresh_from_db()
        assert (window.group_switched_on, window.group_switched_off) == (True, False)

    def test_a_group_still_on_keeps_a_quiet_reminder(self, nadia: Client, cast: Cast) -> None:
        past = timezone.now() - 100 * HOUR
        window = away(cast.lena, starts=past, ends=past + HOUR)
        reminder = "The Google Group may still be answering."
        assert reminder in nadia.get(BASE).content.decode()
        nadia.post(f"{BASE}{window.pk}/group/", {"group_switched_off": "on"}, headers=HTMX)
        assert reminder not in nadia.get(BASE).content.decode()

    def test_a_day_no_calendar_knows_is_pointed_out(self, nadia: Client) -> None:
        """Clocks follow the calendars alone; a window changes none of them."""
        nadia.post(f"{BASE}new/", filled())
        path = f"{BASE}{AwayWindow.objects.get().pk}/"
        assert "the clocks of tickets go on" in nadia.get(path).content.decode()
        Holiday.objects.create(day=FRIDAY, name="Family and Friends Day")
        assert "the clocks of tickets go on" not in nadia.get(path).content.decode()


def test_days_off_ahead_are_offered_until_they_are_set(nadia: Client, cast: Cast) -> None:
    soon = timezone.now().date() + timedelta(days=20)
    day = Holiday.objects.create(day=soon, name="Family & Friends Day")
    Holiday.objects.create(day=soon + timedelta(days=1), name="Boxing Day")
    page = nadia.get(BASE).content.decode()
    assert page.count("?day=") == 1
    form = nadia.get(f"{BASE}new/?day={day.pk}").content.decode()
    assert f'value="{soon.isoformat()}"' in form
    nadia.post(f"{BASE}new/", filled(start_day=soon.isoformat(), end_day=soon.isoformat()))
    assert "?day=" not in nadia.get(BASE).content.decode()


class TestTheLineOverEveryPage:
    def test_it_stands_on_every_page_of_the_desk_until_the_end(self, nadia: Client, cast: Cast) -> None:
        assert b'class="notice"' not in nadia.get("/queue/").content
        window = away(cast.lena, occasion="offsite")
        page = nadia.get("/queue/").content.decode()
        assert "Out of office: Offsite or SKO" in page
        assert f'href="{BASE}{window.pk}/"' in page
        AwayWindow.objects.update(ends=timezone.now() + timedelta(milliseconds=1))
        memory.forget_all()
        assert b'class="notice"' not in nadia.get("/queue/").content

    def test_a_channel_manager_reads_it_and_gets_no_link_they_cannot_follow(self, cast: Cast, client: Client) -> None:
        window = away(cast.lena)
        client.force_login(cast.sofia)
        page = client.get("/queue/").content.decode()
        assert "Out of office" in page
        assert f"{BASE}{window.pk}/" not in page

    def test_a_partner_does_not(self, cast: Cast, client: Client) -> None:
        away(cast.lena)
        assert cast.omar.user is not None
        client.force_login(cast.omar.user)
        assert b'class="notice"' not in client.get("/portal/").content

    def test_it_names_the_mailbox_where_only_one_is_away(self, cast: Cast, nadia: Client) -> None:
        away(cast.lena, mailbox=Mailbox.objects.create(name="Select", address="select@gitlab.com"))
        assert "select@gitlab.com is out of office" in nadia.get("/queue/").content.decode()

    def test_it_is_read_once_for_many_pages(self, cast: Cast, nadia: Client) -> None:
        away(cast.lena)
        nadia.get(BASE)
        AwayWindow.objects.update(occasion="offsite")
        assert "Out of office: Something else" in nadia.get("/settings/profile/").content.decode()
