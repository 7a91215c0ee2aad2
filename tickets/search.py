"""Finding tickets by reference and words: PostgreSQL full text over vectors split and folded here.

Splitting in Python keeps “PO-4711” findable by “4711”, folding makes “Łódź” findable by “lodz”, and neither depends on
extensions of the server. The last word of a query also matches as a beginning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import QuerySet

from tickets.models import Ticket
from tickets.models.ticket import number_of
from web import rows

# PostgreSQL keeps at most 1 MB of words in a vector; these stay below it together.
MAX_WORDS = 15_000
LONGEST_WORD = 64
HIT_CAP = 5_000
_LETTERS = str.maketrans(
    {"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe",
     "\u0131": "i", "þ": "th", "ð": "d", "Ł": "l", "Ø": "o",
     "Đ": "d", "Æ": "ae", "Œ": "oe", "Þ": "th", "Ð": "d"}
)  # fmt: skip
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORDS = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_IS_CJK = re.compile(rf"[{_CJK}]")


def fold(text: str) -> str:
    """Lower case without accents: the same for what is stored and what is asked."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS).casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """The searchable words of a text; Chinese, Japanese and Korean runs as pairs of signs."""
    found: list[str] = []
    for word in _WORDS.findall(fold(text)):
        if _IS_CJK.match(word) and len(word) > 1:
            found += [word[at : at + 2] for at in range(len(word) - 1)]
        else:
            found.append(_cut(word))
    return found


def _cut(word: str) -> str:
    """At most 64 bytes, the same for what is stored and what is asked."""
    return word[:LONGEST_WORD] if word.isascii() else word.encode()[:LONGEST_WORD].decode(errors="ignore")


def add_words(ticket_id: int, texts: Iterable[str]) -> None:
    """Adds the words of `texts` to what the ticket is found by, while there is room; one statement."""
    lexemes = list(dict.fromkeys(word for text in texts for word in words(text)))[:MAX_WORDS]
    vector = " ".join(f"'{lexeme}'" for lexeme in lexemes)
    rows.send(
        "INSERT INTO tickets_tickettext (ticket_id, vector) VALUES (%s, %s::tsvector) "
        "ON CONFLICT (ticket_id) DO UPDATE SET vector = tickets_tickettext.vector || excluded.vector "
        "WHERE length(tickets_tickettext.vector) + length(excluded.vector) <= %s",
        [ticket_id, vector, MAX_WORDS],
    )


def matching(scope: QuerySet[Ticket], asked: str) -> QuerySet[Ticket]:
    """The tickets of `scope` that `asked` names: by reference, or by all of its words."""
    number = number_of(asked)
    if number is not None and asked.strip().upper().startswith("PHD-"):
        return scope.filter(pk=number)
    query = raw_query(asked)
    if not query:
        return scope.none()
    few = _few_hits(query)
    if few is not None:
        return scope.filter(pk__in=few)
    return scope.filter(text__vector=SearchQuery(query, search_type="raw", config="simple"))


def raw_query(asked: str) -> str:
    """`asked` in PostgreSQL's query language, built from folded words only; empty when it holds none."""
    found = words(asked)[:12]
    if not found:
        return ""
    return " & ".join([*found[:-1], found[-1] + ":*"])


def _few_hits(query: str) -> list[int] | None:
    """The ids of all hits when they are few; None when so many that walking from the newest is quicker."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ticket_id FROM tickets_tickettext WHERE vector @@ %s::tsquery LIMIT %s", [query, HIT_CAP]
        )
        found = [row[0] for row in cursor.fetchall()]
    return found if len(found) < HIT_CAP else None
