"""API tokens: kept as digests, with scope and end."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from people import tokens
from people.models import ApiToken
from tests.conftest import Cast


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Token {text}"}


def test_make_token_prints_a_token_that_works_and_keeps_no_copy(client: Client, cast: Cast) -> None:
    """S-16: hashed at rest."""
    out = StringIO()
    call_command("make_token", cast.nadia.email.upper(), stdout=out)
    text = out.getvalue().strip()
    assert client.get("/api/v1/tickets/", headers=bearer(text)).status_code == 200
    assert text not in str(list(ApiToken.objects.values()))


def test_make_token_for_nobody_says_so(db: None) -> None:
    with pytest.raises(CommandError, match="Nobody active signs in as x@example.com"):
        call_command("make_token", "x@example.com")


def test_an_expired_token_a_wrong_one_and_an_inactive_owner_are_refused(client: Client, cast: Cast) -> None:
    old = tokens.issue(cast.nadia, expires=timezone.now() - timedelta(seconds=1))
    assert client.get("/api/v1/tickets/", headers=bearer(old)).status_code == 401
    assert client.get("/api/v1/tickets/", headers=bearer("phd_wrong")).status_code == 401
    good = tokens.issue(cast.nadia)
    cast.nadia.is_active = False
    cast.nadia.save()
    assert client.get("/api/v1/tickets/", headers=bearer(good)).status_code == 401


def test_a_reading_token_does_not_write(client: Client, cast: Cast) -> None:
    text = tokens.issue(cast.nadia, scope=ApiToken.Scope.READ)
    answer = client.post("/api/v1/tickets/", {"subject": "x"}, content_type="application/json", headers=bearer(text))
    assert answer.status_code == 403
