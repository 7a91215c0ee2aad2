"""DocuSign's own mails to the desk's box: “GitLab LOA: [person]” when it is PHD's turn, and those that follow.

They hold a link by which whoever has it decides as PHD. So they are kept as a note without it, never as a message that
the requester sees, and their source is the desk's alone. Only what our own mail server found to come from DocuSign
counts (0028).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from integrations.docusign.envelopes import DOCUSIGN
from loa import arriving, pairing
from loa.models import LetterRequest
from loa.pairing import Found
from loa.signers import Person
from mail import loops, mailboxes
from mail.models import IncomingMail
from partners import domains
from partners.contacts import contact_for
from partners.models import Contact
from tickets import actions, steps
from tickets.actions import NewTicket
from tickets.mail_rules import Files, Taken
from tickets.models import Ticket
from tickets.models.ticket import Channel
from web import nudging

Stage = LetterRequest.Stage
RECONCILE: Final = "integrations.docusign.tasks.reconcile"
SUBJECT: Final = re.compile(r"\s*(?:(?P<news>[^:]{1,40}):\s*)?gitlab loa\s*:\s*(?P<name>.*)", re.IGNORECASE | re.DOTALL)
ENVELOPE: Final = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)
LINK: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
MOST_IDS: Final = 10
NEWS: Final = {"completed": Stage.COMPLETED, "declined": Stage.DECLINED, "voided": Stage.VOIDED}


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a mail of DocuSign's says: about whom, and whether it is the first one about an envelope."""

    person: Person
    first: bool
    ended: str = ""


def take(incoming: IncomingMail, files: Files) -> Taken | None:
    """Keeps a mail of DocuSign's with its request, or opens one; None for every other mail."""
    said = read(incoming)
    if said is None or not is_proven(incoming):
        return None
    person = said.person
    contact = contact_for(person.email or incoming.from_address, name=person.name if person.email else "")
    arriving.one_at_a_time()
    found = _meant(incoming, said)
    nudging.nudge(RECONCILE)
    if found.request is not None and found.request.ticket is not None:
        _keep(found.request.ticket, incoming, files, why=found.why)
        steps.heard(found.request.ticket, "envelope")
        return Taken(ticket=found.request.ticket, opened=False, why=found.why)
    if incoming.silent:
        return None
    ticket = _open(incoming, said, files, contact=contact, found=found)
    return Taken(ticket=ticket, opened=True, why=_("DocuSign's mail, verified by our own mail server."))


def read(incoming: IncomingMail) -> Said | None:
    """None where the subject is not DocuSign's."""
    match = SUBJECT.fullmatch(incoming.subject)
    if match is None:
        return None
    news = (match["news"] or "").strip().casefold()
    ended = next((stage for word, stage in NEWS.items() if word in news), "")
    person = Person(name=" ".join(match["name"].split())[:200], email=_answer_to(incoming))
    return Said(person=person, first=not news, ended=ended)


def is_proven(incoming: IncomingMail) -> bool:
    """Our own server says that it comes from a domain of DocuSign's."""
    from_docusign = loops.system_sender(incoming.from_address).casefold().startswith("docusign")
    return from_docusign and incoming.verdict == IncomingMail.Verdict.PASS


def _answer_to(incoming: IncomingMail) -> str:
    """Where it asks for answers: the requester; not our own addresses, not a program."""
    for address in incoming.reply_to:
        if "@" in address and not mailboxes.is_ours(address) and not domains.is_nobodys(address):
            return str(address).strip().lower()[:254]
    return ""


def _meant(incoming: IncomingMail, said: Said) -> Found:
    named = pairing.of_envelope_named(ENVELOPE.findall(incoming.body_text)[:MOST_IDS])
    if named.request is not None:
        return named
    return pairing.for_first_mail(said.person) if said.first else pairing.for_later_mail(said.person, ended=said.ended)


def _open(incoming: IncomingMail, said: Said, files: Files, *, contact: Contact, found: Found) -> Ticket:
    """A request that waits for the envelope DocuSign writes about; none where the mail may belong to several."""
    prefix = pairing.OF_MAIL if said.first or not found.others else pairing.OF_NEWS
    ticket = actions.open_ticket(
        NewTicket(
            kind=pairing.KIND,
            subject=incoming.subject,
            requester=contact,
            body=_words(said, incoming),
            channel=Channel.MAIL,
            mailbox=incoming.mailbox,
            submission=f"{prefix}{incoming.pk}",
            why=_("DocuSign's mail, verified by our own mail server."),
        ),
        by=DOCUSIGN,
    )
    request = arriving.of_ticket(ticket)
    if request is not None:
        request.requester_name, request.requester_email = said.person.name, said.person.email
        request.save(update_fields=["requester_name", "requester_email"])
    _keep(ticket, incoming, files, why=_("DocuSign's mail, for colleagues only."))
    if found.others:
        actions.remark(ticket, body=arriving.two_could_be_meant(found.others))
    return ticket


def _keep(ticket: Ticket, incoming: IncomingMail, files: Files, *, why: str) -> None:
    """Without its links: a channel manager reads notes and does not decide. The desk has them in the mail's source."""
    shown = LINK.sub(_("[link]"), incoming.body_text)
    actions.keep_report(ticket, incoming=incoming, files=files(), why=why, body=shown)


def _words(said: Said, incoming: IncomingMail) -> str:
    if said.first:
        return _("%(name)s has asked for a Letter of Authorization in DocuSign.") % {"name": said.person}
    words = _("DocuSign writes “%(subject)s”, and nothing here said before which letter of %(name)s that is.")
    return words % {"subject": " ".join(incoming.subject.split())[:200], "name": said.person}
