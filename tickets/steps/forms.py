"""What a person sees before they decide."""

from __future__ import annotations

import logging

from django import forms
from django.utils.translation import gettext as _

from people.models import User
from tickets.actions.core import Refused
from tickets.models import Step
from tickets.procedures import Prepared, Retry, Stuck
from tickets.steps.reading import plan_of
from tickets.steps.standing import at

log = logging.getLogger(__name__)


def form_of(step: Step) -> type[forms.Form]:
    """The form a person decides with; one without fields where nothing has to be filled in."""
    plan = plan_of(step)
    return plan.form if plan and plan.form else forms.Form


def may_say(step: Step) -> bool:
    """While others are waited for a person may say it first, where the form is for that: `anytime = True`."""
    waits = step.type == Step.Type.CONFIRMED and step.state == Step.State.WAITING
    return waits and bool(getattr(form_of(step), "anytime", False))


def prepared(step: Step, *, by: User | None = None) -> Prepared:
    """Its first values, the evidence, and what would be written; read from our rows."""
    plan = plan_of(step)
    return plan.prepare(at(step.ticket, step, by=by)) if plan and plan.prepare else Prepared()


def prepared_or_why(step: Step, *, by: User | None = None) -> tuple[Prepared, bool]:
    """The same for a page that shows more than this step; and whether it failed, with a sentence in its place."""
    try:
        return prepared(step, by=by), False
    except (Stuck, Retry, Refused) as problem:
        return Prepared(note=str(problem)), True
    except Exception:
        log.exception("step %s could not be prepared", step.key)
        return Prepared(note=_("The desk could not work out what stands behind this step. We have noted it.")), True
