"""Every message of the corpus through the real command: one outcome each, and the fields that stand beside it."""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from mail.models import IncomingMail
from tests.mail.corpus import taking
from tests.mail.corpus.taking import Case
from tickets.models import Message, Ticket

CASES: Final = taking.cases()
OUTCOMES: Final = {"created", "appended", "duplicate", "ignored", "quarantined"}
FIELDS: Final = {
    "ok": bool,
    "outcome": str,
    "ticket": str | None,
    "kind": str | None,
    "from_address": str,
    "from_name": str,
    "to": list,
    "cc": list,
    "subject": str,
    "body_text": str,
    "attachments": list,
    "message_id": str,
    "auto_submitted": bool,
    "raw_sha256": str,
    "raw_ref": str,
    "reason": str,
}
READ: Final = ("from_address", "from_name", "to", "cc", "subject", "auto_submitted")
EXACT: Final = (*READ, "outcome", "kind", "message_id", "body_text", "attachments")
PROMISED: Final = {"why", "holds", "outcome", *READ}
EITHER: Final = (
    ("message_id", "message_id_starts"),
    ("attachments", "attachments_include"),
    ("body_text", "body_contains"),
)
IN_HEADERS: Final = ("from_address", "from_name", "subject", "message_id")
LINE_BREAKS: Final = re.compile(r"[\r\n\x0b\x0c\x85\u2028\u2029]")
REQUIREMENT: Final = re.compile(r"[SMRF]-\d\d")
TAG: Final = re.compile(r"<[^>]*>")

pytestmark = pytest.mark.django_db

by_area = pytest.mark.parametrize("area", sorted({case.area for case in CASES}))


@dataclass(frozen=True)
class Taken:
    """The corpus taken in, as `receive_mail` printed it, by name; the database still holds it."""

    printed: dict[str, dict[str, Any]]
    new_tickets: int
    files: Path


@pytest.fixture(scope="module")
def taken(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any) -> Iterator[Taken]:
    """Once for all tests of this file, in a transaction that is rolled back after the last of them."""
    files = tmp_path_factory.mktemp("corpus")
    around = transaction.atomic()
    around._from_testcase = True  # type: ignore[attr-defined]  # as TestCase does: a durable block may stand inside
    with django_db_blocker.unblock(), as_signed(files), around:
        yield take_all_in(files)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def again(taken: Taken, django_db_blocker: DjangoDbBlocker) -> Taken:
    """The same messages a second time."""
    with django_db_blocker.unblock():
        before = Ticket.objects.count()
        printed = by_name(CASES, taking.receive([case.path for case in CASES]))
        return Taken(printed, Ticket.objects.count() - before, taken.files)


def as_signed(files: Path) -> override_settings:
    """The desk whose key signed some ids in the corpus."""
    return override_settings(MEDIA_ROOT=str(files), SECRET_KEY_FALLBACKS=[taking.SECRET])


def take_all_in(files: Path) -> Taken:
    before = Ticket.objects.count()
    early = [case for case in CASES if case.area == taking.FIRST]
    rest = CASES[len(early) :]
    printed = by_name(early, taking.receive([case.path for case in early]))
    taking.send_what_was_sent({name: answer["ticket"] for name, answer in printed.items()})
    printed |= by_name(rest, taking.receive([case.path for case in rest]))
    return Taken(printed, Ticket.objects.count() - before, files)


