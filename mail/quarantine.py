"""Messages put aside, and what a person makes of them (M-03): each decision lands with its event or not at all.

Nothing expires: a message waits until somebody releases it, makes a ticket of it or discards it with a reason.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from email.message import EmailMessage
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import cage
from journal.record import actor_of, record
from mail import caged, hooks, inbox, parts
from mail.address_lists import Address
from mail.bodies import ParsedPart
from mail.models import IncomingMail
from mail.parsing import ParsedMail
from mail.reading import fields_of
from people.models import User
from web import nudging

log = logging.getLogger(__name__)

Decision = IncomingMail.Decision
Outcome = IncomingMail.Outcome
MOST: Final = 500
AFRESH: Final[dict[str, Any]] = {
    "state": IncomingMail.State.RECEIVED,
    "outcome": "",
    "reason": "",
    "error": "",
    "attempts": 0,
    "claimed_until": None,
    "handled": None,
}


class Refused(Exception):  # noqa: N818 - an answer to a person
    """What was asked cannot be done; the text says why and what to do."""


def waiting() -> QuerySet[IncomingMail]:
    """What a specialist has to look at, newest first."""
    return IncomingMail.objects.filter(outcome=Outcome.QUARANTINED, decision="").order_by("-received", "-pk")


def discarded() -> QuerySet[IncomingMail]:
    """What somebody decided to leave aside, the newest decision first."""
    left = IncomingMail.objects.filter(outcome=Outcome.QUARANTINED, decision=Decision.DISCARDED)
    return left.order_by("-decided", "-pk")


def release(mail: IncomingMail, *, by: User, why: str = "") -> IncomingMail:
    """Takes it in again, now; policy does not put it aside a second time. Raises `Refused`."""
    _set_free(mail.pk, by=by, why=why)
    return inbox.take_in(mail.pk)


def release_each(pks: Iterable[int] | None, *, by: User) -> int:
    """Releases several, or all that wait; workers take them in. How many there were."""
    freed = 0
    chosen = waiting().values_list("pk", flat=True)[:MOST] if pks is None else list(pks)[:MOST]
    for pk in chosen:
        try:
            _set_free(pk, by=by, why="")
        except Refused:
            continue
        nudging.send(inbox.TASK, pk)
        freed += 1
    return freed


def discard(mail: IncomingMail, *, by: User, why: str) -> IncomingMail:
    """Leaves it aside for good: kept whole, found by the recorder. Raises `Refused`."""
    if not why.strip():
        raise Refused(_("Say why it is discarded: the next person who is asked about it will read that."))
    with transaction.atomic():
        row = _undecided(mail.pk)
        _decide(row, Decision.DISCARDED, by=by, why=why)
    return row


def discard_each(pks: Iterable[int], *, by: User, why: str) -> int:
    """Discards several for one reason; all or none. Raises `Refused`."""
    with transaction.atomic():
        rows = list(waiting().select_for_update().filter(pk__in=list(pks)[:MOST]))
        for row in rows:
            discard(row, by=by, why=why)
    return len(rows)


def put_back(mail: IncomingMail, *, by: User) -> IncomingMail:
    """Undo of a discard: it waits for a decision again. Raises `Refused`."""
    with transaction.atomic():
        row = discarded().select_for_update().filter(pk=mail.pk).first()
        if row is None:
            raise Refused(_("This message is not discarded."))
        before = _standing(row)
        IncomingMail.objects.filter(pk=row.pk).update(decision="", decided_by=by, decided=timezone.now())
        row.decision = ""
        record(row, "mail put back", by=actor_of(by), before=before, after=_standing(row))
    return row


def make_ticket(mail: IncomingMail, *, by: User, address: str, name: str = "", why: str = "") -> IncomingMail:
    """Opens a ticket from it for the person named, also when nothing in it can be read. Raises `Refused`."""
    parsed = replace(_readable(mail), from_=Address(name, address))
    files = parts.write_files(parsed)
    try:
        with transaction.atomic():
            row = _undecided(mail.pk)
            _decide(row, Decision.TICKET, by=by, why=why, **AFRESH | {"claimed_until": Now() + inbox.LEASE})
            row = IncomingMail.objects.get(pk=row.pk)
            inbox.write(row, {**fields_of(row, parsed), "dedupe_key": inbox.dedupe_key(parsed)})
            parts.keep_files(row, parsed, files)
            handled = hooks.open_new(row, parsed)
            said = _("%(name)s made a ticket of it.") % {"name": by}
            inbox.write(row, inbox.done(replace(handled, reason=said)))
    except inbox.SeenBefore:
        raise Refused(_("The same message became a ticket already. Release it to see which.")) from None
    except hooks.Quarantine as problem:
        raise Refused(str(problem)) from None
    return row


def _set_free(pk: int, *, by: User, why: str) -> None:
    with transaction.atomic():
        _decide(_undecided(pk), Decision.RELEASED, by=by, why=why, **AFRESH)


def _undecided(pk: int) -> IncomingMail:
    """The row, locked until the transaction ends."""
    row = waiting().select_for_update().filter(pk=pk).first()
    if row is None:
        raise Refused(_("Somebody has decided about this message already. It is shown as it is now."))
    return row


def _decide(row: IncomingMail, decision: str, *, by: User, why: str, **more: Any) -> None:
    """The one writer of a decision, and its event."""
    before = _standing(row)
    values = {"decision": decision, "decided_by": by, "decided": timezone.now(), "decision_why": why.strip()[:2000]}
    IncomingMail.objects.filter(pk=row.pk).update(**values, **more)
    for field, value in values.items():
        setattr(row, field, value)
    verb = f"mail {decision}" if decision != Decision.TICKET else "mail made a ticket"
    record(row, verb, by=actor_of(by), before=before, after={"decision": decision}, why=row.decision_why)


def _standing(row: IncomingMail) -> dict[str, str]:
    return {"outcome": row.outcome, "reason": row.reason, "decision": row.decision}


def _readable(mail: IncomingMail) -> ParsedMail:
    """What can be read in it; where nothing can, a short text with the original beside it."""
    try:
        return caged.read(mail)
    except (cage.Escaped, cage.Failed):  # whatever stopped the reader, a person wants a ticket of it
        log.exception("incoming mail %s becomes a ticket unread", mail.pk)
        return _cover(mail)
    except OSError:
        raise Refused(_("The file store does not answer. The message is kept; try again in a minute.")) from None


def _cover(mail: IncomingMail) -> ParsedMail:
    """A letter around the bytes that cannot be read."""
    letter = EmailMessage()
    letter["Subject"] = mail.subject or _("A message that could not be read")
    letter["Message-ID"] = f"<unread-{mail.raw_sha256[:40]}@missing.invalid>"
    letter.set_content(_("This message could not be read. The original is attached."))
    original = ParsedPart("message.eml", "application/octet-stream", mail.raw.read(), "", inline=False)
    return replace(caged.parse(letter.as_bytes()), attachments=(original,))
