"""The partner's door: own requests only, by sign-in or by a signed link; notes never."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from certification import partner_side as reports
from documents.models import StoredFile
from invoices import partner_side as invoices
from loa import partner_side
from loa.models import Letter
from people.models import User
from tickets import tracking
from tickets.access import open_to_partner
from tickets.models import Attachment, Message, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import number_of


def requests_of(user: User) -> QuerySet[Ticket]:
    """The requests this person sent, whatever their role."""
    return Ticket.objects.filter(requester__user=user)


def request_of(user: User, reference: str) -> Ticket:
    """The own request with that reference; else 404."""
    number = number_of(reference)
    found = requests_of(user).filter(pk=number).first() if number is not None else None
    if found is None:
        raise Http404(_("You have no request %(reference)s.") % {"reference": reference[:40]})
    return found


def by_link(token: str) -> Ticket:
    """The request a signed link names; 404 for a link that was never ours. Raises `LinkExpired`."""
    found = tracking.ticket_by(token)
    if found is None:
        raise Http404(_("There is no request behind this link."))
    return found


def conversation(ticket: Ticket) -> QuerySet[Message]:
    """What the partner may read of a request: no notes, and nothing a stranger mailed into it."""
    files = Prefetch("attachments", _files_of(ticket).order_by("id"))
    shown = open_to_partner(ticket.messages.all())
    return (
        shown.defer("rich_html").select_related("author_user", "author_contact").prefetch_related(files).order_by("id")
    )


def is_withheld(ticket: Ticket, *, reader: User | None) -> bool:
    """Whether what we answered is for the requester's mailbox, and whoever reads here has only the link."""
    asked = reader is not None and reader.pk == ticket.requester.user_id
    return not asked and (invoices.is_by_mail_only(ticket) or reports.is_by_mail_only(ticket))


def file_of(ticket: Ticket, pk: int, *, reader: User | None) -> Attachment:
    """A file of that conversation; else 404."""
    found = _files_of(ticket).select_related("stored").filter(pk=pk, message__in=conversation(ticket))
    if is_withheld(ticket, reader=reader):
        found = found.exclude(message__visibility=Visibility.REPLY)
    return _first(found)


def _first(rows: QuerySet[Attachment]) -> Attachment:
    found = rows.first()
    if found is None:
        raise Http404(_("There is no such file."))
    return found


def _files_of(ticket: Ticket) -> QuerySet[Attachment]:
    """All but what a partner could take for a valid letter: the copy of one that counts no more; and others' tables."""
    kept_back = reports.files_of_others(ticket)
    found = Attachment.objects.filter(inline=False).exclude(stored__in=partner_side.files_over(ticket))
    return found.exclude(stored__in=kept_back) if kept_back else found


def letter_of(ticket: Ticket) -> StoredFile:
    """The signed letter of that request while it counts; else 404: a draft, or one of yesterday, is no letter."""
    return _only(partner_side.counting(Letter.objects.filter(request__ticket=ticket).select_related("stored")))


def own_letter(user: User, pk: int) -> StoredFile:
    """A letter of this person's own while it counts; else 404."""
    return _only(partner_side.counting(partner_side.letters_of(user)).filter(pk=pk))


def _only(rows: QuerySet[Letter]) -> StoredFile:
    found = rows.first()
    if found is None or found.stored is None:
        raise Http404(_("There is no valid letter here."))
    return found.stored
