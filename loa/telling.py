"""Who hears of a letter: its requester by a mail of the conversation, the partner's channel manager by a notice.

Each hears of each occasion once: what was told is an event of the letter, written with the mail in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.record import DESK, events_of, record
from loa.models import Letter
from mail import mailboxes, markdown, outbox, undeliverable
from people.models import ChannelManager
from routing.ownership.notes import address_of
from tickets import actions, responses, tracking
from tickets.actions import FilePart, Recipient, Refused
from tickets.models import Response

VALID, EXPIRING, EXPIRED, RECALLED = "valid", "expiring", "expired", "recalled"
TOLD: Final = "letter_told"
UNREACHED: Final = "letter_not_told"
MOST_ATTACHED: Final = 10 * 1024 * 1024
SUBJECTS: Final[Mapping[str, Promise]] = {
    VALID: gettext_lazy("The letter of %(company)s is valid"),
    EXPIRING: gettext_lazy("The letter of %(company)s ends on %(until)s"),
    EXPIRED: gettext_lazy("The letter of %(company)s has ended"),
    RECALLED: gettext_lazy("The letter of %(company)s is recalled"),
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """Who has heard, now or before: names or addresses; empty where there was nobody. `unreached`: a dead address."""

    requester: str = ""
    manager: str = ""
    unreached: str = ""
    message: int | None = None  # the requester's, where it is one of a ticket's conversation


def tell(letter: Letter, occasion: str) -> Told:
    """Both, in one transaction, each once. Raises `Refused` where the desk's text cannot be sent."""
    with transaction.atomic():
        row = (
            Letter.objects.select_for_update(of=("self",))
            .select_related(
                "request__ticket__channel_manager__user", "request__ticket__requester",
                "account__channel_manager__user", "stored",
            )
            .get(pk=letter.pk)
        )  # fmt: skip
        said = events_of(row).filter(verb__in=[TOLD, UNREACHED], after__occasion=occasion)
        heard = set(said.values_list("after__who", flat=True))
        dead = undeliverable.among([row.requester_email]) if row.requester_email else {}
        requester = "" if dead else _requester(row, occasion, again="requester" in heard)
        if not requester and "nobody" not in heard:
            why = _("Mail to %(address)s comes back.") % {"address": row.requester_email} if dead else _("No address.")
            record(row, UNREACHED, by=DESK, after={"occasion": occasion, "who": "nobody"}, why=why)
        return Told(
            requester=requester,
            manager=_manager(row, occasion, again="manager" in heard, reached=bool(requester)),
            unreached=row.requester_email if dead else "",
            message=_message_of(row, occasion),
        )


def why_unreached(letter: Letter, occasion: str) -> str:
    """Why the requester has not heard of it; empty where they have."""
    told = events_of(letter).filter(verb__in=[TOLD, UNREACHED], after__occasion=occasion)
    last = told.exclude(after__who="manager").order_by("pk").last()
    return str(last.why) if last is not None and last.verb == UNREACHED else ""


def manager_of(letter: Letter) -> ChannelManager | None:
    """Whoever has the partner today, else whom the ticket named."""
    account, ticket = letter.account, letter.request.ticket if letter.request else None
    return (account.channel_manager if account else None) or (ticket.channel_manager if ticket else None)


def _message_of(letter: Letter, occasion: str) -> int | None:
    ticket = letter.request.ticket if letter.request else None
    sent = ticket.messages.filter(submission=_key(letter, occasion)) if ticket is not None else None
    return sent.values_list("pk", flat=True).first() if sent is not None else None


def _key(letter: Letter, occasion: str) -> str:
    return f"letter {letter.pk} {occasion}"


def _requester(letter: Letter, occasion: str, *, again: bool) -> str:
    if not letter.requester_email:
        return ""
    if not again:
        _mail_requester(letter, occasion)
        record(letter, TOLD, by=DESK, after={"occasion": occasion, "who": "requester"})
    return letter.requester_name or letter.requester_email


