"""The step between upload and taking over: what the file says and what it would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from partners import facts
from partners.dashboard import acts, linking, listing
from partners.dashboard.comparing import Change, Comparison, compare
from partners.dashboard.sheets import Line, Sheet
from partners.matching import Candidate
from partners.models import DashboardReport

SHOWN: Final = 50
WITH_SUGGESTIONS: Final = 10


@dataclass(frozen=True, kw_only=True)
class Unmatched:
    line: Line
    suggested: Sequence[Candidate] = ()


@dataclass(frozen=True, kw_only=True)
class Preview:
    file: StoredFile
    sheet: Sheet
    before: DashboardReport | None
    found: Comparison
    unmatched: list[Unmatched]
    same_file: DashboardReport | None

    @property
    def guessed(self) -> date:
        """The day the file names, or today."""
        today = timezone.localdate()
        return self.sheet.as_of if self.sheet.as_of and self.sheet.as_of <= today else today

    @property
    def numbers(self) -> dict[str, int]:
        met = [line.met for line in self.sheet.lines]
        return {"yes": met.count(True), "no": met.count(False), "unknown": met.count(None)}

    @property
    def groups(self) -> list[Group]:
        found = self.found
        kinds = [
            Group(slug="gained", title=_("Newly met"), tone="green", changes=found.gained),
            Group(slug="lost", title=_("Lost"), tone="red", changes=found.lost),
            Group(slug="new", title=_("New on the dashboard"), tone="", changes=found.new if self.before else []),
            Group(slug="gone", title=_("No longer on it"), tone="amber", changes=found.gone),
            Group(slug="other", title=_("Other changes"), tone="", changes=found.other),
        ]
        return [group for group in kinds if group.changes]


@dataclass(frozen=True, kw_only=True)
class Group:
    slug: str
    title: object
    tone: str
    changes: list[Change]

    @property
    def shown(self) -> list[Change]:
        return self.changes[:SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.changes) - SHOWN)


def of(file: StoredFile) -> Preview:
    """Raises `Unfit` where the file cannot be read any more."""
    sheet = acts.sheet_of(file)
    before = facts.dashboard_on(timezone.localdate())
    found = compare(sheet.lines, linking.known(), before=before)
    return Preview(
        file=file,
        sheet=sheet,
        before=before,
        found=found,
        unmatched=_with_suggestions(found.unmatched[:SHOWN]),
        same_file=DashboardReport.objects.filter(file__sha256=file.sha256, withdrawn=None).first(),
    )


def _with_suggestions(lines: list[Line]) -> list[Unmatched]:
    """Looking for likenesses costs a query each, so only the first ones get it; assigning one brings the next."""
    return [
        Unmatched(line=line, suggested=listing.suggested_for(line.name) if at < WITH_SUGGESTIONS else ())
        for at, line in enumerate(lines)
    ]
