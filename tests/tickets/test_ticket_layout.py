"""How a mail is read on the ticket page: words, pictures, its own layout, its source, and what to know about it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from documents import storing
from helpdesk.demo_data import files
from mail import inbox
from mail.models import IncomingMail, OutgoingMail
from tests.conftest import Cast
from tests.mail.hostile import ATTACKS, harmless, nothing_runs
from tests.tickets.conftest import OpenTicket
from tickets import actions
from tickets.actions import FilePart, Recipient
from tickets.models import Attachment, Message, Ticket

LAYOUT = (
    '<p>See <img src="cid:shot@x" alt="the shot"> and <img src="cid:nobody@x"></p><table bgcolor="#ffeecc"><tr><td>'
    '<img src="cid:shot@x" width="48">'
    '<img src="https://pictures.example.com/a.png" width="300" height="100" alt="A view">'
    '<img src="https://testserver/tickets/PHD-1/"></td></tr></table>'
)
CLOSER = "--></script></style></textarea></noscript></title></xmp></template></select></svg></math></table><p>next</p>"
SANDBOX = "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"


@pytest.fixture
def as_nadia(client: Client, cast: Cast) -> Client:
    client.force_login(cast.nadia)
    return client


def letter(html: str = LAYOUT, text: str = "", **headers: str) -> EmailMessage:
    """A mail in HTML with the picture `shot@x`."""
    made = EmailMessage()
    given = {
        "From": "Katrin Vogel <katrin@northwind.example.com>",
        "To": "partnersupport@gitlab.com",
        "Subject": "Seats",
        "Message-ID": f"<{timezone.now().timestamp()}@northwind.example.com>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in given.items():
        made[name] = value
    if text:
        made.set_content(text)
        made.add_alternative(html, subtype="html")
    else:
        made.set_content(html, subtype="html")
    laid_out = list(made.iter_parts())[-1] if text else made
    laid_out.add_related(files.logo(), maintype="image", subtype="png", cid="<shot@x>", filename="shot.png")
    return made


def arrives(made: EmailMessage) -> Message:
    mail = inbox.take_in(inbox.store(made.as_bytes(), via="command").pk)
    return Message.objects.select_related("ticket").get(incoming=mail)


def page_of(client: Client, message: Message) -> str:
    return client.get(f"/tickets/{message.ticket.reference}/").content.decode()


def path(message: Message, more: str) -> str:
    return f"/tickets/{message.ticket.reference}/messages/{message.pk}/{more}"


def test_the_page_has_a_frame_only_for_a_mail_with_a_layout(as_nadia: Client) -> None:
    rich, plain = arrives(letter()), arrives(letter("<p>Only words</p>"))
    shown = page_of(as_nadia, rich)
    assert f'src="{path(rich, "layout/")}" sandbox="allow-same-origin allow-popups' in shown
    assert "1 picture from the web is not loaded" in " ".join(shown.split())
    assert f'href="{path(rich, "layout/")}?images=1" target="layout-{rich.pk}"' in shown
    assert "<iframe" not in page_of(as_nadia, plain)
    assert "frame-src 'self'" in as_nadia.get("/queue/").headers["Content-Security-Policy"]


def test_pictures_of_the_mail_stand_in_their_place(as_nadia: Client) -> None:
    """M-10: cid → a checked address; one without a part keeps its words."""
    message = arrives(letter())
    picture = Attachment.objects.get()
    shown = page_of(as_nadia, message)
    address = f"/tickets/{message.ticket.reference}/attachments/{picture.pk}/?inline=1"
    assert f'<img src="{address}"' in shown
    assert "[nobody]" in shown
    assert 'class="pictures"' not in shown
    answer = as_nadia.get(address)
    assert answer.headers["Content-Type"] == "image/png"
    assert "attachment" not in answer.headers.get("Content-Disposition", "")
    assert message.ticket.preview.startswith("See")


def test_a_content_id_never_leads_to_another_message(as_nadia: Client, cast: Cast) -> None:
    """S-28: the picture of one message, named by the next of the same ticket and by another ticket."""
    first = arrives(letter())
    other = EmailMessage()
    given = {"From": cast.katrin.email, "To": "partnersupport@gitlab.com", "Subject": "Other"}
    for name, value in given.items():
        other[name] = value
    other.set_content(LAYOUT, subtype="html")
    second = arrives(other)
    same = actions.receive(first.ticket, sender=cast.katrin, body="x", html='<p><span data-cid="shot@x">[x]</span></p>')
    assert "attachments" not in page_of(as_nadia, second).split('id="thread"')[1].split("</article>")[0]
    assert '<span class="faint">[x]</span>' in page_of(as_nadia, first)
    assert same.pk
    assert "attachments/" not in as_nadia.get(path(second, "layout/")).content.decode()


def test_only_a_raster_image_is_shown_in_a_page(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    """S-05: an SVG or HTML that calls itself a picture is a download, inline or not."""
    for content in (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<html><script>alert(1)</script>"):
        part = FilePart(stored=storing.store(content, name="x.png"), filename="x.png", content_id="x", inline=True)
        ticket = opened(files=[part], html='<p><span data-cid="x">[x]</span></p>')
        file = ticket.attachments.get()
        assert "inline=1" not in as_nadia.get(f"/tickets/{ticket.reference}/").content.decode()
        answer = as_nadia.get(f"/tickets/{ticket.reference}/attachments/{file.pk}/?inline=1")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_the_layout_brings_its_own_strict_policy(as_nadia: Client) -> None:
    """S-28, S-29: nothing runs, nothing is fetched but pictures of ours, nobody else may frame it."""
    message = arrives(letter())
    answer = as_nadia.get(path(message, "layout/"))
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "img-src 'self' data:;" in policy
    assert SANDBOX in policy
    assert "frame-ancestors 'self'" in policy
    assert "script" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    body = answer.content.decode()
    assert "pictures.example.com" not in body
    assert '<span class="waiting" style="width:300px;height:100px">A view</span>' in body
    assert body.count("/attachments/") == 2


def test_pictures_of_the_web_come_when_they_are_asked_for(as_nadia: Client) -> None:
    """S-28: never from an address of our own, which would know who reads."""
    message = arrives(letter())
    answer = as_nadia.get(path(message, "layout/?images=1"))
    assert "img-src 'self' data: https: http:;" in answer.headers["Content-Security-Policy"]
    assert SANDBOX in answer.headers["Content-Security-Policy"]
    body = answer.content.decode()
    assert '<img width="300" height="100" alt="A view" src="https://pictures.example.com/a.png">' in body
    with override_settings(ALLOWED_HOSTS=["testserver", ".example.com"]):
        assert "pictures.example.com" not in as_nadia.get(path(message, "layout/?images=1")).content.decode()


def test_who_may_not_read_the_ticket_may_not_read_the_layout(cast: Cast, client: Client) -> None:
    """S-12: a partner reads the light words, on their own page, without the frame."""
    message = arrives(letter())
    katrin, omar = cast.katrin.user, cast.omar.user
    assert katrin
    assert omar
    for who, status in ((cast.sofia, 200), (katrin, 404), (omar, 404)):
        client.force_login(who)
        for page in ("layout/", "original/", "original/file/"):
            assert (client.get(path(message, page)).status_code == 200) == (status == 200), (who, page)
    client.force_login(katrin)
    own = client.get(f"/portal/{message.ticket.reference}/", follow=True).content.decode()
    assert "[the shot]" in own
    assert "<iframe" not in own
    client.force_login(cast.nadia)
    assert client.get(f"/tickets/{message.ticket.reference}/messages/{message.pk + 1}/layout/").status_code == 404


def test_a_note_of_another_message_has_no_layout(as_nadia: Client, opened: OpenTicket) -> None:
    message = opened().messages.get()
    assert as_nadia.get(path(message, "layout/")).status_code == 404
    assert as_nadia.get(path(message, "original/")).status_code == 404


@pytest.mark.parametrize("start", range(0, len(ATTACKS), 10))
def test_no_attack_survives_the_way_to_the_page(as_nadia: Client, start: int) -> None:
    """S-02: mail → cage → database → page and frame; the partner's page too."""
    some = CLOSER.join(attack for attack in ATTACKS[start : start + 10] if "<plaintext" not in attack)
    message = arrives(letter(f'<table bgcolor="#fe0"><tr><td>Hello</td></tr></table>{some}', text=some))
    thread = page_of(as_nadia, message).split('id="thread"')[1].split("</article>")[0]
    frame = as_nadia.get(path(message, "layout/?images=1")).content.decode().split("<body>")[1]
    for part in (message.html, message.quoted_html, message.rich_html):
        harmless(part)
    nothing_runs(thread)
    nothing_runs(frame)
    assert "evil.example" not in " ".join(re.findall(r'(?:src|background|style)="[^"]*"', thread))


