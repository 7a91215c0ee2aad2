"""A letter as its partner sees it: how far it is, the file only while it counts, and nobody else's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from loa.models import Letter, LetterDecision, LetterRequest
from tests.conftest import Cast
from tests.loa.after_world import MONDAY, Stage, letter_of, request_of
from tickets import actions, tracking
from tickets.actions import FilePart, Recipient

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 signed by Legal %%EOF"


def page_of(request: LetterRequest, browser: Client | None = None) -> str:
    assert request.ticket is not None
    answer = (browser or Client()).get(tracking.path_for(request.ticket))
    assert answer.status_code == 200
    return answer.content.decode()


def steps_in(page: str) -> list[tuple[str, str]]:
    """State and name of each column."""
    found = page.split('<ol class="stepper">')[1].split("</ol>", maxsplit=1)[0].split('<li class="stepper-step is-')[1:]
    return [(one.partition('"')[0], one.partition("<b>")[2].partition("<")[0]) for one in found]


def fetch(request: LetterRequest) -> tuple[int, bytes]:
    assert request.ticket is not None
    answer = Client().get(f"{tracking.path_for(request.ticket)}letter/")
    return answer.status_code, b"".join(answer.streaming_content) if answer.streaming else b""  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("stage", "steps"),
    [
        (Stage.REQUESTED, ["current Your signature", "later Check by Partner Help Desk", "later Date by Legal",
                           "later Letter valid"]),
        (Stage.PHD_REVIEW, ["done Requested", "current Partner Help Desk checks", "later Date by Legal",
                            "later Letter valid"]),
        (Stage.LEGAL_REVIEW, ["done Requested", "done Checked by Partner Help Desk", "current Legal dates it",
                              "later Letter valid"]),
        (Stage.DECLINED, ["done Requested", "stopped Not approved"]),
        (Stage.LEGAL_DECLINED, ["done Requested", "done Checked by Partner Help Desk", "stopped Not signed by Legal"]),
        (Stage.VOIDED, ["done Requested", "done Checked by Partner Help Desk", "stopped Cancelled"]),
    ],
)  # fmt: skip
def test_how_far_it_is_and_no_file_before_legal(cast: Cast, stage: str, steps: list[str]) -> None:
    request = request_of(cast.katrin, stage=stage)
    page = page_of(request)
    assert [f"{state} {name}" for state, name in steps_in(page)] == steps
    assert ("Not valid until Legal has dated it" in page) == (stage == Stage.LEGAL_REVIEW)
    assert "Download the letter" not in page
    assert fetch(request)[0] == 404


def test_what_we_declined_by_a_void_is_declined_and_not_cancelled(cast: Cast) -> None:
    request = request_of(cast.katrin, stage=Stage.VOIDED)
    LetterDecision.objects.create(request=request, what="decline", how="void", state="done", by=cast.nadia)
    page = page_of(request)
    assert steps_in(page) == [("done", "Requested"), ("stopped", "Not approved")]
    assert "We could not approve your letter" in page
    assert "ancelled" not in page


def test_the_signed_letter_is_there_while_it_counts(cast: Cast) -> None:
    today = timezone.localdate()
    request = request_of(cast.katrin, stage=Stage.COMPLETED)
    assert "You can download it here in a few minutes" in page_of(request)
    letter = letter_of(cast.northwind, dated=today, request=request, content=PDF)
    assert request.ticket is not None
    assert letter.stored is not None
    sent = [FilePart(stored=letter.stored, filename="As it was mailed.pdf")]
    told = actions.tell(request.ticket, body="Here.", to=[Recipient(address=cast.katrin.email)], key="1", files=sent)
    copy = f"{tracking.path_for(request.ticket)}files/{told.attachments.get().pk}/"
    page = page_of(request)
    assert ("As it was mailed.pdf" in page, Client().get(copy).status_code) == (True, 200)
    assert [state for state, _name in steps_in(page)] == ["done"] * 4
    assert "Your letter is valid" in page
    assert "Download the letter" in page
    assert fetch(request) == (200, PDF)
    for values, words in (
        (
            {"state": "recalled", "recall_why": "The agreement has ended."},
            "Do not use it any more: The agreement has ended.",
        ),
        ({"state": "superseded"}, "A newer letter has taken its place."),
        ({"valid_until": today - timedelta(days=1), "dated": today - timedelta(days=366)}, "This letter ended on"),
    ):
        Letter.objects.filter(pk=letter.pk).update(**{"state": "in_force", **values})
        page = page_of(request)
        assert words in page
        assert "Download the letter" not in page
        assert "As it was mailed.pdf" not in page
        assert (fetch(request)[0], Client().get(copy).status_code) == (404, 404)


def test_only_their_own_letters(cast: Cast, client: Client, katrin: Client) -> None:
    """Whoever asked for it; one of before by the address they sign in with; not a colleague of the same company."""
    mine = letter_of(cast.northwind, dated=timezone.localdate(), request=request_of(cast.katrin, stage=Stage.COMPLETED))
    before = letter_of(cast.northwind, dated=timezone.localdate(), requester_email="KATRIN@northwind.example.com")
    colleague = letter_of(cast.northwind, dated=timezone.localdate(), requester_email="ben@northwind.example.com")
    omars = letter_of(
        cast.bluepeak, dated=timezone.localdate(), requester_email=cast.katrin.email,
        request=request_of(cast.omar, stage=Stage.COMPLETED, envelope_id="ffff0000-7"),
    )  # fmt: skip
    found = {one.pk: katrin.get(f"/portal/letters/{one.pk}/").status_code for one in (mine, before, colleague, omars)}
    assert found == {mine.pk: 200, before.pk: 200, colleague.pk: 404, omars.pk: 404}
    listed = katrin.get("/portal/").content.decode()
    assert all(
        (f"/portal/letters/{one.pk}/" in listed) == (one in (mine, before)) for one in (mine, before, colleague, omars)
    )
    assert client.get(f"/portal/letters/{mine.pk}/").status_code == 302
    client.force_login(cast.nadia)
    assert client.get(f"/portal/letters/{mine.pk}/").status_code == 404


def test_a_form_the_partner_never_signed(cast: Cast) -> None:
    request = request_of(cast.katrin, stage=Stage.DECLINED)
    request.spans.filter(stage=Stage.PHD_REVIEW).delete()
    assert steps_in(page_of(request)) == [("stopped", "You did not sign")]


def test_the_list_shows_how_far_each_letter_is(
    cast: Cast, katrin: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(4):
        request_of(cast.katrin, envelope_id=f"ffff0000-{number}", times=(MONDAY, datetime(2026, 11, 24, 9, tzinfo=UTC)))
    with django_assert_max_num_queries(9):
        page = katrin.get("/portal/").content.decode()
    assert page.count('<ol class="stepper">') == 4
    assert page.count("Not valid until Legal has dated it") == 4


def test_a_letter_dated_ahead_does_not_count_yet(cast: Cast) -> None:
    request = request_of(cast.katrin, stage=Stage.COMPLETED)
    letter_of(cast.northwind, dated=date.today() + timedelta(days=3), request=request)  # noqa: DTZ011 - any zone's
    assert fetch(request)[0] == 404
