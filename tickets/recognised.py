"""The card that says what a ticket was taken for, by which words, and what else it may be: one press corrects it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from tickets import kinds, papers, topics
from tickets.kinds import SURE_ENOUGH
from tickets.models import Attachment
from tickets.models.ticket import Channel
from tickets.page import Page, Taken

SUGGESTED: Final = 30  # a candidate below says next to nothing
MOST: Final = 3
AHEAD: Final = 15  # of what the partner has chosen, before another type is worth a word


@dataclass(frozen=True, kw_only=True)
class Sign:
    """Words that speak for a type, with what stands around them; `link` leads to the page of a document."""

    where: str
    before: str
    words: str
    after: str
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Guess:
    """A type as it is offered: `value` is what its button sends."""

    value: str
    title: str
    icon: str
    because: str
    signs: Sequence[Sign] = ()


@dataclass(frozen=True, kw_only=True)
class Card:
    """`sure` of what it is, `unsure` what it is, or it may be something `else` than it was made."""

    state: Literal["sure", "unsure", "else"]
    shown: Guess | None
    others: Sequence[Guess]


def in_doubt(page: Page) -> Mapping[str, Any] | None:
    """What somebody has to say first: it stands before the steps."""
    card = _shown(page)
    return {"recognised": card} if card is not None and card.state != "sure" else None


def for_sure(page: Page) -> Mapping[str, Any] | None:
    """Only to be looked up: the steps come before it."""
    card = _shown(page)
    return {"recognised": card} if card is not None and card.state == "sure" else None


def by_whom(taken: Taken) -> str:
    """Whoever decided what it is; empty where nobody has."""
    return taken.corrected_by if taken.corrected is not None else ""


def _shown(page: Page) -> Card | None:
    """While nobody has answered and nobody has decided what it is; afterwards it would only be in the way."""
    ticket, taken = page.ticket, page.taken
    if not ticket.is_active or ticket.first_replied is not None or taken.corrected is not None:
        return None
    return _card(page, [one for one in taken.ranked if kinds.known(str(one.get("kind")))])


def _card(page: Page, ranked: Sequence[Mapping[str, Any]]) -> Card | None:
    present = _value(page.ticket.kind, page.ticket.topic)
    by_mail = page.ticket.channel == Channel.MAIL
    shown = [one for one in ranked if one["score"] >= SUGGESTED]
    others = [one for one in shown if _value_of(one) != present][:MOST]
    sure = ranked[0] if ranked and ranked[0]["score"] >= SURE_ENOUGH else None
    if sure is None:
        unsure = Card(state="unsure", shown=None, others=[_guess(page, one) for one in others])
        return unsure if by_mail and page.ticket.kind == "general" else None
    if _value_of(sure) == present:
        rest = [_guess(page, one) for one in others]
        return Card(state="sure", shown=_guess(page, sure), others=rest) if by_mail else None
    score = next((one["score"] for one in ranked if _value_of(one) == present), 0)
    if sure["score"] - score < AHEAD:
        return None
    return Card(state="else", shown=None, others=[_guess(page, one) for one in others])


def _guess(page: Page, row: Mapping[str, Any]) -> Guess:
    kind, topic = kinds.kind_of(row["kind"]), topics.topic_of(row.get("topic", ""))
    return Guess(
        value=_value_of(row),
        title=str(topic.title if topic else kind.title),
        icon=topic.icon if topic else kind.icon,
        because=row["because"],
        signs=[_sign(page, one) for one in row["signs"]],
    )


def _sign(page: Page, row: Mapping[str, Any]) -> Sign:
    where = {"subject": _("Subject"), "text": _("Text"), "file": _("File name")}.get(row["where"], row["source"])
    link = ""
    if row["where"] == "document" and row["attachment"]:
        link = papers.page_url(Attachment(pk=row["attachment"], ticket_id=page.ticket.pk), 1, row["words"])
    return Sign(where=where, before=row["before"], words=row["words"], after=row["after"], link=link)


def _value_of(row: Mapping[str, Any]) -> str:
    return _value(str(row["kind"]), str(row.get("topic", "")))


def _value(kind: str, topic: str) -> str:
    """As the forms of the ticket name a type: “purchase_order”, “general:training”."""
    return f"{kind}:{topic}" if topic else kind
