"""What a proof says: partner, customer, Deal ID, signature and dates, each with the words it was read from.

Read from everything the partner has sent: form fields, mails, file names, documents. `read` may run as often as one
likes; it keeps what a person has typed, until the partner answers a question with something else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from journal.record import DESK, record
from service_attach import keeping, proofs, values, wanted
from service_attach.models import Proof
from tickets import papers
from tickets.models import Message, Ticket
from tickets.models.message import Visibility

TAKEN: Final = 0.5  # what is less sure is only offered
SURE: Final = 0.8  # and what is less sure than this is marked
MOST_KEPT: Final = 6  # values of one field
DATES: Final = frozenset({"signed_on", "services_start", "services_end"})
Facts = dict[str, list[dict[str, Any]]]


def read(ticket: Ticket) -> Proof:
    """The proof with the values as they are known now. In a worker; documents are read before, see `tickets.papers`."""
    began = timezone.now()
    proof = proofs.of(ticket)
    found = values.every(papers.sources_of(ticket), ticket, since=proof.asked)
    with proofs.holding(proof) as row:
        before = {name: _plain(getattr(row, name)) for name in wanted.FIELDS}
        row.facts = {name: _beside_typed(row, name, found.get(name, [])) for name in wanted.FIELDS}
        for name in wanted.FIELDS:
            _take(row, name)
        kept = keeping.keep(row, speaking=_speaking(row.facts))
        row.missing = wanted.missing(row, has_document=bool(kept))
        row.read = began
        row.save()
        after = {name: _plain(getattr(row, name)) for name in wanted.FIELDS}
        changed = [name for name in wanted.FIELDS if before[name] != after[name]]
        if changed:
            was, now = ({name: side[name] for name in changed} for side in (before, after))
            record(row, "proof read", by=DESK, before=was, after=now)
    return row


def candidates(proof: Proof, name: str) -> list[str]:
    """Every value of a field that is believable, the present one first, each once."""
    present = str(_plain(getattr(proof, name)) or "")
    read_so = [str(one["value"]) for one in proof.facts.get(name, []) if one["sure"] >= TAKEN and not one.get("aside")]
    return list(dict.fromkeys(value for value in (present, *read_so) if value))


def is_stale(proof: Proof) -> bool:
    """Whether the partner has sent something since it was read."""
    if proof.read is None:
        return True
    newer = Message.objects.filter(
        ticket=proof.ticket_id, visibility=Visibility.IN, automatic=False, unknown_sender=False
    )
    return newer.filter(created__gt=proof.read).exists()


def best(proof: Proof, name: str) -> Mapping[str, Any] | None:
    """Where the present value stands; None where there is no value."""
    present = _plain(getattr(proof, name))
    found = (one for one in proof.facts.get(name, []) if one["value"] == present)
    return next(found, None) if present not in {"", None} else None


def from_scans(proof: Proof) -> list[str]:
    """Of the handbook's three those that only a program has read, on a picture: a person compares them."""
    return [name for name in wanted.NAMED if (one := best(proof, name)) is not None and one.get("scan")]


def _beside_typed(row: Proof, name: str, found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a person typed stays first; what they put aside stays so, unless the partner has said it again since."""
    known = row.facts.get(name, [])
    typed = [one for one in known if one.get("typed")]
    aside = {(one["value"], one["source"]) for one in known if one.get("aside")}
    fresh = [
        {**one, "aside": True} if (one["value"], one["source"]) in aside and not one.get("answer") else dict(one)
        for one in found
    ]
    return [*typed, *fresh[:MOST_KEPT]]


def _take(row: Proof, name: str) -> None:
    """What a person typed, else the answer to our question, else the surest; never one of several that are as sure.

    What a person left empty or was asked about is the partner's to say; what else they write is shown beside it.
    """
    found = [one for one in row.facts[name] if not one.get("aside")]
    typed = next((one for one in found if one.get("typed")), None)
    read_so = [one for one in found if not one.get("typed") and one["sure"] >= TAKEN]
    answer = next((one for one in read_so if one.get("answer") and _is_newer(one, typed)), None)
    said = typed if typed and typed["value"] not in {"", None} else None
    if said and not said.get("asked"):
        answer = None
    setattr(row, name, _value(name, answer or said or _alone(read_so)))


def ask_about(row: Proof, names: Collection[str]) -> None:
    """The partner is asked about these: their answer counts for more than what a person typed before."""
    for name in names:
        row.facts[name] = [{**one, "asked": True} if one.get("typed") else one for one in row.facts.get(name, [])]


def contradicted(proof: Proof, name: str) -> str:
    """What the partner has written since a person typed something else."""
    found = proof.facts.get(name, [])
    typed = next((one for one in found if one.get("typed")), None)
    if typed is None or typed["value"] != _plain(getattr(proof, name)):
        return ""
    fresh = (one for one in found if one.get("answer") and one["sure"] >= TAKEN and _is_newer(one, typed))
    return next((str(one["value"]) for one in fresh if one["value"] != typed["value"]), "")


def _is_newer(answer: Mapping[str, Any], typed: Mapping[str, Any] | None) -> bool:
    return typed is None or datetime.fromisoformat(str(typed["at"])) < datetime.fromisoformat(str(answer["answer"]))


def _alone(found: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The surest, where no other value is as sure without a label beside either."""
    if not found:
        return None
    first = found[0]
    rival = next((one for one in found[1:] if one["value"] != first["value"] and one["sure"] >= first["sure"]), None)
    return None if rival and not first.get("label") else first


def _value(name: str, chosen: Mapping[str, Any] | None) -> Any:
    if chosen is None:
        return None if name in DATES or name == wanted.SIGNATURE else ""
    value = chosen["value"]
    if name in DATES:
        return date.fromisoformat(str(value)) if value else None
    if name == wanted.SIGNATURE:
        return value
    return str(value)[: 80 if name == "deal_id" else 255]


def _speaking(facts: Facts) -> list[str]:
    """The stored files by how many of the values stand in them."""
    said: dict[str, int] = {}
    for found in facts.values():
        for stored in {str(one["stored"]) for one in found if one.get("stored") and one["sure"] >= TAKEN}:
            said[stored] = said.get(stored, 0) + 1
    return sorted(said, key=lambda one: -said[one])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