def by_name(cases: list[Case], printed: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """A line for each file, in their order; a missing or a further line fails here."""
    return {case.name: answer for case, answer in zip(cases, printed, strict=True)}


@pytest.fixture
def _desk(taken: Taken, settings: Any) -> None:
    """The desk that took the corpus in, with its files: for tests that look further than what was printed."""
    settings.MEDIA_ROOT = str(taken.files)


def none_odd(area: str, look: Callable[[Case], list[str]]) -> None:
    """`look` finds nothing wrong with any message of an area: a test for each would cost more than they do."""
    cases = [case for case in CASES if case.area == area]
    found = [f"{case.name}: {wrong}" for case in cases for wrong in look(case)]
    assert not found, "\n".join(["", *found])


@by_area
def test_an_expectation_says_what_it_holds(area: str) -> None:
    """House rule: every test names its requirement, and every field a partner's program reads is pinned."""

    def look(case: Case) -> list[str]:
        names = set(case.expected)
        missing = PROMISED - names
        missing |= {" or ".join(either) for either in EITHER if not set(either) & names}
        known = all(map(REQUIREMENT.fullmatch, case.expected["holds"])) and case.expected["holds"]
        return sorted(missing) + ([] if known and case.expected["why"].endswith(".") else ["why, holds"])

    none_odd(area, look)


@by_area
def test_messages_are_read_as_expected(area: str, taken: Taken) -> None:
    """M-04 to M-13, M-16 to M-19: the fields that stand beside each message."""
    none_odd(area, lambda case: differences(case.expected, taken.printed[case.name]))


def differences(expected: dict[str, Any], printed: dict[str, Any]) -> list[str]:
    found = [f"{name}: {printed[name]!r}" for name in EXACT if name in expected and printed[name] != expected[name]]
    if not printed["message_id"].startswith(expected.get("message_id_starts", "")):
        found.append(f"message_id: {printed['message_id']}")
    text = printed["body_text"]
    found += [f"not in the text: {words}" for words in expected.get("body_contains", []) if words not in text]
    found += [f"in the text: {words}" for words in expected.get("body_excludes", []) if words in text]
    names = [one["filename"] for one in printed["attachments"]]
    return found + [f"no file: {name}" for name in expected.get("attachments_include", []) if name not in names]


@by_area
def test_every_line_has_all_fields_and_no_header_a_line_break(area: str, taken: Taken, again: Taken) -> None:
    """Contract §3, S-10, M-04"""
    none_odd(area, lambda case: breaches(taken.printed[case.name]) + breaches(again.printed[case.name]))


def breaches(printed: dict[str, Any]) -> list[str]:
    """What of contract §3 a printed line does not keep."""
    found = [f"type of {name}" for name, kind in FIELDS.items() if not isinstance(printed.get(name, ...), kind)]
    if printed["outcome"] not in OUTCOMES or printed["ok"] is (printed["outcome"] == "quarantined"):
        found.append(f"outcome {printed['outcome']}, ok {printed['ok']}")
    names = [one["filename"] for one in printed["attachments"]]
    in_headers = [*(printed[name] for name in IN_HEADERS), *printed["to"], *printed["cc"], *names]
    found += [f"line break: {value!r}" for value in in_headers if LINE_BREAKS.search(value)]
    found += [f"NUL: {value!r}" for value in [*in_headers, printed["body_text"]] if "\0" in value]
    found += [f"name: {name!r}" for name in names if len(name.encode()) > 255 or name.startswith(".") or "/" in name]
    distinct = len({name.lower() for name in names}) == len(names)
    return found + ([] if distinct else ["two files of one name"]) + ([] if printed["reason"] else ["no reason"])


@by_area
@pytest.mark.usefixtures("_desk")
def test_the_bytes_are_given_back(area: str, taken: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    """M-01"""

    def look(case: Case) -> list[str]:
        printed, kept = taken.printed[case.name], io.BytesIO()
        out = io.TextIOWrapper(kept)
        monkeypatch.setattr(sys, "stdout", out)
        call_command("show_raw", printed["raw_ref"])
        out.flush()
        digest = [] if printed["raw_sha256"] == case.digest else ["raw_sha256"]
        return digest if kept.getvalue() == case.raw else [*digest, "bytes"]

    none_odd(area, look)


@by_area
@pytest.mark.usefixtures("_desk")
def test_a_reader_is_told_what_is_odd(area: str, taken: Taken) -> None:
    """M-05, M-06, M-12: the remarks that the ticket's page shows."""

    def look(case: Case) -> list[str]:
        if "remarks" not in case.expected:
            return []
        mail = IncomingMail.objects.get(raw_id=taken.printed[case.name]["raw_ref"])
        told = {remark["kind"] for remark in mail.remarks if remark["text"]}
        return sorted(set(case.expected["remarks"]) - told)

    none_odd(area, look)


@pytest.fixture(scope="module")
def recorder(taken: Taken) -> taking.Recorder:
    return taking.Recorder()


@by_area
@pytest.mark.usefixtures("_desk")
def test_the_flight_recorder_knows_every_message(area: str, taken: Taken, recorder: taking.Recorder) -> None:
    """M-03: “did you get my mail?”, asked by its Message-ID and by its sender."""
    none_odd(area, lambda case: recorder.unanswered(taken.printed[case.name]))


@by_area
@pytest.mark.usefixtures("_desk")
def test_an_answer_is_in_view_and_its_history_folded(area: str, taken: Taken) -> None:
    """M-22"""

    def look(case: Case) -> list[str]:
        if "own_contains" not in case.expected:
            return []
        message = Message.objects.get(incoming__raw_id=taken.printed[case.name]["raw_ref"])
        own, quoted = words_of(message.html), words_of(message.quoted_html)
        hidden = [words for words in case.expected["own_contains"] if words_of(words) not in own]
        history = [words_of(words) for words in case.expected.get("folded_contains", [])]
        shown = [words for words in history if words in own or words not in quoted]
        return [f"not in view: {words}" for words in hidden] + [f"not folded: {words}" for words in shown]

    none_odd(area, look)


def words_of(markup: str) -> str:
    """Its words alone, so that neither a line's end nor a mark-up of ours matters."""
    bare = unescape(TAG.sub(" ", markup) if markup.lstrip().startswith("<") else markup)
    return " ".join(re.sub(r"[*_>]", " ", bare).split())


@pytest.mark.usefixtures("_desk")
def test_the_recorder_does_not_know_what_never_came(taken: Taken, recorder: taking.Recorder) -> None:
    never = {**next(iter(taken.printed.values())), "raw_ref": "0", "message_id": "<never@else.example>"}
    assert [said.partition(":")[0] for said in recorder.unanswered(never)] == ["by Message-ID", "by address"]


def test_every_message_ends_once(taken: Taken) -> None:
    """M-03, exactly once: every message has one of the five outcomes, and each created one made a ticket."""
    outcomes = Counter(printed["outcome"] for printed in taken.printed.values())
    assert sum(outcomes[name] for name in OUTCOMES) == len(CASES)
    assert taken.new_tickets == outcomes["created"]
    assert len({printed["raw_ref"] for printed in taken.printed.values()}) == len(CASES)


def test_the_same_mails_again_make_no_ticket(taken: Taken, again: Taken) -> None:
    """M-14, R-02, R-09: a mailbox read again after a restore."""
    assert again.new_tickets == 0
    assert {printed["outcome"] for printed in again.printed.values()} <= {"duplicate", "ignored", "quarantined"}
    for name, printed in again.printed.items():
        if printed["outcome"] == "duplicate":
            assert printed["ticket"] == taken.printed[name]["ticket"]


@pytest.mark.usefixtures("_desk")
def test_nothing_is_left_waiting(taken: Taken, again: Taken) -> None:
    """M-03"""
    refs = [printed["raw_ref"] for printed in (*taken.printed.values(), *again.printed.values())]
    assert IncomingMail.objects.filter(raw_id__in=refs, state="done").count() == 2 * len(CASES)


def test_the_corpus_is_large_and_covers_every_requirement_on_reading() -> None:
    """M-01 to M-22: what a message can hold, at least one message holds.

    Without M-13 and M-21, which are about servers: tests/mail/imap and the door's tests hold them.
    """
    held = {requirement for case in CASES for requirement in case.expected["holds"]}
    assert len(CASES) >= 140
    assert held >= {f"M-{number:02}" for number in range(1, 23) if number not in {13, 21}}
