"""Mail goes out: a row in the caller's transaction (R-01), sent by a worker, tried again until it is sent or refused.

queued → sending → sent | failed; from sending back to queued for another try. One writer: `move`.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection
from django.db.models import Exists, F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from mail import announcing, brake, composing, outage, slots, smtp
from mail.envelopes import BadEnvelope, Person
from mail.models import MailServer, OutgoingMail
from mail.queueing import ALL_WAITING, PATIENCE, TASK, queue
from mail.smtp import Delivery, Never, NotNow
from web import failpoints, nudging

__all__ = [
    "ALL_WAITING",
    "PATIENCE",
    "TASK",
    "BadEnvelope",
    "Person",
    "cancel",
    "due",
    "queue",
    "send",
    "take_back",
]

log = logging.getLogger(__name__)

State = OutgoingMail.State
MOVES: Final[Mapping[str, frozenset[str]]] = {
    # Straight to sent: the server took it from a worker whose claim had run out meanwhile.
    State.QUEUED: frozenset({State.SENDING, State.CANCELLED, State.FAILED, State.SENT}),
    State.SENDING: frozenset({State.SENT, State.FAILED, State.QUEUED}),
    State.FAILED: frozenset({State.QUEUED}),
    State.SENT: frozenset(),
    State.CANCELLED: frozenset(),
}
LEASE: Final = timedelta(minutes=3)
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60, 120))
LAST_PAUSE: Final = timedelta(hours=4)
MOST_LOST: Final = 5  # claims whose worker died
APART: Final = timedelta(seconds=1)
SPREAD: Final = 0.1  # so that what failed together does not come back together
PATIENCE_WITH_DATABASE: Final = (0.2, 1.0, 3.0, 6.0)  # seconds


class Unrecorded(Exception):  # noqa: N818 - the mail has left
    """The server has the mail and the database could not be told."""


def cancel(mail: OutgoingMail) -> bool:
    """Undo: only while nobody has begun to send it."""
    return move(mail, State.CANCELLED, source=State.QUEUED, last_error="")


def move(mail: OutgoingMail, to: str, *, source: str = "", ours: bool = False, **values: Any) -> bool:
    """The one writer of `state`: false when the row is not where this may start, or, with `ours`, another's by now."""
    sources = [source] if source else [state for state, targets in MOVES.items() if to in targets]
    rows = OutgoingMail.objects.filter(pk=mail.pk, state__in=[state for state in sources if to in MOVES[state]])
    if ours:
        rows = rows.filter(claimed_until=mail.claimed_until)
    changed = rows.update(state=to, **values)
    if changed:
        mail.state = to
        for name, value in values.items():
            setattr(mail, name, value)
    return bool(changed)


def due(*, most: int) -> list[str]:
    """The ids of queued mails whose time has come; one at a time while the mail server is away."""
    server = outage.current()
    if server.failing_since:
        give_up_overdue(server)
        if server.resting_until and server.resting_until > timezone.now():
            return []
    return brake.pick(waiting(), most=1 if server.failing_since else most)


def waiting() -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(state=State.QUEUED, next_try__lte=Now())


def give_up_overdue(server: MailServer) -> None:
    """While the server is away nobody tries; the 48 hours pass all the same."""
    for mail in brake.free(OutgoingMail.objects.filter(state=State.QUEUED, give_up__lt=Now())):
        fail(mail, given_up(server.problem), source=State.QUEUED, next_try=timezone.now())


def take_back(mail: OutgoingMail) -> None:
    """Its worker died while sending. At once again, then with pauses; a mail that kills every worker is given up."""
    now, lost = timezone.now(), mail.lost + 1
    sentence = _("The program that was sending this mail ended before the mail server had answered.")
    if lost >= MOST_LOST:
        fail(mail, perhaps_arrived(lost), lost=lost)
    elif now >= mail.give_up and not brake.holds(mail):
        fail(mail, given_up(sentence), lost=lost)
    else:
        pause = PAUSES[lost - 2] if lost > 1 else timedelta(0)
        again = {"next_try": now + pause, "last_error": sentence, "claimed_until": None, "lost": lost}
        move(mail, State.QUEUED, source=State.SENDING, ours=True, **again)


def perhaps_arrived(times: int) -> str:
    return _(
        "The program that was sending this mail ended %(times)d times before the mail server had answered, so we"
        " stopped. It may have arrived, even more than once: ask before you try again."
    ) % {"times": times}


def send(pk: UUID | str) -> OutgoingMail:
    """Claims the row, talks to the mail server outside any transaction, records the answer before anything else.

    Nothing happens while every connection is in use, the brake holds or the server rests: the row waits, and whoever
    has finished, or the sweep, comes back for it.
    """
    mail = OutgoingMail.objects.get(pk=pk)
    with slots.one() as free:
        tried = free and mail.state == State.QUEUED and brake.lets(mail) and claim(mail)
        talks = try_once(mail) if tried else False
    if tried:
        announcing.announce(mail)
    if talks:
        pass_on()
    return mail


def claim(mail: OutgoingMail) -> bool:
    """Due, queued, and nobody else has it; by the database's clock. While the server rests, only as its probe."""
    mine = waiting().filter(pk=mail.pk)
    claimed = take(mine.exclude(Exists(MailServer.objects.filter(failing_since__isnull=False))))
    if not claimed and mine.exists() and outage.may_probe():
        claimed = take(mine)
    mail.refresh_from_db()
    return claimed


def take(mine: QuerySet[OutgoingMail]) -> bool:
    lease = {"state": State.SENDING, "claimed_until": Now() + LEASE, "attempts": F("attempts") + 1}
    return bool(mine.update(**lease))


