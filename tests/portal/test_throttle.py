"""Nobody floods the desk; nobody is held up because the cache is away."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from redis.exceptions import ConnectionError as RedisAway

from portal import throttle
from tests.portal.conftest import FORM, Filled
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def test_too_much_from_one_place_waits_and_keeps_its_text(
    client: Client, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "REQUESTS", throttle.Limit(name="request", most=2, seconds=600))
    for _number in range(2):
        assert client.post(FORM, filled()).status_code == 302
    page = client.post(FORM, filled(message="Kept words"))
    assert page.status_code == 429
    assert 0 < int(page["Retry-After"]) <= 600
    assert "Nothing was sent, your text is kept." in page.content.decode()
    assert "Kept words" in page.content.decode()
    assert Ticket.objects.count() == 2


def test_too_much_for_one_address_waits(client: Client, filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "REQUESTS_OF_ADDRESS", throttle.Limit(name="address", most=1, seconds=600))
    assert client.post(FORM, filled()).status_code == 302
    assert client.post(FORM, filled(email="ANA@acme.example")).status_code == 429
    assert client.post(FORM, filled(email="joao@acme.example")).status_code == 302


def test_an_office_behind_one_ipv6_network_counts_as_one(rf: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "ATTEMPTS", throttle.Limit(name="attempt", most=1, seconds=600))
    first = Client(REMOTE_ADDR="2001:db8:1:2::1").post(FORM, {"kind": "something-else"})
    second = Client(REMOTE_ADDR="2001:db8:1:2::ffff").post(FORM, {"kind": "something-else"})
    other = Client(REMOTE_ADDR="2001:db8:1:3::1").post(FORM, {"kind": "something-else"})
    assert (first.status_code, second.status_code, other.status_code) == (422, 429, 422)


def test_without_redis_everybody_may_send(client: Client, filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    form = filled()

    def away(*_args: object, **_values: object) -> None:
        raise RedisAway("away")

    for verb in ("add", "incr", "get", "set"):
        monkeypatch.setattr(cache, verb, away)
    assert client.post(FORM, form).status_code == 302
