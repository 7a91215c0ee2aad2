"""What Connect missed is found by one list call, a few single ones at most (F-09)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from helpdesk.schedule import SCHEDULE
from integrations.docusign import connect, envelopes, polling, reading
from integrations.errors import VendorError
from integrations.models import Envelope, ReadMark
from journal.models import Event
from tests.integrations.docusign.conftest import GATED_LETTERS, LETTERS
from tests.sandbox_desk import VendorSandbox

pytestmark = pytest.mark.django_db


def calls(docusign: VendorSandbox) -> list[str]:
    return [one["path"].rpartition("/")[2] for one in docusign.requests("docusign") if "/restapi/" in one["path"]]


def test_everything_of_our_powerforms_is_found_by_one_call(docusign: VendorSandbox) -> None:
    found = polling.reconcile()
    assert (found.listed, found.changed, found.left) == (8, 8, 0)
    states = sorted(Envelope.objects.values_list("status", flat=True))
    assert states == ["completed", "declined", *["sent"] * 5, "voided"]
    assert calls(docusign) == ["envelopes"]
    assert set(Envelope.objects.values_list("powerform_id", flat=True)) == {LETTERS, GATED_LETTERS}


def test_a_second_look_finds_nothing_new(docusign: VendorSandbox) -> None:
    polling.reconcile()
    events = Event.objects.count()
    assert polling.reconcile().changed == 0
    assert Event.objects.count() == events


def test_what_connect_could_not_bring_is_found(docusign: VendorSandbox, told: list[tuple[str, str, str]]) -> None:
    polling.reconcile()
    told.clear()
    docusign.ask("/docusign/act", {"envelope": WAITING, "recipient": "PHD", "what": "complete"})
    docusign.ask("/docusign/act", {"envelope": WAITING, "recipient": "Legal", "what": "complete"})
    assert polling.reconcile().changed == 1
    assert told == [(WAITING, "sent", "completed")]


def test_the_mark_goes_back_an_hour_and_stays_after_a_failure(docusign: VendorSandbox) -> None:
    began = timezone.now()
    docusign.fault("docusign", "503", match="/restapi/", times=1)
    with pytest.raises(VendorError):
        polling.reconcile()
    assert not ReadMark.objects.exists()
    polling.reconcile()
    mark = ReadMark.objects.get()
    assert began <= mark.until <= timezone.now()
    assert polling._since(timezone.now()) == mark.until - timedelta(hours=1)


def test_other_powerforms_are_not_taken(docusign: VendorSandbox, settings: Any) -> None:
    settings.DOCUSIGN = replace(settings.DOCUSIGN, powerform_ids=(GATED_LETTERS,))
    polling.reconcile()
    assert Envelope.objects.get().powerform_id == GATED_LETTERS


def test_pages_are_read_to_the_end(docusign: VendorSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes are strings, and the next page begins where this one ended."""
    monkeypatch.setattr(reading, "PAGE", 3)
    assert len(list(reading.envelopes_since(timezone.now() - timedelta(days=400)))) == 8
    assert calls(docusign) == ["envelopes"] * 3


def test_the_search_is_looked_at_again(docusign: VendorSandbox) -> None:
    """DocuSign searches names and addresses too; only a subject counts."""
    since = timezone.now() - timedelta(days=400)
    assert [one.subject for one in reading.envelopes_since(since, text="Haruka Mori")] == ["GitLab LOA: Haruka Mori"]
    assert list(reading.envelopes_since(since, text="kitsune.example")) == []


def test_where_the_list_leaves_much_out_single_envelopes_are_asked_for_within_limits(
    docusign: VendorSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = reading.envelopes_since
    monkeypatch.setattr(reading, "envelopes_since", lambda since: (replace(one, recipients=()) for one in real(since)))
    monkeypatch.setattr(polling, "MOST_SINGLE", 5)
    found = polling.reconcile()
    assert (found.asked, found.changed, found.left) == (5, 5, 3)
    assert not ReadMark.objects.exists()
    found = polling.reconcile()
    assert (found.asked, found.left, Envelope.objects.count()) == (3, 0, 8)
    docusign.ask("/docusign/act", {"envelope": WAITING, "recipient": "PHD", "what": "decline", "reason": "No."})
    found = polling.reconcile()
    assert (found.asked, found.left) == (0, 1)
    Envelope.objects.update(fetched=timezone.now() - timedelta(minutes=16))
    assert polling.reconcile().changed == 1


def test_one_that_fails_stops_no_other(docusign: VendorSandbox) -> None:
    def fail(envelope: Envelope, _before: str) -> None:
        if envelope.envelope_id == WAITING:
            raise RuntimeError

    before = connect.callbacks[:]
    connect.on_change(fail)
    try:
        found = polling.reconcile()
    finally:
        connect.callbacks[:] = before
    assert (found.changed, found.left) == (7, 1)
    assert not ReadMark.objects.exists()
    assert polling.reconcile().changed == 1
    assert ReadMark.objects.exists()


def test_an_older_answer_only_moves_states_forwards(docusign: VendorSandbox) -> None:
    view, now = reading.envelope(WAITING), timezone.now()
    envelopes.keep(replace(view, subject="new", status="delivered"), asked=now)
    old = replace(view, subject="old", status="sent", workflow_status="paused")
    assert not envelopes.keep(old, asked=now - timedelta(minutes=1)).changed
    row = Envelope.objects.get()
    assert (row.subject, row.status, row.workflow_status, row.fetched) == ("new", "delivered", "", now)


def test_a_recipient_that_was_taken_off_is_gone(docusign: VendorSandbox) -> None:
    view, now = reading.envelope(WAITING), timezone.now()
    envelopes.keep(view, asked=now)
    envelopes.keep(replace(view, recipients=view.recipients[:2]), asked=now + timedelta(minutes=1))
    assert len(Envelope.objects.get().recipients) == 2


def test_docusign_is_not_polled_more_often_than_it_allows() -> None:
    assert SCHEDULE["news that DocuSign could not bring"].seconds >= 900


WAITING = "a1000000-5e1d-4a00-8000-000000000004"
