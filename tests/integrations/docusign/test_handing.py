"""A signing link goes from the worker to the one person who waits for it, once, and stays nowhere (vendors.md §4)."""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.core.cache import cache
from redis import Redis

from integrations import shared
from integrations.docusign import afresh, bringing, handing
from integrations.docusign.handing import State
from integrations.models import Call, Envelope
from tests.sandbox_desk import VendorSandbox

pytestmark = pytest.mark.django_db
COMPLETED, WAITING = "a1000000-5e1d-4a00-8000-000000000001", "a1000000-5e1d-4a00-8000-000000000004"
BACK = "http://testserver/loa/1/back/"
NADIA, OMAR = 7, 8


def asked(envelope: str = WAITING) -> str:
    return handing.ask(envelope, return_url=BACK, user=NADIA)


def views(docusign: VendorSandbox) -> int:
    return sum(one["path"].endswith("/views/recipient") for one in docusign.requests("docusign"))


def test_the_link_goes_once_to_who_asked(docusign: VendorSandbox, caplog: pytest.LogCaptureFixture) -> None:
    token = asked()
    assert handing.look(token, user=NADIA).state == State.ASKED
    assert handing.take(token, user=NADIA).state == State.GONE
    bringing.bring_link(WAITING, BACK, token, NADIA)
    assert handing.take(token, user=OMAR).state == State.GONE
    assert handing.look(token, user=NADIA) == handing.Handed(state=State.READY)
    taken = handing.take(token, user=NADIA)
    assert taken.url.startswith(f"{docusign.url}/sign/")
    assert handing.take(token, user=NADIA) == handing.look(token, user=NADIA) == handing.GONE
    secret = taken.url.rpartition("/")[2]
    assert secret not in repr(taken) + caplog.text
    assert all(secret not in str(vars(call)) for call in Call.objects.all())


def test_in_redis_it_is_sealed_and_lasts_a_minute(docusign: VendorSandbox) -> None:
    token = asked()
    bringing.bring_link(WAITING, BACK, token, NADIA)
    key = cache.make_key(handing._key(token, NADIA))
    redis = Redis.from_url(str(settings.CACHES["default"]["LOCATION"]))
    assert 0 < redis.ttl(key) <= handing.KEPT
    assert b"/sign/" not in bytes(redis.get(key) or b"/sign/")  # type: ignore[arg-type]  # a client of bytes


def test_two_workers_ask_for_one_link(docusign: VendorSandbox) -> None:
    token = asked()
    bringing.bring_link(WAITING, BACK, token, NADIA)
    bringing.bring_link(WAITING, BACK, token, NADIA)
    assert views(docusign) == 1


def test_a_late_worker_asks_for_nothing(docusign: VendorSandbox) -> None:
    token = asked()
    cache.clear()
    bringing.bring_link(WAITING, BACK, token, NADIA)
    assert docusign.requests("docusign") == []
    assert handing.look(token, user=NADIA).state == State.GONE


def test_where_there_is_no_link_it_says_why(docusign: VendorSandbox) -> None:
    token = asked(COMPLETED)
    bringing.bring_link(COMPLETED, BACK, token, NADIA)
    said = handing.look(token, user=NADIA)
    assert (said.state, "nothing to decide" in said.words) == (State.FAILED, True)


def test_without_redis_it_says_so_at_once(docusign: VendorSandbox) -> None:
    shared._resting_until["redis"] = time.monotonic() + 60
    with pytest.raises(handing.Unavailable):
        asked()


def test_an_envelope_is_read_afresh(docusign: VendorSandbox) -> None:
    envelope = Envelope.objects.create(account_id=settings.DOCUSIGN.account_id.lower(), envelope_id=WAITING)
    docusign.fault("docusign", "503", match="/restapi/")
    bringing.look_at(envelope.pk)
    assert "not available" in afresh.problem_of(envelope)
    docusign.fault("docusign")
    afresh.ask(envelope)
    assert afresh.problem_of(envelope) == ""
    bringing.look_at(envelope.pk)
    envelope.refresh_from_db()
    assert (envelope.status, afresh.problem_of(envelope)) == ("sent", "")
    assert envelope.fetched is not None
