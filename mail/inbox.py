"""A message comes in: its bytes are stored and committed first (M-01), everything else is a repeatable second step.

`take_in` claims the row, reads the message, and records what became of it together with what the handler did, in one
transaction. The same message twice is decided by a unique constraint: the second waits for the first and then says so.
"""

from __future__ import annotations

import contextlib
import logging
import traceback
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.base import File
from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    OperationalError,
    transaction,
)
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import cage, storing
from mail import caged, hooks, mailboxes, parts, refusals, returned
from mail.hooks import Handled, Quarantine
from mail.models import IncomingMail, Mailbox
from mail.parsing import ParsedMail
from mail.reading import fields_of
from web import failpoints, nudging, rows

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=5)
DEATHS_ALLOWED: Final = 2
TRIES_AGAINST_DEADLOCK: Final = 3
TASK: Final = "mail.tasks.take_in_mail"
ALL_WAITING: Final = "mail.tasks.take_in_waiting"


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What the SMTP dialogue said; `<>` is the empty sender of a delivery report."""

    sender: str = ""
    recipients: tuple[str, ...] = ()


class SeenBefore(Exception):  # noqa: N818 - an answer, not an error
    """The same message is already there."""


class LostClaim(Exception):  # noqa: N818
    """Somebody else took this row over; their result counts."""


def receive(
    raw: bytes | File[bytes],
    *,
    via: str,
    mailbox: Mailbox | None = None,
    envelope: Envelope | None = None,
    uid: int | None = None,
    uidvalidity: int | None = None,
    silent: bool = False,
) -> IncomingMail:
    """Stores a message and wakes a worker for it."""
    mail = store(raw, via=via, mailbox=mailbox, envelope=envelope, uid=uid, uidvalidity=uidvalidity, silent=silent)
    failpoints.reach("after raw commit")
    nudging.send(TASK, mail.pk, all_of=ALL_WAITING)
    return mail


def store(
    raw: bytes | File[bytes],
    *,
    via: str,
    mailbox: Mailbox | None = None,
    envelope: Envelope | None = None,
    uid: int | None = None,
    uidvalidity: int | None = None,
    silent: bool = False,
) -> IncomingMail:
    """The exact bytes, durable and committed when this returns; `silent`: whatever it becomes, nobody is answered."""
    envelope = envelope or Envelope()
    mailbox = mailbox or mailboxes.default()
    with transaction.atomic(durable=True), rows.together():
        stored = storing.store(raw, name="message.eml", declared_type="message/rfc822", area="mail")
        mail = IncomingMail(
            mailbox=mailbox,
            raw=stored,
            raw_sha256=stored.sha256,
            size=stored.size,
            via=via,
            envelope_from=envelope.sender[:500],
            envelope_to=[recipient[:500] for recipient in envelope.recipients[:100]],
            uid=uid,
            uidvalidity=uidvalidity,
            silent=silent,
        )
        rows.insert(mail)
    return mail


def raw_bytes(raw_ref: str) -> bytes | None:
    """The stored bytes of an incoming message, unchanged; None when there is no such message."""
    try:
        wanted = UUID(raw_ref)
    except ValueError:
        return None
    mail = IncomingMail.objects.select_related("raw").filter(raw_id=wanted).first()
    return mail.raw.read() if mail else None


def take_in(pk: int) -> IncomingMail:
    """Reads a stored message and records what became of it; a bad one is put aside, never lost, never in the way."""
    mail = claim(pk)
    if mail is None:
        return current(pk)
    if mail.attempts > DEATHS_ALLOWED:
        return put_aside(mail, _("Reading this message stopped a worker twice."), error="")
    failpoints.reach("mid-parse")
    try:
        parsed = caged.read(mail)
    except (OSError, SoftTimeLimitExceeded) as problem:
        return postpone(mail, problem)
    except cage.Escaped as limit:
        return put_aside(mail, str(limit), error="", parsed=caged.head_or_nothing(mail))
    except Exception:
        log.exception("incoming mail %s could not be read", pk)
        sentence = _("This message could not be read.")
        return put_aside(mail, sentence, error=traceback.format_exc(), parsed=caged.head_or_nothing(mail))
    return record_safely(mail, parsed)


def claim(pk: int) -> IncomingMail | None:
    """Takes the row for five minutes by the database's clock; None when it is done or somebody else has it."""
    return CLAIMED.first(pk=pk, seconds=LEASE.total_seconds())