def test_the_original_can_be_read_and_had(as_nadia: Client) -> None:
    made = letter("<p>x</p>", X_Odd="=?utf-8?q?caf=C3=A9_<script>alert(1)</script>?=")
    message = arrives(made)
    page = as_nadia.get(path(message, "original/")).content.decode()
    assert "<dt>X-Odd</dt><dd><bdi>café &lt;script&gt;alert(1)&lt;/script&gt;</bdi>" in page
    assert "Content-ID: &lt;shot@x&gt;" in page
    assert path(message, "original/file/") in page
    assert message.incoming
    assert message.incoming.raw_sha256 in page
    assert path(message, "original/") in page_of(as_nadia, message)


def test_a_long_original_is_cut_and_says_so(as_nadia: Client) -> None:
    message = arrives(letter("<p>x</p>", text="word " * 120_000))
    page = as_nadia.get(path(message, "original/")).content.decode()
    assert "The first 500 KB" in page
    assert len(page) < 700_000


def test_an_original_that_cannot_be_read_says_so(as_nadia: Client) -> None:
    """F-11"""
    message = arrives(letter("<p>x</p>"))
    assert message.incoming
    message.incoming.raw.key.delete(save=False)
    answer = as_nadia.get(path(message, "original/"))
    assert answer.status_code == 503
    assert "try again" in answer.content.decode()


