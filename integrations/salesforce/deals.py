"""A registration becomes Closed-Won, and Approved again where that was wrong: compare and set (vendors.md §6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final

from django.utils.translation import gettext as _

from integrations import outcomes, registry
from integrations.outcomes import Outcome
from integrations.salesforce import fields, guarding, ids, making, registrations, soql
from integrations.salesforce.client import client
from integrations.salesforce.shapes import DealRef

APPROVED: Final = "Approved"
WON: Final = "Closed-Won"
Payload = Mapping[str, Any]


@registry.operation("salesforce.close_deal")
def close_deal(payload: Payload, *, key: str) -> Outcome:  # noqa: ARG001 - the state there is the key
    """`{"registration": id of the record, "expect_modified"?}`, or `{"deal_id"}` where only one has it.

    Anything but Approved is left as it is and said, and so is one changed after `expect_modified`. `data` holds how it
    is now and `was` how it was before; the time in it is what `reopen_deal` expects.
    """
    found = _found(payload)
    if isinstance(found, Outcome):
        return found
    if found.status not in {APPROVED, WON}:
        words = _("The registration %(deal)s is “%(status)s”. Only an approved one can be closed as won.")
        said = {"deal": found.deal_id, "status": found.status}
        return outcomes.refused("NOT_APPROVED", words % said, _seen(found))
    return _set(found, WON, payload)


@registry.operation("salesforce.reopen_deal")
def reopen_deal(payload: Payload, *, key: str) -> Outcome:  # noqa: ARG001
    """`{"registration", "expect_modified"?, "expect_by"?}`: Approved again, only while it is still what we wrote.

    Both from the `data` of `close_deal` (`modified`, `modified_by_id`): what was changed later by the same user is
    still ours.
    """
    found = _found(payload)
    if isinstance(found, Outcome):
        return found
    if found.status not in {APPROVED, WON}:
        words = _("The registration %(deal)s is “%(status)s” now. Only one that is Closed-Won is set back.")
        return outcomes.refused("NOT_WON", words % {"deal": found.deal_id, "status": found.status}, _seen(found))
    return _set(found, APPROVED, payload)


def _found(payload: Payload) -> DealRef | Outcome:
    if payload.get("registration"):
        there = _read(ids.full_id(str(payload["registration"])))
        return there or outcomes.refused("NOT_FOUND", _("Salesforce has no such registration any more."))
    deal_id = str(payload["deal_id"])
    several = registrations.with_deal_id(deal_id)
    if len(several) == 1:
        return several[0]
    words = _("Salesforce has %(count)d registrations with the Deal ID %(deal)s.")
    return outcomes.refused("NOT_ONE", words % {"count": len(several), "deal": deal_id})


def _set(deal: DealRef, status: str, payload: Payload) -> Outcome:
    if deal.status == status:
        return outcomes.already(deal.id, data=_seen(deal))
    moved = _moved(deal, payload)
    if moved is not None:
        return moved
    values = {fields.api("Registration", "status"): status}
    guard = guarding.unmodified_since(deal.modified)
    client().update(fields.object_name("Registration"), deal.id, values, headers=guard)
    return _read_back(deal, status)


def _moved(deal: DealRef, payload: Payload) -> Outcome | None:
    """Somebody has changed it since it was looked at."""
    known = making.moment(payload.get("expect_modified"))
    ours = ids.same_id(str(payload.get("expect_by") or ""), deal.modified_by_id)
    if known is None or deal.modified is None or deal.modified <= known or ours:
        return None
    words = _("%(name)s has changed the registration in Salesforce on %(when)s UTC.")
    said = {"name": deal.modified_by or _("Somebody"), "when": f"{deal.modified.astimezone(UTC):%d %b %Y, %H:%M}"}
    return outcomes.refused("CHANGED_MEANWHILE", words % said, _seen(deal))


def _read_back(before: DealRef, status: str) -> Outcome:
    with guarding.reading_back():
        now = _read(before.id)
    data = {**(_seen(now) if now else {}), "was": before.status}
    if now is None or now.status != status:
        return outcomes.refused("NOT_KEPT", guarding.not_kept(), data)
    return outcomes.done(now.id, data=data)


def _read(identity: str) -> DealRef | None:
    """Without the manager, whom no write needs."""
    return next((making.deal(row) for row in soql.select("Registration", "Id = {}", identity)), None)


def _seen(deal: DealRef) -> dict[str, Any]:
    """The registration as it was read, as JSON."""
    return {
        "registration": deal.id,
        "deal_id": deal.deal_id,
        "status": deal.status,
        "modified": deal.modified.isoformat() if deal.modified else "",
        "modified_by": deal.modified_by,
        "modified_by_id": deal.modified_by_id,
        "link": deal.link,
    }
