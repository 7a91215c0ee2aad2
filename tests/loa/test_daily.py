"""Letters that end, are over, or whose partner may hold none any more: told once, listed, recalled."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from journal.record import events_of
from loa import daily, letters, telling
from loa.models import Letter
from mail.models import OutgoingMail, Undeliverable
from partners.models import Account
from tests.conftest import Cast
from tests.loa.after_world import days, letter_of, signed_for
from tests.partners.dashboards import dashboard
from tickets.actions import Refused
from tickets.models import Message, Response

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handbook")]
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
TODAY = NOW.date()


def told() -> list[tuple[str, str]]:
    rows = OutgoingMail.objects.filter(purpose__in=["reply", "notice"]).order_by("created", "pk")
    return sorted((mail.to[0]["address"], mail.subject) for mail in rows)


def test_thirty_days_before_its_end_both_hear_of_it_once(cast: Cast) -> None:
    """By the ticket where there is one; a letter of before by a mail of its own."""
    soon = signed_for(cast, dated=date(2025, 12, 26))
    before = letter_of(
        cast.northwind, dated=date(2025, 12, 2), end_customer="", requester_email="old@northwind.example.com"
    )
    letter_of(cast.northwind, dated=date(2025, 12, 27), end_customer="A day too far")
    for _twice in range(2):
        daily.look(NOW)
    assert [to for to, _subject in told()] == [
        cast.katrin.email, "old@northwind.example.com", cast.sofia.email, cast.sofia.email,
    ]  # fmt: skip
    message = Message.objects.get(ticket=soon.request.ticket, visibility="reply")  # type: ignore[union-attr]
    assert "ends on 26 December 2026" in message.body
    plain = OutgoingMail.objects.get(to__0__address="old@northwind.example.com")
    assert ("{{" in plain.body_text, "end customer" in plain.body_text, "Your number" in plain.body_text) == (
        False, False, False,
    )  # fmt: skip
    before.refresh_from_db()
    assert before.told_expiring == NOW


def test_the_day_after_its_last_one_it_has_ended(cast: Cast) -> None:
    today = letter_of(cast.northwind, dated=date(2025, 11, 26))
    here = NOW - days(300)
    over = letter_of(cast.northwind, dated=date(2025, 11, 25), end_customer="Stadtwerke", created=here)
    letter_of(cast.northwind, dated=date(2025, 11, 24), end_customer="Ended before it came in", created=NOW)
    letter_of(cast.northwind, dated=date(2024, 1, 1), end_customer="Long ago")
    letter_of(cast.northwind, dated=date(2025, 11, 20), end_customer="Replaced", state="superseded")
    daily.expired(NOW)
    daily.expired(NOW)
    assert [to for to, _subject in told()] == ["katrin@northwind.example.com", cast.sofia.email]
    marked = [letter.told_expired is not None for letter in Letter.objects.order_by("pk")]
    assert marked == [False, True, True, True, False]
    assert list(letters.in_force(cast.northwind, TODAY)) == [today]
    assert [event.verb for event in events_of(over)] == ["letter_expired", "letter_told", "letter_told"]


def test_who_cannot_be_reached_is_said_to_the_manager_and_to_who_recalls(cast: Cast, client: Client) -> None:
    Undeliverable.objects.create(address=cast.katrin.email, words="user unknown")
    letter = letter_of(cast.northwind, dated=date(2025, 12, 20), requester_email=cast.katrin.email)
    for _twice in range(2):
        daily.expiring(NOW)
    client.force_login(cast.nadia)
    page = client.post(f"/loa/recall/{letter.pk}/", {"why": "Denied."}, follow=True).content.decode()
    assert f"Mail to {cast.katrin.email} comes back. The requester does not know of it" in page
    assert [to for to, _subject in told()] == [cast.sofia.email] * 2
    for mail in OutgoingMail.objects.filter(purpose="notice"):
        assert "The requester does not know of it" in mail.body_text
        assert "has been told" not in mail.body_text
    assert events_of(letter).filter(verb=telling.UNREACHED).count() == 2


def test_a_text_that_cannot_be_sent_waits_for_tomorrow(cast: Cast) -> None:
    letter = letter_of(cast.northwind, dated=date(2025, 12, 20))
    Response.objects.filter(slug="loa-expiring").update(active=False)
    daily.look(NOW)
    letter.refresh_from_db()
    assert (letter.told_expiring, told()) == (None, [])
    Response.objects.filter(slug="loa-expiring").update(active=True)
    daily.look(NOW + days(1))
    assert len(told()) == 2


@pytest.fixture
def qualified(cast: Cast) -> Account:
    """Northwind may hold letters, as far as can be told from here."""
    Account.objects.filter(pk=cast.northwind.pk).update(partner_status="Authorized", partner_type="Channel")
    dashboard(date(2026, 11, 1), {cast.northwind: True, cast.bluepeak: None})
    return Account.objects.get(pk=cast.northwind.pk)


def test_a_partner_that_lost_its_status_has_its_letters_listed_once_with_every_reason(
    cast: Cast, qualified: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    letter = letter_of(qualified, dated=date(2026, 2, 5))
    letter_of(cast.bluepeak, dated=date(2026, 2, 5))  # nobody can tell: no reason to recall
    letter_of(qualified, dated=date(2024, 2, 5))  # over
    letter_of(None, dated=date(2026, 2, 5))
    assert letters.to_recall(TODAY) == []
    Account.objects.filter(pk=qualified.pk).update(partner_status="Former")
    dashboard(date(2026, 11, 20), {qualified: False})
    (found,) = letters.to_recall(TODAY)
    assert found.letter == letter
    assert [reason.kind for reason in found.reasons] == ["missing", "missing"]
    for _twice in range(2):
        daily.standing(NOW)
    Account.objects.filter(pk=qualified.pk).update(partner_status="Authorized")
    dashboard(date(2026, 11, 21), {qualified: True})
    for _twice in range(2):
        daily.standing(NOW)
    assert [event.verb for event in events_of(letter)] == ["letter_standing_lost", "letter_standing_regained"]
    Account.objects.update(partner_status="Former")
    for number in range(5):
        letter_of(qualified, dated=date(2026, 2, 5), end_customer=f"Customer {number}")
    with django_assert_num_queries(7):
        assert len(letters.to_recall(TODAY)) == 7


def test_recalling_tells_both_why_and_is_final(cast: Cast) -> None:
    letter = signed_for(cast, dated=date(2026, 2, 5))
    with pytest.raises(Refused, match="Say why"):
        letters.recall(letter, by=cast.nadia, why="  ")
    for _twice in range(2):
        letters.recall(letter, by=cast.nadia, why="The agreement has ended.")
    letter.refresh_from_db()
    assert (letter.state, letter.recalled_by) == ("recalled", cast.nadia)
    assert [to for to, _subject in told()] == [cast.katrin.email, cast.sofia.email]
    assert all(
        "The agreement has ended." in mail.body_text
        for mail in OutgoingMail.objects.filter(subject__contains="recalled")
    )
    old = letter_of(cast.northwind, dated=date(2026, 1, 5), state="superseded")
    with pytest.raises(Refused, match="replaced by a newer one"):
        letters.recall(old, by=cast.nadia, why="x")


def test_the_page_lists_them_and_recalls_without_a_script(cast: Cast, qualified: Account, client: Client) -> None:
    client.force_login(cast.nadia)
    assert "still meets what it takes" in client.get("/loa/recall/").content.decode()
    letter = letter_of(qualified, dated=timezone.localdate() - days(10))
    Account.objects.filter(pk=qualified.pk).update(partner_status="Denied")
    page = client.get("/loa/recall/").content.decode()
    assert "Partner status is Denied; it must be Authorized." in page
    assert "Sofia Marchetti too" in page
    empty = client.post(f"/loa/recall/{letter.pk}/", {"why": " "})
    assert (empty.status_code, "Say why the letter is recalled" in empty.content.decode()) == (422, True)
    done = client.post(f"/loa/recall/{letter.pk}/", {"why": "Denied by Legal."}, follow=True).content.decode()
    assert "Denied by Legal." in done
    assert "The letter of Northwind DevOps GmbH is recalled." in done
    client.force_login(cast.sofia)
    assert client.get("/loa/recall/").status_code == 403
    assert client.post(f"/loa/recall/{letter.pk}/", {"why": "x"}).status_code == 403