def test_what_to_know_about_a_sender_stands_over_the_words(as_nadia: Client) -> None:
    """M-06, M-09, M-20, S-07, S-08"""
    message = arrives(letter("<p>x</p>", Reply_To="other@elsewhere.example", Date="Sat, 01 Jan 2050 10:00:00 +0000"))
    shown = page_of(as_nadia, message)
    assert "It asks for answers at other@elsewhere.example. Your answer goes to katrin@northwind.example.com." in shown
    assert "It says it was written on Sat 1 Jan 2050" in shown
    assert "Verified sender" not in shown
    IncomingMail.objects.update(
        verdict="pass",
        verdict_why="dmarc=pass",
        reply_to=[],
        date_claimed=datetime.now(tz=UTC),
        remarks=[
            {"kind": "name-is-address", "text": "The name is boss@northwind.example.com <script>."},
            {"kind": "invite", "text": "Invitation: Call, Tuesday 10:00."},
        ],
    )
    shown = page_of(as_nadia, message)
    assert 'title="Verified sender: dmarc=pass"' in shown
    assert "The name is boss@northwind.example.com &lt;script&gt;." in shown
    assert "Invitation: Call" in shown
    assert "It says it was written" not in shown
    IncomingMail.objects.update(verdict="fail")
    shown = page_of(as_nadia, message)
    assert "northwind.example.com says that this mail is not from there." in shown
    assert "Verified sender" not in shown
    Message.objects.update(unverified=True)
    shown = page_of(as_nadia, message)
    assert "By mail, unverified" in shown
    assert "without proof that it is them" in shown


def test_an_answer_that_came_back_says_what_to_do(as_nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    """M-19"""
    ticket = opened()
    actions.reply(ticket, by=cast.nadia, body="Hello", to=[Recipient(address=cast.katrin.email)])
    back = {"status": "5.1.1", "words": "550 <No such user>", "for_good": True, "at": "2022-11-22T10:00:00Z"}
    OutgoingMail.objects.filter(purpose="reply").update(
        bounced={"katrin@northwind.example.com": back, "cc@x.example": {**back, "for_good": False}}
    )
    shown = as_nadia.get(f"/tickets/{ticket.reference}/").content.decode()
    assert "It did not reach katrin@northwind.example.com." in shown
    assert "550 &lt;No such user&gt;" in shown
    assert "It has not reached cc@x.example yet." in shown


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("\u202egnp.exe", "gnp.exe"),
        ("\u200b\u200d \ufeff", "(no subject)"),
        ("Order" + "\u0301" * 400, "Order\u0301\u0301\u0301"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ],
)
def test_a_subject_turns_and_covers_nothing(as_nadia: Client, subject: str, shown: str) -> None:
    """M-08, S-03"""
    message = arrives(letter("<p>x</p>", Subject=subject))
    assert f"<h1><bdi>{shown}</bdi></h1>" in page_of(as_nadia, message)


def test_layouts_cost_the_page_nothing(
    as_nadia: Client, cast: Cast, opened: OpenTicket, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """The layout is not read with the page, only whether there is one; twenty take as many statements as one."""
    ticket = opened()
    for _number in range(20):
        actions.receive(ticket, sender=cast.katrin, body="x", html="<p>x</p>", rich_html="<p>RICH</p>" * 100)
    as_nadia.get(f"/tickets/{ticket.reference}/")
    with django_assert_max_num_queries(15) as taken:
        answer = as_nadia.get(f"/tickets/{ticket.reference}/")
    assert answer.content.decode().count("<iframe") == 20
    assert "RICH" not in answer.content.decode()
    assert not [
        query["sql"] for query in taken.captured_queries if re.search(r'"rich_html"[,\s]+(?:"|FROM)', query["sql"])
    ]
    assert Ticket.objects.count() == 1