# A claim lost in a crash is only claimed again: this one commit need not wait for the disk.
CLAIM: Final = """
UPDATE mail_incomingmail
SET claimed_until = statement_timestamp() + make_interval(secs => %(seconds)s), attempts = attempts + 1
WHERE id = %(pk)s AND state = 'received' AND (claimed_until IS NULL OR claimed_until < statement_timestamp())
  AND set_config('synchronous_commit', 'off', true) IS NOT NULL
RETURNING *
"""
CLAIMED: Final = rows.Prepared(lambda: IncomingMail.objects.select_related("raw", "mailbox"), changed=CLAIM)


def current(pk: int) -> IncomingMail:
    return IncomingMail.objects.select_related("mailbox", "raw", "duplicate_of", "bounce_of").get(pk=pk)


def record_safely(mail: IncomingMail, parsed: ParsedMail) -> IncomingMail:
    """Records, and turns whatever goes wrong into one of the five outcomes."""
    try:
        return record_patiently(mail, parsed)
    except LostClaim:
        return current(mail.pk)
    except SeenBefore:
        return record_duplicate(mail, parsed)
    except Quarantine as decision:
        return put_aside(mail, str(decision), error="", parsed=parsed)
    except (OSError, SoftTimeLimitExceeded) as problem:
        return postpone(mail, problem)
    except Exception as problem:
        if is_away(problem):
            give_back(mail)
            raise  # the sweep tries again
        log.exception("incoming mail %s could not be taken in", mail.pk)
        sentence = _("This message could not be made into a ticket.")
        return put_aside(mail, sentence, error=traceback.format_exc(), parsed=parsed)


def is_away(problem: Exception) -> bool:
    """The database is away, full, at odds with itself or just changed; only “too big” is about the message."""
    if isinstance(problem, NotSupportedError):
        return True
    if not isinstance(problem, OperationalError | InterfaceError):
        return False
    return not str(getattr(problem.__cause__, "pgcode", None) or "").startswith("54")  # program limit exceeded


def give_back(mail: IncomingMail) -> None:
    """Not the message's fault: where the database answers again, it was no attempt and nobody's any more."""
    with contextlib.suppress(DatabaseError, InterfaceError, LostClaim):
        write(mail, {"attempts": max(0, mail.attempts - 1), "claimed_until": None})


def record_patiently(mail: IncomingMail, parsed: ParsedMail) -> IncomingMail:
    """A deadlock or serialization failure is the database's wish to be asked again (F-05)."""
    for remaining in reversed(range(TRIES_AGAINST_DEADLOCK)):
        try:
            return record(mail, parsed)
        except OperationalError as problem:
            if not remaining or getattr(problem.__cause__, "pgcode", "") not in {"40001", "40P01"}:
                raise
    raise LostClaim


def record(mail: IncomingMail, parsed: ParsedMail) -> IncomingMail:
    """What we read, its files, what the handler does with it and the outcome: all or nothing."""
    values = fields_of(mail, parsed)
    bounced = returned.find(mail, parsed)
    ignored = refusals.ignored(mail, parsed, bounced=bounced)
    files = [] if ignored else parts.write_files(parsed)
    with transaction.atomic():
        write(mail, {**values, "bounce_of": bounced, "dedupe_key": None if ignored else dedupe_key(parsed)})
        parts.keep_files(mail, parsed, files)
        refusals.refuse_unusable(mail, ignored=bool(ignored))
        handled = (
            Handled(outcome=IncomingMail.Outcome.IGNORED, reason=ignored) if ignored else hooks.handle(mail, parsed)
        )
        failpoints.reach("after ticket insert")
        write(mail, done(handled))
        returned.mark(mail, parsed)
    return mail


