"""What a person sees before they decide."""

from __future__ import annotations

from django import forms

from people.models import User
from tickets.models import Step
from tickets.procedures import Prepared
from tickets.steps.reading import plan_of
from tickets.steps.standing import at


def form_of(step: Step) -> type[forms.Form]:
    """The form a person decides with; one without fields where nothing has to be filled in."""
    plan = plan_of(step)
    return plan.form if plan and plan.form else forms.Form


def prepared(step: Step, *, by: User | None = None) -> Prepared:
    """Its first values, the evidence, and what would be written; read from our rows."""
    plan = plan_of(step)
    return plan.prepare(at(step.ticket, step, by=by)) if plan and plan.prepare else Prepared()
