"""What a request says: which licences, on which group, for whom, how many seats; each with the words it was read from.

Read from everything the partner has sent: form fields, mails, papers. `read` may run as often as one likes; it keeps
what a person has typed. What came last counts: an answer outweighs what stood in the first mail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import DESK, record
from nfr import finding, requests, stages, topics
from nfr.models import Licence, LicenceRequest, Type
from partners.models import Account
from tickets import papers
from tickets.models import Message, Ticket
from tickets.models.message import Visibility

TAKEN: Final = 0.5  # what is less sure is only offered
MOST_KEPT: Final = 5  # of each field
DATES: Final = frozenset({"trial_ends", "seats_by"})
NUMBERS: Final = frozenset({"seats", "seats_used", "seats_allowed"})
COLUMNS: Final = (*finding.FIELDS, "topic")
LENGTHS: Final = {
    "topic": 10, "contact_name": 200, "contact_email": 254, "namespace": 255, "support_ticket": 40, "tier": 10,
}  # fmt: skip


def read(ticket: Ticket) -> LicenceRequest:
    """The request with the values as they are known now. Papers are read before, by a worker: `tickets.papers`."""
    began = timezone.now()
    request = requests.of(ticket)
    sources = papers.sources_of(ticket)
    found = finding.every(sources, ticket.fields)
    topic = topics.said(ticket.fields) or topics.by_words(ticket.subject, words_of(ticket))
    with requests.holding(request) as row:
        before = plain_of(row)
        row.facts = {name: _beside_typed(row, name, found.get(name, [])) for name in {*found, *row.facts}}
        for name in finding.FIELDS:
            if name not in row.corrected:
                setattr(row, name, _value(name, row.facts.get(name, [])))
        if not row.topic_said:
            row.topic = row.topic or topic  # what it is once taken for, only a person says otherwise
            row.topic_said = bool(topics.said(ticket.fields))
        row.account, row.read = row.ticket.partner, began
        if row.licence is None or (row.stage in stages.OPEN and "licence" not in row.corrected):
            row.licence = licence_meant(row)
        _infer(row)
        row.save()
        after = plain_of(row)
        if changed := [name for name in after if before[name] != after[name]]:
            was, now = ({name: side[name] for name in changed} for side in (before, after))
            record(row, "nfr request read", by=DESK, before=was, after=now)
    return row


def is_stale(request: LicenceRequest) -> bool:
    """Whether the partner has sent something since it was read."""
    if request.read is None:
        return True
    newer = Message.objects.filter(
        ticket=request.ticket_id, visibility=Visibility.IN, automatic=False, unknown_sender=False
    )
    return newer.filter(created__gt=request.read).exists()


def words_of(ticket: Ticket) -> str:
    """What the partner has written, the newest first: an answer says what the first mail did not."""
    return "\n".join(one.body for one in papers.messages_of(ticket))[: topics.READ]


def best(request: LicenceRequest, name: str) -> Mapping[str, Any] | None:
    """Where the present value stands; None where there is no value."""
    present = value_of(request, name)
    rows = request.facts.get(name, [])
    wanted = set(present) if isinstance(present, list) else {str(present)}
    return next((one for one in rows if present not in ("", None, []) and str(one["value"]) in wanted), None)


def trial_of(request: LicenceRequest) -> str:
    """“running”, “over”, or empty where nobody has said."""
    rows = request.facts.get("trial", [])
    if request.trial_ends is not None:
        return "running" if request.trial_ends >= timezone.localdate() else "over"
    return str(rows[0]["value"]) if rows else ""


def why_no_namespace(request: LicenceRequest) -> str:
    """The sentence for what was written in its place; empty where there is a namespace, or nothing was written."""
    if request.namespace or "namespace" in request.corrected:
        return ""
    return next((str(one["problem"]) for one in request.facts.get("namespace", []) if one.get("problem")), "")


def licence_meant(request: LicenceRequest, *, type: str = "") -> Licence | None:
    """The one of the partner's licences it speaks of, of that type where one is named; of several types the first.

    By its namespace, else the only one that is not over, else the only one there was.
    """
    account: Account | None = request.account
    if account is None:
        return None
    own = list(Licence.objects.filter(account=account, renewal=None).order_by("-ends", "-pk")[:50])
    if request.namespace and type in {"", Type.SAAS}:
        named = [one for one in own if one.namespace.lower() == request.namespace.lower()]
        if named:
            return named[0]
    if request.topic == LicenceRequest.Topic.NEW:
        return None
    if request.namespace:  # of another group than any we know
        own = [one for one in own if not one.namespace]
    wanted = [type] if type else request.types
    if not wanted:
        return _only(own)
    return next((one for kind in wanted if (one := _only([row for row in own if row.type == kind]))), None)


def _only(rows: Sequence[Licence]) -> Licence | None:
    today = timezone.localdate()
    lasting = [one for one in rows if (one.ends is None or one.ends >= today) and one.ended is None]
    found = lasting or rows
    return found[0] if len(found) == 1 else None


def value_of(row: LicenceRequest, name: str) -> Any:
    """As journal and facts hold it."""
    value = getattr(row, name)
    return value.isoformat() if isinstance(value, date) else value


def plain_of(row: LicenceRequest) -> dict[str, Any]:
    return {name: value_of(row, name) for name in COLUMNS}


def _infer(row: LicenceRequest) -> None:
    """What was left unsaid because it goes without saying: only SaaS has a namespace, a renewal stays what it is."""
    licence = row.licence if row.topic == LicenceRequest.Topic.RENEW else None
    if licence is not None:
        said = {"types": licence.type, "namespace": licence.namespace, "tier": licence.tier}
        for name, value in said.items():
            if value and not getattr(row, name):
                _put(row, name, value, source=_("the register"))
    if row.namespace and not row.types:
        _put(row, "types", Type.SAAS.value, source=_("the namespace"))


def _put(row: LicenceRequest, name: str, value: str, *, source: str) -> None:
    if name not in row.corrected:
        fact = {"value": value, "source": source, "quote": "", "sure": 0.8, "link": "", "page": 1}
        row.facts = {**row.facts, name: [*row.facts.get(name, []), fact]}
        setattr(row, name, [value] if name == "types" else value)


def _beside_typed(row: LicenceRequest, name: str, found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a person typed stays first."""
    typed = [one for one in row.facts.get(name, []) if one.get("typed")]
    return [*typed, *(dict(one) for one in found[:MOST_KEPT])]


def _value(name: str, found: Sequence[Mapping[str, Any]]) -> Any:
    """The surest, where no other one is as sure."""
    rows = [one for one in found if one["sure"] >= TAKEN and not one.get("problem")]
    if name == "types":
        return [one for one in Type.values if one in {row["value"] for row in rows}]
    chosen = _alone(rows)
    if name in DATES:
        return date.fromisoformat(str(chosen["value"])) if chosen else None
    if name in NUMBERS:
        return int(chosen["value"]) if chosen else None
    return str(chosen["value"])[: LENGTHS[name]] if chosen else ""


def _alone(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    if not rows:
        return None
    first = rows[0]
    return None if any(one["sure"] >= first["sure"] and one["value"] != first["value"] for one in rows[1:]) else first
