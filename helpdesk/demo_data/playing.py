"""Plays a step of a story through the same doors and verbs as everybody: a mail, a form, a reply, a note."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from certification.models import Report
from documents import storing
from documents.models import StoredFile
from helpdesk.demo_data import exports, files, going_on, past, stray
from helpdesk.demo_data.people import Crowd, Person
from helpdesk.demo_data.plots import Step
from journal.record import actor_of
from loa import giving_up
from mail import inbox
from mail.models import IncomingMail, OutgoingMail
from nfr import confirming, requests
from partners.contacts import contact_for
from partners.models import Account
from people.models import User
from portal.requests import submit, validate_request
from tickets import actions, delivery, drafts
from tickets.actions import NewTicket, Recipient, open_ticket
from tickets.models import Attachment, Message, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import Channel

LETTERS = Path(__file__).parent / "letters"
Words = Mapping[str, Any]
FOLDED = 9
DOCUSIGN = "docusign"
SERVER = "mx.example.com"  # what the mail server of those days wrote into DocuSign's mails


class Stage:
    """What has been played so far: the people, and the ticket of each story."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.tickets: dict[str, Ticket] = {}

    def play(self, step: Step) -> None:
        """One step, then its age; no mail of it leaves."""
        began = timezone.now()
        raw = self._mail_of(step)
        stored = inbox.store(raw, via=IncomingMail.Via.SMTP) if raw else None
        with transaction.atomic():
            if stored is not None:
                with stray.believing(SERVER if step.words.get("from") == DOCUSIGN else ""):
                    ticket = self._take_in(stored)
            elif step.first:
                ticket = _OPENINGS[step.words["by"]](self, step.words)
            else:
                ticket = Ticket.objects.select_related("requester").get(pk=self.tickets[step.story].pk)
                _VERBS[step.words["do"]](self, ticket, step.words)
            self.tickets[step.story] = ticket
            going_on.keep(ticket, step.words.get("later", ()), users=self.crowd.users)
            past.send_all(ticket)
            past.move(ticket, since=began, to=step.moment)

    def end(self) -> None:
        """What became no ticket, and the clocks of all tickets; what is older than a day the whole desk has read."""
        for ticket in self.tickets.values():
            past.set_clocks(ticket)
        giving_up.withdraw_ended()
        stray.put_aside(timezone.now())
        past.mark_read([user for user in self.crowd.users.values() if user.on_desk])

    def user(self, words: Words) -> User:
        return self.crowd.users[words["who"]]

    def writer(self, words: Words) -> Person:
        return self.crowd.writers[words["from"]]

    def _mail_of(self, step: Step) -> bytes | None:
        """The bytes of a mail when the step is one."""
        if step.first and step.words["by"] == "mail":
            return _letter(self.writer(step.words), step.words, step.moment, ticket=None)
        if not step.first and step.words["do"] == "answer":
            return _letter(self.writer(step.words), step.words, step.moment, ticket=self.tickets[step.story])
        if not step.first and step.words["do"] == "bounce":
            last = OutgoingMail.objects.filter(token_key=self.tickets[step.story].reference).latest("created")
            return stray.report(last, address=step.words["address"], moment=step.moment)
        return None

    def _take_in(self, stored: IncomingMail) -> Ticket:
        mail = inbox.take_in(stored.pk)
        if not mail.handled_ref:
            raise RuntimeError(f"A mail of the demo became no ticket: {mail.outcome}, {mail.reason} {mail.error}")
        return Ticket.objects.get(pk=int(mail.handled_ref.removeprefix("PHD-")))


def _by_form(stage: Stage, words: Words) -> Ticket:
    person = stage.writer(words)
    user = User.objects.filter(contact__email=person.email).first()
    given = {"kind": words["card"], "name": person.name, "email": person.email, **words["fields"]}
    sent: MultiValueDict[str, UploadedFile[bytes]] = MultiValueDict()
    for wanted in words.get("files", ()):
        name, content, kind = files.made(wanted)
        sent.appendlist(wanted.get("field", "files"), SimpleUploadedFile(name, content, content_type=kind))
    return submit(validate_request(given, sent, user=user), user=user)


