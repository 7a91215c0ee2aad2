"""What a check is, and what all of them together say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from loa.models import LetterRequest
from partners import sync
from partners.models import Account

Verdict = Literal["met", "missing", "unknown", "note"]
Proposal = LetterRequest.Proposal
OLDEST: Final = timedelta(hours=4)  # what was true longer ago than that is no ground for a letter


@dataclass(frozen=True, kw_only=True)
class Check:
    """One line: what was looked at, what it said, where, and since when that is so.

    `missing` speaks for a no; `unknown` holds, and `how` says what a person does; `note` is only to be looked at.
    """

    slug: str
    title: str
    verdict: Verdict
    words: str
    how: str = ""
    value: str = ""
    source: str = ""
    at: datetime | None = None
    link: str = ""
    reasons: tuple[str, ...] = ()  # what is missing, as the partner may read it
    trainings: tuple[str, ...] = ()
    candidates: tuple[Mapping[str, Any], ...] = ()  # accounts that may be meant: account, name, why

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "at": self.at.isoformat() if self.at else None}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Check:
        """As it was kept; what a later version writes beside it is left out."""
        known = {one.name for one in fields(cls)} & kept.keys()
        given: dict[str, Any] = {name: kept[name] for name in known}
        given |= {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
        given["at"] = parse_datetime(kept["at"]) if kept.get("at") else None
        return cls(**given)


@dataclass(frozen=True, kw_only=True)
class Checked:
    """All checks, what they propose, and why: every reason of a decline, or everything that holds."""

    checks: tuple[Check, ...]
    proposal: Proposal
    reasons: tuple[str, ...] = ()
    trainings: tuple[str, ...] = ()

    def of(self, slug: str) -> Check | None:
        return next((one for one in self.checks if one.slug == slug), None)


@dataclass(frozen=True, kw_only=True)
class Known:
    """Since when what we know of Salesforce is so, and why it is no newer."""

    at: datetime | None
    problem: str = ""

    @property
    def too_old(self) -> bool:
        return self.at is None or timezone.now() - self.at > OLDEST

    @classmethod
    def of_mirror(cls, account: Account | None, *, problem: str = "") -> Known:
        return cls(at=sync.freshness(account) if account else None, problem=problem)


def not_checked() -> str:
    return _("Not checked: the account is not known.")
