"""The registration a proof is for, by its Deal ID, in all the ways a Deal ID can be wrong. In a worker: it asks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from integrations import asking
from integrations.salesforce.shapes import DealRef, OpportunityRef
from service_attach.registrations import APPROVED, SERVICE_ATTACH, Licence, Registration, is_opportunity_id

Kind = Literal["one", "none", "several", "opportunity", "many_ids", "empty"]
MOST_IDS: Final = 5  # of one document
AROUND: Final = " \"'\u201c\u201d\u201e\u2018\u2019.,;:()[]<>"
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # soft hyphens, blanks of no width
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
_BLANKS: Final = re.compile(r"\s+")
_CONFUSED: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})  # letters that are read for digits
_TAIL: Final = re.compile(r"(?<=[0-9OILoil])[0-9OILoil]{2,}$|[0-9OILoil]{3,}$")


@dataclass(frozen=True, kw_only=True)
class Found:
    """`registration` only where exactly one is meant. `meant` may be it instead; `beside` hang on the same opportunity.

    `asked` is the Deal ID it was found by, `ids` are all that the proof names.
    """

    kind: Kind
    asked: str = ""
    ids: tuple[str, ...] = ()
    registration: Registration | None = None
    licence: Licence | None = None
    meant: tuple[Registration, ...] = ()
    beside: tuple[Registration, ...] = ()


def look(ids: Sequence[str]) -> Found:
    """`ids` are the Deal IDs of a proof, the surest first; one that a person typed stands alone."""
    wanted = tuple(dict.fromkeys(text for one in ids if (text := tidy(one))))[:MOST_IDS]
    if not wanted:
        return Found(kind="empty")
    by_id = {one: [] if is_opportunity_id(one) else _deals(one) for one in wanted}
    attached = [one for one in wanted if any(deal.kind == SERVICE_ATTACH for deal in by_id[one])]
    if len(attached) > 1:
        meant = tuple(deal for one in attached for deal in by_id[one] if deal.kind == SERVICE_ATTACH)
        return Found(kind="many_ids", asked=attached[0], ids=wanted, meant=meant)
    chosen = (attached or [one for one in wanted if by_id[one]] or list(wanted))[0]
    return _found(chosen, by_id[chosen], ids=wanted)


def tidy(text: str) -> str:
    """Blanks at its ends and quotation marks belong to nobody's Deal ID; any dash is a hyphen, any digit a digit."""
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).translate(_DASHES)
    return _BLANKS.sub(" ", plain).strip(AROUND)


def _found(asked: str, deals: list[Registration], *, ids: tuple[str, ...]) -> Found:
    if len(deals) == 1:
        registration = deals[0]
        beside = _of_opportunity(registration.opportunity_id)
        others = tuple(one for one in beside if one.id != registration.id)
        licence = _licence(registration.opportunity_id)
        meant = tuple(one for one in others if one.kind == SERVICE_ATTACH and registration.kind != SERVICE_ATTACH)
        return Found(
            kind="one", asked=asked, ids=ids, registration=registration, licence=licence, meant=meant, beside=others
        )
    if deals:
        return Found(kind="several", asked=asked, ids=ids, meant=tuple(deals))
    if is_opportunity_id(asked):
        hanging = tuple(one for one in _of_opportunity(asked) if one.kind == SERVICE_ATTACH)
        return Found(kind="opportunity", asked=asked, ids=ids, licence=_licence(asked), meant=hanging)
    return Found(kind="none", asked=asked, ids=ids, meant=tuple(_nearly(asked)))


def _nearly(asked: str) -> list[Registration]:
    """What it would be if a letter were read for a digit or a blank had slipped in; shown, never taken."""
    plain = asked.upper().replace(" ", "")
    spelt = _TAIL.sub(lambda tail: tail[0].translate(_CONFUSED), plain)
    others = [one for one in dict.fromkeys([plain, spelt]) if one.casefold() != asked.casefold()]
    return [deal for one in others for deal in _deals(one) if deal.kind == SERVICE_ATTACH]


def _deals(deal_id: str) -> list[Registration]:
    """Two registrations of one Deal ID, of which only one is approved and Service Attach, are still two."""
    found: list[DealRef] = asking.ask("salesforce.deals", deal_id)
    return sorted((Registration.of(one) for one in found), key=_first)


def _of_opportunity(identity: str) -> list[Registration]:
    found: list[DealRef] = asking.ask("salesforce.deals_of", identity) if identity else []
    return sorted((Registration.of(one) for one in found), key=_first)


def _licence(identity: str) -> Licence | None:
    found: OpportunityRef | None = asking.ask("salesforce.opportunity", identity) if identity else None
    return Licence.of(found) if found else None


def _first(one: Registration) -> tuple[bool, bool, str]:
    return one.kind != SERVICE_ATTACH, one.status != APPROVED, one.deal_id
