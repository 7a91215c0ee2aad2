"""F-09: the pages to play partner, desk and Legal at the DocuSign stand-in; nothing on them needs JavaScript."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPResponse
from typing import Any

from docusign_esign import RecipientViewRequest

from tests.sandbox.docusign_world import ACCOUNT, APPROVER, ASK, GATED, POWERFORM, SIGNING, World, seeded


class Still(urllib.request.HTTPRedirectHandler):
    """Redirects are what is looked at."""

    def redirect_request(self, *_args: Any) -> None:
        return None


def sent(world: World, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Status, where it sends the browser, and the page."""
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    opener = urllib.request.build_opener(Still)
    request = urllib.request.Request(world.base + path, data=data)  # noqa: S310 - our own http address
    try:
        answer: HTTPResponse | urllib.error.HTTPError = opener.open(request, timeout=5)
    except urllib.error.HTTPError as other:
        answer = other
    with answer:
        return answer.status or 0, answer.headers.get("Location", ""), answer.read().decode(errors="replace")


def address(world: World, number: int = 4) -> str:
    request = RecipientViewRequest(**SIGNING, user_id=APPROVER)
    url: str = world.api().create_recipient_view(ACCOUNT, seeded(number), recipient_view_request=request).url
    return url.removeprefix(world.base)


def status(world: World, number: int = 4) -> str:
    found: str = world.api().get_envelope(ACCOUNT, seeded(number)).status
    return found


def test_a_partner_fills_in_and_signs(world: World) -> None:
    code, _to, page = sent(world, f"/powerform/{POWERFORM}", {**ASK, "company": "", "email": "nobody"})
    assert (code, page.count('aria-invalid="true"')) == (400, 2)
    assert ASK["requester"] in page
    code, _to, page = sent(world, f"/powerform/{GATED}", {**ASK, "company": "<script>alert(1)</script>"})
    assert (code, "paused until it is released" in page) == (200, True)
    overview = world.ask("/docusign/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in overview
    assert "<script" not in overview
    assert sent(world, "/powerform/none")[0] == 404


def test_the_desk_approves_and_comes_back(world: World) -> None:
    code, session, _page = sent(world, address(world))
    assert code == 302
    page = world.ask(session)
    assert ("Fjordlys Konsult" in page, ">Approve</button>" in page) == (True, True)
    assert world.api().list_recipients(ACCOUNT, seeded(4)).signers[1].status == "delivered"
    assert sent(world, f"{session}document.pdf")[0] == 200
    assert sent(world, session, {"what": "complete"})[1] == f"{SIGNING['return_url']}&event=signing_complete"
    assert world.api().list_recipients(ACCOUNT, seeded(4)).signers[2].status == "sent"
    assert "Nothing left to do" in world.ask(session)


def test_a_decline_needs_a_reason_and_ends_it(world: World) -> None:
    session = sent(world, address(world))[1]
    code, _to, page = sent(world, session, {"what": "decline", "reason": " "})
    assert (code, "Say why" in page, status(world)) == (400, True, "sent")
    back = sent(world, session, {"what": "decline", "reason": "Open Reqs Met is No"})[1]
    assert back.endswith("&event=decline")
    assert status(world) == "declined"
    signers = world.api().list_recipients(ACCOUNT, seeded(4)).signers
    assert [one.declined_reason for one in signers] == [None, "Open Reqs Met is No", None]
    assert sent(world, session, {"what": "complete"})[0] == 409


def test_finishing_later_changes_nothing(world: World) -> None:
    session = sent(world, address(world))[1]
    assert sent(world, session, {"what": "later"})[1].endswith("&event=cancel")
    assert status(world) == "sent"


def test_an_address_opens_once_and_not_for_long(world: World) -> None:
    used = address(world)
    sent(world, used)
    assert sent(world, used)[1] == f"{SIGNING['return_url']}&event=ttl_expired"
    world.ask("/docusign/settings", {"view_seconds": 0})
    assert sent(world, address(world))[1].endswith("&event=ttl_expired")
    assert sent(world, "/sign/made-up")[0] == 410
    assert sent(world, "/sign/session/made-up/")[0] == 410


def test_an_envelope_is_opened_as_whoever_has_the_turn(world: World) -> None:
    path = f"/docusign/{seeded(2)}"
    assert "Open as Channel Legal" in world.ask(f"{path}/")
    page = world.ask(f"{path}/open", form={"recipient": "3"})
    [session] = set(re.findall(r'action="(/sign/session/[^"]+)"', page))
    assert "Thank you" in world.ask(session, form={"what": "complete"})
    assert status(world, 2) == "completed"
    assert sent(world, f"{path}.pdf")[0] == 200
    assert sent(world, f"/docusign/{seeded(9)}/")[0] == 404


def test_the_sender_releases_and_voids_by_hand(world: World) -> None:
    path = f"/docusign/{seeded(6)}/sender"
    assert sent(world, path, {"what": "release"})[0] == 302
    assert "Open as Channel Legal" in world.ask(f"/docusign/{seeded(6)}/")
    assert sent(world, path, {"what": "void", "reason": ""})[0] == 409
    assert sent(world, path, {"what": "void", "reason": "Asked twice"})[0] == 302
    assert status(world, 6) == "voided"


def test_connect_is_switched_on_the_page(world: World) -> None:
    form = {"delay": "0.5", "duplicate": "2", "retry_after": "5", "reorder": "1"}
    assert sent(world, "/docusign/telling", form)[0] == 302
    told = world.ask("/docusign/connect")
    assert (told["delay"], told["duplicate"], told["reorder"], told["acknowledge"]) == (0.5, 2, True, False)
    assert sent(world, "/docusign/telling", {**form, "delay": "soon"})[0] == 400


def test_pages_run_no_script(world: World) -> None:
    for path in ("/docusign/", f"/docusign/{seeded(1)}/", f"/powerform/{POWERFORM}"):
        with urllib.request.urlopen(world.base + path, timeout=5) as answer:  # noqa: S310 - our own http address
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
            assert answer.headers["Referrer-Policy"] == "same-origin"  # with less, browsers do not name our own forms
            page = answer.read().decode()
        assert "<script" not in page
        assert "style=" not in page


def test_an_address_fills_in_the_form_and_names_a_field_of_the_envelope(world: World) -> None:
    """As DocuSign's PowerForms do: the field travels with the envelope, the rest is only a first value."""
    asked = {
        "EnvelopeField_PHD_Request": 'PHD-1042."signed"',
        "Partner_UserName": "Jonas Frei",
        "Partner_Email": "jonas@acme.example",
        "Partner_Company": "Acme <GmbH>",
        "Stranger_Company": "Nobody",
    }
    page = world.ask(f"/powerform/{POWERFORM}?{urllib.parse.urlencode(asked)}")
    filled = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', page))
    assert (filled["company"], filled["requester"]) == ("Acme &lt;GmbH&gt;", "Jonas Frei")
    assert (filled["email"], filled["purpose"]) == ("jonas@acme.example", "")
    assert filled["EnvelopeField_PHD_Request"] == "PHD-1042.&quot;signed&quot;"
    _code, _to, done = sent(world, f"/powerform/{POWERFORM}", {**ASK, "EnvelopeField_PHD_Request": "PHD-1042.signed"})
    envelope = re.findall(r"/docusign/([0-9a-f-]{36})/", done)[0]
    fields = world.api().get_envelope(ACCOUNT, envelope, include="custom_fields").custom_fields.text_custom_fields
    assert [(one.name, one.value) for one in fields] == [("PHD_Request", "PHD-1042.signed")]
