"""Services the programme leaves out, by the words of the document: education, subcontracted work, free work."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext_lazy as _

from documents.papers import Source, finding

LONGEST: Final = 120  # of the words that are shown
KINDS: Final = (
    (
        _("education"),
        re.compile(
            r"\b(?:(?:user|admin\w*|end[- ]user|instructor[- ]led|classroom|on-?site|remote) training|trainings?"
            r"|training (?:course|session|class|day)s?|workshops?|schulung(?:en|stag|stage)?"
            r"|formations? (?:d[eu]s?|aux?|en|utilisateurs?)|capacitaci[oó]n|formazione)\b|トレーニング|研修",
            re.IGNORECASE,
        ),
    ),
    (
        _("subcontracted"),
        re.compile(
            r"\bsub-?contract(?:ed|or|ors|ing)\b|\b(?:subunternehme|nachunternehme)\w+|\bsous-trait\w+"
            r"|\bsubcontrata\w*|\bsubappalt\w+|再委託|下請",
            re.IGNORECASE,
        ),
    ),
    (
        _("free of charge"),
        re.compile(
            r"\bfree of (?:any )?charge\b|\b(?:at|for) no (?:additional |extra )?(?:cost|charge)\b|\bcomplimentary\b"
            r"|\bpro bono\b|\b(?:kostenlos|kostenfrei|unentgeltlich)\w*|\bgratuit\w*|\bsin (?:coste|costo|cargo)\b"
            r"|無償|無料",
            re.IGNORECASE,
        ),
    ),
)


def found(sources: Iterable[Source], documents: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Of each kind the first words in one of these documents, by the ids of their stored files."""
    wanted = set(documents)
    papers = [one for one in sources if one.kind == "paper" and str(one.stored_id) in wanted]
    first = ((kind, finding.matching(papers, pattern)) for kind, pattern in KINDS)
    return tuple((str(kind), hits[0].quote[:LONGEST]) for kind, hits in first if hits)
