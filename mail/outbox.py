"""Mail goes out: a row in the caller's transaction (R-01), sent by a worker, tried again until it is sent or refused.

queued → sending → sent | failed; from sending back to queued for another try. One writer: `move`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import StoredFile
from documents.names import safe_name
from mail import addresses, announcing, composing, envelopes, nudging, smtp
from mail.envelopes import BadEnvelope, Person
from mail.headers import one_line
from mail.models import OutgoingAttachment, OutgoingMail
from mail.smtp import Delivery, Never, NotNow

__all__ = ["BadEnvelope", "Person", "cancel", "queue", "send", "try_again"]

log = logging.getLogger(__name__)

State = OutgoingMail.State
MOVES: Final[Mapping[str, frozenset[str]]] = {
    State.QUEUED: frozenset({State.SENDING, State.CANCELLED}),
    State.SENDING: frozenset({State.SENT, State.FAILED, State.QUEUED}),
    State.FAILED: frozenset({State.QUEUED}),
    State.SENT: frozenset(),
    State.CANCELLED: frozenset(),
}
TASK: Final = "mail.tasks.send_mail"
ALL_WAITING: Final = "mail.tasks.send_waiting"
LEASE: Final = timedelta(minutes=3)
PATIENCE: Final = timedelta(hours=48)
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60, 120))
LAST_PAUSE: Final = timedelta(hours=4)


def queue(  # noqa: PLR0913 - an envelope has that many fields
    *,
    to: Iterable[Person],
    subject: str,
    body_text: str,
    purpose: str,
    cc: Iterable[Person] = (),
    bcc: Iterable[Person] = (),
    body_html: str = "",
    attachments: Sequence[tuple[StoredFile, str]] = (),
    from_name: str = "",
    reply_to: str = "",
    in_reply_to: str = "",
    references: Iterable[str] = (),
    automatic: bool = False,
    token_key: str = "",
    headers: Mapping[str, str] | None = None,
    not_before: datetime | None = None,
) -> OutgoingMail:
    """Freezes envelope, headers and text in a row of the caller's transaction; a worker is woken after the commit."""
    name, own_address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    answer_to = addresses.reply_address(token_key) if token_key else ""
    now = timezone.now()
    mail = OutgoingMail(
        message_id=addresses.message_id(token_key),
        purpose=OutgoingMail.Purpose(purpose),
        token_key=token_key[:40],
        envelope_from=answer_to or own_address,
        from_name=one_line(from_name or name)[:200],
        from_address=own_address,
        reply_to=envelopes.checked_address(reply_to) if reply_to else answer_to,
        to=envelopes.people(to),
        cc=envelopes.people(cc),
        bcc=envelopes.people(bcc),
        subject=one_line(subject)[:900],
        body_text=body_text.replace("\0", ""),
        body_html=composing.page(body_html.replace("\0", ""), subject=one_line(subject)),
        headers=envelopes.extra_headers(headers or {}),
        in_reply_to=next(iter(envelopes.message_ids([in_reply_to])), ""),
        references=envelopes.message_ids(references),
        automatic=automatic,
        created=now,
        not_before=not_before,
        next_try=max(now, not_before or now),
        give_up=max(now, not_before or now) + PATIENCE,
    )
    if not mail.recipients:
        raise BadEnvelope(_("A mail needs somebody it goes to."))
    keep(mail, attachments)
    nudging.nudge(TASK, str(mail.pk), seconds=max(0.0, (mail.next_try - now).total_seconds()), all_of=ALL_WAITING)
    return mail


def keep(mail: OutgoingMail, attachments: Sequence[tuple[StoredFile, str]]) -> None:
    with transaction.atomic(savepoint=False):
        mail.save(force_insert=True)
        OutgoingAttachment.objects.bulk_create(
            OutgoingAttachment(mail=mail, stored=stored, filename=safe_name(name or stored.name), position=position)
            for position, (stored, name) in enumerate(attachments)
        )


def cancel(mail: OutgoingMail) -> bool:
    """Undo: only while nobody has begun to send it."""
    return move(mail, State.CANCELLED, last_error="")


