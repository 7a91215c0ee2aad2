"""Letters are looked for before an expression is tried: they may never hide what it would find."""

from __future__ import annotations

import re

import pytest

from tickets import needed

EXPRESSIONS = [
    (r"\bpasswords?\b|\blocked out\b", {"password", "locked out"}),
    (r"(log|sign) ?in", {"log", "sign"}),
    (r"(?:re)?new(al)?", {"new"}),
    (r"(order ){2}", {"order "}),
    (r"(?<!invoice for )order\d+", {"order"}),
    (r"(?=quote)q", set()),  # one letter says nothing
    (r"\d{3,}", set()),
    (r"(quote)?", set()),
    (r"quote|\d+", set()),
    (r"quote|", set()),
    (r"a|quote", set()),
    (r"[qk]uote", {"uote"}),
    (r"(?i:QUOTE)", set()),
    (r"(q)uote\1x", {"uote"}),
]


def test_every_match_holds_one_of_them() -> None:
    for words, expected in EXPRESSIONS:
        assert set(needed.letters(re.compile(words))) == expected, words
    assert needed.letters(re.compile("quote", re.IGNORECASE)) == ()


@pytest.mark.parametrize("length", [1, 2])
def test_where_they_are_missing_the_expression_finds_nothing(length: int) -> None:
    pieces = ["password", "passwor", "login", "log in", "sign", "new", "renewal", "order order ", "order12", "quote",
              "uote", "123", "x", "invoice for order1", "QUOTE", "quoteqx", "locked out"]  # fmt: skip
    texts = pieces if length == 1 else [f"{one} {two}" for one in pieces for two in pieces]
    for words, _expected in EXPRESSIONS:
        pattern = re.compile(words)
        letters = needed.letters(pattern)
        for text in texts:
            assert not pattern.search(text) or not letters or any(one in text for one in letters), (words, text)
