"""Text with the shape of real text: a few words everywhere, many rarely, some only once."""

from __future__ import annotations

import html
import itertools
import random
from collections.abc import Sequence
from pathlib import Path

from web import datafiles

_DATA = datafiles.read(Path(__file__).with_name("words.toml"))
COMMON: list[str] = _DATA["common"].split()
LESS: list[str] = _DATA["less"].split()
_SYLLABLES: list[str] = _DATA["syllables"].split()
SUBJECTS = (
    "Letter of Authorization for {name}",
    "PO {number} for {name}",
    "Status of order Q-{number}",
    "Quote for {count} seats, {name}",
    "Proof of execution {deal}",
    "NFR licence for {name}",
    "Certification report",
    "Invoice INV-{number}",
    "Who is our channel manager for {name}?",
    "Cannot sign in to the portal",
    "Deal registration {deal} expired",
    "Rebate of the last quarter",
)
KINDS = (
    "loa", "purchase_order", "order_status", "quote_request", "service_attach", "nfr", "certification_report",
    "invoice", "account_owner", "general", "general", "general",
)  # fmt: skip
TOPICS = ("",) * 9 + ("portal_access", "deal_registration", "rebate")


class Writer:
    """Writes subjects and messages; the same seed writes the same."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        rare = sorted({"".join(chance.choices(_SYLLABLES, k=3)) for _ in range(6000)})
        self.words = [*COMMON, *LESS, *rare]
        weights = [1 / (rank + 2) for rank in range(len(self.words))]
        self._weights = list(itertools.accumulate(weights))
        self.companies = [f"{one.title()} {ending}" for one in rare[:2000] for ending in ("AG", "Ltd", "Inc.", "SAS")]

    def subject(self, kind: int, number: int) -> str:
        return SUBJECTS[kind].format(
            name=self.chance.choice(self.companies),
            number=4_500_000 + number,
            count=self.chance.randrange(5, 500),
            deal=deal_id(number),
        )

    def message(self, number: int) -> str:
        """Two or three paragraphs; one in four names a number that stands nowhere else."""
        paragraphs = [self._paragraph() for _ in range(self.chance.choice((2, 2, 3)))]
        if number % 4 == 0:
            paragraphs[0] += f" Our reference is {deal_id(number)}."
        return "\n\n".join(["Hello,", *paragraphs, "Kind regards"])

    def _paragraph(self) -> str:
        length = self.chance.randrange(14, 40)
        chosen = self.chance.choices(self.words, cum_weights=self._weights, k=length)
        return " ".join(chosen).capitalize() + "."


def deal_id(number: int) -> str:
    return f"GL-{1_000_000 + number}"


def as_html(text: str) -> str:
    return "".join(f"<p>{html.escape(part)}</p>" for part in text.split("\n\n"))


def name_of(words: Sequence[str], chance: random.Random) -> str:
    return " ".join(word.title() for word in chance.sample(words, 2))
