"""What a person should know of a file, in sentences: which rows, the first few by their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext as _

FIRST: Final = 5
MOST_OF_A_KIND: Final = 8
LONGEST: Final = 60

SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "odd": "%(rows)s: “%(value)s” under “%(column)s” is neither True nor False. Left as it is and not counted.",
        "unsaid": "%(rows)s: nothing under %(column)s, where others say True or False. It counts as no.",
        "truth": "%(rows)s: “%(value)s” under “%(column)s” was left as it is; only yes-or-no columns change.",
        "no_email": "%(rows)s: no e-mail address.",
        "bad_email": "%(rows)s: “%(value)s” is no e-mail address.",
        "repeated": "%(rows)s: the e-mail address of an earlier row. Such a person is counted once.",
        "inactive": "%(rows)s: holds certifications, and the account is not activated.",
        "longer": "%(rows)s: more cells than headings. What stands behind the last heading was left out.",
        "shorter": "%(rows)s: fewer cells than headings. What is not there stays blank.",
        "again": "%(rows)s: the headings once more. Left out.",
        "footer": "%(rows)s: “%(value)s” is nobody. Left out.",
        "number": "%(rows)s: the phone is kept as a number in this workbook. A leading 0 or + may be lost.",
        "rounded": "%(rows)s: the phone reads “%(value)s”. A spreadsheet program shortened it; export again.",
        "error": "%(rows)s: “%(value)s” under “%(column)s” is a formula that failed.",
        "unread": "%(rows)s: some letters cannot be read (�).",
        "marked": "%(rows)s: a spreadsheet would compute what stands under “%(column)s”. An apostrophe makes it text.",
    }
)


class Remarks:
    """Collects them while a file goes by; the same about many rows is one sentence."""

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.lines: dict[tuple[str, str, str], list[int]] = {}
        self.kinds: dict[str, int] = dict.fromkeys(SENTENCES, 0)

    def say(self, sentence: str) -> None:
        self.sentences.append(sentence)

    def row(self, kind: str, number: int, *, value: str = "", column: str = "") -> None:
        """Of each kind the first few values; what a stranger fills a file with fills no page."""
        about = (kind, _short(value), column)
        if about not in self.lines:
            if self.kinds[kind] >= MOST_OF_A_KIND:
                about = (kind, "…", column)
            self.kinds[kind] += 1
        self.lines.setdefault(about, []).append(number)

    def all(self) -> list[str]:
        order = list(SENTENCES)
        said = sorted(self.lines.items(), key=lambda item: order.index(item[0][0]))
        rows = [
            _(SENTENCES[kind]) % {"rows": rows_in_words(numbers), "value": value, "column": column}
            for (kind, value, column), numbers in said
        ]
        return [*self.sentences, *rows]


def rows_in_words(numbers: list[int]) -> str:
    """“Row 5”, “Rows 5, 7, 9”, “Rows 5, 7, 9, 11, 12 and 40 more”."""
    first = ", ".join(str(number) for number in numbers[:FIRST])
    if len(numbers) == 1:
        return _("Row %(number)s") % {"number": first}
    if len(numbers) <= FIRST:
        return _("Rows %(numbers)s") % {"numbers": first}
    return _("Rows %(numbers)s and %(count)d more") % {"numbers": first, "count": len(numbers) - FIRST}


def _short(value: str) -> str:
    plain = " ".join(value.split())
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…"
