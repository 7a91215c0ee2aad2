"""What a ticket's files say: read by a worker afterwards, told to whoever waits, looked at page by page."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from django.test import Client

from documents import papers as of_documents
from documents.models import Paper
from documents.papers.finding import labelled
from documents.storing import store
from tests import paper_files as files
from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket
from tickets import hooks, own_words, paper_reading, papers, procedures, reading_once, steps, tasks
from tickets.actions import FilePart, accept_sender, note, receive
from tickets.models import Attachment, Message, Step, Ticket
from tickets.procedures import At, Done, Waiting, awaited

pytestmark = pytest.mark.django_db


def part(content: bytes, name: str, *, inline: bool = False) -> FilePart:
    return FilePart(stored=store(content, name=name), filename=name, content_id="", inline=inline)


def sow(*lines: str) -> FilePart:
    return part(files.pdf(lines or files.STATEMENT), "sow.pdf")


def read(ticket: Ticket) -> None:
    tasks.read_papers(ticket.pk)


@pytest.fixture
def waits_for_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A general request that goes on when its papers are read."""

    def look(at: At) -> Done | Waiting:
        there = [one.page_count for one in of_documents.known(f.stored_id for f in papers.files_of(at.ticket)).values()]
        return Done(note=f"{there}") if there else Waiting(for_whom=Step.WaitsFor.DESK)

    procedure = procedures.Procedure(
        kind="general", title="x", handbook="", steps=(awaited("papers", "Papers", look, hears=("papers",)),)
    )
    monkeypatch.setitem(procedures._procedures, "general", procedure)


@pytest.mark.usefixtures("waits_for_papers")
def test_a_worker_reads_what_came_and_says_so(opened: OpenTicket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read while a mail is taken in."""
    told: list[int] = []
    monkeypatch.setattr(hooks, "_papers_read", [lambda one: told.append(one.pk)])
    ticket = opened(files=[sow()])
    assert not Paper.objects.exists()
    assert steps.of(ticket)[0].state == "waiting"
    read(ticket)
    assert (steps.of(ticket)[0].state, told) == ("done", [ticket.pk])
    read(ticket)
    assert Paper.objects.count() == 1


def test_the_nudge_goes_out_with_the_files(opened: OpenTicket, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, int]] = []
    monkeypatch.setattr("web.nudging.nudge", lambda task, *args, **_more: sent.append((task, *args)))
    opened()
    assert "tickets.tasks.read_papers" not in [task for task, *_ids in sent]
    ticket = opened(files=[sow()])
    receive(ticket, sender=cast.katrin, body="And this.", files=[sow("more")])
    assert sent.count(("tickets.tasks.read_papers", ticket.pk)) == 2


def test_the_sweep_finds_what_no_nudge_reached(opened: OpenTicket) -> None:
    logo = part(files.photograph(("x",))[:500], "logo.png", inline=True)
    ticket, other = opened(files=[sow(), logo]), opened(files=[logo])
    assert paper_reading.unread_tickets() == [ticket.pk]
    tasks.read_unread_papers()
    assert paper_reading.unread_tickets() == []
    assert Paper.objects.count() == 1
    assert papers.files_of(other) == []


def test_a_pile_is_read_in_turns_up_to_a_limit(opened: OpenTicket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of files stop nobody: the newest are read, of the others it is said."""
    monkeypatch.setattr(papers, "MOST_READ", 3)
    ticket = opened(files=[part(b"file %d" % number, f"{number}.txt") for number in range(6)])
    assert paper_reading.read_for(ticket.pk, until=0.0) is False
    assert Paper.objects.count() == 1
    assert paper_reading.read_for(ticket.pk, until=time.monotonic() + 60) is True
    assert sorted(paper.stored.name for paper in papers.read_all(ticket)) == ["3.txt", "4.txt", "5.txt"]
    (problem,) = papers.problems(ticket)
    assert problem.sentence == "It and 2 more were not read: the newest 3 files of a ticket are. Open them yourself."


def test_a_file_that_is_missing_stops_no_other(opened: OpenTicket, monkeypatch: pytest.MonkeyPatch) -> None:
    gone, there = part(b"gone", "gone.txt"), sow()
    Path(gone.stored.key.path).unlink()
    ticket = opened(files=[there, gone])
    read(ticket)
    assert [paper.stored_id for paper in Paper.objects.all()] == [there.stored.pk]
    with pytest.raises(OSError, match="No such file"):
        papers.read_all(ticket)
    told: list[int] = []
    monkeypatch.setattr(hooks, "_papers_read", [lambda one: told.append(one.pk)])
    tasks.read_unread_papers()
    assert told == []  # nobody is told every minute that nothing was read
    monkeypatch.setattr(reading_once, "CLAIMED", 0.0)
    monkeypatch.setattr("integrations.shared.claim", lambda *_given, **_more: False)
    with pytest.raises(OSError, match="by another worker"):
        papers.read_all(ticket)


def test_every_text_is_a_source_with_its_place(opened: OpenTicket, cast: Cast) -> None:
    ticket = opened(files=[sow()], fields={"customer": "Havelland", "agree": True}, body="customer: Havelland")
    receive(ticket, sender=cast.katrin, body="The Deal ID is GL-0048213.", html="<p>The Deal ID is GL-0048213.</p>")
    assert [one.kind for one in papers.sources_of(ticket)] == ["form", "mail", "name"]
    read(ticket)
    form, mail, paper, name = papers.sources_of(ticket)
    assert form.pages[0].lower() == "customer: havelland"
    assert (mail.name, mail.pages[0].splitlines()[-1]) == ("Katrin Vogel's message", "The Deal ID is GL-0048213.")
    assert name.pages == ("sow",)
    in_mail, in_paper = sorted(labelled([mail, paper], ("Deal ID",)), key=lambda one: one.sure)
    assert (in_paper.called, in_mail.called) == ("sow.pdf", "Katrin Vogel's message")
    assert in_paper.link == papers.page_url(ticket.attachments.get(), 1, "GL-0048213")
    newest = ticket.messages.order_by("-pk")[0]
    assert in_mail.link == f"/tickets/{ticket.reference}/#m{newest.pk}"


def test_a_strangers_word_and_our_own_prove_nothing(opened: OpenTicket, cast: Cast) -> None:
    ticket = opened(files=[sow()])
    held = receive(ticket, sender=cast.omar, body="GL-2", files=[sow("GL-2")], unknown_sender=True)
    note(ticket, by=cast.nadia, body="GL-3")
    read(ticket)
    said = "".join(page for one in papers.sources_of(ticket) for page in one.pages)
    assert "GL-0048213" in said
    assert "GL-2" not in said
    assert "GL-3" not in said
    accept_sender(ticket, held, by=cast.nadia)
    read(ticket)
    assert "GL-2" in "".join(page for one in papers.sources_of(ticket) for page in one.pages)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>Deal ID: GL-1<br>Regards</p>", "Deal ID: GL-1\nRegards"),
        ("<p>new</p><blockquote><p>old</p><blockquote><p>older</p></blockquote></blockquote>", "new"),
        pytest.param(f"new{'<blockquote>' * 16_000}old", "new", id="deep"),
        ("<table><tr><td>Deal ID</td><td>GL-1</td></tr></table>", "Deal ID\tGL-1"),
        ("<p>R&amp;D &lt;b&gt;</p>", "R&D <b>"),
    ],
)
def test_own_words_of_a_mail(html: str, words: str) -> None:
    assert own_words.of(Message(subject="Re: x", body="unused", html=html)) == words


