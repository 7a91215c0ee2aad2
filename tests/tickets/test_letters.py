"""The mail of a reply: signature, the message it answers, who gets that, and addresses nobody was reached at."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from mail import addresses, mailboxes, quotes, undeliverable
from mail.away import showing
from mail.models import Mailbox, OutgoingMail, Undeliverable
from portal import links
from tests.conftest import Cast
from tests.mail.away_windows import away as set_away
from tests.tickets import mails
from tests.tickets.conftest import OpenTicket
from tickets import actions, letters, notices, tracking
from tickets.actions import Recipient, Unreachable
from tickets.models import Draft, Message, Ticket
from tickets.page import MESSAGES_SHOWN

HTMX = {"HX-Request": "true"}
KATRIN = Recipient(address="katrin@northwind.example.com", name="Katrin Vogel")


@pytest.fixture
def as_nadia(client: Client, cast: Cast) -> Client:
    client.force_login(cast.nadia)
    return client


def answer(ticket: Ticket, cast: Cast, **given: Any) -> OutgoingMail:
    values: dict[str, Any] = {"by": cast.nadia, "body": "It is **active** now.", "to": [KATRIN]}
    mail = actions.reply(ticket, **{**values, **given}).outgoing
    assert mail is not None
    return mail


def test_a_reply_carries_signature_and_history(cast: Cast, opened: OpenTicket) -> None:
    """features 18, 21: text and HTML as mail programs write them, and only the body on the ticket."""
    cast.nadia.signature, cast.nadia.time_zone = "Nadia Okafor\nPartner Operations", "Europe/Berlin"
    cast.nadia.save()
    ticket = opened()
    actions.receive(ticket, sender=cast.katrin, body="One\n\nOn 1 May 2022, Nadia wrote:\n> older", html="<p>One</p>")
    Message.objects.filter(body__startswith="One").update(created=datetime(2022, 11, 22, 13, 10, tzinfo=UTC))
    mail = answer(ticket, cast)
    assert mail.body_text == (
        "It is **active** now.\n\n-- \nNadia Okafor\nPartner Operations\nPartner Help Desk\n\n"
        "On Tue, 22 Nov 2022 at 14:10 CET, Katrin Vogel <katrin@northwind.example.com> wrote:\n> One\n"
    )
    html = " ".join(mail.body_html.split())
    assert "<strong>active</strong>" in html
    assert "Nadia Okafor<br>Partner Operations<br>Partner Help Desk" in html
    assert "Katrin Vogel &lt;katrin@northwind.example.com&gt; wrote:" in html
    assert re.search(r"<blockquote[^>]*><p>One</p></blockquote>", html)
    message = Message.objects.get(outgoing=mail)
    assert message.html.strip() == "<p>It is <strong>active</strong> now.</p>"
    assert message.body == "It is **active** now."
    assert quotes.split(mail.body_text).own.strip().endswith("Partner Help Desk")


def test_the_name_signs_where_there_is_no_signature(cast: Cast, opened: OpenTicket) -> None:
    assert "-- \nNadia Okafor\nPartner Help Desk\n" in answer(opened(), cast).body_text


def test_notes_strangers_and_unproven_colleagues_are_never_quoted(cast: Cast, opened: OpenTicket) -> None:
    """S-08, features 20: only what the partner's side wrote, whatever was said since."""
    ticket = opened(body="The first words")
    actions.note(ticket, by=cast.lena, body="Secret note")
    actions.receive(ticket, sender=cast.omar, body="Secret of a stranger", unknown_sender=True)
    actions.receive(ticket, sender=cast.omar, body="Secret in a colleague's name")
    Message.objects.filter(body__endswith="name").update(unverified=True)
    mail = answer(ticket, cast)
    assert "Secret" not in mail.body_text + mail.body_html
    assert "> The first words" in mail.body_text


def test_who_did_not_have_the_message_does_not_get_it(cast: Cast, opened: OpenTicket) -> None:
    """features 21, confidentiality: a third company in Cc gets the answer, not what the partner wrote."""
    ticket = opened()
    actions.receive(
        ticket, sender=cast.katrin, body="Our margin is 12 %", cc=[Recipient(address="boss@northwind.example.com")]
    )
    third = Recipient(address="sales@distributor.example.com")
    boss = Recipient(address="Boss@northwind.example.com")
    assert "margin" not in answer(ticket, cast, cc=[third]).body_text
    assert "margin" in answer(ticket, cast, cc=[boss]).body_text
    assert "margin" in answer(ticket, cast, cc=[third], history="all").body_text
    assert "margin" not in answer(ticket, cast, history="none").body_text


