"""Deals that a request names in passing, “the invoice for Aurora Textil”: the asker's own, as our mirror has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from documents.papers import Found, Source, finding
from partners import names
from partners.models import Account, Opportunity

SURE: Final = 0.55  # nothing beside it says that it is the deal
SHORTEST: Final = 5  # letters of a name that is looked for in a text
MOST: Final = 300  # deals, the newest
_SEAM: Final = re.compile(r"\s+[\-\u2013\u2014|/:]\s+|[,:(]")
_BETWEEN: Final = r"[\W_]{1,3}"
_SAYS_NOTHING: Final = frozenset({
    "add", "addon", "on", "upgrade", "renewal", "new", "business", "expansion", "premium", "ultimate", "starter",
    "order", "opportunity", "invoice",
})  # fmt: skip


def named_in(sources: Sequence[Source], account: Account | None) -> list[Found]:
    """The customers, or other beginnings of their names, that stand in these texts."""
    if account is None or not sources:
        return []
    known = Opportunity.objects.filter(account=account, deleted=None).values_list("name", flat=True)[:MOST]
    begins = dict.fromkeys(begin for name in known if (begin := _SEAM.split(name.strip())[0].strip()))
    patterns = (pattern for begin in begins for pattern in _patterns(begin))
    return [found for one in patterns for found in finding.matching(sources, one, sure=SURE)]


def _patterns(begin: str) -> Iterator[re.Pattern[str]]:
    """Its words without the legal form, whatever stands between them."""
    core = names.normalised(begin).split()
    if len("".join(core)) >= SHORTEST and not set(core) <= _SAYS_NOTHING:
        words = map(re.escape, re.findall(r"\w+", begin)[: len(core)])
        yield re.compile(rf"\b({_BETWEEN.join(words)})\b", re.IGNORECASE)
