"""Safe names (contract §3)."""

from __future__ import annotations

import random
import unicodedata

import pytest

from documents.names import safe_name


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("po.pdf", "po.pdf"),
        ("Übersicht März.pdf", "Übersicht März.pdf"),
        ("注文書.pdf", "注文書.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\po.pdf", "po.pdf"),
        ("/a/b/", "b"),
        ("..", "file"),
        ("", "file"),
        ("...", "file"),
        (".htaccess", "htaccess"),
        ("\u200b.htaccess", "htaccess"),
        (". .\u200b.x", "x"),
        ("a\0b.txt", "ab.txt"),
        ("a\r\nb.txt", "ab.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\u2066b\u2069.pdf", "ab.pdf"),
        ("a\ufeff\u200d\u00adb.pdf", "ab.pdf"),
        ("  two   words .pdf ", "two words .pdf"),
        ("name.", "name"),
        ("a\ud800b.pdf", "ab.pdf"),
        ("a/\u200b", "a"),
    ],
)
def test_safe_names(raw: str, expected: str) -> None:
    """S-01"""
    assert safe_name(raw) == expected


def test_long_names_keep_their_ending() -> None:
    name = safe_name("ü" * 300 + ".pdf")
    assert name.endswith(".pdf")
    assert 250 < len(name.encode()) <= 255
    assert len(safe_name("x." + "y" * 400).encode()) <= 255


def test_any_text_gives_a_safe_name() -> None:
    """S-01: random code points, seeded."""
    dice = random.Random(3)
    for _ in range(2000):
        name = safe_name(
            "".join(chr(dice.choice([dice.randrange(0x300), dice.randrange(0x110000)])) for _ in range(12))
        )
        assert name
        assert name[0] not in ". "
        assert not set(name) & set("/\\\0\r\n")
        assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in name)
        assert len(name.encode()) <= 255
        assert safe_name(name) == name