def _mail_requester(letter: Letter, occasion: str) -> None:
    ticket = letter.request.ticket if letter.request else None
    text = _text(letter, occasion)
    to = Recipient(address=letter.requester_email, name=letter.requester_name)
    files = _files(letter) if occasion == VALID else []
    if ticket is not None:
        key = _key(letter, occasion)
        actions.tell(ticket, body=text.body, subject=text.subject, to=[to], files=files, key=key)
        return
    outbox.queue(
        to=[(to.name, to.address)],
        subject=text.subject,
        body_text=text.body,
        body_html=markdown.render(text.body),
        attachments=[(one.stored, one.filename) for one in files],
        automatic=True,
        mailbox=mailboxes.default(),
        purpose="notice",
    )


def _files(letter: Letter) -> list[FilePart]:
    """What is too big for many mailboxes is behind the link only."""
    stored = letter.stored
    return [FilePart(stored=stored, filename=stored.name)] if stored and stored.size <= MOST_ATTACHED else []


def _text(letter: Letter, occasion: str) -> responses.Rendered:
    slug = f"loa-{occasion}"
    response = Response.objects.active().filter(slug=slug).first()
    if response is None:
        raise Refused(
            _("The text “%(slug)s” is not among the responses in use. Bring it back, then try again.") % {"slug": slug}
        )
    text = responses.render(response, _values(letter))
    if text.unresolved:
        words = _("The text “%(title)s” has blanks that a letter does not fill: %(names)s.")
        raise Refused(words % {"title": response.title, "names": ", ".join(text.unresolved)})
    return text


def _values(letter: Letter) -> dict[str, str]:
    ticket = letter.request.ticket if letter.request else None
    return {
        "case_no_if_any": ticket.reference if ticket else "",
        "contact_first_name": responses.first_name(letter.requester_name) or letter.requester_email,
        "requester": letter.requester_name or letter.requester_email,
        "partner_name": letter.company,
        "end_customer": letter.end_customer,
        "letter_date": _day(letter.dated),
        "letter_until": _day(letter.valid_until),
        "letter_link": settings.PUBLIC_URL + (tracking.path_for(ticket) if ticket else "/portal/"),
        "recall_reason": letter.recall_why,
        "cam_if_any": str(manager_of(letter) or ""),
    }


def _manager(letter: Letter, occasion: str, *, again: bool, reached: bool) -> str:
    manager = manager_of(letter)
    address = address_of(manager) if manager else ""
    if manager is None or not address:
        return ""
    if not again:
        _mail_manager(letter, occasion, manager, address, reached=reached)
        record(letter, TOLD, by=DESK, after={"occasion": occasion, "who": "manager"})
    return manager.name


def _mail_manager(letter: Letter, occasion: str, manager: ChannelManager, address: str, *, reached: bool) -> None:
    ticket = letter.request.ticket if letter.request else None
    path = (
        f"/tickets/{ticket.reference}/" if ticket else f"/partners/{letter.account_id}/" if letter.account_id else "/"
    )
    subject = SUBJECTS[occasion] % {"company": letter.company, "until": _day(letter.valid_until)}
    values = {"letter": letter, "occasion": occasion, "subject": subject, "url": settings.PUBLIC_URL + path,
              "dated": _day(letter.dated), "until": _day(letter.valid_until), "reached": reached}  # fmt: skip
    outbox.queue(
        to=[(manager.name, address)],
        subject=f"{subject} [{ticket.reference}]" if ticket else subject,
        body_text=render_to_string("loa/mail/letter.txt", values),
        body_html=render_to_string("loa/mail/letter.html", values),
        automatic=True,
        token_key=ticket.reference if ticket else "",
        mailbox=mailboxes.default(),
        purpose="notice",
    )


def _day(day: date) -> str:
    return date_format(day, "j F Y")
