"""`check_vendors`, the DocuSign half: what an operator has to put right is said in words (contract §1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from integrations.docusign import checking
from integrations.docusign.client import APPROVER, SENDER
from tests.integrations.docusign.conftest import GATED_LETTERS, LETTERS
from tests.sandbox_desk import VendorSandbox

pytestmark = pytest.mark.django_db


def said() -> dict[str, tuple[bool, str]]:
    return {one.subject: (one.ok, one.words) for one in checking.check()}


def test_all_is_found_in_the_sandbox(docusign: VendorSandbox) -> None:
    found = said()
    assert all(ok for ok, _words in found.values())
    assert "Partner Help Desk" in found["DOCUSIGN_APPROVER_USER_ID"][1]
    assert "Partner Programs" in found["DOCUSIGN_SENDER_USER_ID"][1]
    assert found[f"PowerForm {LETTERS}"][1] == "7 envelopes in 90 days"
    assert "approves in DocuSign" in found[f"PowerForm {LETTERS}, approval"][1]
    assert "releasing it" in found[f"PowerForm {GATED_LETTERS}, approval"][1]


def test_missing_consent_is_said_for_whom_it_is_missing(docusign: VendorSandbox) -> None:
    docusign.ask("/docusign/settings", {"consent_required": [APPROVER.user_id]})
    found = said()
    assert not found["DOCUSIGN_APPROVER_USER_ID"][0]
    assert "/oauth/auth?" in found["DOCUSIGN_APPROVER_USER_ID"][1]
    assert found["DOCUSIGN_SENDER_USER_ID"][0]
    assert f"PowerForm {LETTERS}" not in found


def test_an_account_that_is_not_theirs(docusign: VendorSandbox, settings: Any) -> None:
    settings.DOCUSIGN = replace(settings.DOCUSIGN, account_id="00000000-0000-4000-8000-000000000000")
    assert "no member of the DocuSign account 00000000" in said()["DOCUSIGN_SENDER_USER_ID"][1]


def test_where_the_desk_could_not_approve_at_all(docusign: VendorSandbox, settings: Any) -> None:
    """The approver is another user than the template's recipient."""
    settings.DOCUSIGN = replace(settings.DOCUSIGN, approver_user_id=SENDER.user_id, powerform_ids=(LETTERS,))
    ok, words = said()[f"PowerForm {LETTERS}, approval"]
    assert not ok
    assert "DOCUSIGN_APPROVER_USER_ID" in words


@pytest.mark.parametrize("mode", ["503", "html", "401"])
def test_docusign_that_is_away_is_a_line_and_no_trace(docusign: VendorSandbox, mode: str) -> None:
    docusign.fault("docusign", mode, match="/restapi/")
    ok, words = said()[f"PowerForm {LETTERS}"]
    assert (ok, bool(words)) == (False, True)
