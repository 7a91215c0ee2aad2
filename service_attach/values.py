"""The values that stand in what a partner has sent, field by field, the surest first; nothing is decided here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from documents.papers import Found, Source, finding
from partners import names
from partners.models import Account
from service_attach import days, sides, signatures, signs, wanted
from tickets.models import Attachment, Message, Ticket
from tickets.models.message import Visibility

LESS: Final = 0.7  # of a label that also means something else
MORE: Final = 0.04  # of one that says “Service Attach”
UNLABELLED: Final = 0.6
IN_AN_ANSWER: Final = 0.8  # asked for it, and here is something that looks like it
IN_A_NAME: Final = 0.55  # of a file: taken, and marked as unsure
CALLED: Final = 0.78  # “(the “Customer”)” stands behind it
BETWEEN: Final = 0.72  # one of the two is the ticket's partner
EITHER: Final = 0.55  # which of the two is the partner is only likely
CONTESTED: Final = 0.7  # another one stands as surely elsewhere
KNOWN_NAME: Final = 0.74  # the name of the ticket's partner stands in the document
OTHERS: Final = tuple(label for labels in signs.LABELS.values() for label in labels)
Rows = list[dict[str, Any]]


def every(sources: Sequence[Source], ticket: Ticket, *, since: datetime | None) -> dict[str, Rows]:
    """By field; what has come since we asked is marked as an answer, with its time."""
    answers = _answers(ticket, since)
    found = {
        "partner_name": [
            *_labelled(sources, "partner_name"),
            *_between(sources, ticket, sides.PARTNER),
            *_known(sources, ticket),
        ],
        "customer_name": [*_labelled(sources, "customer_name"), *_between(sources, ticket, sides.CUSTOMER)],
        "deal_id": _deal_ids(sources, answers),
        wanted.SIGNATURE: signatures.found(sources),
        **{name: days.found(sources, name) for name in ("signed_on", "services_start", "services_end")},
    }
    return {name: [_row(one, answers) for one in finding.each_value(rows)] for name, rows in found.items()}


def _labelled(sources: Sequence[Source], name: str) -> list[Found]:
    labels = signs.LABELS[name]
    others = tuple(one for one in OTHERS if one not in labels)
    found = (_weighed(_cut(one), name) for one in finding.labelled(sources, labels, others=others))
    return _contested([one for one in found if one.value and not signs.NO_COMPANY.match(one.value)])


def _contested(found: list[Found]) -> list[Found]:
    """Two companies that stand as surely beside the label: the first is taken, and marked."""
    best = max((one.sure for one in found), default=0)
    rivals = {" ".join(one.value.casefold().split()) for one in found if one.sure == best}
    return [_as_sure(one, min(one.sure, CONTESTED)) for one in found] if len(rivals) > 1 else found


def _cut(one: Found) -> Found:
    """Without its address; in a mail the sentence goes on behind a name: “Havelland AG, and the Deal ID is …”."""
    cut = signs.ADDRESS.sub("", signs.GOES_ON.sub("", one.value) if one.source.kind == "mail" else one.value)
    if cut == one.value:
        return one
    return Found(**{**vars(one), "value": cut, "end": one.start + len(cut)})


def _weighed(one: Found, name: str) -> Found:
    """“Partner” alone heads many a column; “Service Attach Deal ID” means nothing else."""
    label = one.label.casefold()
    if label in signs.LESS_SURE.get(name, ()) and one.source.kind != "form":
        return _as_sure(one, one.sure * LESS)
    return _as_sure(one, min(0.99, one.sure + MORE)) if signs.SERVICE_ATTACH.search(label) else one


def _deal_ids(sources: Sequence[Source], answers: Mapping[str, str]) -> list[Found]:
    labels = signs.LABELS["deal_id"]
    labelled = [_weighed(one, "deal_id") for one in finding.labelled(sources, labels, signs.DEAL_ID)]
    bare = [
        _of_nothing(one, answers)
        for one in finding.matching(sources, signs.BARE_DEAL_ID, sure=UNLABELLED)
        if not signs.NO_DEAL.match(one.value) and not signs.OF_ANOTHER.search(_before(one))
    ]
    opportunities = finding.matching(sources, signs.OPPORTUNITY_ID, sure=UNLABELLED - 0.05)
    return [*labelled, *bare, *opportunities]


def _of_nothing(one: Found, answers: Mapping[str, str]) -> Found:
    """No label says what it is; what was asked for, or the name of the file, does."""
    if one.source.kind == "name":
        return _as_sure(one, IN_A_NAME)
    return _as_sure(one, one.sure * IN_AN_ANSWER / UNLABELLED) if _answer_of(one.source, answers) else one


def _before(one: Found) -> str:
    return one.source.pages[one.page - 1][max(0, one.start - 40) : one.start]


def _between(sources: Sequence[Source], ticket: Ticket, who: str) -> Iterator[Found]:
    """“… between Northwind DevOps GmbH and Havelland Klinik AG”: which of them is which, as far as it is said."""
    ours = str(ticket.partner) if ticket.partner else ""
    for source in sources:
        if source.kind != "paper":
            continue
        for page, text in enumerate(source.pages, start=1):
            if match := signs.BETWEEN.search(text):
                first, sure = _roles(match, ours)
                group = "first" if who == first else "second"
                yield _cut(finding.found(source, page, match.start(group), match.end(group), sure=sure))


def _roles(match: re.Match[str], ours: str) -> tuple[str, float]:
    """What the first of the two is, and how sure that is."""
    first = sides.named(match["called"] or "")
    second = sides.named(match["also_called"] or "")
    if first != second:
        return first or (sides.CUSTOMER if second == sides.PARTNER else sides.PARTNER), CALLED
    likeness = [names.likeness(ours, match[group]) if ours else 0 for group in ("first", "second")]
    if max(likeness) >= names.SAME_CORE:
        return sides.PARTNER if likeness[0] > likeness[1] else sides.CUSTOMER, BETWEEN
    return sides.PARTNER, EITHER


def _known(sources: Sequence[Source], ticket: Ticket) -> Iterator[Found]:
    """The partner's own name as Salesforce writes it, wherever it stands in a document."""
    account: Account | None = ticket.partner
    name = " ".join(account.name.split()) if account else ""
    if len(name) < 4:
        return
    for source in sources:
        for page, text in enumerate(source.pages, start=1):
            at = text.casefold().find(name.casefold()) if source.kind == "paper" else -1
            if at >= 0:
                yield finding.found(source, page, at, at + len(name), sure=KNOWN_NAME)
                break


