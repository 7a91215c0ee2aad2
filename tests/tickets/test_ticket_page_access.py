"""Every address of the ticket page for every role, and hostile words in every place that shows them."""

from __future__ import annotations

import pytest
from django.test import Client
from lxml import html as markup  # type: ignore[import-untyped]

from documents import storing
from journal.models import Event
from partners.models import Contact
from people.models import ChannelManager, User
from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket
from tickets import actions
from tickets.actions import FilePart
from tickets.models import Attachment, Draft, Message, Seen, Ticket

READ = ["", "updates/?after=0", "history/", "attachments/{file}/", "messages/{message}/mail/"]
DESK_READ = ["partners/?name=a", "responses/", "responses/x/"]
WRITE = ["change/status/", "change/assignee/", "change/tags/", "messages/{message}/try-again/"]
COLLEAGUES_WRITE = ["messages/", "draft/", "attachments/", "attachments/{file}/remove/"]
HOSTILE = (
    "\"><script>alert(1)</script><img src=x onerror=alert(1)> ' onmouseover=alert(1) {{ 7|add:7 }} javascript:alert(1)"
)


def a_file(name: str = "SOW.pdf") -> FilePart:
    return FilePart(stored=storing.store(b"%PDF-1.4", name=name), filename=name)


def address(ticket: Ticket, more: str) -> str:
    message, file = ticket.messages.get(), ticket.attachments.get()
    return f"/tickets/{ticket.reference}/{more.format(message=message.pk, file=file.pk)}"


def rows() -> tuple[int, ...]:
    models = (Event, Message, Attachment, Draft, Ticket)
    return tuple(model.objects.count() for model in models)


@pytest.fixture
def stranger_manager(cast: Cast) -> User:
    """A channel manager of other partners."""
    user = User.objects.create_user("mei@desk.example.com", "x", name="Mei-Lin Ho", role="channel_manager")
    ChannelManager.objects.create(name="Mei-Lin Ho", user=user)
    return user


@pytest.mark.parametrize("more", [*READ, *DESK_READ])
def test_a_visitor_signs_in_first(client: Client, opened: OpenTicket, more: str) -> None:
    answer = client.get(address(opened(files=[a_file()]), more))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("more", [*READ, *DESK_READ, *WRITE, *COLLEAGUES_WRITE])
def test_a_partner_never_gets_here_and_learns_nothing(
    client: Client, cast: Cast, opened: OpenTicket, more: str
) -> None:
    ticket = opened(files=[a_file()])
    own, foreign = cast.katrin.user, cast.omar.user
    before = rows()
    said = set()
    for user, reference in ((own, ticket.reference), (foreign, ticket.reference), (own, "PHD-999999")):
        assert user is not None
        client.force_login(user)
        url = address(ticket, more).replace(ticket.reference, reference)
        answer = (
            client.post(url, {"to": "solved", "body": "x"}) if more in {*WRITE, *COLLEAGUES_WRITE} else client.get(url)
        )
        assert answer.status_code == 403
        assert ticket.subject not in answer.content.decode()
        said.add(answer.status_code)
    assert rows() == before


@pytest.mark.parametrize("more", READ)
def test_a_channel_manager_reads_their_partners_tickets_only(
    client: Client, cast: Cast, opened: OpenTicket, stranger_manager: User, more: str
) -> None:
    ticket = opened(files=[a_file()])
    client.force_login(cast.sofia)
    assert client.get(address(ticket, more)).status_code == 200
    client.force_login(stranger_manager)
    assert client.get(address(ticket, more)).status_code == 404


@pytest.mark.parametrize("more", [*DESK_READ, *WRITE])
def test_a_channel_manager_changes_nothing(client: Client, cast: Cast, opened: OpenTicket, more: str) -> None:
    ticket = opened(files=[a_file()])
    client.force_login(cast.sofia)
    before = rows()
    assert client.get(address(ticket, more)).status_code in {403, 405}
    assert client.post(address(ticket, more), {"to": "solved", "add": "x"}).status_code in {403, 405}
    assert rows() == before


@pytest.mark.parametrize("more", COLLEAGUES_WRITE)
def test_a_stranger_manager_writes_nothing(
    client: Client, opened: OpenTicket, stranger_manager: User, more: str
) -> None:
    ticket = opened(files=[a_file()])
    client.force_login(stranger_manager)
    before = rows()
    assert client.post(address(ticket, more), {"kind": "note", "body": "x", "sequence": 1}).status_code == 404
    assert rows() == before


