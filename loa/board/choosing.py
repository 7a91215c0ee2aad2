"""Saying whose letter it is: who may be meant, whoever is called as somebody types, and the choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from loa import checks, finding
from loa.models import LetterRequest
from partners import searching
from partners.models import Account
from people.models import User
from tickets.actions import Refused


@dataclass(frozen=True, kw_only=True)
class Choosing:
    request: LetterRequest
    asked: str
    accounts: Sequence[Account]
    candidates: Sequence[Mapping[str, Any]]

    @property
    def open(self) -> bool:
        """Nobody has decided yet."""
        return self.request.stage in finding.OPEN


def read(request: LetterRequest, *, asked: str) -> Choosing:
    """Without words those that the check found, else the partners of that name."""
    words = asked.replace("\x00", "").strip()[:100]
    kept = checks.kept(request)
    company = kept.of("company") if kept else None
    return Choosing(
        request=request,
        asked=words,
        accounts=searching.named(words) if words else (),
        candidates=company.candidates if company and not words else (),
    )


def choose(request: LetterRequest, given: Mapping[str, Any], *, by: User) -> str:
    """The name of whom it is now; refused where no such partner was chosen."""
    text = str(given.get("account", ""))
    account = searching.by_number(int(text)) if text.isascii() and text.isdigit() and len(text) <= 18 else None
    if account is None:
        raise Refused(_("Choose a partner. Salesforce does not have the chosen one any more."))
    finding.choose_account(request, account, by=by, remember=bool(given.get("remember")))
    return account.name
