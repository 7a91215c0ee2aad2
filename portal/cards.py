"""From a name in an address or a post to the tile it means."""

from __future__ import annotations

from tickets import kinds, topics
from tickets.kinds import Card, Kind

_BEHIND_THE_TILES = 1000


def card_of(name: str) -> tuple[Kind, Card] | None:
    """The card with this slug, topic or kind; a kind without a tile gets a plain one."""
    if not name:
        return None
    shown = kinds.cards()
    for kind, card in shown:
        if name in {card.slug, card.topic}:
            return kind, card
    of_kind = [(kind, card) for kind, card in shown if kind.slug == name]
    if of_kind:
        return next((pair for pair in of_kind if not pair[1].topic), of_kind[0])
    return _untiled(name)


def _untiled(name: str) -> tuple[Kind, Card] | None:
    if kinds.known(name):
        kind = kinds.kind_of(name)
        return kind, Card(slug=kind.slug, title=kind.title, summary="", icon=kind.icon, order=_BEHIND_THE_TILES)
    topic = topics.topic_of(name)
    if topic is None:
        return None
    card = Card(
        slug=topic.slug,
        title=topic.title,
        summary="",
        icon=topic.icon,
        order=_BEHIND_THE_TILES,
        topic=topic.slug,
        fields=(),
    )
    return kinds.kind_of("general"), card


def fields_of(kind: Kind, card: Card) -> tuple[kinds.Field, ...]:
    """What this tile asks: its own fields, else the kind's."""
    return kind.fields if card.fields is None else card.fields
