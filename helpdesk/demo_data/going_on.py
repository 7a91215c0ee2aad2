"""What people of the demo decide as soon as the desk runs: a worker has to have read and asked before they can.

A story says so under `later`. The row is kept beside the mark of the demo, so that a desk started again goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.forms import Form
from django.utils import timezone

from people.models import User
from tickets import steps
from tickets.actions import Refused
from tickets.models import Step, Ticket
from tickets.steps.reading import to_decide
from web.models import LoadedRow

log = logging.getLogger(__name__)
TABLE: Final = "demo later"
PATIENCE: Final = timedelta(minutes=10)  # what cannot be decided by then is left to whoever looks


def keep(ticket: Ticket, later: Sequence[Mapping[str, Any]], *, users: Mapping[str, User]) -> None:
    for words in later:
        LoadedRow.objects.create(table=TABLE, name=f"{ticket.pk} {words['step']}", digest=str(users[words["who"]].pk))


def go_on(*, until: datetime) -> bool:
    """Confirms what waits for a person, as the page proposes it; True when nothing is left to do, or it takes long."""
    if timezone.now() > until:
        return True
    for row in LoadedRow.objects.filter(table=TABLE).order_by("pk"):
        if _decided(row):
            row.delete()
    return not LoadedRow.objects.filter(table=TABLE).exists()


def _decided(row: LoadedRow) -> bool:
    """False while its turn has not come."""
    number, slug = row.name.split(" ")
    step = next((one for one in steps.of(Ticket.objects.get(pk=number)) if one.slug == slug), None)
    if step is None or step.state in {Step.State.DONE, Step.State.SKIPPED}:
        return True
    if not to_decide(step):
        return False
    by = User.objects.get(pk=row.digest)
    form = _proposed(step, by)
    try:
        if form.is_valid():
            steps.confirm(step, form.cleaned_data, by=by)
            return True
        log.warning("the demo cannot decide %s: %s", step.key, form.errors.as_json())
    except Refused as refused:
        log.warning("the demo cannot decide %s: %s", step.key, refused)
    return True


def _proposed(step: Step, by: User) -> Form:
    """The form with its first values, as somebody sends it who changes nothing."""
    shape, initial = steps.form_of(step), dict(steps.prepared(step, by=by).initial)
    empty = shape(initial=initial)
    return shape({name: empty.get_initial_for_field(field, name) for name, field in empty.fields.items()})
