"""Where the rule behind an answer is changed."""

from __future__ import annotations

from django.urls import reverse

from routing.models import Correction


def address(correction: Correction) -> str:
    """The row that decided; where none did, the answer itself: it says which tables were asked."""
    because = correction.decision.answer.get("because", ())
    decided = [str(one["rule_id"]) for one in because if one.get("rule_id")]
    return of_rule(decided[-1]) if decided else reverse("routing:decision", args=[correction.decision_id])


def of_rule(rule_id: str) -> str:
    """The page of a row by its id in an answer: “coverage:12”."""
    kind, _colon, pk = rule_id.partition(":")
    return reverse("directory:rule", args=[kind, int(pk)])
