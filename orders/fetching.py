"""An opportunity that a person names by number, id or link: the row says what is wanted, a worker looks for it."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from integrations.errors import VendorError
from orders import choosing, finding, weighing
from orders.models import OrderRequest
from people.models import User
from tickets import steps
from web import nudging

TASK: Final = "orders.tasks.fetch_opportunity"
FOUND: Final = "opportunity"  # what the waiting step hears


def ask(request: OrderRequest, wanted: str, *, by: User) -> None:
    """In the transaction of the decision; a worker is woken after it."""
    request.chosen_by, request.opportunity = by, {"asked": wanted.strip()}
    request.opportunity_id, request.chosen = "", None  # what was chosen before it is not meant
    request.save(update_fields=["chosen_by", "opportunity", "opportunity_id", "chosen"])
    nudging.nudge(TASK, request.pk)


def is_asked(request: OrderRequest) -> bool:
    """Whether a worker has still to look; woken again, in case the nudge was lost."""
    waits = request.chosen is None and bool(asked_for(request)) and not problem(request)
    if waits:
        nudging.nudge(TASK, request.pk)
    return waits


def asked_for(request: OrderRequest) -> str:
    return str(request.opportunity.get("asked", ""))


def problem(request: OrderRequest) -> str:
    return str(request.opportunity.get("problem", ""))


def fetch(pk: int) -> None:
    """Looks it up and chooses it in the name of who asked; where there is none, the step says so."""
    request = OrderRequest.objects.select_related("chosen_by", "ticket").filter(pk=pk).first()
    if request is None or request.chosen is not None or not asked_for(request) or problem(request):
        return
    try:
        one, words = finding.named(asked_for(request)), ""
    except VendorError as away:
        one, words = None, away.words
    with transaction.atomic():
        row = OrderRequest.objects.select_for_update(of=("self",)).select_related("chosen_by").get(pk=pk)
        if row.chosen is not None or asked_for(row) != asked_for(request):
            return
        if one is None:
            words = words or _("Salesforce has no opportunity “%(what)s”. Choose again.") % {"what": asked_for(row)}
            row.opportunity = {**row.opportunity, "problem": words}
            row.save(update_fields=["opportunity"])
        else:
            row.candidates = [weighing.Candidate(opportunity=one, score=0).as_json(), *row.candidates]
            row.save(update_fields=["candidates"])
            choosing.choose(row, one.id, by=row.chosen_by)
        steps.heard(request.ticket, FOUND)
