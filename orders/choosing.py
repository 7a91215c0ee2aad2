"""The opportunity a request belongs to: kept with its candidates, chosen by certainty or by a person."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from integrations.salesforce.shapes import OpportunityRef
from journal.record import DESK, actor_of, record
from orders import weighing
from orders.correcting import ORDER_OPS
from orders.finding import Found
from orders.models import OrderRequest
from orders.people import Person
from people.models import User


def keep_addressed(request: OrderRequest, *, there: bool, where: str) -> OrderRequest:
    """Whether Partner Order Operations has it, and in which field of whose mail; what a person said stays."""
    with transaction.atomic():
        row = OrderRequest.objects.select_for_update(of=("self",)).select_related("ticket__partner").get(pk=request.pk)
        if ORDER_OPS not in row.corrected and (row.with_order_ops, row.where_seen) != (there, where[:300]):
            row.with_order_ops, row.where_seen = there, where[:300]
            row.save(update_fields=["with_order_ops", "where_seen"])
            record(row, "order operations looked for", by=DESK, after={"there": there, "where": where})
        return row


def keep(request: OrderRequest, found: Found) -> OrderRequest:
    """The candidates, for a person to see; the certain one is chosen, unless somebody has chosen already."""
    with transaction.atomic():
        row = OrderRequest.objects.select_for_update().get(pk=request.pk)
        row.candidates = [one.as_json() for one in found.candidates]
        row.save(update_fields=["candidates"])
        if row.chosen_by_id is not None:
            return row
        return choose(row, found.certain.opportunity.id if found.certain else "", by=None)


def choose(request: OrderRequest, identity: str, *, by: User | None) -> OrderRequest:
    """By a person, or by certainty; an empty one takes the choice back. What was found for another one is forgotten."""
    with transaction.atomic():
        row = OrderRequest.objects.select_for_update().get(pk=request.pk)
        before = row.opportunity_id
        row.chosen_by = by
        if before != identity or (by is not None and row.chosen is None):
            row.opportunity_id, row.opportunity, row.people, row.public_sector = identity, {}, [], None
            row.chosen = timezone.now() if identity or by else None
            record(
                row,
                "opportunity chosen",
                by=actor_of(by) if by else DESK,
                before={"opportunity": before},
                after={"opportunity": identity},
            )
        row.save(update_fields=["opportunity_id", "opportunity", "people", "public_sector", "chosen", "chosen_by"])
        return row


def keep_people(
    request: OrderRequest, one: OpportunityRef, found: tuple[Person, ...], *, public_sector: bool
) -> OrderRequest:
    """The opportunity as it is now, and who is told of it."""
    with transaction.atomic():
        row = OrderRequest.objects.select_for_update().get(pk=request.pk)
        row.opportunity_id, row.opportunity = one.id, {**weighing.summary(one), **_plain(one)}
        row.people = [person.as_json() for person in found]
        row.public_sector = public_sector
        row.save(update_fields=["opportunity_id", "opportunity", "people", "public_sector"])
        return row


def _plain(one: OpportunityRef) -> dict[str, str]:
    """What the texts and the warnings read, as it was."""
    names = ("stage", "owner_segment_geo_region_area", "stamped_account_sales_territory")
    whole = asdict(one)
    return {name: str(whole[name] or "") for name in names}
