"""F-09, S-27: the DocuSign stand-in answers the vendor's real client as the vendor documents it (vendors.md §4, §5)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import jwt
import pytest
from docusign_esign import ApiException, Envelope, EnvelopeDefinition, RecipientViewRequest, Workflow

from integrations.configuration import LOCAL, new_private_key
from tests.sandbox.docusign_world import ACCOUNT, APPROVER, KEY, POWERFORM, SENDER, SIGNING, World, seeded

EVER = "2020-01-01T00:00:00Z"
RELEASE = EnvelopeDefinition(workflow=Workflow(workflow_status="in_progress"))


def refusal(ask: Callable[[], Any]) -> tuple[int, str]:
    with pytest.raises(ApiException) as no:
        ask()
    body = json.loads(no.value.body)
    return no.value.status, body.get("errorCode") or body["error"]


def void(world: World, number: int, *, user: str = SENDER, reason: str = "Asked twice") -> Any:
    return world.api(user).update(ACCOUNT, seeded(number), envelope=Envelope(status="voided", voided_reason=reason))


def test_a_user_of_the_account_gets_a_token(world: World) -> None:
    token = world.token(APPROVER)
    assert (token.token_type, int(token.expires_in)) == ("Bearer", 3600)
    who = world.api().api_client.get_user_info(token.access_token)
    [account] = who.get_accounts()
    assert (account.account_id, account.base_uri) == (ACCOUNT, world.base)


@pytest.mark.parametrize("claim", ["iss", "sub", "aud", "exp", "scope", "key"])
def test_a_wrong_assertion_gets_none(world: World, claim: str) -> None:
    now = int(time.time())
    claims = {"iss": LOCAL["DOCUSIGN_INTEGRATION_KEY"], "sub": APPROVER, "aud": "account.docusign.com", "iat": now}
    claims |= {"exp": now + 600, "scope": "signature impersonation"}
    wrong = {"aud": "https://account.docusign.com", "exp": now - 600, "scope": "signature"}
    key = new_private_key() if claim == "key" else KEY
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assertion = jwt.encode(claims | ({claim: wrong.get(claim, "x")} if claim != "key" else {}), key, algorithm="RS256")
    client = world.api().api_client
    form = {"assertion": assertion, "grant_type": grant}
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    url = f"{world.base}/oauth/token"
    status, error = refusal(lambda: client.request("POST", url, headers=kind, post_params=form))
    assert (status, error) == (400, "consent_required" if claim == "scope" else "invalid_grant")


def test_consent_can_be_missing_and_tokens_end(world: World) -> None:
    api = world.api()
    world.ask("/docusign/settings", {"consent_required": [SENDER], "expires_in": 60})
    assert refusal(lambda: world.token(SENDER)) == (400, "consent_required")
    assert int(world.token(APPROVER).expires_in) == 60
    world.ask("/docusign/expire", {})
    assert refusal(lambda: api.get_envelope(ACCOUNT, seeded(1))) == (401, "AUTHORIZATION_INVALID_TOKEN")


def test_the_list_needs_a_date_or_ids(world: World) -> None:
    assert refusal(lambda: world.api().list_status_changes(ACCOUNT)) == (400, "INVALID_REQUEST_PARAMETER")
    wrong = refusal(lambda: world.api().list_status_changes(ACCOUNT, from_date="yesterday"))
    assert wrong == (400, "INVALID_REQUEST_PARAMETER")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "sent,delivered"}, {2, 4, 5, 6, 8}),
        ({"powerformids": POWERFORM}, {1, 2, 3, 4, 5, 7, 8}),
        ({"search_text": "LOA Mori"}, {2}),
        ({"envelope_ids": f"{seeded(1)},{seeded(6)}"}, {1, 6}),
        ({"from_to_status": "completed"}, {1}),
        ({"status": "completed", "powerformids": "none"}, set()),
    ],
)
def test_the_list_filters(world: World, query: dict[str, str], expected: set[int]) -> None:
    found = world.api().list_status_changes(ACCOUNT, from_date=EVER, **query)
    assert {int(one.envelope_id[-1]) for one in found.envelopes} == expected
    assert (found.total_set_size, found.result_set_size) == (str(len(expected)), str(len(expected)))


def test_the_list_comes_in_pages_and_since_a_moment(world: World) -> None:
    api, seen, start = world.api(), [], 0
    while True:
        page = api.list_status_changes(ACCOUNT, from_date=EVER, count="3", start_position=str(start))
        seen += [one.envelope_id for one in page.envelopes]
        start = int(page.end_position) + 1
        if not page.next_uri:
            break
    assert len(seen) == len(set(seen)) == int(page.total_set_size) == 8
    newest = max(one.status_changed_date_time for one in api.list_status_changes(ACCOUNT, from_date=EVER).envelopes)
    assert len(api.list_status_changes(ACCOUNT, from_date=newest).envelopes) == 1


def test_one_get_brings_everything(world: World) -> None:
    plain = world.api().get_envelope(ACCOUNT, seeded(6))
    assert (plain.recipients, plain.workflow, plain.power_form) == (None, None, None)
    found = world.api().get_envelope(ACCOUNT, seeded(6), include="recipients,custom_fields,workflow,tabs,powerform")
    assert (found.status, found.sender.user_id, found.workflow.workflow_status) == ("sent", SENDER, "paused")
    assert [step.item_id for step in found.workflow.workflow_steps] == ["2"]
    assert [(one.role_name, one.status) for one in found.recipients.signers] == [
        ("Partner", "completed"),
        ("Legal", "created"),
    ]
    tabs = {tab.tab_label: tab.value for tab in found.recipients.signers[0].tabs.text_tabs}
    assert tabs["Company"] == "Tessellate Software Ltd"
    assert found.recipients.current_routing_order == "2"
    assert found.email_subject == " GitLab LOA: Priyanka Shah"


def test_an_unknown_envelope(world: World) -> None:
    assert refusal(lambda: world.api().get_envelope(ACCOUNT, seeded(9))) == (404, "ENVELOPE_DOES_NOT_EXIST")


def test_a_void_takes_the_sender_a_reason_and_an_open_envelope(world: World) -> None:
    assert refusal(lambda: void(world, 4, user=APPROVER)) == (400, "USER_NOT_ENVELOPE_SENDER")
    assert refusal(lambda: void(world, 4, reason="")) == (400, "INVALID_REQUEST_PARAMETER")
    assert void(world, 4).envelope_id == seeded(4)
    found = world.api().get_envelope(ACCOUNT, seeded(4))
    assert (found.status, found.voided_reason) == ("voided", "Asked twice")
    for ended in (1, 3, 4, 7):
        assert refusal(partial(void, world, ended)) == (400, "ENVELOPE_CANNOT_VOID_INVALID_STATE")


def test_a_pause_is_released_by_the_sender_once(world: World) -> None:
    def release(user: str) -> Any:
        return world.api(user).update(ACCOUNT, seeded(6), envelope=RELEASE)

    assert refusal(lambda: release(APPROVER)) == (400, "USER_NOT_ENVELOPE_SENDER")
    release(SENDER)
    found = world.api().get_envelope(ACCOUNT, seeded(6), include="recipients,workflow")
    assert (found.workflow.workflow_status, found.recipients.signers[1].status) == ("in_progress", "sent")
    assert refusal(lambda: release(SENDER)) == (400, "INVALID_REQUEST_PARAMETER")
    assert world.act(seeded(6), "Legal", "complete")["status"] == "completed"


def test_a_signing_address_is_for_the_one_who_asks(world: World) -> None:
    """Vendors.md §5: without clientUserId only for the recipient that is the authenticating user."""

    def view(user: str, more: dict[str, str], number: int = 4) -> Any:
        request = RecipientViewRequest(**SIGNING, **more)
        return world.api(user).create_recipient_view(ACCOUNT, seeded(number), recipient_view_request=request)

    me = {"user_id": APPROVER, "user_name": "Partner Help Desk", "email": "partnersupport@gitlab.com"}
    assert view(APPROVER, me).url.startswith(f"{world.base}/sign/")
    for user, more in ((SENDER, me), (APPROVER, {**me, "email": "else@example.com"}), (APPROVER, {"user_id": SENDER})):
        assert refusal(partial(view, user, more)) == (400, "UNKNOWN_ENVELOPE_RECIPIENT")
    assert refusal(lambda: view(APPROVER, {"client_user_id": "7"})) == (400, "UNKNOWN_ENVELOPE_RECIPIENT")
    assert refusal(lambda: view(APPROVER, me, 2)) == (400, "RECIPIENT_NOT_IN_SEQUENCE")
    assert refusal(lambda: view(APPROVER, me, 7)) == (400, "ENVELOPE_HAS_BEEN_VOIDED")
