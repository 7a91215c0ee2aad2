"""What a load balancer and Prometheus read."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

import mail.figures
import tickets.figures
from mail import inbox
from mail.models import IncomingMail
from tests.conftest import Cast
from tickets.models import Ticket
from web import health, metrics
from web.logs import JSONFormatter


@pytest.fixture(autouse=True)
def _no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "KEEP_SECONDS", -1.0)
    monkeypatch.setattr(metrics, "_gauges", {})
    monkeypatch.setattr(health, "_known", health._Migrations())


def test_healthz_asks_nobody_and_knows_no_host(client: Client) -> None:
    answer = client.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-cache" in answer["Cache-Control"]
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_readyz_names_each_part(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "checks": {"database": "ok", "redis": "ok", "migrations": "ok"}}


@pytest.mark.django_db
def test_readyz_is_503_without_redis_and_shows_no_address(
    client: Client, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REDIS_URL = "redis://:topsecret@127.0.0.1:9/0"
    with caplog.at_level(logging.CRITICAL):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "ok", "redis": "unreachable", "migrations": "ok"}
    assert b"topsecret" not in answer.content


@pytest.mark.django_db
def test_migrations_are_asked_until_they_are_applied_and_no_longer(
    client: Client, django_assert_num_queries: object
) -> None:
    assert client.get("/readyz").json()["checks"]["migrations"] == "ok"
    with django_assert_num_queries(1):  # type: ignore[operator]
        client.get("/readyz")


@pytest.mark.django_db
def test_metrics_count_requests_by_page_and_never_by_address(client: Client) -> None:
    client.get("/no-such-page/nadia@example.com/")
    client.get("/sign-in/")
    text = client.get("/metrics").content.decode()
    assert 'http_requests_total{method="GET",status="404",view="none"}' in text
    assert 'http_requests_total{method="GET",status="200",view="account_login"}' in text
    assert 'http_request_duration_seconds_bucket{le="0.1",view="account_login"}' in text
    assert "nadia" not in text


@pytest.mark.django_db
def test_registered_gauges_are_shown_and_a_broken_one_hides_no_other(client: Client) -> None:
    def broken() -> float:
        raise RuntimeError

    metrics.register_gauge("desk_outbox_age_seconds", "Age of the oldest unsent mail.", lambda: 12.5)
    metrics.register_gauge("desk_broken", "Fails.", broken)
    metrics.register_gauge("desk_tickets", "Tickets by status.", lambda: {"new": 3, "open": 4}, label="status")
    text = client.get("/metrics").content.decode()
    assert "desk_outbox_age_seconds 12.5" in text
    assert 'desk_tickets{status="open"} 4.0' in text
    assert "desk_broken" not in text


def test_json_lines_are_json() -> None:
    record = logging.makeLogRecord({"msg": "Sent %s", "args": ("ä",), "levelname": "INFO", "name": "mail"})
    assert json.loads(JSONFormatter().format(record))["message"] == "Sent ä"


@pytest.mark.django_db
def test_the_desks_own_figures(cast: Cast) -> None:
    Ticket.objects.create(kind="general", subject="Hello", requester=cast.katrin, channel="mail")
    stored = inbox.store(b"Subject: PO\r\n\r\nHello", via=IncomingMail.Via.SMTP)
    IncomingMail.objects.filter(pk=stored.pk).update(received=timezone.now() - timedelta(minutes=2))
    assert tickets.figures.by_status()["new"] == 1
    assert 120 <= mail.figures.unread() < 180
    assert (mail.figures.unsent(), mail.figures.failed(), mail.figures.quarantined()) == (0, 0, 0)
