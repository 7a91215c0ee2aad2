"""Callbacks of DocuSign Connect at the door: checked, stored, answered. What they mean is a worker's work (applying).

One answer other than 2xx marks the whole configuration as down and holds up all later news (vendors.md §4). So 401 is
for a bad or missing signature only, 503 for our own database being away (F-04), and everything authentic gets 200.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import DatabaseError, DataError, InterfaceError, connection
from django.utils.translation import gettext as _

from integrations.docusign import notices, signature
from integrations.models import ConnectNotice, Envelope
from web import nudging, rows

log = logging.getLogger(__name__)

MOST_BYTES: Final = 25 * 1024 * 1024  # DocuSign's own limit of a document; notices without documents have some KB
TASK: Final = "integrations.docusign.tasks.apply_notice"
ALL_WAITING: Final = "integrations.docusign.tasks.apply_waiting"

Changed = Callable[[Envelope, str], object]
callbacks: list[Changed] = []


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The status to answer and a sentence; `notice` is the row, `first` when this news had not come before."""

    status: int
    words: str
    notice: int | None = None
    first: bool = False


def on_change(callback: Changed) -> None:
    """`callback(envelope, before_status)` runs in the transaction of each change: what it raises undoes the change.

    It calls no vendor and is fast; it may be called again after a failure. Register in `apps.py`.
    """
    callbacks.append(callback)


def receive(body: bytes, headers: Mapping[str, str]) -> Verdict:
    """Durable and committed when this says 200; the same news again only counts up."""
    if not signature.authentic(body, headers, keys=settings.DOCUSIGN.hmac_keys):
        log.warning("a callback without a good signature was refused (%d bytes)", len(body))
        return Verdict(status=401, words=_("The signature is missing or wrong."))
    try:
        return _kept(body)
    except (DatabaseError, InterfaceError) as problem:
        log.error("a callback could not be stored, DocuSign is asked to bring it again: %s", problem)  # noqa: TRY400 - the reason is in it
        return Verdict(status=503, words=_("It could not be stored. Send it again later."))


def _kept(body: bytes) -> Verdict:
    news = notices.read(body)
    try:
        pk, state, times = _store(news, body)
    except DataError:  # something in it fits into no column: kept by its bytes
        log.exception("a callback holds what the database does not take")
        news = notices.unreadable(body, _("It holds characters that cannot be stored."))
        pk, state, times = _store(news, body)
    if state == ConnectNotice.State.RECEIVED:
        nudging.send(TASK, pk, all_of=ALL_WAITING)
    elif news.problem and times == 1:
        log.warning("notice %s of DocuSign is unreadable: %s", pk, news.problem)
    return Verdict(status=200, words=_("Kept."), notice=pk, first=times == 1)


def _store(news: notices.News, body: bytes) -> tuple[int, str, int]:
    """The id, the state and how often it has come."""
    state = ConnectNotice.State.UNREADABLE if news.problem else ConnectNotice.State.RECEIVED
    values = [
        news.key, body, news.account_id, news.envelope_id, news.event, news.recipient_id, news.stamp,
        state.value, news.problem[:300],
    ]  # fmt: skip
    with connection.cursor() as cursor:
        rows.run(cursor, STORE, values)
        pk, kept_state, times = cursor.fetchone()
    return pk, kept_state, times


STORE: Final = """
INSERT INTO integrations_connectnotice
    (key, body, account_id, envelope_id, event, recipient_id, stamp, state, note, created, times, attempts)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, statement_timestamp(), 1, 0)
ON CONFLICT (key) DO UPDATE SET times = integrations_connectnotice.times + 1
RETURNING id, state, times
"""
