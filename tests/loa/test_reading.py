"""What the envelope says: form data, else its fields, else the text of the letter, else a person; letters of before."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from documents import pdf
from documents.pdf import reading as pdf_reading
from documents.tables import Unfit
from integrations import asking
from integrations.docusign import polling
from integrations.docusign.shapes import FormData
from loa import past, reading, tasks
from loa.models import Letter, LetterRequest
from partners.models import SyncRun
from tests.conftest import Cast
from tests.integrations.docusign.conftest import GATED_LETTERS
from tests.loa.conftest import ASKS, request_of, signed, step, worked
from tests.loa.conftest import Letter as Envelope
from tests.sandbox_desk import VendorSandbox
from tests.tickets.conftest import OpenTicket
from tickets import steps
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def arrived(docusign: VendorSandbox, **given: str) -> Ticket:
    """Signed on the PowerForm's page, brought by the poll."""
    envelope = signed(docusign, **given)
    asking.ask("docusign.envelope", envelope)
    ticket = LetterRequest.objects.get(envelope__envelope_id=envelope).ticket
    assert ticket is not None
    return ticket


@pytest.mark.parametrize(("form_data", "source"), [(True, "form_data"), (False, "tabs")])
def test_company_and_more_are_read(docusign: VendorSandbox, form_data: bool, source: str) -> None:
    docusign.ask("/docusign/settings", {"form_data": form_data})
    ticket = arrived(docusign, company="Kitsune Software 合同会社", end_customer="株式会社さくら電機")
    worked(ticket)
    request = request_of(ticket)
    assert (request.company, request.company_from) == ("Kitsune Software 合同会社", source)
    assert (request.end_customer, request.country, request.purpose) == ("株式会社さくら電機", "Germany", "Tender 7")
    assert (step(ticket, "read").note, step(ticket, "company").state) == (request.company, "skipped")