def test_a_very_long_message_is_quoted_in_part(cast: Cast, opened: OpenTicket) -> None:
    ticket = opened(body="A line of words\n" * 20_000, html="<p>" + "x" * 200_000 + "</p>")
    mail = answer(ticket, cast)
    assert len(mail.body_text) < 30_000
    assert mail.body_text.rstrip().endswith("> […]")
    assert len(mail.body_html) < 60_000


def test_pictures_and_links_of_ours_stay_out_of_the_quote(cast: Cast, opened: OpenTicket) -> None:
    """S-28: what would load with the desk's rights never leaves."""
    html = '<p>Look</p><img src="cid:logo@x"><img src="/tickets/1/attachments/2/"><a href="/queue/">here</a>'
    mail = answer(opened(html=html), cast)
    quoted = mail.body_html.partition("<blockquote")[2]
    assert "Look" in quoted
    assert "<img" not in quoted
    assert "/queue/" not in quoted


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>\r\nBcc: evil@x.example'


def test_hostile_values_stay_text_in_the_mail(cast: Cast, opened: OpenTicket) -> None:
    """S-04: signature, names, addresses and body of an answer."""
    cast.nadia.signature, cast.nadia.name = HOSTILE, HOSTILE[:100]
    cast.nadia.save()
    cast.katrin.name = HOSTILE[:100]
    cast.katrin.save()
    mailbox = mailboxes.default()
    Mailbox.objects.filter(pk=mailbox.pk).update(signature=HOSTILE, sender_name=HOSTILE[:100])
    mailboxes.memory.forget()
    mail = answer(opened(body=HOSTILE, html=""), cast, body=f"Hello {HOSTILE}")
    assert "<script" not in mail.body_html
    assert "<img" not in mail.body_html
    assert mail.body_html.count("&lt;script&gt;") >= 4
    assert "\n" not in mail.from_name


def test_a_reply_leaves_from_the_mailbox_of_its_ticket(cast: Cast, opened: OpenTicket) -> None:
    """features 21: From, Reply-To and the envelope; where the mailbox is closed, from the default one."""
    orders = Mailbox.objects.create(
        name="Orders", address="orders@desk.example.com", sender_name="Order Operations", signature="Orders, EMEA"
    )
    ticket = opened()
    Ticket.objects.filter(pk=ticket.pk).update(mailbox=orders)
    mail = answer(ticket, cast)
    own = addresses.reply_address(ticket.reference, orders)
    assert (mail.mailbox, mail.from_name, mail.from_address) == (
        orders, "Nadia Okafor, Order Operations", "orders@desk.example.com",
    )  # fmt: skip
    assert (mail.reply_to, mail.envelope_from) == (own, own)
    assert mail.body_text.startswith("It is **active** now.\n\n-- \nNadia Okafor\nOrders, EMEA\n")
    assert addresses.read_token(own) == ticket.reference
    assert Message.objects.get(outgoing=mail).author_address == "orders@desk.example.com"
    Mailbox.objects.filter(pk=orders.pk).update(active=False)
    mailboxes.memory.forget()
    assert answer(ticket, cast).from_address == mailboxes.default().address


@pytest.fixture
def orders(db: None) -> Mailbox:
    box = Mailbox.objects.create(name="Orders", address="orders@desk.example.com", sender_name="Order Operations")
    mailboxes.memory.forget()
    return box


def test_automatic_mail_leaves_from_the_mailbox_of_its_ticket(cast: Cast, orders: Mailbox) -> None:
    """M-15, S-11: acknowledgement, out of office and a new link come from where the partner wrote to."""
    ticket = mails.ticket_of(mails.arrives(mails.mail(), mailbox=orders))
    set_away(cast.nadia)
    mails.arrives(mails.mail(To=addresses.reply_address(ticket.reference, orders)), mailbox=orders)
    links.send_new(tracking.token_for(ticket))
    sent = OutgoingMail.objects.order_by("created").values_list("purpose", "from_name", "from_address", "envelope_from")
    own = addresses.reply_address(ticket.reference, orders)
    expected = ["acknowledgement", "away", "notice"]
    assert list(sent) == [(one, "Order Operations", "orders@desk.example.com", own) for one in expected]


