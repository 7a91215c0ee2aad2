"""From the checks to what is proposed. Pure, and the only place that says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from loa.checks.shapes import Check, Checked, Proposal

WHOSE: Final = frozenset({"company", "domain"})  # while these are in doubt nobody is told anything about the partner
ONLY_WITH: Final = frozenset({"company", "status", "requirements"})


def proposed(checks: Sequence[Check]) -> Checked:
    """Hold while it is unclear whose letter it is; decline for what is surely missing, with all of it at once.

    Approve only when nothing else is unknown, and account, status and requirements have been looked at.
    """
    in_doubt = [one for one in checks if one.verdict == "unknown"]
    missing = [one for one in checks if one.verdict == "missing"]
    if any(one.slug in WHOSE for one in in_doubt):
        return _hold(checks, in_doubt)
    if missing:
        return Checked(
            checks=tuple(checks),
            proposal=Proposal.DECLINE,
            reasons=tuple(reason for one in missing for reason in one.reasons or (one.words,)),
            trainings=tuple(training for one in missing for training in one.trainings),
        )
    if in_doubt or not {one.slug for one in checks} >= ONLY_WITH:
        return _hold(checks, in_doubt)
    return Checked(checks=tuple(checks), proposal=Proposal.APPROVE)


def _hold(checks: Sequence[Check], in_doubt: Sequence[Check]) -> Checked:
    reasons = tuple(" ".join(filter(None, (one.words, one.how))) for one in in_doubt)
    return Checked(checks=tuple(checks), proposal=Proposal.HOLD, reasons=_without_echo(reasons))


def _without_echo(reasons: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reasons))
