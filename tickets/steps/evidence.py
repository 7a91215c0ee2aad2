"""What a step shows, as JSON: texts in the words of the moment, so that a page needs nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder

from tickets.procedures import Change, Fact

NOTE_LENGTH: Final = 500


def data(
    *,
    facts: Sequence[Fact] = (),
    changes: Sequence[Change] = (),
    link: str = "",
    picture: str = "",
    keep: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """`Step.data`: facts, changes, link, picture, and what is kept for later steps."""
    whole = {
        "facts": [asdict(one) for one in facts],
        "changes": [asdict(one) for one in changes],
        "link": link,
        "picture": picture,
        "keep": dict(keep or {}),
    }
    plain: dict[str, Any] = json.loads(json.dumps(whole, cls=DjangoJSONEncoder).replace("\\u0000", ""))
    return plain


def note(words: object) -> str:
    """One line."""
    return " ".join(str(words).replace("\x00", "").split())[:NOTE_LENGTH]