def test_a_channel_manager_sees_notes_and_writes_them_without_forms(
    client: Client, cast: Cast, opened: OpenTicket
) -> None:
    ticket = opened(files=[a_file()])
    actions.note(ticket, by=cast.nadia, body="For colleagues")
    client.force_login(cast.sofia)
    page = client.get(f"/tickets/{ticket.reference}/").content.decode()
    assert "For colleagues" in page
    assert 'id="compose-note"' in page
    for absent in ('id="compose-reply"', "/change/", "status-menu", "tag-menu"):
        assert absent not in page
    assert client.post(f"/tickets/{ticket.reference}/messages/", {"kind": "note", "body": "Mine"}).status_code == 302
    assert ticket.messages.last().body == "Mine"  # type: ignore[union-attr]
    for kind in ("reply", "", "x"):
        answer = client.post(
            f"/tickets/{ticket.reference}/messages/", {"kind": kind, "body": "Mine", "to": "a@b.example"}
        )
        assert answer.status_code == 404
    assert ticket.messages.count() == 3


@pytest.mark.parametrize("more", [*WRITE, *COLLEAGUES_WRITE])
def test_looking_never_changes_anything(client: Client, cast: Cast, opened: OpenTicket, more: str) -> None:
    ticket = opened(files=[a_file()])
    client.force_login(cast.nadia)
    before = rows()
    assert client.get(address(ticket, more)).status_code == 405
    assert rows() == before


@pytest.mark.parametrize("more", [*READ, *DESK_READ])
def test_reading_leaves_only_the_mark_that_it_was_seen(
    client: Client, cast: Cast, opened: OpenTicket, more: str
) -> None:
    ticket = opened(files=[a_file()])
    client.force_login(cast.nadia)
    before = rows()
    client.get(address(ticket, more))
    assert rows() == before
    assert not Seen.objects.exclude(user=cast.nadia).exists()


def test_hostile_words_stay_words_everywhere(client: Client, cast: Cast, opened: OpenTicket) -> None:
    """Subject, names, addresses, file name, tag, form answers, body, draft, the history and a refusal (S-02, S-03)."""
    cast.northwind.name = cast.nadia.name = HOSTILE[:110]
    cast.northwind.save()
    cast.nadia.save()
    sender = Contact.objects.create(email="mallory@northwind.example.com", name=HOSTILE, account=cast.northwind)
    ticket = opened(
        requester=sender, subject=HOSTILE, body=HOSTILE, tags=[HOSTILE[:40]], files=[a_file(HOSTILE[:200])],
        fields={"wish": HOSTILE, HOSTILE[:30]: [HOSTILE]},
    )  # fmt: skip
    client.force_login(cast.nadia)
    actions.assign(ticket, to=cast.nadia, by=cast.nadia)
    actions.change_subject(ticket, to=HOSTILE + "!", by=cast.nadia)
    actions.note(ticket, by=cast.nadia, body=HOSTILE)
    client.post(f"/tickets/{ticket.reference}/draft/", {"kind": "reply", "body": HOSTILE, "to": HOSTILE, "sequence": 1})
    refused = client.post(
        f"/tickets/{ticket.reference}/change/partner/", {"name": HOSTILE}, headers={"HX-Request": "1"}
    )
    preview = client.post(f"/tickets/{ticket.reference}/messages/", {"kind": "note", "body": HOSTILE, "act": "preview"})
    for answer in (
        client.get(f"/tickets/{ticket.reference}/"),
        client.get(f"/tickets/{ticket.reference}/history/"),
        refused,
        preview,
    ):
        assert_harmless(answer.content.decode())


def assert_harmless(page: str) -> None:
    tree = markup.fromstring(f"<div>{page}</div>" if "<html" not in page else page)
    assert not tree.xpath("//script[not(@src)]")
    assert {image.get("src") for image in tree.xpath("//img")} <= {"/static/img/logo.svg"}
    assert not [name for element in tree.iter() for name in getattr(element, "attrib", {}) if name.startswith("on")]
    assert not [link for link in tree.xpath("//@href | //@src | //@action") if "javascript:" in link.lower()[:20]]