def try_once(mail: OutgoingMail) -> bool:
    """One attempt with everything that can become of it; whether the server talks to us."""
    try:
        attempt(mail)
    except (smtp.Away, smtp.Lost) as problem:
        postpone(mail, str(problem))
        outage.failed(str(problem), at_once=isinstance(problem, smtp.Away))
        return False
    except NotNow as problem:
        postpone(mail, str(problem))
    except Never as problem:
        fail(mail, str(problem))
    except Unrecorded:
        log.critical("outgoing mail %s has left, and the database does not answer: it may be sent again", mail.pk)
        return False
    except Exception as problem:
        log.exception("outgoing mail %s could not be sent", mail.pk)
        unprepared = _("This mail could not be prepared (%(problem)s). We try again by ourselves.")
        postpone(mail, unprepared % {"problem": problem})
        return True
    if since := outage.answered():
        bring_forward(since)
    return True


def bring_forward(since: datetime) -> None:
    """The server is back: what was tried in vain meanwhile leaves a second apart, not after its long pause."""
    now, waits = timezone.now(), Q(next_try=F("give_up"))
    for attempts, pause in enumerate(PAUSES, start=1):
        waits |= Q(attempts=attempts, next_try__gte=since + pause)
    waits |= Q(attempts__gt=len(PAUSES), next_try__gte=since + LAST_PAUSE)
    postponed = OutgoingMail.objects.filter(waits, state=State.QUEUED, attempts__gt=0, next_try__gt=now)
    for number, pk in enumerate(list(postponed.order_by("created").values_list("pk", flat=True))):
        earlier = now + number * APART
        OutgoingMail.objects.filter(pk=pk, state=State.QUEUED, next_try__gt=earlier).update(next_try=earlier)


def attempt(mail: OutgoingMail) -> None:
    recipients = [one for one in mail.recipients if one not in mail.accepted and one not in mail.refused]
    utf8 = not composing.is_ascii(mail)
    with composing.letter(mail) as letter, smtp.session() as server:
        delivery = smtp.transmit(server, sender=mail.envelope_from, recipients=recipients, letter=letter, utf8=utf8)
        record_patiently(mail, delivery)


def record_patiently(mail: OutgoingMail, delivery: Delivery) -> None:
    """What a server took is not sent again only because the database restarts at that moment (R-03)."""
    for pause in PATIENCE_WITH_DATABASE:
        try:
            return record(mail, delivery)
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block:
                break
            log.warning("the database does not take what became of outgoing mail %s; again in %s s", mail.pk, pause)
            time.sleep(pause)
            connection.close()
    raise Unrecorded


def record(mail: OutgoingMail, delivery: Delivery) -> None:
    """What the server said, per recipient; committed before the connection is even closed."""
    failpoints.reach("before marking done")
    accepted, refused = [*mail.accepted, *delivery.accepted], {**mail.refused, **delivery.refused}
    known: dict[str, Any] = {
        "accepted": accepted,
        "refused": refused,
        "server_reply": delivery.reply or mail.server_reply,
    }
    if delivery.delayed:
        postpone(mail, delayed(delivery.delayed, others=bool(accepted)), **known)
    elif accepted:
        told: dict[str, Any] = {"last_error": refusal(refused, sent=True), "claimed_until": None, "announced": False}
        move(mail, State.SENT, sent_at=timezone.now(), **told, **known)
    else:
        fail(mail, refusal(refused), **known)


def delayed(asked: Mapping[str, str], *, others: bool) -> str:
    """A sentence for people about addresses a server does not take yet."""
    sentence = smtp.later(next(iter(asked.values())))
    if not others:
        return sentence
    return _("%(addresses)s has not got it yet. %(sentence)s") % {"addresses": ", ".join(asked), "sentence": sentence}


def refusal(refused: Mapping[str, str], *, sent: bool = False) -> str:
    """A sentence for people about the addresses a server did not accept; what others have got is not sent again."""
    words = _("The mail server of %(domain)s refused the address %(address)s: %(reply)s. %(advice)s")
    advice = _("Check the address, then write to it again.") if sent else _("Check the address, then try again.")
    sentences = [
        words % {"advice": advice, "domain": address.rpartition("@")[2], "address": address, "reply": reply}
        for address, reply in refused.items()
    ]
    return " ".join(sentences)


def fail(mail: OutgoingMail, sentence: str, *, source: str = State.SENDING, **known: Any) -> None:
    told: dict[str, Any] = {"last_error": sentence, "claimed_until": None, "announced": False}
    move(mail, State.FAILED, source=source, ours=True, **told, **known)


def postpone(mail: OutgoingMail, sentence: str, **known: Any) -> None:
    """Another try later, with growing pauses; after 48 hours it is given up."""
    now = timezone.now()
    if now >= mail.give_up:
        fail(mail, given_up(sentence), **known)
        return
    pause = PAUSES[mail.attempts - 1] if 0 < mail.attempts <= len(PAUSES) else LAST_PAUSE
    pause *= random.uniform(1, 1 + SPREAD)  # noqa: S311 - spread, not a secret
    later = {"next_try": min(now + pause, mail.give_up), "last_error": sentence, "claimed_until": None}
    move(mail, State.QUEUED, source=State.SENDING, ours=True, **later, **known)


def given_up(sentence: str) -> str:
    stopped = _("%(problem)s After 48 hours we stopped. Try again when the mail server works.")
    return stopped % {"problem": sentence}


def pass_on() -> None:
    """A connection is free again: the next mail that waits is woken."""
    following = waiting().order_by("next_try").values_list("pk", flat=True).first()
    if following:
        nudging.send(TASK, str(following), all_of=ALL_WAITING)
