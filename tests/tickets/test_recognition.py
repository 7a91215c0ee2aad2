"""What a ticket may be: every candidate with its words, one press that corrects, nothing that overrules a person."""

from __future__ import annotations

import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client

from documents.models import Paper
from documents.storing import store
from journal.record import events_of
from tests.conftest import Cast
from tests.paper_files import pdf
from tests.tickets.conftest import OpenTicket
from tests.tickets.mails import arrives, mail, ticket_of
from tickets import actions, kinds, paper_reading, quoting, recognition, rereading
from tickets.kinds import Clues, Document
from tickets.models import Attachment, Draft, Recognition, Ticket
from tickets.models.message import Visibility

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]

ORDER = "PURCHASE ORDER\nPO Number: NW-4500123\nVendor: GitLab B.V.\nGrand total USD 27,360.00"
LETTERHEAD = "Northwind DevOps GmbH, P.O. Box 12, Hamburg\nPURCHASE ORDER 4500123"


def documents(text: str, *, name: str = "scan.pdf") -> tuple[Document, ...]:
    return (Document(name=name, text=text, attachment=7),)


class TestRanking:
    def test_every_candidate_with_its_words_the_surest_first(self) -> None:
        clues = Clues(subject="Quote and PO 4500123", body="Can you send a quote? Our training plan changed.")
        ranked = kinds.rank(clues)
        assert [one.kind.slug for one in ranked][:2] == ["purchase_order", "quote_request"]
        assert any(one.evidence.topic == "training" for one in ranked)
        assert [one.evidence.score for one in ranked] == sorted((one.evidence.score for one in ranked), reverse=True)
        assert ranked[0].evidence.places[0].words == "po 4500123"

    @pytest.mark.parametrize("text", [ORDER, LETTERHEAD, "Bestellung 4711\nNorthwind", "注文書\n発注番号 1"])
    def test_the_head_of_a_document_says_what_it_is(self, text: str) -> None:
        clues = Clues(subject="As discussed", body="Attached.", documents=documents(text))
        best = kinds.rank(clues)[0]
        assert (best.kind.slug, best.evidence.places[0].where) == ("purchase_order", "document")
        assert best.evidence.because.startswith("scan.pdf says “")

    def test_what_stands_further_down_in_a_document_says_nothing(self) -> None:
        text = "Terms and conditions.\n" * 80 + ORDER
        assert kinds.rank(Clues(subject="As discussed", documents=documents(text))) == []

    def test_a_statement_of_work_that_names_an_order_stays_one(self) -> None:
        text = "STATEMENT OF WORK\nService Attach Deal ID: GL-0048213\nPurchase order: 4500123"
        assert kinds.rank(Clues(documents=documents(text)))[0].kind.slug == "service_attach"


@pytest.mark.parametrize(
    ("text", "words", "before", "found", "after"),
    [
        ("Our PO\n 4500123 is attached.", "po 4500123", "Our ", "PO 4500123", " is attached."),
        ("Angebot für Müller", "muller", "Angebot für ", "Müller", ""),
        ("添付の注文書です。", "注文書", "添付の", "注文書", "です。"),
        ("SOW_Havelland-Klinik.pdf", "sow havelland klinik pdf", "", "SOW_Havelland-Klinik.pdf", ""),
    ],
)
def test_words_are_shown_as_they_were_written(text: str, words: str, before: str, found: str, after: str) -> None:
    assert quoting.quote(text, words) == quoting.Quote(before=before, words=found, after=after)


def test_long_text_around_is_cut_at_words() -> None:
    shown = quoting.quote("one two three " * 20 + "PO 4500123" + " four five six" * 20, "po 4500123")
    assert shown is not None
    assert shown.before.startswith("… ")
    assert shown.after.endswith(" …")
    assert len(shown.before) < 60


def test_words_that_are_not_there_are_not_shown() -> None:
    assert quoting.quote("something else", "po 4500123") is None


