"""What was typed and uploaded outlasts a mistake, a reload and a closed tab; nobody else ever finds it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from documents.models import StoredFile
from portal import drafts
from portal.models import RequestDraft
from tests.portal.conftest import FORM, WHO, Filled, hidden, pdf
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
TEXT, FILES = "/request/draft/", "/request/draft/files/"
PROOF = {"kind": "proof-of-execution"}


def form_page(client: Client) -> str:
    return client.get(FORM, PROOF).content.decode()


def test_looking_at_the_form_keeps_nothing(client: Client) -> None:
    page = client.get(FORM, PROOF)
    assert drafts.COOKIE not in page.cookies
    assert not RequestDraft.objects.exists()


def test_text_is_kept_while_typing_and_is_there_after_a_reload(client: Client) -> None:
    form = hidden(form_page(client))
    kept = client.post(TEXT, {**form, "customer": "Havelland Klinik", "unknown": "no"})
    assert kept.status_code == 204
    cookie = kept.cookies[drafts.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/request/")
    page = form_page(client)
    assert 'value="Havelland Klinik"' in page
    assert hidden(page) == form, "the same form, so that sending it twice is still one request"
    assert "unknown" not in RequestDraft.objects.get().fields


def test_common_words_go_along_to_another_card(client: Client) -> None:
    client.post(TEXT, {**hidden(form_page(client)), **WHO, "message": "Please hurry", "customer": "Havelland"})
    other = client.get(FORM, {"kind": "nfr-licence"}).content.decode()
    assert "Please hurry" in other
    assert 'value="ana@acme.example"' in other
    assert "Havelland" not in other


def test_files_outlast_a_mistake_elsewhere(client: Client, filled: Filled) -> None:
    wrong = client.post(FORM, filled("proof-of-execution", deal_id=""))
    assert "SOW.pdf" in wrong.content.decode()
    again = form_page(client)
    assert "SOW.pdf" in again
    assert 'value="Havelland Klinik AG"' in again
    sent = client.post(FORM, filled("proof-of-execution", documents=None))
    assert sent.status_code == 302, sent.content.decode()
    assert [one.filename for one in Ticket.objects.get().attachments.all()] == ["SOW.pdf"]
    assert "SOW.pdf" not in form_page(client), "what was sent is not offered again"


def test_a_sent_draft_with_files_sent_again_is_the_same_request(client: Client, filled: Filled) -> None:
    client.post(FORM, filled("proof-of-execution", deal_id=""))
    form = filled("proof-of-execution", documents=None)
    first, second = client.post(FORM, form), client.post(FORM, form)
    assert first.status_code == second.status_code == 302
    assert Ticket.objects.count() == 1


def test_a_file_goes_to_the_draft_at_once_and_can_be_taken_out(client: Client) -> None:
    form = hidden(form_page(client))
    answer = client.post(FILES, {**form, "field": "documents", "upload": [pdf("one.pdf"), pdf("two.pdf")]})
    assert answer.status_code == 200
    assert "one.pdf" in answer.content.decode()
    part = RequestDraft.objects.get().parts.order_by("id")[0]
    left = client.post(FILES, {**form, "field": "documents", "remove": str(part.pk)}).content.decode()
    assert ("one.pdf" in left, "two.pdf" in left) == (False, True)
    assert StoredFile.objects.count() == 1


def test_a_file_is_taken_out_without_scripts_too(client: Client, filled: Filled) -> None:
    client.post(FORM, filled("proof-of-execution", deal_id=""))
    part = RequestDraft.objects.get().parts.get()
    answer = client.post(FORM, {**filled("proof-of-execution", documents=None), "remove": str(part.pk)})
    assert answer["Location"] == "/request/?kind=proof-of-execution"
    assert "SOW.pdf" not in form_page(client)
    assert 'value="Havelland Klinik AG"' in form_page(client)


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (SimpleUploadedFile("empty.txt", b""), "empty.txt is empty."),
        ([pdf(f"{one}.pdf") for one in range(11)], "These are 11 files."),
    ],
)
def test_the_draft_has_limits(client: Client, upload: Any, sentence: str) -> None:
    form = hidden(form_page(client))
    answer = client.post(FILES, {**form, "field": "documents", "upload": upload})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert RequestDraft.objects.get().parts.count() <= 10


def test_nobody_else_finds_a_draft(client: Client) -> None:
    form = hidden(form_page(client))
    client.post(FILES, {**form, "field": "documents", "upload": pdf("secret.pdf")})
    part = RequestDraft.objects.get().parts.get()
    stranger = Client()
    assert (
        "secret.pdf"
        not in stranger.post(FILES, {**form, "field": "documents", "remove": str(part.pk)}).content.decode()
    )
    assert RequestDraft.objects.get(pk=part.draft_id).parts.count() == 1
    assert "secret.pdf" not in form_page(stranger)
    stranger.cookies[drafts.COOKIE] = client.cookies[drafts.COOKIE].value + "x"
    assert "secret.pdf" not in form_page(stranger)
    assert "secret.pdf" not in stranger.post(FORM, {**form, **WHO}).content.decode()


def test_a_draft_of_somebody_signed_in_is_gone_after_sign_out(katrin: Client) -> None:
    katrin.post(TEXT, {**hidden(form_page(katrin)), "customer": "Havelland Klinik"})
    assert "Havelland Klinik" in form_page(katrin)
    katrin.logout()
    assert "Havelland Klinik" not in form_page(katrin)


@pytest.mark.parametrize(
    "change", [{"kind": "zebra"}, {"submission": ""}, {"submission": "short"}, {"kind": "reply:x"}, {"kind": "reply:"}]
)
def test_nonsense_is_not_kept(client: Client, change: dict[str, str]) -> None:
    form = {**hidden(form_page(client)), **change}
    assert client.post(TEXT, form).status_code == 400
    assert client.post(FILES, {**form, "upload": pdf()}).status_code == 400
    assert client.get(TEXT).status_code == 405
    assert not RequestDraft.objects.exists()


def test_text_the_database_would_refuse(client: Client) -> None:
    form = hidden(form_page(client))
    assert client.post(TEXT, {**form, "customer": "a\x00b", "message": "z" * 50_000}).status_code == 204
    assert RequestDraft.objects.get().fields["customer"] == "ab"


def test_the_sweep_takes_what_is_a_week_old_with_its_files(
    client: Client, filled: Filled, sent: Callable[..., tuple[Ticket, str]]
) -> None:
    client.post(FORM, filled("proof-of-execution", deal_id=""))
    client.post(FORM, filled("proof-of-execution", documents=None))
    client.post(FILES, {**hidden(form_page(client)), "field": "documents", "upload": pdf("left.pdf")})
    assert drafts.sweep() == 0
    RequestDraft.objects.update(updated=timezone.now() - drafts.LIFE - timedelta(minutes=1))
    assert drafts.sweep() == 2
    assert [one.name for one in StoredFile.objects.all()] == ["SOW.pdf"], "what became part of a ticket stays"


def test_one_visitor_cannot_pile_up_drafts(client: Client) -> None:
    for _number in range(drafts.MOST_OF_VISITOR + 5):
        client.post(TEXT, {**PROOF, "submission": drafts.new_key(), "customer": "x"})
    assert RequestDraft.objects.count() == drafts.MOST_OF_VISITOR
