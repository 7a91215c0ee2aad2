"""Numbers, sizes, names."""

from __future__ import annotations

import pytest

from web import words


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1 KB"),
        (421_888, "412 KB"),
        (1_258_291, "1.2 MB"),
        (25 * 1024**2, "25 MB"),
        (3 * 1024**3, "3 GB"),
    ],
)
def test_file_sizes(size: int, shown: str) -> None:
    assert words.filesize(size).replace("\N{NO-BREAK SPACE}", " ") == shown


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Nadia Okafor", "NO"),
        ("Mei-Lin Hsu", "MH"),
        ("Aïssatou", "AÏ"),
        ("buchhaltung@northwind.example", "BU"),
        ("a.diallo@saheltech.example", "AD"),
        ("", "?"),
        ("(no name)", "NA"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert words.initials(name) == letters


def test_one_person_has_one_tone_and_six_exist() -> None:
    tones = {words.tone(f"person{number}@example.com") for number in range(200)}
    assert tones == {1, 2, 3, 4, 5, 6}
    assert words.tone("Nadia@Example.com") == words.tone("nadia@example.com")


def test_counts_are_capped_and_thousands_parted() -> None:
    assert (words.capped(99), words.capped(100), words.number(3124)) == ("99", "99+", "3,124")


@pytest.mark.parametrize(
    ("track", "name"),
    [("Select", "select"), ("US PubSec", "pubsec"), ("us_pubsec", "pubsec"), ("GSI", "alliance"), ("Gold", "none")],
)
def test_tracks_have_their_colours(track: str, name: str) -> None:
    assert words.track_class(track) == name
