"""When Legal has signed, over the real wire: fetched once, checked, kept, both told once, the ticket resolved."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from documents.models import StoredFile
from integrations import asking, equipment  # noqa: F401 - a worker's: what can be asked of DocuSign
from integrations.models import Envelope
from journal.record import events_of
from loa import clock, letters, moving, signed
from loa.models import Letter, LetterRequest, StageSpan
from loa.procedure import LETTER
from mail import hooks as mail_hooks
from mail.models import OutgoingMail, Undeliverable
from tests.conftest import Cast
from tests.loa.after_world import COMPLETED, MONDAY, Stage, letter_of, request_of, ticket_of
from tests.sandbox_desk import VendorSandbox
from tickets import actions, procedures, steps
from tickets.models import Message, Status, Step, Ticket

pytestmark = pytest.mark.django_db
MINE = ("legal", "keep", "tell", "solve")


@pytest.fixture(autouse=True)
def _from_legal_on(monkeypatch: pytest.MonkeyPatch, handbook: None) -> None:
    """The procedure as it is once somebody has decided."""
    own = tuple(plan for plan in LETTER.steps if plan.slug in MINE)
    rest = procedures.Procedure(kind="loa", title=LETTER.title, handbook=LETTER.handbook, steps=own)
    monkeypatch.setitem(procedures._procedures, "loa", rest)


def states(ticket: Ticket) -> dict[str, str]:
    return {step.slug: step.state for step in steps.of(ticket)}


def sign(request: LetterRequest) -> None:
    """Legal has signed, as the envelope's row says it."""
    assert request.envelope is not None
    now = datetime(2026, 11, 26, 22, 30, tzinfo=UTC)
    Envelope.objects.filter(pk=request.envelope.pk).update(status="completed", completed=now)
    StageSpan.objects.filter(request=request, left=None).update(left=now)
    LetterRequest.objects.filter(pk=request.pk).update(stage=Stage.COMPLETED, stage_since=now, ended=now)
    assert request.ticket is not None
    steps.heard(request.ticket, "envelope")


def waiting(cast: Cast, **values: Any) -> LetterRequest:
    ticket = ticket_of(cast.katrin)
    request = request_of(cast.katrin, ticket=ticket, **values)
    steps.heard(ticket, "envelope")
    return request


def mails(**where: Any) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(purpose__in=["reply", "notice"], **where).order_by("created"))


def test_with_legal_it_waits_with_a_clock_of_its_own(cast: Cast) -> None:
    since = datetime(2026, 11, 25, 10, tzinfo=UTC)
    request = waiting(cast, times=(since - timedelta(days=2), since - timedelta(days=1), since))
    assert request.ticket is not None
    step = Step.objects.get(ticket=request.ticket, slug="legal")
    assert (step.state, step.waits_for) == ("waiting", "legal")
    assert step.remind_at == clock.remind_legal(since, "EMEA")
    assert [fact["name"] for fact in step.data["facts"]] == ["With PHD", "With Legal", "With the partner before"]
    assert states(request.ticket)["keep"] == "later"


