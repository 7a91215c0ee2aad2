"""The corpus, damaged: whatever arrives has one of the five outcomes, and its bytes are kept."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from mail import inbox
from mail.models import IncomingMail
from tests.mail.corpus import taking

SEED: Final = 20221122
COUNT: Final = 180  # twenty of each damage
LARGEST: Final = 60_000  # the few messages made of size alone are not damaged further
OUTCOMES: Final = {"created", "appended", "duplicate", "ignored", "quarantined"}
CHARSETS: Final = (b"utf-8", b"utf-16", b"utf-7", b"iso-2022-jp", b"gb2312", b"big5", b"rot13", b"zlib", b"idna", b"x")
ENCODINGS: Final = (b"base64", b"quoted-printable", b"x-uuencode", b"8bit", b"7bit", b"none")
BOUNDARY: Final = re.compile(rb'boundary="?([^"\r\n;]+)', re.IGNORECASE)
CHARSET: Final = re.compile(rb'charset="?[\w\-]+', re.IGNORECASE)
ENCODING: Final = re.compile(rb"(content-transfer-encoding: *)[\w\-]+", re.IGNORECASE)

pytestmark = pytest.mark.django_db


def flip_bytes(raw: bytes, dice: random.Random, _other: bytes) -> bytes:
    out = bytearray(raw)
    for _ in range(dice.randint(1, 30)):
        out[dice.randrange(len(out))] = dice.randrange(256)
    return bytes(out)


def delete_a_piece(raw: bytes, dice: random.Random, _other: bytes) -> bytes:
    start = dice.randrange(len(raw))
    return raw[:start] + raw[start + dice.randint(1, 400) :]


def repeat_a_piece(raw: bytes, dice: random.Random, _other: bytes) -> bytes:
    start = dice.randrange(len(raw))
    piece = raw[start : start + dice.randint(1, 400)]
    return raw[:start] + piece * dice.randint(2, 20) + raw[start:]


def cut_off(raw: bytes, dice: random.Random, _other: bytes) -> bytes:
    return raw[: dice.randrange(len(raw))]


def shuffle_headers(raw: bytes, dice: random.Random, _other: bytes) -> bytes:
    head, blank, body = raw.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    dice.shuffle(lines)
    return b"\r\n".join(lines) + blank + body


def damage_a_boundary(raw: bytes, dice: random.Random, _other: bytes) -> bytes:
    found = BOUNDARY.findall(raw)
    if not found:
        return shuffle_headers(raw, dice, b"")
    instead = dice.choice([b"", b"--", b"=_other", b"\0", b"x" * 300, b"\xff\xfe"])
    return raw.replace(dice.choice(found), instead, dice.randint(1, 3))


def swap_the_charset(raw: bytes, dice: random.Random, _other: bytes) -> bytes:
    swapped = CHARSET.sub(b"charset=" + dice.choice(CHARSETS), raw)
    return ENCODING.sub(rb"\g<1>" + dice.choice(ENCODINGS), swapped) if dice.random() < 0.5 else swapped


def splice_two(raw: bytes, dice: random.Random, other: bytes) -> bytes:
    return raw[: dice.randrange(len(raw))] + other[dice.randrange(len(other)) :]


def change_line_ends(raw: bytes, dice: random.Random, _other: bytes) -> bytes:
    return raw.replace(b"\r\n", dice.choice([b"\n", b"\r", b"\r\r\n", b"\n\r", b"\0\n"]))


MUTATIONS: Final[tuple[Callable[[bytes, random.Random, bytes], bytes], ...]] = (
    flip_bytes,
    delete_a_piece,
    repeat_a_piece,
    cut_off,
    shuffle_headers,
    damage_a_boundary,
    swap_the_charset,
    splice_two,
    change_line_ends,
)


def damaged(count: int, *, seed: int) -> list[bytes]:
    """Every kind of damage in turn, to messages drawn by a seeded dice; the same for the same seed and corpus."""
    dice = random.Random(seed)
    sound = [case.raw for case in taking.cases() if 0 < len(case.raw) <= LARGEST]
    return [MUTATIONS[number % len(MUTATIONS)](dice.choice(sound), dice, dice.choice(sound)) for number in range(count)]


def test_damaged_messages_are_taken_in_and_kept(tmp_path: Path) -> None:
    """M-01, M-02, M-03: no crash, no loss, one outcome each; put aside by a decision, never by a traceback."""
    messages = damaged(COUNT, seed=SEED)
    paths = [tmp_path / f"{number:03}.eml" for number in range(COUNT)]
    for path, raw in zip(paths, messages, strict=True):
        path.write_bytes(raw)
    digests = {hashlib.sha256(raw).hexdigest(): number for number, raw in enumerate(messages)}
    printed = taking.receive(paths)
    assert len(printed) == COUNT, f"seed {SEED}"
    recorder = taking.Recorder()
    for number, (raw, answer) in enumerate(zip(messages, printed, strict=True)):
        said = f"seed {SEED}, mutation {number} ({MUTATIONS[number % len(MUTATIONS)].__name__})"
        assert answer["outcome"] in OUTCOMES, said
        assert answer["reason"], said
        assert answer["raw_sha256"] == hashlib.sha256(raw).hexdigest(), said
        assert inbox.raw_bytes(answer["raw_ref"]) == raw, said
        assert "\0" not in answer["body_text"] + answer["subject"] + answer["from_name"], said
        assert recorder.unanswered(answer) == [], said
    refs = [answer["raw_ref"] for answer in printed]
    failed = IncomingMail.objects.filter(raw_id__in=refs).exclude(error="").values_list("raw_sha256", "error")
    assert [(digests[digest], error[-400:]) for digest, error in failed] == [], f"seed {SEED}"
