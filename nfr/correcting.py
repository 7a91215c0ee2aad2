"""A person says what a request is about; it stays so, however often it is read again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from journal.record import actor_of
from nfr import again, namespaces, reading, requests, stages, support
from nfr.models import Licence, LicenceRequest, Tier, Type
from people.models import User
from tickets import steps
from tickets.actions import Refused
from tickets.actions.core import changed

NUMBERS: Final = reading.NUMBERS
DECIDES: Final = ("types", "tier", "seats", "licence")
LARGEST: Final = 100_000


def correct(request: LicenceRequest, values: Mapping[str, Any], *, by: User, why: str = "") -> LicenceRequest:
    """By the names of the row's columns, and `licence`: only what differs is a correction, an emptied value is one too.

    One event on the ticket; whoever waits for “facts” looks. Another topic begins its procedure, another wish is
    decided anew if Support has not heard of the first.
    """
    with requests.holding(request) as row:
        before = {name: getattr(row, name) for name in ("topic", *DECIDES)}
        if keep(row, values, by=by, why=why):
            support.write_anew(row)
            if row.topic != before["topic"]:
                again.begin(row)
            elif any(getattr(row, name) != before[name] for name in DECIDES):
                again.decide_anew(row.ticket, by=by, why=_("Something else is asked for."))
            steps.heard(row.ticket, "facts")
    request.refresh_from_db()
    return request


def keep(row: LicenceRequest, values: Mapping[str, Any], *, by: User, why: str = "") -> bool:
    """The same for a caller that holds the row and its ticket; no step is told. True where something is different."""
    if row.stage == stages.Stage.DONE and values.keys() - {"topic"}:
        raise Refused(_("This request is done. What the licence has is corrected in the register."))
    given = {name: _clean(name, values[name]) for name in (*reading.COLUMNS, "licence") if name in values}
    _fitting(row, given)
    before = {name: _shown(row, name) for name in given}
    different = [name for name, value in given.items() if value != getattr(row, name)]
    for name in different:
        setattr(row, name, given[name])
        _typed(row, name, by=by)
    if not different:
        return False
    row.topic_said = row.topic_said or "topic" in different
    row.save()
    after = {name: _shown(row, name) for name in different}
    was = {name: before[name] for name in different}
    changed(row.ticket, "nfr request corrected", by=actor_of(by), before=_named(was), after=_named(after), why=why)
    return True


def _fitting(row: LicenceRequest, given: Mapping[str, Any]) -> None:
    licence: Licence | None = given.get("licence")
    if licence is not None and licence.account_id != row.ticket.partner_id:
        raise Refused(_("This licence belongs to another partner. Set the partner of the ticket first."))


def _typed(row: LicenceRequest, name: str, *, by: User) -> None:
    """It stands before what was read."""
    if name not in row.corrected:
        row.corrected = [*row.corrected, name]
    if name not in reading.COLUMNS or name == "topic":
        return
    value = reading.value_of(row, name)
    read = [one for one in row.facts.get(name, []) if not one.get("typed")]
    source = _("%(name)s, by hand") % {"name": by}
    values = value if isinstance(value, list) else [value]
    mine = [
        {"value": one, "source": source, "quote": "", "sure": 1.0, "link": "", "typed": True}
        for one in values
        if one not in ("", None)
    ]
    row.facts = {**row.facts, name: [*mine, *read]}


def _clean(name: str, value: Any) -> Any:
    """As the column holds it; a sentence where that cannot be."""
    if name == "namespace" and value:
        found = namespaces.read(str(value))
        if not found.top:
            raise Refused(found.problem)
        return found.top
    if name == "types":
        return [one for one in Type.values if one in (value or ())]
    if name == "tier":
        return value if value in Tier.values else ""
    if name == "topic" and value not in LicenceRequest.Topic.values:
        raise Refused(_("Say what it is about."))
    if name in NUMBERS:
        return None if value in ("", None) else min(int(value), LARGEST)
    if name in reading.DATES or name == "licence":
        return value or None
    return " ".join(str(value or "").replace("\x00", "").split())[: reading.LENGTHS[name]]


def _shown(row: LicenceRequest, name: str) -> Any:
    """In words, for the history."""
    if name == "licence":
        return str(row.licence or "")
    if name == "types":
        return ", ".join(str(Type(one).label) for one in row.types)
    if name == "topic":
        return str(row.get_topic_display())
    value = reading.value_of(row, name)
    return "" if value is None else str(value)


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    """Under names that no other event of a ticket has."""
    return {f"nfr_{name}": value for name, value in values.items()}
