"""Mails about a legal request: to the channel manager who is to open it, to who looks after the ticket when it ends."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from integrations.salesforce import links
from loa.models import LegalRequest
from mail import outbox
from people.models import User
from routing.ownership import notes
from tickets import task_notices
from tickets.actions import Refused


def ask_manager(row: LegalRequest, *, by: User) -> str:
    """Their name. The mail holds the whole text, and the way to the account."""
    manager = row.ticket.channel_manager or row.account.channel_manager
    address = notes.address_of(manager) if manager is not None else ""
    if manager is None or not address:
        raise Refused(_("No address of the channel manager is known. Open the case here, or ask a lead."))
    words = _("%(who)s asks you to open a Legal Request for %(partner)s") % {"who": by, "partner": row.account.name}
    _mail(row, [(manager.name, address)], words, link=links.record_url("Account", row.account.salesforce_id))
    return manager.name


def closed(row: LegalRequest) -> None:
    """To the assignee, else to the specialists of the region."""
    assignee = row.ticket.assignee
    people = [assignee] if assignee is not None and assignee.is_active else task_notices.people_for(row.ticket.region)
    if people:
        words = _("Legal has closed the case of %(reference)s") % {"reference": row.ticket.reference}
        _mail(row, [(str(one), one.email) for one in people], words, link=links.record_url("Case", row.case_id))


def _mail(row: LegalRequest, to: list[tuple[str, str]], words: str, *, link: str) -> None:
    url = f"{settings.PUBLIC_URL}/loa/legal/{row.pk}/"
    values = {"row": row, "words": words, "url": url, "link": link}
    outbox.queue(
        to=to,
        subject=words,
        body_text=render_to_string("loa/mail/legal.txt", values),
        body_html=render_to_string("loa/mail/legal.html", values),
        automatic=True,
        purpose="notice",
    )
