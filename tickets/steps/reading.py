"""Which steps a ticket has, and which one has the turn."""

from __future__ import annotations

from django.db.models import F, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat

from tickets import procedures
from tickets.models import Step, Ticket
from tickets.procedures import Plan
from tickets.steps.moves import AT_TURN, OPEN


def of(ticket: Ticket) -> list[Step]:
    """The steps of the present run, in their order, with who did them; none where the type has no procedure."""
    newest = Step.objects.filter(ticket=OuterRef("ticket")).order_by("-run").values("run")[:1]
    of_kind = Q(procedure=F("ticket__kind")) | Q(procedure__startswith=Concat(F("ticket__kind"), Value("-")))
    present = Step.objects.filter(of_kind, ticket=ticket, run=Subquery(newest))
    found = present.select_related("holder", "by")
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


def open_of(ticket_pk: int, *, held: bool = False) -> list[Step]:
    """What is not over; its first one has the turn. `held`: no worker claims one meanwhile."""
    found = Step.objects.filter(ticket=ticket_pk, state__in=OPEN).order_by("run", "position")
    return list(found.select_for_update(of=("self",)) if held else found)


def to_decide(step: Step) -> bool:
    """A person has to decide it now; one that was decided waits for somebody else."""
    if step.type != Step.Type.CONFIRMED or step.state not in {Step.State.WAITING, Step.State.STUCK}:
        return False
    return step.waits_for in {"", Step.WaitsFor.DESK}