class TestKept:
    def test_a_mail_keeps_what_it_may_be(self) -> None:
        ticket = ticket_of(arrives(mail("Please send us a quote.\n", Subject="PO 4500123 for Havelland")))
        kept = Recognition.objects.get(ticket=ticket).ranked
        assert [one["kind"] for one in kept][:2] == ["purchase_order", "quote_request"]
        sign = kept[0]["signs"][0]
        assert (sign["where"], sign["words"], sign["after"]) == ("subject", "PO 4500123", " for Havelland")

    def test_words_that_say_nothing_leave_no_row(self) -> None:
        ticket = ticket_of(arrives(mail("Hello?\n", Subject="Hello")))
        assert ticket.kind == "general"
        assert not Recognition.objects.filter(ticket=ticket).exists()

    def test_a_choice_is_kept_with_who_made_it(self, cast: Cast, opened: OpenTicket) -> None:
        ticket = opened()
        actions.change_kind(ticket, to="purchase_order", by=cast.nadia)
        row = Recognition.objects.get(ticket=ticket)
        assert (row.corrected_by, row.ranked) == (cast.nadia, [])


def with_document(text: str, *, silent: bool = False) -> Ticket:
    """A mail of Katrin's that says nothing, with a document that has been read."""
    ticket = ticket_of(arrives(mail("As discussed.\n", Subject="Havelland"), silent=silent))
    stored = store(b"%PDF-1.4 a document", name="scan.pdf", declared_type="application/pdf")
    message = ticket.messages.filter(visibility=Visibility.IN).get()
    Attachment.objects.create(
        ticket=ticket, message=message, stored=stored, filename="scan.pdf", content_type="application/pdf", size=9
    )
    Paper.objects.create(stored=stored, kind=Paper.Kind.PDF, page_count=1, pages=[{"text": text}])
    return ticket


class TestDocuments:
    def test_a_document_that_is_certain_changes_what_nobody_has_touched(self) -> None:
        ticket = with_document(ORDER)
        assert ticket.kind == "general"
        rereading.read_again(ticket)
        assert ticket.kind == "purchase_order"
        event = events_of(ticket).get(verb="kind changed")
        assert (event.actor, event.actor_name) == (None, "Partner Help Desk")
        assert event.why.startswith("The documents were read. scan.pdf says “")
        kept = Recognition.objects.get(ticket=ticket)
        assert (kept.papers, kept.corrected) == (True, None)

    def test_a_worker_reads_the_file_of_a_mail_and_knows(self) -> None:
        letter = message_from_bytes(mail("As discussed.\n", Subject="Havelland"), policy=policy.default)
        assert isinstance(letter, EmailMessage)
        letter.add_attachment(pdf(ORDER.splitlines()), maintype="application", subtype="pdf", filename="scan.pdf")
        ticket = ticket_of(arrives(letter.as_bytes()))
        assert ticket.kind == "general"
        assert paper_reading.read_for(ticket.pk, until=time.monotonic() + 60)
        ticket.refresh_from_db()
        assert ticket.kind == "purchase_order"
        sign = Recognition.objects.get(ticket=ticket).ranked[0]["signs"][0]
        assert (sign["source"], sign["words"]) == ("scan.pdf", "PURCHASE ORDER")

    def test_twice_is_once(self) -> None:
        ticket = with_document(ORDER)
        for _time in range(2):
            rereading.read_again(ticket)
        assert events_of(ticket).filter(verb="kind changed").count() == 1

    @pytest.mark.parametrize("act", ["taken", "noted", "answered", "chosen", "drafted"])
    def test_whoever_has_acted_decides(self, cast: Cast, act: str) -> None:
        ticket = with_document(ORDER)
        to = [actions.Recipient(address=cast.katrin.email)]
        acts: dict[str, Callable[[], object]] = {
            "taken": lambda: actions.assign(ticket, to=cast.nadia, by=cast.nadia),
            "noted": lambda: actions.note(ticket, by=cast.nadia, body="I ask the seller."),
            "answered": lambda: actions.reply(
                ticket, by=cast.nadia, body="Which order?", to=to, then="pending_partner"
            ),
            "chosen": lambda: actions.change_kind(ticket, to="general", by=cast.nadia),
            "drafted": lambda: Draft.objects.create(ticket=ticket, user=cast.nadia, kind="reply", body="Hello"),
        }
        acts[act]()
        ticket.refresh_from_db()
        rereading.read_again(ticket)
        assert ticket.kind == "general"
        assert recognition.of(ticket).ranked[0]["kind"] == "purchase_order"  # type: ignore[union-attr]  # there is one

    def test_old_mail_begins_nothing(self) -> None:
        ticket = with_document(ORDER, silent=True)
        rereading.read_again(ticket)
        assert ticket.kind == "general"

    def test_a_partner_has_chosen_by_the_form(self, opened: OpenTicket) -> None:
        ticket = opened()
        stored = store(b"%PDF-1.4 a document", name="po.pdf", declared_type="application/pdf")
        Attachment.objects.create(
            ticket=ticket, message=ticket.messages.get(), stored=stored, filename="po.pdf", content_type="x", size=9
        )
        Paper.objects.create(stored=stored, kind=Paper.Kind.PDF, page_count=1, pages=[{"text": ORDER}])
        rereading.read_again(ticket)
        assert ticket.kind == "general"

    def test_words_and_document_that_disagree_wait_for_a_person(self) -> None:
        ticket = with_document(ORDER)
        Ticket.objects.filter(pk=ticket.pk).update(kind="quote_request")
        message = ticket.messages.get()
        message.incoming.subject = "Quote request"  # type: ignore[union-attr]  # it came by mail
        message.incoming.save()  # type: ignore[union-attr]
        ticket.refresh_from_db()
        rereading.read_again(ticket)
        assert ticket.kind == "quote_request"


