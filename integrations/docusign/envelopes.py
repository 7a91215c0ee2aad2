"""Our row of an envelope follows what DocuSign says: forwards only, one event with each change.

What was asked back from DocuSign is believed. What only a callback says is believed as far as nothing is over by it:
completed, declined and voided, of an envelope or a recipient, are taken from DocuSign's own answer alone (S-27).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from integrations.docusign import connect, states
from integrations.docusign.shapes import EnvelopeView, RecipientView
from integrations.models import Envelope
from journal.record import Actor, record

DOCUSIGN: Final = Actor("DocuSign")
PLAIN: Final = ("subject", "sender_id", "powerform_id", "custom_fields", "sent", "completed")
Values = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Kept:
    envelope: Envelope
    before: str  # its status until now; empty for a new one
    changed: bool


def known(envelope_id: str) -> Envelope | None:
    return Envelope.objects.filter(account_id=_account(), envelope_id=envelope_id.lower()).first()


def clock() -> datetime:
    """Now, by the database: what `keep` compares was written on several machines."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def is_ours(view: EnvelopeView) -> bool:
    """Of one of our PowerForms; where none is told, sent by our sender."""
    if view.powerform_id:
        return view.powerform_id.lower() in {one.lower() for one in settings.DOCUSIGN.powerform_ids}
    return bool(view.sender_id) and view.sender_id.lower() == settings.DOCUSIGN.sender_user_id.lower()


def needs_asking(envelope: Envelope | None, view: EnvelopeView, *, since: datetime) -> bool:
    """Whether the news may only be taken from DocuSign itself, and has not been since it came."""
    if envelope is not None and envelope.fetched is not None and envelope.fetched >= since:
        return False
    if envelope is None and not view.powerform_id:
        return True
    status = envelope.status if envelope else ""
    ends_anew = [one for one in view.recipients if _ends_anew(envelope, one)]
    return states.rank(view.status) == states.UNTOLD or (
        not states.is_over(status) and (states.is_over(view.status) or bool(ends_anew))
    )


def is_news(envelope: Envelope | None, view: EnvelopeView) -> bool:
    """Whether an answer of DocuSign's says something that our row does not."""
    return envelope is None or bool(_news(envelope, view, fresh=True))


def keep(view: EnvelopeView, *, asked: datetime | None) -> Kept:
    """Takes over what is news; `asked` is when DocuSign was asked for it, None for what a callback says."""
    with transaction.atomic():
        envelope = _locked(view.id)
        fresh = asked is not None and (envelope.fetched is None or asked >= envelope.fetched)
        news = _news(envelope, view if asked else _without_ends(envelope, view), fresh=fresh)
        before = {name: getattr(envelope, name) for name in news}
        if asked and fresh:
            envelope.fetched = asked
        if news or fresh:
            _write(envelope, news)
        if news:
            _tell(envelope, before, news)
    return Kept(envelope=envelope, before=before.get("status", envelope.status), changed=bool(news))


def _locked(envelope_id: str) -> Envelope:
    where: Values = {"account_id": _account(), "envelope_id": envelope_id.lower()}
    Envelope.objects.get_or_create(**where)
    return Envelope.objects.select_for_update().get(**where)


def _write(envelope: Envelope, news: Values) -> None:
    for name, value in news.items():
        setattr(envelope, name, value)
    if news:
        envelope.changed = timezone.now()
    envelope.save(update_fields=[*news, "fetched", "changed"])


def _tell(envelope: Envelope, before: Values, news: Values) -> None:
    """The event, without anybody's name or address; then whoever asked to be told, in the same transaction."""
    record(envelope, "envelope_changed", by=DOCUSIGN, before=_for_journal(before), after=_for_journal(news))
    for callback in connect.callbacks:
        callback(envelope, before.get("status", envelope.status))


def _for_journal(values: Values) -> Values:
    shown: Values = {}
    for name, value in values.items():
        if name == "recipients":
            shown[name] = {one["id"]: one["status"] for one in value}
        elif name == "custom_fields":
            shown[name] = sorted(value)
        else:
            shown[name] = value.isoformat() if isinstance(value, datetime) else value
    return shown


def _news(envelope: Envelope, view: EnvelopeView, *, fresh: bool) -> Values:
    """The fields that change.

    An older answer, or a callback, moves states forwards; it fills in what is empty until DocuSign is asked.
    """
    news: Values = {}
    if states.forward(envelope.status, view.status):
        news |= {"status": view.status, "status_at": view.status_at or timezone.now()}
    for name in PLAIN:
        value = getattr(view, name)
        if value and (fresh or (envelope.fetched is None and not getattr(envelope, name))):
            news[name] = dict(value) if isinstance(value, Mapping) else value
    if fresh and view.workflow_status:
        news["workflow_status"] = view.workflow_status
    if view.reason and states.is_over(news.get("status", envelope.status)):
        news["reason"] = view.reason
    if view.recipients:
        news["recipients"] = _merged(envelope.recipients, view.recipients, fresh=fresh)
    return {name: value for name, value in news.items() if value != getattr(envelope, name)}


def _merged(known_ones: list[Values], told: tuple[RecipientView, ...], *, fresh: bool) -> list[Values]:
    """Each recipient for itself; who is told no more by a fresh answer was taken off the envelope."""
    rows = {one["id"]: one for one in known_ones}
    merged = {} if fresh else dict(rows)
    for view in told:
        row = rows.get(view.id)
        if row is None or states.recipient_forward(row["status"], view.status):
            merged[view.id] = view.as_json()
        else:
            kept = {name: row[name] for name in ("status", "at", "reason")}
            merged[view.id] = {**(view.as_json() if fresh else row), **kept}
    return sorted(merged.values(), key=lambda one: (one["order"], one["id"]))


def _without_ends(envelope: Envelope, view: EnvelopeView) -> EnvelopeView:
    """The same, saying of nothing that it is over: no end, no decline, no reason."""
    recipients = tuple(_open(envelope, one) for one in view.recipients)
    status = "" if states.is_over(view.status) else view.status
    return replace(view, status=status, recipients=recipients, reason="", completed=None)


def _open(envelope: Envelope, one: RecipientView) -> RecipientView:
    return replace(one, status="", at="", reason="") if _ends_anew(envelope, one) else one


def _ends_anew(envelope: Envelope | None, one: RecipientView) -> bool:
    """The callback says of a recipient that they are done, and we do not know it yet."""
    if one.status not in states.ENDS:
        return False
    rows = envelope.recipients if envelope else []
    return not any(row["id"] == one.id and row["status"] in states.ENDS for row in rows)


def _account() -> str:
    account: str = settings.DOCUSIGN.account_id.lower()
    return account
