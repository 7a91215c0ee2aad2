"""The decision's page, the way to DocuSign and back, and a mail that did not arrive (decision 30)."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client

from integrations.docusign import bringing, handing
from integrations.models import Call, Envelope
from journal.models import Event
from journal.record import events_of
from loa.models import LetterDecision, LetterRequest
from mail import hooks as mail_hooks
from mail.models import OutgoingMail
from people.models import User
from tests.conftest import Cast
from tests.loa.conftest import request_of, step, worked
from tests.loa.deciding import PAUSED, REASON, WAITING, confirm, given, to_decide
from tests.sandbox_desk import VendorSandbox
from tickets import steps
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def address(ticket: Ticket, rest: str = "decide/") -> str:
    return f"/loa/{request_of(ticket).pk}/{rest}"


def fetched(waits: str, user: User) -> None:
    """What a worker does for who waits."""
    token = waits.rstrip("/").rpartition("/")[2]
    bringing.bring_link(WAITING, "http://testserver/back/", token, user.pk)


@pytest.mark.parametrize("gated", [False, True])
def test_the_buttons_say_what_they_do(letters: Cast, *, gated: bool) -> None:
    _letter, ticket = to_decide(letters, gated=gated)
    shown = page(signed_in(letters.nadia), address(ticket))
    here = ("Approve and send to Legal", "Void and send")
    there = ("Review &amp; approve in DocuSign", "Decline in DocuSign", "Void with reason")
    assert [words in shown for words in (*here, *there)] == [gated, gated, *[not gated] * 3]
    assert ">Approve</button>" not in shown
    assert "Sales Core: one more person" in shown
    assert "partnersupport@gitlab.com" in shown


def test_approving_leads_to_docusign_once_and_the_journal_says_who(letters: Cast, docusign: VendorSandbox) -> None:
    _letter, ticket = to_decide(letters, proposal="approve", envelope=WAITING)
    nadia, lena = signed_in(letters.nadia), signed_in(letters.lena)
    asked = nadia.post(address(ticket), given(request_of(ticket), "approve"))
    waits = asked["Location"]
    first = nadia.get(waits)
    assert (first.status_code, first["Refresh"], "no-store" in first["Cache-Control"]) == (
        200,
        f"1; url={waits}?go=1",
        True,
    )
    fetched(waits, letters.nadia)
    assert "opens once, for you alone" in page(lena, f"{waits}?go=1")
    opened = nadia.get(f"{waits}?go=1")
    assert (opened.status_code, opened["Referrer-Policy"]) == (302, "no-referrer")
    assert opened["Location"].startswith(f"{docusign.url}/sign/")
    again = nadia.get(f"{waits}?go=1")
    assert (again.status_code, "Refresh" in again) == (200, False)
    event = events_of(request_of(ticket)).get(verb="opened in DocuSign")
    assert event.actor == letters.nadia
    secret = urlsplit(opened["Location"]).path.rpartition("/")[2]
    kept = [
        str(vars(one))
        for model in (Event, Call, LetterDecision, LetterRequest, Envelope)
        for one in model.objects.all()
    ]
    assert secret not in "".join(kept)


def test_where_docusign_gives_no_link_the_page_says_why(letters: Cast, docusign: VendorSandbox) -> None:
    _letter, ticket = to_decide(letters, envelope=WAITING)
    nadia = signed_in(letters.nadia)
    waits = nadia.post(address(ticket, "docusign/"))["Location"]
    docusign.fault("docusign", "503", match="/restapi/")
    fetched(waits, letters.nadia)
    shown = page(nadia, waits)
    assert "DocuSign is not available." in shown
    assert "Ask DocuSign again" in shown
    assert handing.KEPT <= 60


def test_back_says_what_docusign_says_whatever_the_address_claims(letters: Cast, docusign: VendorSandbox) -> None:
    letter, ticket = to_decide(letters, proposal="approve", envelope=WAITING)
    nadia = signed_in(letters.nadia)
    first = nadia.get(address(ticket, "back/?event=signing_complete"))
    assert "is asked what became of it" in first.content.decode()
    looks_again = first["Refresh"].partition("url=")[2]
    bringing.look_at(letter.row.pk)
    shown = nadia.get(looks_again)
    assert "still waits for the decision" in shown.content.decode()
    assert "Refresh" not in shown
    letter.say("sent", "completed", "completed", "sent")
    shown = nadia.get(address(ticket, "back/?event=decline"))
    assert ("It is approved and with Legal." in shown.content.decode(), "Refresh" in shown) == (True, False)


def test_a_void_is_asked_for_twice(letters: Cast, docusign: VendorSandbox) -> None:
    _letter, ticket = to_decide(letters, gated=True, envelope=PAUSED)
    nadia, long = signed_in(letters.nadia), f"{REASON} " * 5
    sent = given(request_of(ticket), act="void", reason_text=long)
    asked = nadia.post(address(ticket), sent).content.decode()
    assert "It cannot be undone." in asked
    assert "katrin@northwind.example.com" in asked
    assert not LetterDecision.objects.exists()
    refused = nadia.post(address(ticket), sent | {"sure": "on"})
    assert (refused.status_code, LetterDecision.objects.count()) == (422, 0)
    done = nadia.post(address(ticket), sent | {"sure": "on", "reason_text": REASON}, follow=True)
    assert "on its way to DocuSign" in done.content.decode()
    assert LetterDecision.objects.get().how == "void"


@pytest.mark.parametrize(("proposal", "gated"), [("approve", True), ("hold", False)])
def test_a_reason_of_ones_own_stands_in_both_texts(letters: Cast, proposal: str, *, gated: bool) -> None:
    """The checks propose no decline: a person does, and neither text leaves with a blank."""
    _letter, ticket = to_decide(letters, proposal=proposal, gated=gated)
    nadia = signed_in(letters.nadia)
    first = nadia.get(address(ticket)).context["part"].form
    texts = {name: first[name].value() for name in ("reason_text", "subject", "body", "to", "cc")}
    assert all("{{ reason_codes }}" in texts[name] for name in ("reason_text", "body"))
    as_browsers_send = {name: value.replace("\n", "\r\n") for name, value in texts.items()}
    sent = as_browsers_send | {"what": "decline", "act": "fill"}
    for act in ("fill", "void"):
        refused = nadia.post(address(ticket), sent | {"act": act})
        assert (refused.status_code, "Write why it is declined: it stands" in refused.content.decode()) == (422, True)
    filled = nadia.post(address(ticket), sent | {"reasons": "The tender is not ours.\nThe name is another one."})
    shown = filled.context["part"].form
    texts = {name: shown[name].value() for name in texts}
    assert filled.status_code == 200
    assert "- The tender is not ours.\n- The name is another one." in texts["body"]
    assert "The tender is not ours." in texts["reason_text"]
    assert ("Void and send" if gated else "Decline in DocuSign") in filled.content.decode()
    assert not LetterDecision.objects.exists()
    done = nadia.post(address(ticket), texts | {"what": "decline", "act": "void", "sure": "on"})
    assert (done.status_code, LetterDecision.objects.get().what) == (302, "decline")


def test_decided_anew_where_nothing_was_written(letters: Cast) -> None:
    _letter, ticket = to_decide(letters, proposal="approve", gated=True)
    confirm(ticket, "approve", by=letters.nadia)
    steps.skip(step(ticket, "release"), why="Legal asked us to wait.", by=letters.nadia)
    nadia, sofia = signed_in(letters.nadia), signed_in(letters.sofia)
    shown = page(nadia, address(ticket))
    assert "Nothing was written at DocuSign: Legal asked us to wait." in shown
    assert "Decide anew" in shown
    assert sofia.post(address(ticket, "decide/anew/")).status_code == 403
    again, twice = [nadia.post(address(ticket, "decide/anew/"), follow=True).content.decode() for _n in range(2)]
    assert "Approve and send to Legal" in again
    assert "no decision that could be taken back" in twice


def test_what_is_missing_is_said_and_nothing_typed_is_lost(letters: Cast) -> None:
    _letter, ticket = to_decide(letters)
    answer = signed_in(letters.nadia).post(address(ticket), given(request_of(ticket), reason_text="", body="Mine."))
    assert answer.status_code == 422
    assert "Write the reason for DocuSign." in answer.content.decode()
    assert "Mine." in answer.content.decode()


def test_overtaken_the_page_says_what_happened(letters: Cast) -> None:
    letter, ticket = to_decide(letters)
    confirm(ticket, by=letters.nadia)
    letter.say("sent", "completed", "completed", "sent")
    shown = page(signed_in(letters.lena), address(ticket))
    assert "Nadia Okafor wanted to decline, and DocuSign was quicker." in shown
    assert "The e-mail did not leave." in shown


def test_a_mail_that_came_back_shows_on_the_letter_and_on_the_step(letters: Cast) -> None:
    letter, ticket = to_decide(letters)
    confirm(ticket, by=letters.nadia)
    letter.say("declined", "completed", "declined", "created")
    worked(ticket)
    mail = OutgoingMail.objects.get(purpose="reply")
    mail.bounced = {"katrin@northwind.example.com": {"words": "550 5.1.1 no such user"}}
    mail.save()
    mail_hooks.bounced(mail, {"katrin@northwind.example.com": True})
    mail_hooks.bounced(mail, {"katrin@northwind.example.com": True})
    facts = step(ticket, "decline_mail").data["facts"]
    assert [one["tone"] for one in facts if one["name"] == "Did not arrive"] == ["bad"]
    assert events_of(request_of(ticket)).filter(verb="mail came back").exists()
    shown = page(signed_in(letters.nadia), address(ticket))
    assert "The e-mail did not arrive." in shown
    assert "550 5.1.1 no such user" in shown