def test_mail_of_a_mailbox_that_is_switched_off_leaves_from_the_default_one(
    cast: Cast, opened: OpenTicket, orders: Mailbox
) -> None:
    """S-07, M-15: an answer to the address of a closed mailbox would be read by nobody."""
    cast.nadia.mail_when_answered = True
    cast.nadia.save()
    ticket = opened(assignee=cast.nadia, mailbox=orders)
    Mailbox.objects.filter(pk=orders.pk).update(active=False)
    mailboxes.memory.forget()
    message = actions.receive(ticket, sender=cast.katrin, body="Still closed.")
    notice = notices.partner_wrote(message)
    assert notice is not None
    assert (notice.mailbox, notice.from_address) == (mailboxes.default(), mailboxes.default().address)
    assert notice.reply_to.startswith("partnersupport+a.")
    assert addresses.read_token(notice.envelope_from) == ticket.reference


def test_the_preview_of_an_out_of_office_names_who_sends_it(orders: Mailbox) -> None:
    """S-11: the mailbox's own name and address."""
    assert showing.Preview(text="x", mailbox=orders).sender == "Order Operations <orders@desk.example.com>"
    assert showing.Preview(text="x").sender.endswith(f"<{mailboxes.default().address}>")


def test_nobody_writes_unknowingly_to_an_address_that_does_not_exist(cast: Cast, opened: OpenTicket) -> None:
    """M-19"""
    Undeliverable.objects.create(address="Katrin@northwind.example.com", words="550 5.1.1 No such user")
    ticket = opened()
    with pytest.raises(Unreachable) as refused:
        answer(ticket, cast)
    assert str(refused.value) == (
        "katrin@northwind.example.com could not be reached (550 5.1.1 No such user)."
        " Take it out, or send again to try it all the same."
    )
    assert answer(ticket, cast, despite=refused.value.addresses).state == "queued"
    assert undeliverable.among([]) == {}


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_second_press_sends_to_an_address_that_bounced(
    as_nadia: Client, cast: Cast, opened: OpenTicket, headers: dict[str, str]
) -> None:
    """M-19: red with the server's words, refused once, and sent when pressed again, for this address only."""
    Undeliverable.objects.create(address=KATRIN.address, words="550 5.1.1 No such user")
    Undeliverable.objects.create(address="other@northwind.example.com", words="")
    ticket = opened()
    page = as_nadia.get(f"/tickets/{ticket.reference}/").content.decode()
    assert "katrin@northwind.example.com could not be reached." in page
    assert "&quot;550 5.1.1 No such user&quot;" in page
    given = {"kind": "reply", "body": "Kept", "to": KATRIN.address, "seen": ticket.last_event, "submission": "one"}
    where = f"/tickets/{ticket.reference}/messages/"
    first = as_nadia.post(where, given, headers=headers)
    shown = first.content.decode()
    assert first.status_code == 422
    assert "Send anyway" in shown
    assert 'name="despite" value="katrin@northwind.example.com"' in shown
    assert "Kept</textarea>" in shown
    more = as_nadia.post(
        where, given | {"cc": "other@northwind.example.com", "despite": KATRIN.address}, headers=headers
    )
    assert more.status_code == 422
    assert as_nadia.post(where, given | {"despite": KATRIN.address}, headers=headers).status_code in {200, 302}
    assert OutgoingMail.objects.filter(purpose="reply").count() == 1


def test_the_preview_is_what_leaves(as_nadia: Client, opened: OpenTicket) -> None:
    """features 21: the fold under the text and the preview show signature and history; who keeps it out is named."""
    ticket = opened(body="The portal is closed.")
    page = as_nadia.get(f"/tickets/{ticket.reference}/").content.decode()
    assert "Signature and quoted history" in page
    assert '<option value="known" selected>' in page
    where, given = f"/tickets/{ticket.reference}/messages/", {"kind": "reply", "body": "Hello", "act": "preview"}
    whole = as_nadia.post(where, given | {"to": KATRIN.address}, headers=HTMX).content.decode()
    assert "Katrin Vogel &lt;katrin@northwind.example.com&gt; wrote:" in whole
    assert "The portal is closed." in whole
    third = as_nadia.post(where, given | {"to": KATRIN.address, "cc": "New <new@else.example>"}, headers=HTMX)
    assert "The portal is closed." not in third.content.decode()
    assert "The earlier message stays out: new@else.example did not have it." in third.content.decode()
    note = as_nadia.post(where, given | {"kind": "note"}, headers=HTMX).content.decode()
    assert "Partner Help Desk" not in note


