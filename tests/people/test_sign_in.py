"""Signing in through the page: the right door, the right place, no hints for strangers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from mail.models import OutgoingMail
from tests.conftest import PASSWORD, Cast


def sign_in(client: Client, login: str, password: str = PASSWORD) -> str:
    answer = client.post("/sign-in/", {"login": login, "password": password}, follow=True)
    return str(answer.request["PATH_INFO"])


@pytest.mark.parametrize(
    ("who", "where"),
    [("nadia", "/queue/"), ("lena", "/queue/"), ("sofia", "/queue/"), ("ada", "/queue/"), ("katrin", "/portal/")],
)
def test_everybody_lands_where_they_work(client: Client, cast: Cast, who: str, where: str) -> None:
    person = getattr(cast, who)
    assert sign_in(client, person.email.upper()) == where


def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(client: Client, cast: Cast) -> None:
    """S-16: the page does not tell who has an account."""
    answers = [
        client.post("/sign-in/", {"login": login, "password": "not this one"})
        for login in (cast.nadia.email, "nobody@example.com")
    ]
    texts = [
        answer.content.decode().split("<form")[1].replace(cast.nadia.email, "").replace("nobody@example.com", "")
        for answer in answers
    ]
    strip = [text[: text.find("csrfmiddlewaretoken")] for text in texts]
    assert strip[0] == strip[1]
    assert all(answer.status_code == 200 for answer in answers)


def test_somebody_deactivated_cannot_sign_in(client: Client, cast: Cast) -> None:
    cast.nadia.is_active = False
    cast.nadia.save()
    sign_in(client, cast.nadia.email)
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up_by_themselves(client: Client, db: None) -> None:
    answer = client.post(
        "/sign-up/", {"email": "new@example.com", "password1": "long-and-new-1", "password2": "long-and-new-1"}
    )
    assert "_auth_user_id" not in client.session
    assert answer.status_code in {200, 403}


def test_a_link_to_another_site_is_not_followed_after_sign_in(client: Client, cast: Cast) -> None:
    """S-18: no open redirect."""
    answer = client.post(
        "/sign-in/?next=https://evil.example/",
        {"login": cast.nadia.email, "password": PASSWORD, "next": "https://evil.example/"},
    )
    assert "evil.example" not in answer.headers.get("Location", "")


def test_the_admin_has_no_door_of_its_own(client: Client, cast: Cast) -> None:
    """A second form would take passwords without counting the wrong ones."""
    answer = client.post("/admin/login/?next=/admin/", {"username": cast.ada.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/")
    assert "_auth_user_id" not in client.session
    client.force_login(cast.ada)
    assert client.get("/admin/").status_code == 200
    client.force_login(cast.nadia)
    assert client.get("/admin/login/").status_code == 403


def test_behind_a_proxy_each_person_is_counted_alone(client: Client, cast: Cast, settings: Any) -> None:
    """S-24: somebody who guesses passwords locks out themselves, not everybody behind the same proxy."""
    settings.TRUSTED_PROXIES = 1
    for number in range(12):
        wrong = {"login": f"guess{number}@example.com", "password": "wrong"}
        client.post("/sign-in/", wrong, headers={"X-Forwarded-For": "203.0.113.7"})
    right = {"login": cast.nadia.email, "password": PASSWORD}
    client.post("/sign-in/", right, headers={"X-Forwarded-For": "203.0.113.7"})
    assert "_auth_user_id" not in client.session
    client.post("/sign-in/", right, headers={"X-Forwarded-For": "198.51.100.4"})
    assert "_auth_user_id" in client.session


def test_a_reset_mail_takes_the_way_of_every_mail(client: Client, cast: Cast) -> None:
    client.post("/password/reset/", {"email": cast.nadia.email})
    sent = OutgoingMail.objects.get()
    assert sent.to[0]["address"] == cast.nadia.email
    assert "/password/reset/" in sent.body_text


def test_nobody_can_fill_a_mailbox_with_reset_mails(client: Client, cast: Cast) -> None:
    """S-11: whether the address is known or not."""
    for address in (cast.nadia.email, "nobody@example.com"):
        for _ in range(6):
            client.post("/password/reset/", {"email": address})
        assert OutgoingMail.objects.filter(to__contains=[{"address": address}]).count() <= 3


def test_the_reader_sets_name_and_zone(client: Client, cast: Cast) -> None:
    client.force_login(cast.nadia)
    client.post("/settings/profile/", {"name": "Nadia O.", "time_zone": "Asia/Tokyo"})
    cast.nadia.refresh_from_db()
    assert (cast.nadia.name, cast.nadia.time_zone) == ("Nadia O.", "Asia/Tokyo")
    refused = client.post("/settings/profile/", {"name": "N", "time_zone": "Mars/Olympus"})
    assert refused.status_code == 422


@pytest.mark.parametrize(("who", "seen"), [("nadia", "Responses"), ("katrin", "My requests")])
def test_settings_stand_inside_the_readers_own_pages(client: Client, cast: Cast, who: str, seen: str) -> None:
    person = getattr(cast, who)
    client.force_login(getattr(person, "user", person))
    page = client.get("/settings/profile/").content.decode()
    assert seen in page
    assert person.name in page