def _by_desk(stage: Stage, words: Words) -> Ticket:
    person = stage.writer(words)
    return open_ticket(
        NewTicket(
            kind=words["kind"],
            topic=words.get("topic", ""),
            subject=words["subject"],
            requester=contact_for(person.email, name=person.name),
            body=words["text"].strip(),
            channel=Channel(words["by"]),
            assignee=stage.user(words) if "who" in words else None,
        ),
        by=actor_of(stage.crowd.users[words.get("who", "nadia")]),
    )


def _reply(stage: Stage, ticket: Ticket, words: Words) -> None:
    given = words.get("to") or [{"address": ticket.requester.email, "name": ticket.requester.name}]
    actions.reply(
        ticket,
        by=stage.user(words),
        body=words["text"].strip(),
        to=[Recipient(**one) for one in given],
        cc=[Recipient(**one) for one in words.get("cc", ())],
        attachments=_attached(stage, ticket, words),
        then=words.get("then", ""),
    )


def _note(stage: Stage, ticket: Ticket, words: Words) -> None:
    attached = _attached(stage, ticket, words)
    actions.note(ticket, by=stage.user(words), body=words["text"].strip(), attachments=attached)


def _fail(stage: Stage, ticket: Ticket, words: Words) -> None:
    """A reply that the other server refuses."""
    _reply(stage, ticket, words)
    for mail in past.refuse_all(ticket, why=words["why"]):
        delivery.outgoing_changed(mail)


def _draft(stage: Stage, ticket: Ticket, words: Words) -> None:
    to = formataddr((ticket.requester.name, ticket.requester.email))
    written = drafts.Written(body=words["text"].strip(), to=to, seen=ticket.last_event)
    drafts.save(ticket, user=stage.user(words), kind=words.get("kind", "reply"), written=written)


def _partner(stage: Stage, ticket: Ticket, words: Words) -> None:
    actions.change_partner(ticket, to=Account.objects.get(name=words["name"]), by=stage.user(words))


def _kind(stage: Stage, ticket: Ticket, words: Words) -> None:
    actions.change_kind(ticket, to=words["kind"], topic=words.get("topic", ""), by=stage.user(words))


def _status(stage: Stage, ticket: Ticket, words: Words) -> None:
    actions.set_status(
        ticket, to=words["to"], by=actor_of(stage.user(words)), why=words.get("why", ""), reason=words.get("reason", "")
    )


def _reduced(_stage: Stage, ticket: Ticket, words: Words) -> None:
    """With the button of the guide."""
    confirming.say_reduced(requests.of(ticket), words=words["text"])


_OPENINGS: dict[str, Callable[[Stage, Words], Ticket]] = {"form": _by_form, "desk": _by_desk, "api": _by_desk}


def _export(stage: Stage, ticket: Ticket, words: Words) -> None:
    exports.make(words, by=stage.user(words), account=ticket.partner, ticket=ticket)


_VERBS: dict[str, Callable[[Stage, Ticket, Words], Any]] = {
    "reply": _reply,
    "note": _note,
    "fail": _fail,
    "draft": _draft,
    "partner": _partner,
    "export": _export,
    "kind": _kind,
    "status": _status,
    "take": lambda stage, ticket, words: actions.take(ticket, by=stage.user(words)),
    "assign": lambda stage, ticket, words: actions.assign(
        ticket, to=stage.crowd.users[words["to"]], by=stage.user(words), why=words.get("why", "")
    ),
    "priority": lambda stage, ticket, words: actions.change_priority(ticket, to=words["to"], by=stage.user(words)),
    "tag": lambda stage, ticket, words: actions.tag(ticket, name=words["name"], by=actor_of(stage.user(words))),
    "reduced": _reduced,
    "close": lambda _stage, ticket, words: actions.close(ticket, why=words.get("why", "")),
}


