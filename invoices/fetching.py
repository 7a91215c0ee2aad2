"""The PDF of an invoice from Salesforce, kept once: what is sent is what hung there when somebody looked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from documents import storing
from documents.models import StoredFile
from integrations import asking
from integrations.salesforce.shapes import FileRef
from invoices import ranking
from invoices.finding import Found
from invoices.models import InvoiceFile, InvoiceRequest
from tickets.procedures import Fact, Stuck

PDF: Final = "application/pdf"


def fetch(request: InvoiceRequest, found: Found) -> InvoiceFile:
    """Stuck where none hangs there, or several do and none is called like the invoice."""
    there = _the_pdf(asking.ask("salesforce.files_of", found.id), found)
    kept = request.files.filter(version_id=there.version).first()
    if kept is not None:
        return kept
    content: bytes = asking.ask("salesforce.file", there.version)
    name = f"{found.number}.pdf"
    stored = storing.store(content, name=name, declared_type=PDF)
    if stored.content_type != PDF:
        raise Stuck(_("What hangs at %(number)s is called a PDF and is none.") % {"number": found.number})
    return _keep(request, found, there, stored, name)


def _keep(request: InvoiceRequest, found: Found, there: FileRef, stored: StoredFile, name: str) -> InvoiceFile:
    values = {"invoice_id": found.id, "stored": stored, "name": name}
    return InvoiceFile.objects.get_or_create(request=request, version_id=there.version, defaults=values)[0]


def _the_pdf(files: Sequence[FileRef], found: Found) -> FileRef:
    pdfs = [one for one in files if one.extension.casefold() == "pdf"]
    named = [one for one in pdfs if ranking.same_number(one.title.removesuffix(".pdf"), found.number)]
    if len(named or pdfs) == 1:
        return (named or pdfs)[0]
    facts = [Fact(name=_("File"), value=one.title, source=_("Salesforce"), link=found.link) for one in files]
    where = Fact(name=_("Invoice"), value=found.number, link=found.link)
    if not pdfs:
        words = _("No PDF hangs at %(number)s in Salesforce. Have Billing attach it there, then try again.")
    else:
        words = _("Several PDFs hang at %(number)s. Leave one in Salesforce, or attach the right one yourself.")
    raise Stuck(words % {"number": found.number}, facts=[where, *facts])
