"""A registration becomes Closed-Won: only an approved one, and only once (vendors.md §6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from integrations import outcomes, registry
from integrations.outcomes import Outcome
from integrations.salesforce import fields, guarding, reading
from integrations.salesforce.client import client

APPROVED: Final = "Approved"
WON: Final = "Closed-Won"


@registry.operation("salesforce.close_deal")
def close_deal(payload: Mapping[str, Any], *, key: str) -> Outcome:  # noqa: ARG001 - the state there is the key
    """`{"deal_id"}`: compare and set. Anything but Approved is left as it is and said."""
    deal_id = str(payload["deal_id"])
    found = reading.deals(deal_id)
    if len(found) != 1:
        words = _("Salesforce has %(count)d registrations with the Deal ID %(deal)s.")
        return outcomes.refused("NOT_ONE", words % {"count": len(found), "deal": deal_id})
    deal = found[0]
    if deal.status == WON:
        return outcomes.already(deal.id)
    if deal.status != APPROVED:
        words = _("The registration %(deal)s is “%(status)s”. Only an approved one can be closed as won.")
        return outcomes.refused("NOT_APPROVED", words % {"deal": deal_id, "status": deal.status})
    name = fields.object_name("Registration")
    status = fields.api("Registration", "status")
    client().update(name, deal.id, {status: WON}, headers=guarding.unmodified_since(deal.modified))
    return outcomes.done(deal.id)
