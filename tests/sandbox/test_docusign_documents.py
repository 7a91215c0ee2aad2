"""F-09, S-27: documents, form data, history and limits of the DocuSign stand-in, through the vendor's client."""

from __future__ import annotations

import base64
import io
import json
import re
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from docusign_esign import (
    ApiException,
    Document,
    EnvelopeDefinition,
    Recipients,
    RecipientViewRequest,
    Signer,
    TemplateRole,
)
from pypdf import PdfReader

from sandbox import docusign
from tests.sandbox.docusign_world import ACCOUNT, APPROVER, ASK, GATED, KEY, POWERFORM, SENDER, SIGNING, World, seeded
from tests.sandbox.test_docusign_api import refusal

TEMPLATE = "1e4f7a90-5b2c-4d38-8f61-a0b9c8d7e610"


def pages(content: bytes) -> list[str]:
    assert content.startswith(b"%PDF")
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def newest(world: World, form: str = POWERFORM) -> str:
    """The envelope that a partner has just started."""
    page = world.ask(f"/powerform/{form}", form=ASK)
    started: str = re.findall(r"/docusign/([0-9a-f-]{36})/", page)[0]
    return started


def test_the_combined_pdf_is_a_draft_until_all_have_signed(world: World) -> None:
    """Japanese and German names can be read; the certificate comes at the end, and the mark across goes."""
    envelope = newest(world)
    api = world.api()
    [draft] = pages(api.get_document(ACCOUNT, "combined", envelope))
    for words in ("NOT VALID", ASK["company"], ASK["end_customer"], "none until everybody has signed"):
        assert words in draft
    world.act(envelope, "PHD", "complete")
    world.act(envelope, "Legal", "complete")
    letter, certificate = pages(api.get_document(ACCOUNT, "combined", envelope))
    assert "NOT VALID" not in letter
    assert "Signed by Channel Legal (Legal): 20" in letter
    assert "Certificate Of Completion" in certificate
    assert envelope in certificate
    assert len(pages(api.get_document(ACCOUNT, "combined", envelope, certificate="false"))) == 1
    assert len(pages(api.get_document(ACCOUNT, "1", envelope))) == 1
    assert api.get_document(ACCOUNT, "combined", envelope) == api.get_document(ACCOUNT, "combined", envelope)
    assert refusal(lambda: api.get_document(ACCOUNT, "9", envelope)) == (404, "DOCUMENT_DOES_NOT_EXIST")
    listed = api.list_documents(ACCOUNT, envelope).envelope_documents
    assert [one.document_id for one in listed] == ["1", "certificate"]


def test_form_data_can_be_forbidden(world: World) -> None:
    """Vendors.md §4: then the tabs of the recipients are what is left."""
    api, envelope = world.api(), newest(world)
    data = api.get_form_data(ACCOUNT, envelope)
    assert {one.name: one.value for one in data.form_data} == {
        "Company": ASK["company"],
        "Requester": ASK["requester"],
        "Requester Email": ASK["email"],
        "End Customer": ASK["end_customer"],
        "Country": ASK["country"],
        "Purpose": ASK["purpose"],
    }
    assert [one.name for one in data.recipient_form_data] == ["Haruka Mori", "Partner Help Desk", "Channel Legal"]
    world.ask("/docusign/settings", {"form_data": False})
    assert refusal(lambda: api.get_form_data(ACCOUNT, envelope)) == (401, "USER_LACKS_PERMISSIONS")
    signers = api.list_recipients(ACCOUNT, envelope, include_tabs="true").signers
    assert signers[0].tabs.text_tabs[0].value == ASK["company"]
    assert [len(one.tabs.approve_tabs or []) for one in signers] == [0, 1, 0]
    assert api.list_recipients(ACCOUNT, envelope).signers[0].tabs is None


def test_the_history_is_in_the_audit_events(world: World) -> None:
    events = world.api().list_audit_events(ACCOUNT, seeded(3)).audit_events
    lines = [{one.name: one.value for one in event.event_fields} for event in events]
    assert [line["Action"] for line in lines] == [
        *("Registered", "Sent Invitations", "Viewed", "Signed", "Viewed", "Declined")
    ]
    assert (lines[-1]["UserName"], lines[-1]["EnvelopeStatus"]) == ("Partner Help Desk", "declined")