def dedupe_key(parsed: ParsedMail) -> str:
    """The same id with other content is another message; the same message in two boxes of ours is one (M-14)."""
    return refusals.digest(parsed.message_id, parsed.content_hash)


def done(handled: Handled) -> dict[str, Any]:
    return {
        "state": IncomingMail.State.DONE,
        "outcome": handled.outcome,
        "reason": handled.reason,
        "error": "",
        "handled": timezone.now(),
        "handled_ref": handled.ref[:60],
        "handled_kind": handled.kind[:40],
        "matched_by": handled.matched_by,
    }


def write(mail: IncomingMail, values: dict[str, Any]) -> None:
    """The only writer of a claimed row: nothing happens unless the claim is still ours."""
    ours = {"pk": mail.pk, "state": IncomingMail.State.RECEIVED, "claimed_until": mail.claimed_until}
    try:
        if not rows.update(IncomingMail, values, **ours):
            raise LostClaim
    except IntegrityError as problem:
        if "incomingmail_once" in str(problem):
            raise SeenBefore from None
        raise
    for name, value in values.items():
        setattr(mail, name, value)


def record_duplicate(mail: IncomingMail, parsed: ParsedMail) -> IncomingMail:
    """The first one's transaction is over: name it, and say the same."""
    first = IncomingMail.objects.select_related("mailbox").filter(dedupe_key=dedupe_key(parsed)).first()
    if first is None:  # it was put aside after all; this one takes its place
        return record_safely(current(mail.pk), parsed)
    reason = _("The same message was taken in before.")
    if first.mailbox_id != mail.mailbox_id:
        reason = _("The same message was taken in before, by %(mailbox)s.") % {"mailbox": first.mailbox.address}
    handled = Handled(
        outcome=IncomingMail.Outcome.DUPLICATE, reason=reason, ref=first.handled_ref, kind=first.handled_kind
    )
    values = {**fields_of(mail, parsed), **done(handled), "duplicate_of": first, "dedupe_key": None}
    files = parts.write_files(parsed)
    try:
        with transaction.atomic():
            parts.keep_files(mail, parsed, files)
            write(mail, values)
    except LostClaim:
        return current(mail.pk)
    return mail


def put_aside(mail: IncomingMail, reason: str, *, error: str, parsed: ParsedMail | None = None) -> IncomingMail:
    """Quarantine: kept whole, shown to specialists, can be released."""
    handled = Handled(outcome=IncomingMail.Outcome.QUARANTINED, reason=reason)
    values = {**done(handled), "error": error[-10_000:].replace("\0", ""), "dedupe_key": None, "decision": ""}
    if parsed is not None:
        values = {**fields_of(mail, parsed), **values}
    try:
        write(mail, values)
    except LostClaim:
        return current(mail.pk)
    return mail


def postpone(mail: IncomingMail, problem: OSError | SoftTimeLimitExceeded) -> IncomingMail:
    """The file store or the cage is away, or hangs (F-11): nothing is wrong with the message, the sweep tries again."""
    log.warning("incoming mail %s waits: %s", mail.pk, problem)
    reason = _("The file store does not answer. We try again within a minute.")
    if isinstance(problem, cage.Unavailable):
        reason = _("The process that reads messages could not be started. We try again within a minute.")
    values = {
        "attempts": max(0, mail.attempts - 1),
        "reason": reason,
        "error": str(problem) or repr(problem),
        "claimed_until": None,
    }
    try:
        write(mail, values)
    except LostClaim:
        return current(mail.pk)
    return mail