def _attached(stage: Stage, ticket: Ticket, words: Words) -> list[Attachment]:
    found = [_upload(stage, ticket, files.made(wanted), words) for wanted in words.get("files", ())]
    if words.get("table"):
        made = StoredFile.objects.get(pk__in=Report.objects.filter(ticket=ticket).values("result"))
        found += [actions.upload(ticket, stored=made, filename=made.name, by=stage.user(words))]
    if words.get("files_again"):
        received = ticket.attachments.select_related("stored").filter(message__visibility=Visibility.IN)
        found += [
            actions.upload(ticket, stored=one.stored, filename=one.filename, by=stage.user(words)) for one in received
        ]
    return found


def _upload(stage: Stage, ticket: Ticket, made: tuple[str, bytes, str], words: Words) -> Attachment:
    name, content, kind = made
    stored = storing.store(content, name=name, declared_type=kind)
    return actions.upload(ticket, stored=stored, filename=name, by=stage.user(words))


def _letter(person: Person, words: Words, moment: datetime, *, ticket: Ticket | None) -> bytes:
    """A mail as a partner's program would send it."""
    letter = EmailMessage()
    letter["From"] = formataddr((words.get("as", person.name), person.email))
    letter["To"] = settings.SUPPORT_ADDRESS
    if "cc" in words:
        letter["Cc"] = ", ".join(formataddr((one.get("name", ""), one["address"])) for one in words["cc"])
    letter["Date"] = format_datetime(moment)
    if words.get("from") == DOCUSIGN:
        letter["Authentication-Results"] = f"{SERVER}; dmarc=pass header.from={person.email.rpartition('@')[2]}"
    letter["Message-ID"] = make_msgid(domain=person.email.rpartition("@")[2])
    for name, value in words.get("headers", {}).items():
        letter[name] = value
    text = words["text"].strip()
    if ticket is not None:
        text = _answering(letter, ticket, text, quoting=words.get("quoting", True))
    else:
        letter["Subject"] = words["subject"]
    letter.set_content(text + "\n")
    if "html" in words:
        _lay_out(letter, words)
    for wanted in words.get("files", ()):
        name, content, kind = files.made(wanted)
        main, _, sub = kind.partition("/")
        letter.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return letter.as_bytes()


def _lay_out(letter: EmailMessage, words: Words) -> None:
    """The same in HTML, with the pictures it shows."""
    letter.add_alternative((LETTERS / words["html"]).read_text(), subtype="html")
    _text, laid_out = letter.iter_parts()
    for wanted in words.get("pictures", ()):
        laid_out.add_related(
            files.logo(), maintype="image", subtype="png", cid=f"<{wanted['cid']}>", filename=wanted["name"]
        )


def _answering(letter: EmailMessage, ticket: Ticket, text: str, *, quoting: bool) -> str:
    """Threads the letter under our newest mail and quotes it, as mail programs do."""
    last = Message.objects.select_related("outgoing").filter(ticket=ticket, visibility=Visibility.REPLY).last()
    if last is None or last.outgoing is None:
        letter["Subject"] = f"Re: {ticket.subject} [{ticket.reference}]"
        return text
    letter.replace_header("To", last.outgoing.reply_to or settings.SUPPORT_ADDRESS)
    letter["In-Reply-To"] = last.outgoing.message_id
    letter["References"] = " ".join([*last.outgoing.references, last.outgoing.message_id])
    letter["Subject"] = last.outgoing.subject
    if not quoting:
        return text
    quoted = "\n".join(f"> {line}".rstrip() for line in last.body.splitlines()[:FOLDED])
    return f"{text}\n\nOn {last.created:%a, %d %b %Y at %H:%M}, {last.author_name} wrote:\n{quoted}"
