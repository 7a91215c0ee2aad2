"""A kept callback becomes news of its envelope. Twice, late or out of order makes no difference; nothing is lost.

A notice that cannot be dealt with now keeps the reason in its note and is tried again by itself.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from integrations import calls
from integrations.docusign import connect, envelopes, notices, reading, states
from integrations.docusign.envelopes import Kept
from integrations.errors import VendorError
from integrations.models import ConnectNotice, Envelope, ErrorClass
from web import nudging, rows

log = logging.getLogger(__name__)

State = ConnectNotice.State
LEASE: Final = 120.0  # seconds; longer than a task may take
FIRST_WAIT: Final = 5.0
LONGEST_WAIT: Final = 600.0
WAIT_FOR_A_PERSON: Final = 3600.0  # what waiting alone does not mend
FOREIGN: Final = frozenset(
    {"ENVELOPE_DOES_NOT_EXIST", "ENVELOPE_NOT_FOUND", "INVALID_ENVELOPE_ID", "USER_NOT_ENVELOPE_SENDER_OR_RECIPIENT"}
)


@dataclass(frozen=True, kw_only=True)
class Decision:
    state: str
    note: str = ""
    envelope: Envelope | None = None


def apply(pk: int) -> None:
    """Decides what a notice means, unless somebody else does or did."""
    notice = _claim(pk)
    if notice is None:
        return
    try:
        with calls.piece_of_work():
            decision = _decide(notice)
    except VendorError as problem:
        _postpone(notice, problem.words, seconds=wait(problem, notice.attempts))
    except (OperationalError, InterfaceError):
        raise  # the database is away: the sweep finds the notice when its claim is over
    except Exception as problem:
        log.exception("notice %s of DocuSign could not be taken over", pk)
        words = _("It could not be taken over (%(problem)s); it is tried again.") % {"problem": type(problem).__name__}
        _postpone(notice, words, seconds=_doubled(notice.attempts))
    else:
        _settle(notice, decision)


def bring_forward() -> int:
    """DocuSign answers again: what waits, saying why, is due now. Taking one from a worker's hands does no harm."""
    waiting = ConnectNotice.objects.filter(state=State.RECEIVED, claimed_until__gt=Now()).exclude(note="")
    return waiting.update(claimed_until=None)


def wait(problem: VendorError, attempts: int) -> float:
    """As long as the vendor asks for, else longer each time; an hour for what a person must mend."""
    if problem.kind is ErrorClass.PERMANENT:
        return WAIT_FOR_A_PERSON
    return max(problem.retry_after or 0.0, _doubled(attempts))


def _decide(notice: ConnectNotice) -> Decision:
    news = notices.read(bytes(notice.body))
    if news.problem:
        return Decision(state=State.UNREADABLE, note=news.problem)
    if news.account_id and news.account_id != settings.DOCUSIGN.account_id.lower():
        return Decision(state=State.IGNORED, note=_("It is about another DocuSign account."))
    envelope, told = envelopes.known(news.envelope_id), news.envelope()
    if envelope is None and told.powerform_id and not envelopes.is_ours(told):
        return Decision(state=State.IGNORED, note=_("The envelope comes from another PowerForm."))
    if not envelopes.needs_asking(envelope, told, since=notice.created):
        return _decision(news, envelopes.keep(told, asked=None))
    claimed = notice.claimed_until - timedelta(seconds=LEASE) if notice.claimed_until else notice.created
    return _asked_back(news, envelope, asked=claimed)


def _asked_back(news: notices.News, envelope: Envelope | None, *, asked: datetime) -> Decision:
    try:
        said = reading.envelope(news.envelope_id)
    except VendorError as problem:
        if problem.code not in FOREIGN:
            raise
        return Decision(state=State.IGNORED, note=_("DocuSign shows us no such envelope."), envelope=envelope)
    if envelope is None and not envelopes.is_ours(said):
        return Decision(state=State.IGNORED, note=_("The envelope comes from another PowerForm or another sender."))
    return _decision(news, envelopes.keep(said, asked=asked))


def _decision(news: notices.News, kept: Kept) -> Decision:
    """Late news changes nothing and is only noted."""
    told, now = news.envelope().status, kept.envelope.status
    if states.is_over(told) and told != now:
        log.warning("envelope %s: a callback says %s, DocuSign says %s", kept.envelope.envelope_id, told, now)
        note = _("The callback says %(told)s, DocuSign itself says %(now)s.") % {"told": told, "now": now}
        return Decision(state=State.STALE, note=note, envelope=kept.envelope)
    if not kept.changed and states.rank(told) < states.rank(now):
        note = _("It came late: the envelope is %(now)s.") % {"now": now}
        return Decision(state=State.STALE, note=note, envelope=kept.envelope)
    return Decision(state=State.APPLIED, note="" if kept.changed else _("Nothing new."), envelope=kept.envelope)


def _claim(pk: int) -> ConnectNotice | None:
    with connection.cursor() as cursor:
        rows.run(cursor, CLAIM, [LEASE, pk])
        claimed = cursor.rowcount
    return ConnectNotice.objects.get(pk=pk) if claimed else None


def _settle(notice: ConnectNotice, decision: Decision) -> None:
    _write(notice, state=decision.state, note=decision.note[:300], applied_to=decision.envelope, claimed_until=None)


def _postpone(notice: ConnectNotice, words: str, *, seconds: float) -> None:
    """Keeps why, and when it is tried again."""
    if _write(notice, note=words[:300], claimed_until=Now() + timedelta(seconds=seconds)):
        nudging.send(connect.TASK, notice.pk, seconds=seconds + 1)


def _write(notice: ConnectNotice, **values: object) -> bool:
    """Only while the claim is ours."""
    ours = ConnectNotice.objects.filter(pk=notice.pk, state=State.RECEIVED, claimed_until=notice.claimed_until)
    try:
        return bool(ours.update(**values))
    except DatabaseError as problem:
        log.warning("notice %s: %s; the sweep finds it again", notice.pk, problem)
        return False


def _doubled(attempts: int) -> float:
    steady = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempts - 1, 10))
    return steady * (0.5 + secrets.SystemRandom().random())


# A claim lost in a crash is only claimed again: this one commit need not wait for the disk.
CLAIM: Final = """
UPDATE integrations_connectnotice
SET claimed_until = statement_timestamp() + make_interval(secs => %s), attempts = attempts + 1
WHERE id = %s AND state = 'received' AND (claimed_until IS NULL OR claimed_until < statement_timestamp())
  AND set_config('synchronous_commit', 'off', true) IS NOT NULL
"""
