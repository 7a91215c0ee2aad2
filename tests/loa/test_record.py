"""DocuSign's own record of an envelope: asked for on the letter's page, read by a worker, shown; and its silence."""

from __future__ import annotations

import pytest
from django.test import Client

from journal.record import events_of
from loa.board import record
from loa.models import LetterRequest
from loa.tasks import read_record
from tests.conftest import Cast
from tests.loa import rows
from tests.loa.conftest import signed
from tests.sandbox_desk import VendorSandbox


@pytest.fixture
def letter(docusign: VendorSandbox, letters: Cast) -> LetterRequest:
    """With an envelope that a partner has signed."""
    row = rows.request(letters.northwind, "Katrin Vogel", rows.Stage.PHD_REVIEW)
    made = rows.envelope(row)
    made.envelope_id = signed(docusign)
    made.save(update_fields=["envelope_id"])
    row.refresh_from_db()
    return row


def test_asked_read_and_shown(letter: LetterRequest, letters: Cast, client: Client) -> None:
    client.force_login(letters.nadia)
    waiting = client.post(f"/loa/{letter.pk}/record/", follow=True).content.decode()
    assert "Asking DocuSign" in waiting
    assert 'id="letter-audit" aria-labelledby="audit-title" data-poll="2"' in waiting
    read_record(letter.pk)
    address = f"/loa/{letter.pk}/?since=0"
    shown = client.get(address, headers={"HX-Request": "true", "HX-Target": "letter-audit"}).content.decode()
    assert "<html" not in shown
    assert "data-poll" not in shown
    assert "DocuSign's own record" in shown
    told = events_of(letter).get(verb=record.READ).after["events"]
    assert told
    assert all(one["action"] in shown for one in told)


def test_a_silent_docusign_is_said_and_ends_the_waiting(
    letter: LetterRequest, letters: Cast, docusign: VendorSandbox, client: Client
) -> None:
    client.force_login(letters.nadia)
    docusign.fault("docusign", "500")
    read_record(letter.pk)
    page = client.get(f"/loa/{letter.pk}/?since=0").content.decode()
    assert "DocuSign's own record could not be read" in page.replace("&#x27;", "'")
    assert "Asking DocuSign" not in page
