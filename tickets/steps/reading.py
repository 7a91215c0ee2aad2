"""Which steps a ticket has, and which one has the turn."""

from __future__ import annotations

from django.db.models import Max, OuterRef, Subquery

from tickets import procedures
from tickets.models import Step, Ticket
from tickets.procedures import Plan
from tickets.steps.moves import AT_TURN, OPEN


def of(ticket: Ticket) -> list[Step]:
    """The steps of the present run, in their order, with who did them."""
    newest = Step.objects.filter(ticket=OuterRef("ticket")).order_by("-run").values("run")[:1]
    found = Step.objects.filter(ticket=ticket, run=Subquery(newest)).select_related("holder", "by")
    return list(found.order_by("position"))


def before(ticket: Ticket) -> list[Step]:
    """The steps of the runs before, newest run first: another type of request had begun another procedure."""
    newest = Step.objects.filter(ticket=ticket).aggregate(last=Max("run"))["last"]
    found = Step.objects.filter(ticket=ticket).select_related("holder", "by")
    return list(found.exclude(run=newest).order_by("-run", "position"))


def current(ticket: Ticket) -> Step | None:
    """The step that has the turn; None where nothing is left to do."""
    found = Step.objects.filter(ticket=ticket, state__in=AT_TURN).select_related("holder", "by")
    return found.order_by("-run", "position").first()


def plan_of(step: Step) -> Plan | None:
    """What is declared for it today; None where the procedure no longer has such a step."""
    procedure = procedures.procedure_of(step.procedure)
    return procedure.plan(step.slug) if procedure else None


def open_of(ticket_pk: int) -> list[Step]:
    """What is not over; its first one has the turn."""
    return list(Step.objects.filter(ticket=ticket_pk, state__in=OPEN).order_by("run", "position"))