def _row(one: Found, answers: Mapping[str, str]) -> dict[str, Any]:
    """As `Proof.facts` holds it."""
    value: Any = one.value
    if one.label == signatures.LABEL:
        value = one.value == signatures.SIGNED
    row = {**one.as_json(), "value": value, "label": one.label}
    if one.source.stored_id is not None:
        row["stored"] = str(one.source.stored_id)
    if one.page in one.source.recognised:
        row["scan"] = True
    answered = _answer_of(one.source, answers)
    return row | ({"answer": answered} if answered else {})


def _answer_of(source: Source, answers: Mapping[str, str]) -> str:
    key = f"file {source.attachment_id}" if source.attachment_id else source.address.rpartition("#")[2]
    return answers.get(key, "")


def _answers(ticket: Ticket, since: datetime | None) -> dict[str, str]:
    """When it came, for each message and file the partner has sent since our question."""
    if since is None:
        return {}
    messages = Message.objects.filter(ticket=ticket, visibility=Visibility.IN, created__gt=since)
    times = {pk: created.isoformat() for pk, created in messages.values_list("pk", "created")}
    files = Attachment.objects.filter(message__in=times).values_list("pk", "message")
    return {f"m{pk}": at for pk, at in times.items()} | {f"file {pk}": times[message] for pk, message in files}


def _as_sure(one: Found, sure: float) -> Found:
    return Found(**{**vars(one), "sure": sure})