def test_a_mail_that_is_passed_on_says_what_it_passes_on() -> None:
    body = "See below.\n\nFrom: Omar\nSent: Monday\nTo: Katrin\nSubject: PO\n\n> Deal ID: GL-1"
    assert own_words.of(Message(subject="Fwd: PO", body=body, html="<p>See below.</p>")).endswith("\nDeal ID: GL-1")


def test_problems_are_said_with_their_file(opened: OpenTicket) -> None:
    ticket = opened(files=[part(files.pdf(("x",), password="s"), "po.pdf"), part(files.word(("x",)), "sow.pdf")])
    read(ticket)
    said = [(one.attachment.filename, one.sentence) for one in papers.problems(ticket)]
    assert said == [
        ("sow.pdf", "It is called sow.pdf and is a Word document."),
        ("po.pdf", "This PDF has a password. Ask for it without one, or open it yourself."),
    ]


def sign_in(client: Client, cast: Cast) -> Client:
    client.force_login(cast.nadia)
    return client


def test_a_page_shows_picture_and_text_with_the_words_marked(opened: OpenTicket, cast: Cast, client: Client) -> None:
    ticket = opened(files=[part(files.pdf(files.STATEMENT, ("Page <two>",)), "sow.pdf")])
    file = ticket.attachments.get()
    read(ticket)
    page = sign_in(client, cast).get(papers.page_url(file, 1, "GL-0048213")).content.decode()
    assert "Service Attach Deal ID: <mark>GL-0048213</mark>" in page
    assert page.count('class="paper-mark"') == 1
    assert "Page 1 of 2" in page
    assert f'href="{papers.page_url(file, 2, "GL-0048213").replace("&", "&amp;")}" rel="next"' in page
    second = client.get(papers.page_url(file, 2, "GL-0048213")).content.decode()
    assert "Page &lt;two&gt;" in second
    assert "does not stand on this page" in second
    assert client.get(papers.page_url(file, 3)).status_code == 404
    picture = client.get(papers.picture_url(file, 1))
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert client.get(papers.picture_url(file, 3)).status_code == 404


def test_a_page_that_nobody_has_read_or_can_read_says_so(opened: OpenTicket, cast: Cast, client: Client) -> None:
    ticket = opened(files=[part(files.pdf(("x",), password="s"), "po.pdf")])
    file: Attachment = ticket.attachments.get()
    assert "Nobody has read this file yet" in sign_in(client, cast).get(papers.page_url(file)).content.decode()
    assert client.get(papers.picture_url(file)).status_code == 404
    read(ticket)
    page = client.get(papers.page_url(file)).content.decode()
    assert "This PDF has a password." in page
    assert "The file is kept as it came." in page


def test_a_scan_that_could_not_be_recognised_is_shown_beside_nothing(
    opened: OpenTicket, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("documents.cage.program.shutil.which", lambda _name: None)
    ticket = opened(files=[part(files.scan(files.STATEMENT), "scan.pdf")])
    read(ticket)
    page = sign_in(client, cast).get(papers.page_url(ticket.attachments.get())).content.decode()
    assert "A picture of text" in page
    assert "Read it in the picture." in page
    assert "<image href=" in page


def test_a_word_document_has_text_and_no_picture(opened: OpenTicket, cast: Cast, client: Client) -> None:
    ticket = opened(files=[part(files.word(files.STATEMENT), "sow.docx")])
    read(ticket)
    page = (
        sign_in(client, cast).get(papers.page_url(ticket.attachments.get(), 1, "Havelland Klinik AG")).content.decode()
    )
    assert "<mark>Havelland Klinik AG</mark>" in page
    assert "<image" not in page


def test_another_partners_file_does_not_exist(opened: OpenTicket, cast: Cast, client: Client) -> None:
    ticket, other = opened(files=[sow()]), opened()
    read(ticket)
    address = papers.page_url(ticket.attachments.get()).replace(ticket.reference, other.reference)
    assert sign_in(client, cast).get(address).status_code == 404