def test_an_envelope_by_api_from_a_template(world: World) -> None:
    """Vendors.md §5 C: made by the product, found again by its transaction, signed by the partner embedded."""
    role = TemplateRole(role_name="Partner", name="Ana Silva", email="ana@acme.example", client_user_id="42")
    definition = EnvelopeDefinition(
        template_id=TEMPLATE, template_roles=[role], status="sent", transaction_id="PHD-1042"
    )
    api = world.api(SENDER)
    made = api.create_envelope(ACCOUNT, envelope_definition=definition)
    assert made.status == "sent"
    found = api.list_status_changes(ACCOUNT, transaction_ids="PHD-1042")
    assert [one.envelope_id for one in found.envelopes] == [made.envelope_id]
    assert found.envelope_transaction_statuses[0].transaction_id == "PHD-1042"
    request = RecipientViewRequest(**SIGNING, client_user_id="42", user_name="Ana Silva", email="ana@acme.example")
    url = api.create_recipient_view(ACCOUNT, made.envelope_id, recipient_view_request=request).url
    assert "Ana Silva" in world.ask(url.removeprefix(world.base))


def test_an_envelope_by_api_from_documents(world: World) -> None:
    document = Document(document_id="5", name="Notes.txt", document_base64=base64.b64encode(b"Hello \xc3\xa4").decode())
    signers = [Signer(recipient_id="1", name="Ana Silva", email="ana@acme.example", routing_order="1")]
    definition = EnvelopeDefinition(
        documents=[document], recipients=Recipients(signers=signers), email_subject="Notes", status="created"
    )
    api = world.api(SENDER)
    made = api.create_envelope(ACCOUNT, envelope_definition=definition)
    assert api.get_document(ACCOUNT, "5", made.envelope_id) == b"Hello \xc3\xa4"
    assert "Hello ä" in pages(api.get_document(ACCOUNT, "combined", made.envelope_id))[0]
    api.update(ACCOUNT, made.envelope_id, envelope={"status": "sent"})
    assert api.get_envelope(ACCOUNT, made.envelope_id).status == "sent"
    assert world.act(made.envelope_id, "1", "complete")["status"] == "completed"
    empty = EnvelopeDefinition(status="sent")
    assert refusal(lambda: api.create_envelope(ACCOUNT, envelope_definition=empty)) == (
        400,
        "INVALID_REQUEST_PARAMETER",
    )


def test_an_envelope_may_not_be_polled_too_often(world: World) -> None:
    api = world.api()
    world.ask("/docusign/settings", {"envelope_limit": 2})
    api.get_envelope(ACCOUNT, seeded(1))
    api.list_recipients(ACCOUNT, seeded(1))
    limit = "HOURLY_ENVELOPE_POLLING_LIMIT_EXCEEDED"
    assert refusal(lambda: api.get_envelope(ACCOUNT, seeded(1))) == (400, limit)
    api.get_envelope(ACCOUNT, seeded(2))
    world.ask("/docusign/settings", {"account_limit": 3})
    assert refusal(lambda: api.get_envelope(ACCOUNT, seeded(2))) == (429, "HOURLY_APIINVOCATION_LIMIT_EXCEEDED")


def test_every_answer_names_its_trace_and_the_limits(world: World) -> None:
    with pytest.raises(ApiException) as no:
        world.api().get_envelope(ACCOUNT, "nothing")
    assert len(no.value.trace_token) == 36
    headers = dict(no.value.headers)
    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == ("3000", "2999")
    assert headers["X-BurstLimit-Limit"] == "500"


@pytest.mark.parametrize("mode", ["401", "403-limit", "429", "500", "503", "lock", "duplicates", "validation"])
def test_faults_are_worded_as_the_vendor_words_them(mode: str) -> None:
    status, body, headers = docusign.fault_body(mode)
    assert set(json.loads(body)) == {"errorCode", "message"}
    assert status >= 400
    assert headers["X-DocuSign-TraceToken"]


def test_what_happened_survives_a_restart(tmp_path: Path) -> None:
    world = World(tmp_path)
    envelope = newest(world, GATED)
    token = world.token(APPROVER).access_token
    world.end()
    again = World(tmp_path)
    request = urllib.request.Request(  # noqa: S310 - our own http address
        f"{again.base}/restapi/v2.1/accounts/{ACCOUNT}/envelopes/{envelope}?include=workflow",
        headers={"Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
        found: dict[str, Any] = json.load(answer)
    again.end()
    assert (found["status"], found["workflow"]["workflowStatus"]) == ("sent", "paused")


def test_a_key_file_may_hold_either_half(tmp_path: Path) -> None:
    assert docusign.routes(tmp_path, public_keys=[KEY])
    with pytest.raises(ValueError, match="PEM"):
        docusign.routes(tmp_path / "other", public_keys=["nothing"])