def test_the_choice_about_the_history_is_kept_and_obeyed(as_nadia: Client, opened: OpenTicket) -> None:
    ticket = opened(body="The portal is closed.")
    given = {"kind": "reply", "body": "Dear", "to": KATRIN.address, "seen": ticket.last_event, "history": "none"}
    as_nadia.post(f"/tickets/{ticket.reference}/draft/", given | {"sequence": 5})
    assert Draft.objects.get().history == "none"
    assert '<option value="none" selected>' in as_nadia.get(f"/tickets/{ticket.reference}/").content.decode()
    as_nadia.post(f"/tickets/{ticket.reference}/messages/", given | {"submission": "one"})
    assert "closed" not in OutgoingMail.objects.get(purpose="reply").body_text
    as_nadia.post(f"/tickets/{ticket.reference}/messages/", given | {"submission": "two", "history": "x", "seen": ""})
    assert Message.objects.filter(visibility="reply").count() == 1


def test_a_form_has_no_address_to_name(cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    Message.objects.update(author_address="", author_name="Katrin Vogel")
    quoted = letters.ending(ticket, by=cast.nadia, answers=letters.answered(ticket)).quoted
    assert quoted is not None
    assert quoted.intro.endswith(", Katrin Vogel wrote:")


def test_one_who_is_on_the_desk_sets_their_signature(as_nadia: Client, cast: Cast) -> None:
    page = as_nadia.get("/settings/profile/").content.decode()
    assert "Signature under your replies" in page
    given = {"name": "Nadia Okafor", "time_zone": "UTC", "signature": "Nadia\nPartner Ops", "mail_when_answered": "on"}
    as_nadia.post("/settings/profile/", given)
    cast.nadia.refresh_from_db()
    assert (cast.nadia.signature.replace("\r", ""), cast.nadia.mail_when_answered) == ("Nadia\nPartner Ops", True)
    partner = Client()
    partner.force_login(cast.katrin.user)  # type: ignore[arg-type]
    assert "Signature" not in partner.get("/settings/profile/").content.decode()


def test_what_is_answered_is_the_same_however_long_the_conversation(
    as_nadia: Client, cast: Cast, opened: OpenTicket
) -> None:
    """features 21: recipients, page and mail mean one message, though the page shows only the newest sixty."""
    ticket = opened(body="The words that are answered", cc=[Recipient(address="boss@northwind.example.com")])
    for number in range(MESSAGES_SHOWN + 1):
        actions.receive(ticket, sender=cast.omar, body=f"Robot {number}", automatic=True)
    page = as_nadia.get(f"/tickets/{ticket.reference}/").content.decode()
    assert "boss@northwind.example.com" in page
    assert "The words that are answered" in page
    assert "> The words that are answered" in answer(ticket, cast, history="all").body_text


def test_a_forged_mail_is_no_part_of_the_thread(cast: Cast, opened: OpenTicket) -> None:
    """S-08, M-15: its id never stands in In-Reply-To; twenty references are kept, the first and the newest."""
    first = mails.arrives(mails.mail())
    ticket = mails.ticket_of(first)
    to = addresses.reply_address(ticket.reference)
    more = [mails.arrives(mails.mail(To=to)).message_id for _ in range(25)]
    forged = mails.arrives(mails.mail(To=to))
    Message.objects.filter(incoming=forged).update(unverified=True)
    mail = answer(ticket, cast)
    assert mail.in_reply_to == more[-1]
    assert mail.references == [first.message_id, *more[-19:]]


def test_the_second_press_hears_what_the_first_one_did(cast: Cast, opened: OpenTicket) -> None:
    """R-01, M-19: the mail went, and came back meanwhile; no second one is refused or sent."""
    ticket = opened()
    mail = answer(ticket, cast, submission="one")
    Undeliverable.objects.create(address=KATRIN.address, words="550 5.1.1 No such user")
    assert answer(ticket, cast, submission="one") == mail