def try_again(mail: OutgoingMail) -> OutgoingMail:
    """The button on a failed mail: another 48 hours for everybody who has not got it."""
    now = timezone.now()
    fresh: dict[str, Any] = {
        "next_try": now,
        "give_up": now + PATIENCE,
        "refused": {},
        "last_error": "",
        "announced": True,
    }
    if move(mail, State.QUEUED, source=State.FAILED, **fresh):
        nudging.nudge(TASK, str(mail.pk), all_of=ALL_WAITING)
    return mail


def move(mail: OutgoingMail, to: str, *, source: str = "", **values: Any) -> bool:
    """The one writer of `state`: false when the row is not where this move may start."""
    sources = [source] if source else [state for state, targets in MOVES.items() if to in targets]
    allowed = [state for state in sources if to in MOVES[state]]
    changed = OutgoingMail.objects.filter(pk=mail.pk, state__in=allowed).update(state=to, **values)
    if changed:
        mail.state = to
        for name, value in values.items():
            setattr(mail, name, value)
    return bool(changed)


def send(pk: UUID | str) -> OutgoingMail:
    """Claims the row, talks to the mail server outside any transaction, records the answer before anything else."""
    mail = OutgoingMail.objects.get(pk=pk)
    if not claim(mail):
        return mail
    try:
        attempt(mail)
    except NotNow as problem:
        postpone(mail, str(problem))
    except Never as problem:
        fail(mail, str(problem))
    except Exception as problem:
        log.exception("outgoing mail %s could not be sent", mail.pk)
        postpone(
            mail, _("This mail could not be prepared (%(problem)s). We try again by ourselves.") % {"problem": problem}
        )
    announcing.announce(mail)
    return mail


def claim(mail: OutgoingMail) -> bool:
    """Due, queued, and nobody else has it; by the database's clock."""
    due = OutgoingMail.objects.filter(pk=mail.pk, state=State.QUEUED, next_try__lte=Now())
    claimed = due.update(state=State.SENDING, claimed_until=Now() + LEASE, attempts=F("attempts") + 1)
    mail.refresh_from_db()
    return bool(claimed)


def attempt(mail: OutgoingMail) -> None:
    recipients = [one for one in mail.recipients if one not in mail.accepted and one not in mail.refused]
    message = composing.build(mail)
    utf8 = not composing.is_ascii(mail)
    with smtp.session() as server:
        delivery = smtp.transmit(
            server, sender=mail.envelope_from, recipients=recipients, message=bytes(message), utf8=utf8
        )
        record(mail, delivery)


def record(mail: OutgoingMail, delivery: Delivery) -> None:
    """What the server said, per recipient; committed before the connection is even closed."""
    mail.accepted = [*mail.accepted, *delivery.accepted]
    mail.refused = {**mail.refused, **delivery.refused}
    known = {"accepted": mail.accepted, "refused": mail.refused, "server_reply": delivery.reply or mail.server_reply}
    if delivery.delayed:
        postpone(mail, smtp.later(next(iter(delivery.delayed.values()))), **known)
    elif mail.accepted:
        told: dict[str, Any] = {"last_error": refusal(mail.refused), "claimed_until": None, "announced": False}
        move(mail, State.SENT, sent_at=timezone.now(), **told, **known)
    else:
        fail(mail, refusal(mail.refused), **known)


def refusal(refused: Mapping[str, str]) -> str:
    """A sentence for people about the addresses a server did not accept."""
    sentences = [
        _(
            "The mail server of %(domain)s refused the address %(address)s: %(reply)s."
            " Check the address, then try again."
        )
        % {"domain": address.rpartition("@")[2], "address": address, "reply": reply}
        for address, reply in refused.items()
    ]
    return " ".join(sentences)


def fail(mail: OutgoingMail, sentence: str, **known: Any) -> None:
    move(mail, State.FAILED, last_error=sentence, claimed_until=None, announced=False, **known)


def postpone(mail: OutgoingMail, sentence: str, **known: Any) -> None:
    """Another try later, with growing pauses; after 48 hours it is given up."""
    now = timezone.now()
    if now >= mail.give_up:
        stopped = _("%(problem)s After 48 hours we stopped. Try again when the mail server works.")
        fail(mail, stopped % {"problem": sentence}, **known)
        return
    pause = PAUSES[mail.attempts - 1] if 0 < mail.attempts <= len(PAUSES) else LAST_PAUSE
    move(mail, State.QUEUED, next_try=min(now + pause, mail.give_up), last_error=sentence, claimed_until=None, **known)
