"""A mail of ours that belongs to no ticket came back (a sign-in, a reminder): a person sees that and to whom.

What was in it stays out of the ticket: a link to sign in is for its recipient alone. The report itself is in the
flight recorder.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from journal.record import Actor
from mail import bounces, returned
from mail.hooks import Handled
from mail.models import IncomingMail, OutgoingMail
from mail.parsing import ParsedMail
from partners.contacts import contact_for
from tickets import kinds, presets
from tickets.actions import NewTicket, open_ticket, receive
from tickets.matches import numbered
from tickets.models import Ticket
from tickets.models.ticket import OURS, Channel


def tell(incoming: IncomingMail, parsed: ParsedMail, mail: OutgoingMail) -> Handled:
    """A ticket that nobody is answered about; while it is open, what else comes back from there joins it."""
    about = _("It reports on a mail of ours that belongs to no ticket (%(purpose)s).")
    why = about % {"purpose": mail.get_purpose_display()}
    # Of our own domain: by an address of theirs the ticket would be that partner's to read.
    reporter = contact_for(f"mailer-daemon@{settings.MAIL_DOMAIN}", name=_("Mail delivery"))
    subject, body = _words(mail, parsed)
    ticket = _open_one(mail)
    if ticket is not None:
        receive(ticket, sender=reporter, body=body, subject=subject, automatic=True, why=why)
        return _handled("appended", ticket, why=why)
    ticket = open_ticket(
        NewTicket(
            kind=kinds.kind_of("general").slug,
            subject=subject,
            requester=reporter,
            body=body,
            channel=Channel.MAIL,
            priority=presets.priority_for(incoming.mailbox),
            tags=presets.tags_for(incoming.mailbox),
            mailbox=incoming.mailbox,
            automatic=True,
            silent=incoming.silent,
            why=why,
        ),
        by=Actor(str(reporter)),
    )
    return _handled("created", ticket, why=why)


def _open_one(mail: OutgoingMail) -> Ticket | None:
    """The ticket about an earlier mail to one of these people that came back, while it is ours to work on."""
    theirs = returned.written_to(mail.recipients).filter(token_key="")
    reports = IncomingMail.objects.filter(bounce_of__in=theirs).exclude(handled_ref="").order_by("-id")
    latest = reports.values_list("handled_ref", flat=True).first()
    ticket = numbered(latest) if latest else None
    return ticket if ticket is not None and ticket.status in OURS else None


def _words(mail: OutgoingMail, parsed: ParsedMail) -> tuple[str, str]:
    """The subject, and what happened with what to do."""
    report = parsed.bounce
    losses = [one for row in report.recipients if (one := returned.loss(row))] if report else []
    silent = report is None or not report.recipients
    lost = bool(losses) or (silent and bounces.says_failure(parsed.body_text))
    known = {"people": returned.shortened(mail.recipients), "subject": mail.subject}
    if not lost:
        late = _("Our mail “%(subject)s” has not reached %(people)s yet. Their server goes on trying.")
        return _("Our mail to %(people)s is late") % known, late % known
    said = [_("%(address)s: %(words)s") % {"address": one.address, "words": one.words} for one in losses]
    happened = _("Our mail “%(subject)s” did not reach %(people)s.") % known
    advice = _("Check the address, or reach them another way.")
    return _("Our mail to %(people)s came back") % known, "\n\n".join([happened, *said, advice])


def _handled(outcome: str, ticket: Ticket, *, why: str) -> Handled:
    return Handled(outcome=outcome, reason=why, ref=ticket.reference, kind=ticket.kind, matched_by="bounce", quiet=True)
