"""Reminders of the out-of-office: at its begin and at its end, once each, to whoever is to know."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from mail.away import acts, reminders
from mail.models import AwayWindow, OutgoingMail
from mail.tasks import tell_about_away
from tests.conftest import Cast
from tests.mail.away_windows import away

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def told() -> list[tuple[list[str], str]]:
    return [(mail.recipients, mail.subject.partition(":")[0]) for mail in OutgoingMail.objects.order_by("created")]


def move(window: AwayWindow, **hours: int) -> None:
    """Time goes by: the window lies further back."""
    AwayWindow.objects.filter(pk=window.pk).update(
        **{name: timezone.now() + count * HOUR for name, count in hours.items()}
    )


def test_its_begin_and_its_end_are_told_once_however_often_the_job_runs(cast: Cast) -> None:
    window = away(cast.nadia, starts=timezone.now() + HOUR)
    tell_about_away()
    assert told() == []
    move(window, starts=-1)
    tell_about_away()
    tell_about_away()
    assert told() == [([cast.nadia.email], "Out of office is on")]
    move(window, starts=-2, ends=-1)
    tell_about_away()
    tell_about_away()
    assert told()[1:] == [([cast.nadia.email], "Out of office is over")]


def test_they_say_what_to_do_in_the_group_and_where(cast: Cast) -> None:
    window = away(cast.nadia)
    tell_about_away()
    move(window, starts=-2, ends=-1)
    tell_about_away()
    on, off = OutgoingMail.objects.order_by("created")
    assert "3. Mark “Enable auto-reply to non-members inside the organization”" in on.body_text
    assert "Unmark both check boxes" in off.body_text
    assert "has ended by itself" in off.body_text
    for mail in (on, off):
        assert f"/settings/out-of-office/{window.pk}/" in mail.body_text
        assert "<ol>" in mail.body_html
        assert (mail.automatic, mail.purpose) == (True, "notice")


def test_what_is_done_in_the_group_already_is_not_asked_for_again(cast: Cast) -> None:
    window = away(cast.nadia)
    acts.tick(window, {"group_switched_on": True, "group_switched_off": True}, by=cast.nadia)
    tell_about_away()
    move(window, starts=-2, ends=-1)
    tell_about_away()
    assert not any("Save Changes" in mail.body_text for mail in OutgoingMail.objects.all())


def test_the_named_teammate_is_reminded_and_nobody_who_has_left(cast: Cast) -> None:
    window = away(cast.nadia, remind=cast.lena)
    tell_about_away()
    assert told() == [([cast.lena.email], "Out of office is on")]
    cast.lena.is_active = False
    cast.lena.save()
    move(window, starts=-2, ends=-1)
    tell_about_away()
    assert told()[1:] == [([cast.nadia.email], "Out of office is over")]


def test_a_begin_that_nobody_told_in_time_is_not_told_when_it_is_over(cast: Cast) -> None:
    """The worker was down for the whole window."""
    away(cast.nadia, starts=timezone.now() - 3 * HOUR, ends=timezone.now() - HOUR)
    tell_about_away()
    assert [subject for _to, subject in told()] == ["Out of office is over"]


def test_ended_early_is_told_as_that_and_called_off_not_at_all(cast: Cast) -> None:
    ahead = away(cast.nadia, starts=timezone.now() + 20 * HOUR, ends=timezone.now() + 21 * HOUR)
    acts.end_early(ahead, by=cast.nadia)
    tell_about_away()
    assert told() == []
    window = away(cast.nadia)
    tell_about_away()
    acts.end_early(window, by=cast.lena)
    tell_about_away()
    assert "was ended early" in OutgoingMail.objects.order_by("created")[1].body_text


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once(cast: Cast) -> None:
    window = away(cast.nadia)
    ready = threading.Barrier(4)

    def tell(_number: int) -> None:
        try:
            ready.wait(timeout=10)
            reminders.tell_one(window.pk, start=True)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as together:
        list(together.map(tell, range(4)))
    assert told() == [([cast.nadia.email], "Out of office is on")]
