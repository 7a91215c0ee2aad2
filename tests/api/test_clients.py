"""Who is at the other end: only what a trusted proxy says is believed."""

from __future__ import annotations

import pytest
from django.test import RequestFactory, override_settings

from web.clients import client_ip


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "6.6.6.6", "10.0.0.9"),
        (1, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (2, "6.6.6.6, 203.0.113.7, 10.0.0.8", "203.0.113.7"),
        (2, "203.0.113.7", "10.0.0.9"),
        (1, "", "10.0.0.9"),
        (1, "<script>", "10.0.0.9"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_address_that_counts(proxies: int, forwarded: str, seen: str) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", headers=headers)
    with override_settings(TRUSTED_PROXIES=proxies):
        assert client_ip(request) == seen