def test_where_no_field_says_it_the_letter_is_read(docusign: VendorSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The PDF is a stranger's: it is read in the cage."""
    nothing = FormData(values={"Feld 1": "x"}, source="form_data")
    monkeypatch.setitem(asking._answers, "docusign.form_data", lambda _envelope: nothing)
    ticket = arrived(docusign, company="Müller & Söhne GmbH")
    worked(ticket)
    request = request_of(ticket)
    assert (request.company, request.company_from) == ("Müller & Söhne GmbH", "pdf")
    assert request.values == {"Feld 1": "x"}


def test_where_nothing_says_it_a_person_does(
    docusign: VendorSandbox, letters: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(asking._answers, "docusign.form_data", lambda _one: FormData(values={}, source="form_data"))
    monkeypatch.setitem(asking._answers, "docusign.draft_pdf", lambda _one: b"%PDF-1.4 nothing of a PDF %%EOF")
    ticket = arrived(docusign)
    assert worked(ticket)["company"] == "waiting"
    steps.confirm(step(ticket, "company"), {"company": " Northwind  DevOps GmbH "}, by=letters.nadia)
    request = request_of(ticket)
    assert (request.company, request.company_from) == ("Northwind DevOps GmbH", "person")
    assert step(ticket, "company").state == "done"


def test_what_our_form_says_is_not_what_the_letter_names(
    docusign: VendorSandbox, letters: Cast, opened: OpenTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the envelope cannot be read a person looks into it; nobody has to, once it has ended without a letter."""
    monkeypatch.setitem(asking._answers, "docusign.form_data", lambda _one: FormData(values={}, source="form_data"))
    monkeypatch.setitem(asking._answers, "docusign.draft_pdf", lambda _one: b"%PDF-1.4 nothing of a PDF %%EOF")
    ticket = opened(**ASKS)
    letter = Envelope()
    letter.say("sent", "completed", "sent", "created")
    assert request_of(ticket).company == "Northwind DevOps GmbH"
    states = worked(ticket)
    assert (states["company"], states["account"]) == ("waiting", "later")
    asked = next(one for one in steps.prepared(step(ticket, "company")).facts if one.name == "Asked for")
    assert (asked.value, asked.tone) == ("Northwind DevOps GmbH", "unsure")
    letter.say("voided", "completed", "sent", "created", reason="Asked twice.")
    assert step(ticket, "company").state == "done"


def test_no_pdf_is_a_sentence() -> None:
    with pytest.raises(Unfit, match="cannot be opened"):
        pdf.read(b"%PDF-1.7\n" + b"\0" * 4000)


def test_a_huge_pdf_is_read_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes out of the cage is small, however much its pages say; a broken page stops no other."""

    class BrokenError(Exception):
        pass

    def page(text: str) -> SimpleNamespace:
        return SimpleNamespace(get_textpage=lambda: SimpleNamespace(get_text_bounded=lambda: text))

    class Document:
        """The first page of it is broken."""

        def __len__(self) -> int:
            return 61

        def __getitem__(self, number: int) -> SimpleNamespace:
            if number == 0:
                raise BrokenError
            return page("Company: Acme\n" * 10_000)

        def close(self) -> None:
            """As the library's."""

    library = SimpleNamespace(PdfDocument=lambda _content: Document(), PdfiumError=BrokenError)
    monkeypatch.setattr(pdf_reading, "library", lambda: library)
    found = pdf_reading.read(b"")
    assert (found.pages, len(found.texts), found.texts[0]) == (61, pdf_reading.MOST_PAGES, "")
    assert sum(map(len, found.texts)) == pdf_reading.MOST_TEXT


@pytest.mark.parametrize(
    ("lines", "company"),
    [
        ("Letter of Authorization\nCompany: Acme GmbH\nCountry: Germany", "Acme GmbH"),
        ("Company\nAcme GmbH\nEnd customer\nBorough", "Acme GmbH"),
        ("Company Acme GmbH\nEnd customer Borough", "Acme GmbH"),
        ("This confirms that Acme\nGmbH is authorized to offer our software", "Acme GmbH"),
        ("This confirms that the company named above is authorized", ""),
        ("Company\nEnd customer\nBorough", ""),
        ("Our company is authorised by nobody", ""),
        ("Partner Help Desk has approved.\nThis confirms that Acme is authorized", "Acme"),
        ("Company shall not assign it.\nThis confirms that Acme is authorized", "Acme"),
    ],
)
def test_a_letter_of_any_layout(lines: str, company: str) -> None:
    assert reading.of_text([lines]).company == company


def test_a_name_turns_no_words_around_it() -> None:
    assert reading.of_fields({"Company": "Acme \u202edezirohtua\x00\n GmbH\u2066"}).company == "Acme dezirohtua GmbH"


def test_the_mode_is_read_from_the_envelope(docusign: VendorSandbox) -> None:
    """PHD signs, or the workflow stops before Legal; a copy to PHD is no signature."""
    gated = request_of(arrived(docusign, form=GATED_LETTERS))
    assert (gated.mode, gated.stage) == ("workflow_gate", "phd_review")
    assert gated.powerform is not None
    assert gated.powerform.mode == "workflow_gate"
    assert request_of(arrived(docusign)).mode == "human_view"


def test_where_the_poll_brings_it_the_envelope_itself_is_asked_for_its_mode(docusign: VendorSandbox) -> None:
    """The list of changes says nothing of a workflow."""
    polling.reconcile()
    request = LetterRequest.objects.get(powerform__powerform_id=GATED_LETTERS)
    assert request.ticket is not None
    assert request.mode == "unknown"
    worked(request.ticket)
    assert request_of(request.ticket).mode == "workflow_gate"


def test_released_a_gated_letter_is_with_legal(letters: Cast) -> None:
    letter = Envelope(gated=True)
    letter.say("sent", "completed", "created", workflow="paused")
    letter.say("sent", "completed", "sent", workflow="in_progress")
    assert letter.request is not None
    assert (letter.request.stage, letter.request.mode) == ("legal_review", "workflow_gate")


def test_letters_of_before_are_in_force_and_open_no_ticket(docusign: VendorSandbox, letters: Cast) -> None:
    """The first look of the poll finds what was over long ago; the command goes further back; both twice."""
    polling.reconcile()
    before = LetterRequest.objects.filter(source="past")
    assert sorted(before.values_list("stage", flat=True)) == ["completed", "declined", "voided"]
    assert not Ticket.objects.filter(letter_request__in=before).exists()
    tasks.read_past_letters()
    with pytest.raises(CommandError, match="sync_partners first"):  # no letter would find its partner
        call_command("import_letters")
    assert not before.filter(read__isnull=False).exists()
    SyncRun.objects.create(full=True, state=SyncRun.State.DONE)
    said = StringIO()
    call_command("import_letters", since=f"{timezone.now() - timedelta(days=60):%Y-%m-%d}", stdout=said)
    tasks.bring_past_letters()
    tasks.read_past_letters()
    letter = Letter.objects.get()
    assert (letter.company, letter.account) == ("Northwind DevOps GmbH", letters.northwind)
    assert letter.stored is not None
    assert "1 letters kept" in said.getvalue()
    assert not past.waiting().exists()