def test_the_signed_letter_is_fetched_kept_and_told_once(cast: Cast, sandbox: VendorSandbox) -> None:
    request = waiting(cast)
    assert request.ticket is not None
    sign(request)
    for _twice in range(2):
        steps.work_on(request.ticket.pk)
    assert states(request.ticket) == dict.fromkeys(MINE, "done")
    letter = Letter.objects.get(request=request)
    assert letter.stored is not None
    assert (letter.sha256, letter.pages) == (letter.stored.sha256, 2)
    assert letter.stored.read().startswith(b"%PDF-")
    assert (letter.account, letter.state, letter.requester_email) == (cast.northwind, "in_force", cast.katrin.email)
    assert letter.valid_until == letter.dated.replace(year=letter.dated.year + 1)
    to_katrin, to_sofia = mails()
    assert [to_katrin.to[0]["address"], to_sofia.to[0]["address"]] == [cast.katrin.email, cast.sofia.email]
    assert "Northwind DevOps GmbH is signed and valid" in to_katrin.body_text
    assert [one.stored for one in to_katrin.enclosures.all()] == [letter.stored]
    mail_hooks.bounced(to_katrin, {cast.katrin.email: True})
    assert "Did not arrive" in str(Step.objects.get(ticket=request.ticket, slug="tell").data["facts"])
    assert events_of(request).filter(verb="mail came back").exists()
    message = Message.objects.get(ticket=request.ticket, visibility="reply")
    assert (message.automatic, message.outgoing, message.attachments.get().stored) == (True, to_katrin, letter.stored)
    request.ticket.refresh_from_db()
    assert request.ticket.status == Status.SOLVED
    asked = [one for one in sandbox.requests("docusign") if "/documents/" in one["path"]]
    assert len(asked) == 1


@pytest.mark.parametrize("stage", [Stage.DECLINED, Stage.VOIDED, Stage.LEGAL_DECLINED])
def test_an_envelope_without_a_letter_ends_truthfully(cast: Cast, stage: str) -> None:
    request = waiting(cast, stage=stage, reason="Asked twice.")
    assert request.ticket is not None
    steps.work_on(request.ticket.pk)
    found = states(request.ticket)
    assert (found["keep"], found["tell"], found["solve"]) == ("skipped", "skipped", "done")
    why = Step.objects.get(ticket=request.ticket, slug="keep").why
    assert "Asked twice." in why
    assert not mails()


def test_docusign_away_is_tried_again_and_half_a_letter_is_none(cast: Cast, sandbox: VendorSandbox) -> None:
    request = waiting(cast)
    assert request.ticket is not None
    sign(request)
    sandbox.fault("docusign", "truncated", match="/documents/", times=1)
    steps.work_on(request.ticket.pk)
    step = Step.objects.get(ticket=request.ticket, slug="keep")
    assert (step.state, Letter.objects.count(), StoredFile.objects.filter(key__startswith="letters/").count()) == (
        "ready", 0, 0,
    )  # fmt: skip
    assert step.problem
    Step.objects.filter(pk=step.pk).update(next_try=step.ready)
    steps.work_on(request.ticket.pk)
    assert states(request.ticket)["solve"] == "done"


def test_a_letter_about_somebody_else_is_not_kept(cast: Cast, sandbox: VendorSandbox) -> None:
    """The file DocuSign gives names another envelope and another company: a person looks."""
    request = request_of(cast.omar, stage=Stage.COMPLETED, company="Bluepeak Systems Inc.", envelope_id="ffff0000-1")
    content = asking.ask("docusign.completed_pdf", COMPLETED)
    with pytest.raises(signed.NotTheLetter, match="neither this envelope nor Bluepeak Systems"):
        letters.keep(request, content)
    with pytest.raises(signed.NotTheLetter, match="no whole PDF"):
        letters.keep(request, content[:-400])
    assert not Letter.objects.exists()
    same = request_of(cast.omar, stage=Stage.COMPLETED, company="NORTHWIND DevOps", envelope_id="ffff0000-2")
    assert letters.keep(same, content).pages == 2


def test_what_nobody_can_read_is_kept_with_the_day_of_completion(cast: Cast) -> None:
    request = request_of(cast.katrin, stage=Stage.COMPLETED, times=(datetime(2026, 11, 26, 22, 30, tzinfo=UTC),),
                         region="APAC")  # fmt: skip
    letter = letters.keep(request, b"%PDF-1.7 a scan of a scan " + b"x" * 300 + b"%%EOF")
    assert (letter.dated, letter.valid_until, letter.pages) == (date(2026, 11, 27), date(2027, 11, 27), None)


