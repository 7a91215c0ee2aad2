"""F-03: without Redis the desk works on; what must be counted first is refused with a sentence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client, override_settings

from tests.conftest import PASSWORD, Cast

AWAY = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:9/1"}}  # nobody listens there


@pytest.fixture
def _redis_away() -> Iterator[None]:
    with override_settings(CACHES=AWAY):
        yield


@pytest.mark.usefixtures("_redis_away")
@pytest.mark.parametrize("address", ["/sign-in/", "/password/reset/"])
def test_signing_in_and_resetting_are_refused_with_a_sentence(client: Client, cast: Cast, address: str) -> None:
    answer = client.post(address, {"login": cast.nadia.email, "password": PASSWORD, "email": cast.nadia.email})
    assert answer.status_code == 503
    assert "Try again in a minute" in answer.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("_redis_away")
def test_who_is_signed_in_works_on_and_requests_arrive(client: Client, cast: Cast) -> None:
    asked = {"kind": "general", "subject": "Help", "message": "Hello", "name": "Ana", "email": "ana@acme.example"}
    assert Client().post("/api/v1/requests/", asked).status_code == 201
    client.force_login(cast.nadia)
    assert "Help" in client.get("/queue/").content.decode()
