"""The page of mailboxes: what a specialist reads, what a lead changes, and that every change is written down (S-15)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from journal.models import Event
from journal.record import events_of
from mail import brake, inbox, mailboxes, outbox, sealing
from mail.models import FetchState, Mailbox, OutboundBrake, OutgoingMail, Undeliverable
from tests.conftest import Cast
from tests.mail.pages.conftest import As, letter

pytestmark = pytest.mark.django_db

GIVEN: dict[str, Any] = {
    "name": "Orders",
    "address": "Orders@gitlab.com",
    "aliases": "po@gitlab.com\n\nPO@gitlab.com",
    "default_kind": "purchase_order",
    "default_priority": "high",
    "default_tags": "orders",
    "sender_name": "Partner Orders",
    "signature": "The order desk",
    "authserv_id": "mx.gitlab.com",
    "trusted_forwarders": "lists.gitlab.com",
    "imap_host": "imap.example.com",
    "imap_port": "993",
    "imap_security": "tls",
    "imap_user": "orders",
    "imap_auth": "password",
    "password": "open sesame",
    "imap_folder": "INBOX",
    "imap_after": "flag",
}


@pytest.fixture
def orders(cast: Cast) -> Mailbox:
    """Fetched from imap.example.com."""
    return Mailbox.objects.create(
        name="Orders",
        address="orders@gitlab.com",
        imap_host="imap.example.com",
        imap_user="orders",
        imap_password=sealing.seal("open sesame"),
    )


def again(mailbox: Mailbox) -> Mailbox:
    return Mailbox.objects.get(pk=mailbox.pk)


def given(mailbox: Mailbox, **changed: Any) -> dict[str, Any]:
    newest = events_of(mailbox).last()
    return {**GIVEN, "password": "", "seen": newest.pk if newest else 0, **changed}


def test_a_specialist_reads_and_a_lead_acts(as_: As, orders: Mailbox) -> None:
    assert "Add a mailbox" not in as_("nadia").get("/mailboxes/").content.decode()
    page = as_("lena").get("/mailboxes/").content.decode()
    for words in ("Add a mailbox", "Reconcile now", "Try now", "Switch off", "orders@gitlab.com", "imap.example.com"):
        assert words in page
    for path in (f"/mailboxes/{orders.pk}/", "/mailboxes/new/"):
        assert as_("nadia").get(path).status_code == 403
    for path in ("switch", "try", "reconcile"):
        assert as_("nadia").post(f"/mailboxes/{orders.pk}/{path}/").status_code == 403
    assert as_("sofia").get("/mailboxes/").status_code == 403


def test_a_card_says_how_reading_goes(as_: As, orders: Mailbox) -> None:
    """R-05, features.md §2 item 2: problems in words, since when, next try; counted against stored."""
    now = timezone.now()
    FetchState.objects.create(
        mailbox=orders,
        failing_since=now - timedelta(minutes=7),
        next_try=now + timedelta(minutes=5),
        last_success=now - timedelta(minutes=9),
        problem="The mail server refused the password for orders: enter it again.",
        error="[AUTHENTICATIONFAILED] no",
        reconciled=now,
        on_server=1204,
        stored=1201,
        missing=[7, 8, 9],
    )
    inbox.store(letter(1), via="imap", mailbox=orders)
    page = as_("nadia").get("/mailboxes/").content.decode()
    for words in (
        "refused the password",
        "7 m ago",
        "next try",
        "1,204 there, 1,201 here",
        "3 missing",
        "[AUTHENTICATIONFAILED] no",
        "1 message",
        "the oldest came",
    ):
        assert words in page


def test_a_mailbox_is_added_with_its_event(as_: As, cast: Cast) -> None:
    """S-15: who, and what; the password is sealed and shown nowhere."""
    client = as_("lena")
    answer = client.post("/mailboxes/new/", GIVEN, follow=True)
    assert "orders@gitlab.com is one of our mailboxes now." in answer.content.decode()
    mailbox = Mailbox.objects.get(address="orders@gitlab.com")
    assert (mailbox.aliases, mailbox.default_kind, mailbox.default_tags) == (
        ["po@gitlab.com"],
        "purchase_order",
        ["orders"],
    )
    assert sealing.unseal(mailbox.imap_password) == "open sesame"
    event = events_of(mailbox).get()
    assert (event.verb, event.actor, event.after["imap_password"]) == ("mailbox added", cast.lena, "set")
    for place in (str(event.after), client.get(f"/mailboxes/{mailbox.pk}/").content.decode(), mailbox.imap_password):
        assert "open sesame" not in place
    assert mailboxes.is_ours("po@gitlab.com")


def test_a_change_says_what_it_was_before(as_: As, cast: Cast, orders: Mailbox) -> None:
    as_("lena").post(f"/mailboxes/{orders.pk}/", given(orders, sender_name="The order desk", aliases=""))
    event = events_of(orders).get()
    assert (event.verb, event.actor) == ("mailbox changed", cast.lena)
    assert (event.before["sender_name"], event.after["sender_name"]) == ("", "The order desk")
    assert sealing.unseal(again(orders).imap_password) == "open sesame"
    as_("lena").post(f"/mailboxes/{orders.pk}/", given(orders, sender_name="The order desk", aliases=""))
    assert events_of(orders).count() == 1


def test_who_saves_over_somebody_elses_change_is_told(as_: As, orders: Mailbox) -> None:
    mine = given(orders, sender_name="Mine")
    as_("ada").post(f"/mailboxes/{orders.pk}/", given(orders, sender_name="Ada's"))
    answer = as_("lena").post(f"/mailboxes/{orders.pk}/", mine)
    assert answer.status_code == 409
    assert "Somebody changed this mailbox since you opened it." in answer.content.decode()
    assert again(orders).sender_name == "Ada's"


@pytest.mark.parametrize("moved", ["oauth_token_url", "oauth_client_id"])
def test_a_stored_client_secret_goes_to_no_other_token_address(as_: As, orders: Mailbox, moved: str) -> None:
    """S-15: with a refresh token of their own, somebody would have had the old secret posted to their address."""
    issuer = {"imap_auth": "oauth2", "oauth_token_url": "https://issuer.example/token", "oauth_client_id": "desk"}
    secrets = {"oauth_client_secret": sealing.seal("hush"), "oauth_refresh_token": sealing.seal("fresh")}
    Mailbox.objects.filter(pk=orders.pk).update(**issuer, **secrets)
    changed = {**issuer, moved: "https://thief.example/token", "refresh_token": "mine"}
    answer = as_("lena").post(f"/mailboxes/{orders.pk}/", given(orders, **changed))
    assert answer.status_code == 422
    assert "so that it goes nowhere by accident" in answer.content.decode()
    assert again(orders).oauth_token_url == "https://issuer.example/token"
    as_("lena").post(f"/mailboxes/{orders.pk}/", given(orders, **changed, client_secret="theirs"))
    assert getattr(again(orders), moved) == "https://thief.example/token"
    assert sealing.unseal(again(orders).oauth_client_secret) == "theirs"


def test_a_stored_password_goes_to_no_other_server(as_: As, orders: Mailbox) -> None:
    """S-15: whoever names another server types the password again."""
    answer = as_("lena").post(f"/mailboxes/{orders.pk}/", given(orders, imap_host="imap.thief.example"))
    assert answer.status_code == 422
    assert "The server or the sign-in changed" in answer.content.decode()
    assert again(orders).imap_host == "imap.example.com"
    as_("lena").post(f"/mailboxes/{orders.pk}/", given(orders, imap_host="imap2.example.com", password="new"))
    assert sealing.unseal(again(orders).imap_password) == "new"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("address", "orders", "is not an e-mail address"),
        ("address", "orders+x@gitlab.com", "Leave out what follows the +"),
        ("aliases", "one two", "is not an e-mail address"),
        ("aliases", "partnersupport@gitlab.com", "ends in the mailbox partnersupport@gitlab.com already"),
        ("imap_security", "plain", "choose TLS or STARTTLS"),
        ("imap_user", "", "Type the name the mailbox is signed in with"),
        ("password", "", "The mail server asks for it."),
        ("imap_auth", "oauth2", "Sign-in with OAuth 2 needs this."),
        ("oauth_token_url", "http://token.example.com", "The address begins with https://"),
        ("imap_after", "move", "Name another folder"),
        ("imap_port", "99999999", "A port is a number from 1 to 65535"),
        ("default_kind", "nonsense", "Choose one of these"),
    ],
)
def test_bad_settings_get_a_sentence(as_: As, cast: Cast, field: str, value: str, sentence: str) -> None:
    mailboxes.default()
    more = {"imap_auth": "oauth2", "oauth_client_id": "x"} if field == "oauth_token_url" else {}
    answer = as_("lena").post("/mailboxes/new/", {**GIVEN, **more, field: value})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Mailbox.objects.count() == 1


def test_settings_are_tried_before_they_are_saved(as_: As, cast: Cast) -> None:
    """The sentence of the server, and nothing is saved."""
    local = {"imap_host": "127.0.0.1", "imap_port": "1", "imap_security": "plain", "test": "1"}
    answer = as_("lena").post("/mailboxes/new/", {**GIVEN, **local})
    page = answer.content.decode()
    assert "Nothing takes connections at 127.0.0.1, port 1" in page
    assert "Nothing was saved yet." in page
    assert "open sesame" not in page
    assert not Mailbox.objects.exists()


def test_the_default_moves_and_never_goes(as_: As, cast: Cast, orders: Mailbox) -> None:
    first, client = mailboxes.default(), as_("lena")
    answer = client.post(f"/mailboxes/{first.pk}/switch/", {"active": "off"}, follow=True)
    assert "Make another the default." in answer.content.decode()
    client.post(f"/mailboxes/{orders.pk}/", given(orders, is_default="on"))
    assert (again(orders).is_default, again(first).is_default) == (True, False)
    assert events_of(first).get().after == {"is_default": False}
    assert client.post(f"/mailboxes/{orders.pk}/", given(orders)).status_code == 422
    client.post(f"/mailboxes/{first.pk}/switch/", {"active": "off"})
    assert not again(first).active
    client.post(f"/mailboxes/{first.pk}/switch/", {"active": "on"})
    verbs = [event.verb for event in events_of(first)]
    assert verbs == ["mailbox changed", "mailbox switched off", "mailbox switched on"]


def test_a_visit_that_fails_says_why(as_: As, orders: Mailbox) -> None:
    Mailbox.objects.filter(pk=orders.pk).update(imap_host="127.0.0.1", imap_port=1, imap_security="plain")
    for act in ("try", "reconcile"):
        answer = as_("lena").post(f"/mailboxes/{orders.pk}/{act}/", follow=True)
        assert "Nothing takes connections at 127.0.0.1, port 1" in answer.content.decode()
    assert as_("lena").post(f"/mailboxes/{mailboxes.default().pk}/try/").status_code == 404


def test_the_brake_is_released_by_a_lead_who_read_what_happens(as_: As, cast: Cast) -> None:
    """features.md §2 item 17: the effect is named first."""
    for number in range(3):
        outbox.queue(to=[f"a{number}@acme.example"], subject="x", body_text="x", purpose="reply")
    OutboundBrake.objects.update_or_create(
        pk=1, defaults={"engaged": timezone.now(), "reason": "600 mails left within an hour."}
    )
    page = as_("nadia").get("/mailboxes/").content.decode()
    assert "Outgoing mail is stopped." in page
    assert "Let 3 mails leave" not in page
    assert as_("nadia").post("/mailboxes/brake/release/").status_code == 403
    page = as_("lena").get("/mailboxes/").content.decode()
    assert "Release the brake? 3 mails leave for good" in page
    as_("lena").post("/mailboxes/brake/release/")
    assert brake.engaged() is None
    assert Event.objects.get(verb="brake released").actor == cast.lena


def test_the_limit_is_a_number(as_: As, cast: Cast) -> None:
    for wrong, sentence in {"": "Type a number.", "x": "Type a whole number.", "0": "Take at least 1."}.items():
        answer = as_("lena").post("/mailboxes/brake/limit/", {"per_hour": wrong})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    as_("lena").post("/mailboxes/brake/limit/", {"per_hour": "900"})
    assert brake.current().per_hour == 900
    event = Event.objects.get(verb="brake limit set")
    assert (event.before, event.after) == ({"per_hour": 600}, {"per_hour": 900})


def test_an_address_nobody_answers_at_is_cleared(as_: As, cast: Cast) -> None:
    """M-19: what the server said stays in the journal."""
    dead = Undeliverable.objects.create(address="bo@acme.example", status="5.1.1", words="550 <script>no</script>")
    page = as_("lena").get("/mailboxes/").content.decode()
    assert "550 &lt;script&gt;no" in page
    assert as_("nadia").post(f"/mailboxes/undeliverable/{dead.pk}/clear/").status_code == 403
    answer = as_("lena").post(f"/mailboxes/undeliverable/{dead.pk}/clear/", follow=True)
    assert "We write to bo@acme.example again." in answer.content.decode()
    assert not Undeliverable.objects.exists()
    event = Event.objects.get(verb="address cleared")
    assert (event.actor, event.before["status"]) == (cast.lena, "5.1.1")
    again_ = as_("lena").post(f"/mailboxes/undeliverable/{dead.pk}/clear/", follow=True)
    assert "This address is not marked any more." in again_.content.decode()


def test_what_leaves_is_counted(as_: As, cast: Cast) -> None:
    for number, state in enumerate(["queued", "failed", "sent", "sent"]):
        mail = outbox.queue(to=[f"a{number}@acme.example"], subject="x", body_text="x", purpose="reply")
        OutgoingMail.objects.filter(pk=mail.pk).update(state=state, sent_at=timezone.now() if state == "sent" else None)
    page = as_("nadia").get("/mailboxes/").content.decode()
    figures = page.partition('<dl class="figures">')[2].partition("</dl>")[0]
    assert [part.partition("<")[0] for part in figures.replace(' class="red"', "").split("<dd>")[1:]] == ["1", "1", "2"]


def test_all_that_failed_goes_again_once_a_lead_has_read_to_whom(as_: As, cast: Cast) -> None:
    """F-06: how many and to whom stands there before; what was refused and old sign-ins stay."""
    values: dict[str, Any] = {"subject": "PO", "body_text": "Hello", "purpose": "reply"}
    mails = [outbox.queue(to=[f"person{number}@acme.example"], **values) for number in range(3)]
    old = outbox.queue(to=["old@acme.example"], **values)
    sign_in = outbox.queue(to=["omar@acme.example"], **{**values, "purpose": "sign_in"})
    OutgoingMail.objects.update(state="failed", last_error="After 48 hours we stopped.")
    OutgoingMail.objects.filter(pk=mails[0].pk).update(refused={"person0@acme.example": "550 No"})
    OutgoingMail.objects.filter(pk=old.pk).update(created=timezone.now() - timedelta(days=9))
    assert "Try all again" not in as_("nadia").get("/mailboxes/").content.decode()
    assert as_("nadia").post("/mailboxes/try-again/", {"since": "2022-01-01T00:00"}).status_code == 403
    lena = as_("lena")
    assert "/mailboxes/try-again/" in lena.get("/mailboxes/").content.decode()
    page = lena.get("/mailboxes/try-again/").content.decode()
    assert "2 mails leave again" in page
    assert [f"person{number}@" in page for number in range(3)] == [False, True, True]
    assert "3 mails leave again" in lena.get("/mailboxes/try-again/?since=2022-01-01T00:00").content.decode()
    assert lena.get("/mailboxes/try-again/?since=soon").status_code == 422
    since = f"{timezone.now() - timedelta(days=7):%Y-%m-%dT%H:%M}"
    answer = lena.post("/mailboxes/try-again/", {"since": since}, follow=True)
    assert "2 mails leave again." in answer.content.decode()
    states = {mail.pk: mail.state for mail in OutgoingMail.objects.all()}
    assert [states[mail.pk] for mail in (*mails, old, sign_in)] == ["failed", "queued", "queued", "failed", "failed"]
    event = Event.objects.get(verb="all failed mail tried again")
    assert (event.actor, event.after["to"]) == (cast.lena, ["person1@acme.example", "person2@acme.example"])


def test_acts_need_the_token_of_the_form(cast: Cast, orders: Mailbox) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.lena)
    assert client.post(f"/mailboxes/{orders.pk}/switch/", {"active": "off"}).status_code == 403
    assert again(orders).active


def test_no_statement_more_for_more_mailboxes(as_: As, orders: Mailbox) -> None:
    client, counts = as_("nadia"), []
    for number in range(6):
        mailbox = Mailbox.objects.create(
            name=f"Box {number}", address=f"box{number}@gitlab.com", imap_host="imap.example.com", imap_user="x"
        )
        FetchState.objects.create(mailbox=mailbox)
        Undeliverable.objects.create(address=f"dead{number}@acme.example")
        inbox.store(letter(number), via="smtp", mailbox=mailbox)
        if number in {0, 5}:
            client.get("/mailboxes/")
            with CaptureQueriesContext(connection) as asked:
                client.get("/mailboxes/")
            counts.append(len(asked))
    assert counts[0] == counts[1]
