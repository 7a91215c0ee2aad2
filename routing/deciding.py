"""Keeps an answer with its question; the same again is counted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db.models import F
from django.utils import timezone

from partners.models import Account
from people.models import User
from routing.found import Found
from routing.models import Decision
from tickets.models import Ticket
from web.rows import insert


def keep(
    found: Found,
    *,
    about: str,
    question: Mapping[str, Any],
    by: User | None = None,
    account: Account | None = None,
    ticket: Ticket | None = None,
) -> Decision:
    """The row of this answer; asked again by the same person about the same, its `times` and `last_asked` move."""
    values = _values(found, about, question, by, account, ticket)
    decision, new = Decision.objects.get_or_create(digest=values.pop("digest"), defaults=values)
    if not new:
        decision.times, decision.last_asked = decision.times + 1, timezone.now()
        Decision.objects.filter(pk=decision.pk).update(times=F("times") + 1, last_asked=decision.last_asked)
    return decision


def keep_first(found: Found, *, about: str, question: Mapping[str, Any], ticket: Ticket) -> None:
    """The answer with which a ticket begins, in the transaction that opens it: it cannot be there yet."""
    insert(Decision(**_values(found, about, question, None, ticket.partner, ticket)), numbered=False)


def _values(
    found: Found,
    about: str,
    question: Mapping[str, Any],
    by: User | None,
    account: Account | None,
    ticket: Ticket | None,
) -> dict[str, Any]:
    answer = found.as_json()
    asked = {name: value for name, value in question.items() if value not in (None, "")}
    where = [account.pk if account else None, ticket.pk if ticket else None]
    return {
        "digest": _digest([about, asked, answer, by.pk if by is not None else None, where]),
        "about": about,
        "question": asked,
        "answer": answer,
        "outcome": found.outcome,
        "manager": found.manager,
        "account": account,
        "ticket": ticket,
        "asked_by": by,
        "asked_by_name": str(by)[:160] if by is not None else "",
    }


def _digest(said: Any) -> str:
    plain = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()
