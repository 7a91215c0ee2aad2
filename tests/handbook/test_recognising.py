"""Mails as they come, taken for what they are, with the reason said."""

from __future__ import annotations

import pytest

from tests.handbook.cases import ALL, Case
from tickets import kinds
from tickets.kinds import Clues


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.kind}: {case.subject[:40]}")
def test_a_mail_is_taken_for_what_it_is(case: Case) -> None:
    kind, evidence = kinds.recognise(case.clues)
    assert (kind.slug, evidence.topic) == (case.kind, case.topic), evidence.because


def test_the_reason_names_words_and_place() -> None:
    assert kinds.recognise(Clues(subject="NFR renewal"))[1].because == "The subject says “nfr”."
    _kind, evidence = kinds.recognise(Clues(subject="Havelland", filenames=("SOW_Havelland.pdf",)))
    assert evidence.because == "A file is named “sow havelland pdf”."


def test_words_in_two_places_make_it_surer() -> None:
    alone = kinds.recognise(Clues(subject="NFR"))[1].score
    both = kinds.recognise(Clues(subject="NFR", body="Our NFR ends."))[1].score
    assert alone < both <= 99


def test_quoted_lines_say_nothing() -> None:
    kind, evidence = kinds.recognise(Clues(subject="Re: hello", body="Thanks!\n> Can you send a quote for PO 4711?"))
    assert (kind.slug, evidence.score) == ("general", 0)


@pytest.mark.parametrize("body", ["", "\0\0", "x" * 500_000, "{{" * 5000, "a b " * 100_000, "po " * 50_000])
def test_odd_texts_are_read_quickly(body: str) -> None:
    assert kinds.recognise(Clues(subject=body[:5000], body=body, filenames=(body[:255],)))[0] is not None
