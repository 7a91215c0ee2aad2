"""Tickets about orders, with documents that have been read."""

from __future__ import annotations

from documents.models import Paper
from documents.storing import store
from tests.tickets.mails import arrives, mail, ticket_of
from tickets.models import Attachment, Ticket
from tickets.models.message import Visibility

PURCHASE_ORDER = """Northwind DevOps GmbH
Hafenstr. 12, 20457 Hamburg      P.O. Box 12 34

PURCHASE ORDER

PO Number: NW-4500123456          Date: 21.11.2022
Vendor: GitLab B.V.               Quote Number: Q-00048213
End Customer: Havelland Klinik AG
Contact at the customer: it@havelland-klinik.example.org
Payment Terms: Net 30
Distributor: Elbe Distribution

Pos  Description                          Qty    Unit price     Total
1    GitLab Premium SaaS subscription      120    $ 228.00     $ 27,360.00
Start Date: 2022-12-01   End Date: 2023-11-30
Grand Total: USD 27,360.00
"""
QUOTE_REQUEST = """Hi team,

Could you quote 50 seats of GitLab Ultimate, self-managed, for 3 years for our customer Acme Robotics GmbH & Co. KG?
Contact: Jane Roe <jane@acme-robotics.example.org>. The subscription starts: 1 March 2023. We order via our distributor
Elbe Distribution.

Best, Katrin
"""


def order(text: str = "Attached.\n", *, subject: str = "PO NW-4500123456", **headers: str) -> Ticket:
    """By mail, from Katrin."""
    return ticket_of(arrives(mail(text, Subject=subject, **headers)))


def attach(
    ticket: Ticket,
    text: str,
    *,
    name: str = "NW-4500123456.pdf",
    content_type: str = "application/pdf",
    refused: str = "",
    pasted: int = 0,
) -> Attachment:
    """A file of the first message that somebody has read already; of `pasted` bytes where it stands in the text."""
    stored = store(b"%PDF-1.4 " + text.encode().ljust(pasted), name=name, declared_type=content_type)
    message = ticket.messages.filter(visibility=Visibility.IN).order_by("pk")[0]
    pages = [] if refused else [{"text": text}]
    Paper.objects.create(stored=stored, kind=Paper.Kind.PDF, page_count=len(pages), pages=pages, refused=refused)
    return Attachment.objects.create(
        ticket=ticket, message=message, stored=stored, filename=name, content_type=content_type, size=stored.size,
        inline=pasted > 0,
    )  # fmt: skip