class TestCard:
    def page(self, client: Client, cast: Cast, ticket: Ticket) -> str:
        client.force_login(cast.nadia)
        return client.get(f"/tickets/{ticket.reference}/").content.decode()

    def test_it_says_why_and_what_else(self, client: Client, cast: Cast) -> None:
        ticket = ticket_of(arrives(mail("Can you send a quote?\n", Subject="PO 4500123 <b>now</b>")))
        page = self.page(client, cast, ticket)
        assert "Taken for" in page
        assert page.index("card-steps") < page.index("card-recognised")  # only to be looked up
        assert "<mark>PO 4500123</mark> &lt;b&gt;now" in page
        assert 'name="to" value="quote_request"' in page.partition("card-recognised")[2].partition("</section>")[0]

    def test_one_press_corrects_it_and_the_card_goes(self, client: Client, cast: Cast) -> None:
        ticket = ticket_of(arrives(mail("Can you send a quote?\n", Subject="PO 4500123")))
        self.page(client, cast, ticket)
        client.post(f"/tickets/{ticket.reference}/change/kind/", {"to": "quote_request", "seen": ticket.last_event})
        ticket.refresh_from_db()
        assert ticket.kind == "quote_request"
        page = self.page(client, cast, ticket)
        assert "card-recognised" not in page
        assert "Nadia Okafor chose it" in page

    def test_nobody_is_sure_and_says_so(self, client: Client, cast: Cast) -> None:
        page = self.page(client, cast, ticket_of(arrives(mail("Hello?\n", Subject="Hello"))))
        assert "Not sure what this is" in page
        assert "Its words fit no type of request." in page

    def test_a_weak_word_is_a_suggestion(self, client: Client, cast: Cast, monkeypatch: Any) -> None:
        monkeypatch.setattr(kinds, "SURE_ENOUGH", 99)
        monkeypatch.setattr("tickets.recognised.SURE_ENOUGH", 99)
        ticket = ticket_of(arrives(mail("The price for 20 seats?\n", Subject="Pricing for Havelland")))
        assert ticket.kind == "general"
        card = self.page(client, cast, ticket).partition("card-recognised")[2].partition("</section>")[0]
        assert "Not sure what this is" in card
        assert 'value="quote_request"' in card

    def test_a_channel_manager_reads_it_without_buttons(self, client: Client, cast: Cast) -> None:
        ticket = ticket_of(arrives(mail("Can you send a quote?\n", Subject="PO 4500123")))
        client.force_login(cast.sofia)
        page = client.get(f"/tickets/{ticket.reference}/").content.decode()
        card = page.partition("card-recognised")[2].partition("</section>")[0]
        assert "<mark>PO 4500123</mark>" in card
        assert "<button" not in card
