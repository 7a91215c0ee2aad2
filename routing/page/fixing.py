"""Where the rule behind an answer is changed."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from routing.found import Found
from routing.models import Correction

PLACES: Final = ("subdivision", "country")
CODE: Final = re.compile("[A-Z]{2}(-[A-Z0-9]{1,3})?")


def address(correction: Correction) -> str:
    """The form of the row that decided, with what was said; where none did, the answer: it says what was asked."""
    because = correction.decision.answer.get("because", ())
    decided = [str(one["rule_id"]) for one in because if one.get("rule_id")]
    if not decided:
        return reverse("routing:decision", args=[correction.decision_id])
    kind, _colon, pk = decided[-1].partition(":")
    return f"{reverse('directory:change', args=[kind, int(pk)])}?{urlencode({'correction': correction.pk})}"


def of_rule(rule_id: str) -> str:
    """The page of a row by its id in an answer: “coverage:12”."""
    kind, _colon, pk = rule_id.partition(":")
    return reverse("directory:rule", args=[kind, int(pk)])


def of_gap(found: Found) -> str:
    """The form that gives the place a manager, where the answer knows which place nobody has."""
    keys = (one.key for one in found.because if one.rule in PLACES and CODE.fullmatch(one.key))
    place = next(keys, "")
    return f"{reverse('directory:new_place')}?{urlencode({'place': place})}" if place else ""
