"""What callbacks mean: doubled, turned round, late, forged or of somebody else, the state is right (F-09, S-27)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from integrations import breaker
from integrations.docusign import applying, connect, tasks
from integrations.models import ConnectNotice, Envelope
from integrations.tasks import resume
from journal.models import Event
from tests.conftest import Cast
from tests.integrations.docusign.conftest import Hook, Story, signer
from tests.sandbox_desk import VendorSandbox
from web import nudging

pytestmark = pytest.mark.django_db
State = ConnectNotice.State
Told = list[tuple[str, str, str]]
COMPLETED, DECLINED, WAITING, PAUSED, VOIDED = (
    f"a1000000-5e1d-4a00-8000-00000000000{number}" for number in (1, 3, 4, 6, 7)
)


@pytest.fixture(autouse=True)
def _desk(docusign: VendorSandbox, hook: Hook, settings: Any) -> None:
    """`hook` and `docusign` point the same settings somewhere."""
    settings.DOCUSIGN = replace(settings.DOCUSIGN, base_url=docusign.url)


def take(hook: Hook, *bodies: bytes) -> None:
    """All of them kept, then all of them applied."""
    for body in bodies:
        assert hook.send(body) == 200
    tasks.apply_waiting()


def due() -> None:
    ConnectNotice.objects.filter(state=State.RECEIVED).update(claimed_until=Now())


def gets(docusign: VendorSandbox) -> int:
    return sum(one["method"] == "GET" and "/envelopes" in one["path"] for one in docusign.requests("docusign"))


def life(story: Story) -> list[bytes]:
    """From sent to completed, as Connect tells it."""
    story.signers = [signer(1, "sent"), signer(2, "created")]
    sent = story.body("envelope-sent", "sent", minute=0)
    story.signers = [signer(1, "completed"), signer(2, "sent")]
    first = story.body("recipient-completed", "sent", recipient="1", minute=1)
    delivered = story.body("envelope-delivered", "delivered", minute=2)
    story.signers = [signer(1, "completed"), signer(2, "completed")]
    second = story.body("recipient-completed", "delivered", recipient="2", minute=3)
    return [sent, first, delivered, second, story.body("envelope-completed", "completed", minute=4)]


def test_a_new_envelope_is_known_from_its_first_news(hook: Hook, docusign: VendorSandbox, told: Told) -> None:
    story = Story(signers=[signer(1, "sent"), signer(2, "created")])
    take(hook, story.body("envelope-sent", "sent"))
    row = story.row
    assert (row.status, row.subject, row.custom_fields) == ("sent", "GitLab LOA: Acme", {"Company": "Acme"})
    assert [(one["order"], one["role"], one["status"]) for one in row.recipients] == [
        (1, "Partner", "sent"), (2, "PHD", "created"),
    ]  # fmt: skip
    assert story.notices == [("envelope-sent", State.APPLIED)]
    assert told == [(story.envelope_id, "", "sent")]
    event = Event.objects.get(subject_type="integrations.envelope")
    assert (event.before["status"], event.after["status"], event.after["recipients"]) == (
        "", "sent", {"1": "sent", "2": "created"},
    )  # fmt: skip
    assert "acme.example" not in str(event.after)
    assert gets(docusign) == 0


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::11])
def test_in_any_order_the_end_is_the_end(hook: Hook, docusign: VendorSandbox, told: Told, order: Sequence[int]) -> None:
    """F-09: every effect once, and the older news never wins."""
    bodies = life(Story(envelope_id=COMPLETED))
    take(hook, *(bodies[number] for number in order))
    row = Envelope.objects.get()
    assert row.status == "completed"
    assert {one["status"] for one in row.recipients} == {"completed"}
    assert [now for _id, _before, now in told].count("completed") == 1
    assert [before for _id, before, _now in told if before] == sorted(
        (before for _id, before, _now in told if before), key=["sent", "delivered"].index
    )
    assert not ConnectNotice.objects.exclude(state__in=[State.APPLIED, State.STALE]).exists()
    assert gets(docusign) <= 3


def test_doubled_news_change_nothing_twice(hook: Hook, docusign: VendorSandbox, told: Told) -> None:
    bodies = life(Story(envelope_id=COMPLETED))
    take(hook, *bodies)
    events, heard, asked = Event.objects.count(), len(told), gets(docusign)
    take(hook, *bodies, *reversed(bodies))
    assert (Event.objects.count(), len(told), gets(docusign)) == (events, heard, asked)
    assert set(ConnectNotice.objects.values_list("times", flat=True)) == {3}
    for pk in ConnectNotice.objects.values_list("pk", flat=True):
        applying.apply(pk)
    assert Event.objects.count() == events


def test_late_news_are_noted_and_nothing_more(hook: Hook) -> None:
    story = Story(envelope_id=COMPLETED)
    sent, *rest = life(story)
    take(hook, rest[-1])
    take(hook, sent)
    assert story.row.status == "completed"
    late = ConnectNotice.objects.get(event="envelope-sent")
    assert (late.state, late.note, late.applied_to) == (
        State.STALE,
        "It came late: the envelope is completed.",
        story.row,
    )


@pytest.mark.parametrize("status", ["completed", "declined", "voided"])
def test_an_end_is_taken_from_docusign_itself(hook: Hook, status: str, caplog: pytest.LogCaptureFixture) -> None:
    """S-27: whoever holds a key can sign anything; DocuSign says the letter still waits."""
    story = Story(envelope_id=WAITING, signers=[signer(1, "completed"), signer(2, "completed")])
    take(hook, story.body(f"envelope-{status}", status, voidedReason="forged"))
    row = story.row
    assert (row.status, row.reason, row.completed) == ("sent", "", None)
    assert [one["status"] for one in row.recipients] == ["completed", "sent", "created"]
    notice = ConnectNotice.objects.get()
    assert (notice.state, notice.note) == (State.STALE, f"The callback says {status}, DocuSign itself says sent.")
    assert f"DocuSign says {row.status}" in caplog.text


def test_that_a_recipient_is_done_is_taken_from_docusign_itself(hook: Hook, docusign: VendorSandbox) -> None:
    """S-27: the desk's approval is one recipient's, while the envelope is still under way."""
    story = Story(envelope_id=WAITING, signers=[signer(1, "completed"), signer(2, "completed"), signer(3, "sent")])
    take(hook, story.body("recipient-completed", "sent", recipient="2"))
    assert [one["status"] for one in story.row.recipients] == ["completed", "sent", "created"]
    assert gets(docusign) == 1


@pytest.mark.parametrize(
    ("envelope_id", "status", "reason"),
    [(DECLINED, "declined", "Partner Status is Pending"), (VOIDED, "voided", "Asked twice")],
)
def test_the_reason_of_an_end_is_kept(hook: Hook, envelope_id: str, status: str, reason: str) -> None:
    story = Story(envelope_id=envelope_id)
    take(hook, story.body(f"envelope-{status}", status))
    assert story.row.status == status
    assert reason in story.row.reason


def test_what_is_over_stays_as_it_is(hook: Hook) -> None:
    story = Story(envelope_id=COMPLETED)
    take(hook, story.body("envelope-completed", "completed"))
    take(hook, story.body("envelope-voided", "voided", minute=9), story.body("envelope-declined", "declined", minute=9))
    assert story.row.status == "completed"


@pytest.mark.parametrize(
    ("story", "note"),
    [
        (Story(account=str(uuid4())), "another DocuSign account"),
        (Story(powerform=str(uuid4())), "another PowerForm"),
        (Story(powerform=""), "shows us no such envelope"),
    ],
)
def test_what_is_not_ours_is_put_aside_in_sight(hook: Hook, story: Story, note: str) -> None:
    """F-09: an unknown envelope, another account, another PowerForm; all answered 200."""
    take(hook, story.body("envelope-completed", "completed"))
    notice = ConnectNotice.objects.get()
    assert notice.state == State.IGNORED
    assert note in notice.note
    assert not Envelope.objects.exists()


def test_an_envelope_that_docusign_does_not_know_is_put_aside(hook: Hook) -> None:
    take(hook, Story().body("envelope-completed", "completed"))
    assert ConnectNotice.objects.get().state == State.IGNORED


def test_an_envelope_of_another_powerform_is_found_out_by_asking(hook: Hook, settings: Any) -> None:
    """Where Connect is set to leave the PowerForm out."""
    settings.DOCUSIGN = replace(settings.DOCUSIGN, powerform_ids=(str(uuid4()),))
    take(hook, Story(envelope_id=WAITING, powerform="").body("envelope-sent", "sent"))
    assert ConnectNotice.objects.get().note == "The envelope comes from another PowerForm or another sender."
    assert not Envelope.objects.exists()


def test_news_without_a_summary_are_asked_for(hook: Hook) -> None:
    story = Story(envelope_id=PAUSED, powerform="")
    take(hook, story.body("recipient-completed", "", recipient="1"))
    assert (story.row.status, story.row.workflow_status) == ("sent", "paused")


@pytest.mark.parametrize("mode", ["503", "html", "truncated", "redirect", "drop-before", "403-limit", "401"])
def test_while_docusign_is_away_news_wait_in_sight_and_go_on_by_themselves(
    hook: Hook, docusign: VendorSandbox, mode: str
) -> None:
    docusign.fault("docusign", mode, match="/restapi/")
    story = Story(envelope_id=COMPLETED)
    take(hook, story.body("envelope-completed", "completed"))
    notice = ConnectNotice.objects.get()
    assert (notice.state, notice.attempts) == (State.RECEIVED, 1)
    assert notice.note
    assert notice.claimed_until is not None
    assert not Envelope.objects.exists()
    assert tasks.waiting() == []
    docusign.fault("docusign")
    breaker.close("docusign")
    resume("docusign")  # as closing it asks a worker to
    tasks.apply_waiting()
    assert story.row.status == "completed"
    assert story.notices == [("envelope-completed", State.APPLIED)]


def test_missing_consent_is_said_in_the_note(hook: Hook, docusign: VendorSandbox, settings: Any) -> None:
    docusign.ask("/docusign/settings", {"consent_required": [settings.DOCUSIGN.sender_user_id]})
    take(hook, Story(envelope_id=COMPLETED).body("envelope-completed", "completed"))
    assert "administrator's consent" in ConnectNotice.objects.get().note


def test_who_registered_and_fails_undoes_the_change_and_is_called_again(hook: Hook, told: Told) -> None:
    """Change, event and what follows from it are one thing."""
    story = Story()
    broken = connect.callbacks[:]

    def fail(_envelope: Envelope, _before: str) -> None:
        raise RuntimeError

    connect.on_change(fail)
    take(hook, story.body("envelope-sent", "sent"))
    assert not Envelope.objects.exists()
    assert "RuntimeError" in ConnectNotice.objects.get().note
    connect.callbacks[:] = broken
    due()
    tasks.apply_waiting()
    assert story.row.status == "sent"
    assert Event.objects.filter(subject_type="integrations.envelope").count() == 1


def test_a_notice_is_taken_by_one_worker_only(hook: Hook) -> None:
    assert hook.send(Story().body("envelope-sent", "sent")) == 200
    pk = ConnectNotice.objects.get().pk
    held = applying._claim(pk)
    assert held is not None
    assert applying._claim(pk) is None
    assert not applying._write(replace_claim(held), note="by somebody whose claim is over")


def replace_claim(notice: ConnectNotice) -> ConnectNotice:
    other = ConnectNotice.objects.get(pk=notice.pk)
    other.claimed_until = None
    return other


def test_a_burst_is_worked_through_in_turns(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    """F-08: a worker that takes hundreds of news lets mail and steps have their turn, and comes back for the rest."""
    for _number in range(3):
        hook.send(Story(signers=[signer(1, "sent")]).body("envelope-sent", "sent"))
    asked: list[str] = []
    monkeypatch.setattr(nudging, "publish", lambda task, _args, **_more: asked.append(task))
    monkeypatch.setattr(tasks, "TURN", -1.0)
    tasks.apply_waiting()
    assert (asked, len(tasks.waiting())) == ([connect.ALL_WAITING], 3)
    monkeypatch.setattr(tasks, "TURN", 60.0)
    asked.clear()
    tasks.apply_waiting()
    assert (connect.ALL_WAITING in asked, tasks.waiting()) == (False, [])


def test_a_worker_that_died_is_followed_by_another(hook: Hook) -> None:
    assert hook.send(Story().body("envelope-sent", "sent")) == 200
    notice = ConnectNotice.objects.get()
    assert applying._claim(notice.pk)
    assert tasks.waiting() == []
    due()
    tasks.apply_waiting()
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == (State.APPLIED, 2)


def test_after_a_month_only_that_it_came_is_known(hook: Hook) -> None:
    """What it said, names and addresses, is forgotten; the same news again is still the same (S-27)."""
    story = Story()
    sent, waits = story.body("envelope-sent", "sent"), Story().body("envelope-sent", "sent")
    take(hook, sent, b"<xml/>")
    assert hook.send(waits) == 200
    tasks.forget_notices()
    assert not ConnectNotice.objects.filter(body=b"").exists()
    ConnectNotice.objects.update(created=Now() - timedelta(days=31))
    tasks.forget_notices()
    assert [bytes(one.body) for one in ConnectNotice.objects.all()] == [b"", b"", waits]
    take(hook, sent)
    assert [one.times for one in ConnectNotice.objects.all()] == [2, 1, 1]
    assert story.notices == [("envelope-sent", State.APPLIED)]


def test_what_waits_or_was_put_aside_can_be_read_with_its_reason(hook: Hook, cast: Cast) -> None:
    """Nothing stuck without a visible reason."""
    take(hook, Story(powerform=str(uuid4())).body("envelope-sent", "sent"), b"<xml/>")
    hook.client.force_login(cast.ada)
    page = hook.client.get("/admin/integrations/connectnotice/").content.decode()
    assert "The envelope comes from another PowerForm." in page
    assert "It is not JSON." in page
    assert hook.client.get("/admin/integrations/envelope/").status_code == 200
    pk = ConnectNotice.objects.values_list("pk", flat=True)[0]
    assert hook.client.get(f"/admin/integrations/connectnotice/{pk}/change/").status_code == 200