def test_legal_s_date_on_the_pdf_counts_and_not_the_day_of_completion(cast: Cast) -> None:
    """A real PDF, read in the cage: signed on the 23rd, dated by Legal on the 24th, through DocuSign on the 26th."""
    drawn, content = io.BytesIO(), ("Northwind DevOps GmbH", "Date signed: 2026-11-23", "Date: 24 November 2026")
    canvas = Canvas(drawn)
    for number, line in enumerate(content):
        canvas.drawString(72, 700 - 20 * number, line)
    canvas.save()
    request = request_of(cast.katrin, stage=Stage.COMPLETED, times=(MONDAY, MONDAY, MONDAY, MONDAY + timedelta(days=3)))
    letter = letters.keep(request, drawn.getvalue())
    assert (letter.dated, letter.valid_until, letter.pages) == (date(2026, 11, 24), date(2027, 11, 24), 1)
    assert events_of(letter).get(verb="letter_kept").after["dated_by"] == "letter"


def test_the_newest_date_counts_whichever_comes_first(cast: Cast) -> None:
    """Of one partner and one end customer; another customer's letter stays."""
    other = letter_of(cast.northwind, dated=date(2026, 1, 5), end_customer="Stadtwerke")
    old = letter_of(cast.northwind, dated=date(2026, 2, 5), end_customer="HAVELLAND KLINIK")
    new = letter_of(cast.northwind, dated=date(2026, 11, 5))
    late = letter_of(cast.northwind, dated=date(2026, 3, 5))
    letters.replace(late)
    for one in (other, old, new, late):
        one.refresh_from_db()
    assert [one.state for one in (other, old, new, late)] == ["in_force", "superseded", "in_force", "superseded"]
    assert {old.superseded_by, late.superseded_by} == {new}
    assert list(letters.in_force(cast.northwind, date(2026, 11, 26))) == [new, other]
    assert letters.valid_for("northwind devops", date(2026, 11, 26)) == [new, other]


def test_a_dead_address_is_not_written_to_and_the_step_says_so(cast: Cast, sandbox: VendorSandbox) -> None:
    Undeliverable.objects.create(address=cast.katrin.email, words="user unknown")
    request = waiting(cast)
    assert request.ticket is not None
    sign(request)
    for _twice in range(2):
        steps.work_on(request.ticket.pk)
    step = Step.objects.get(ticket=request.ticket, slug="tell")
    assert step.state == "stuck"
    assert f"Mail to {cast.katrin.email} comes back" in step.problem
    assert [mail.to[0]["address"] for mail in mails()] == [cast.sofia.email]
    steps.retry(step, by=cast.nadia)
    steps.work_on(request.ticket.pk)
    assert len(mails()) == 1


def test_letters_of_a_merged_partner_go_with_it(cast: Cast) -> None:
    kept = letter_of(cast.bluepeak, dated=date(2026, 2, 5))
    newer = letter_of(cast.northwind, dated=date(2026, 11, 5))
    moving.follow(cast.bluepeak, cast.northwind)
    kept.refresh_from_db()
    assert (kept.account, kept.state, kept.superseded_by) == (cast.northwind, "superseded", newer)
    assert not Letter.objects.filter(account=cast.bluepeak).exists()


def test_a_letter_of_nobody_known_belongs_to_whom_somebody_names(cast: Cast) -> None:
    ticket = ticket_of(cast.katrin)
    actions.change_partner(ticket, to=None, by=cast.nadia)
    request = request_of(cast.katrin, stage=Stage.COMPLETED, ticket=ticket, account=None)
    letter = letters.keep(request, b"%PDF-1.7 a scan of a scan " + b"x" * 300 + b"%%EOF")
    assert letter.account is None
    actions.change_partner(ticket, to=cast.bluepeak, by=cast.nadia)
    letter.refresh_from_db()
    assert letter.account == cast.bluepeak
    assert "letter_partner_named" in [event.verb for event in events_of(letter)]
