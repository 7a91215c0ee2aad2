"""Shadow mode: a step does all but the write and shows what it would have written; people say what they think of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import actor_of, record
from people.models import User
from tickets import procedures
from tickets.actions.core import Refused, locked
from tickets.models import Step, StepSetting
from tickets.steps.moves import State
from tickets.steps.telling import tell


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How often people would have done the same, how often not, and how often nobody has said."""

    agreed: int
    not_agreed: int
    unsaid: int


def in_shadow(procedure: str, slug: str) -> bool:
    """Whether it is shown only, from the next try on."""
    return StepSetting.objects.filter(procedure=procedure, slug=slug, shadow=True).exists()


def set_shadow(procedure: str, slug: str, shadow: bool, *, by: User) -> StepSetting:
    """Switches a step that writes at a vendor; a lead decides."""
    declared = procedures.procedure_of(procedure)
    plan = declared.plan(slug) if declared else None
    if plan is None or not plan.writes:
        raise Refused(_("Only a step that writes at a vendor can be set to shadow mode."))
    if not by.leads:
        raise Refused(_("A lead decides whether a step writes or only shows."))
    with transaction.atomic():
        setting, _new = StepSetting.objects.select_for_update().get_or_create(procedure=procedure, slug=slug)
        if setting.shadow != shadow:
            before = setting.shadow
            setting.shadow, setting.by, setting.changed = shadow, by, timezone.now()
            setting.save()
            after = {"shadow": shadow, "procedure": procedure, "slug": slug}
            record(setting, "shadow changed", by=actor_of(by), before={"shadow": before}, after=after)
    return setting


def agree(step: Step, agreed: bool, *, by: User) -> Step:
    """Whether a person would have written the same; the last word counts."""
    with locked(step.ticket) as ticket:
        row = Step.objects.get(pk=step.pk)
        if not (row.shadow and row.state == State.DONE):
            raise Refused(_("Only what was done in shadow mode can be agreed with."))
        if row.agreed != agreed:
            row.agreed = agreed
            row.save(update_fields=["agreed"])
            tell(ticket, row, "agreed" if agreed else "not agreed", by=actor_of(by), more={"agreed": agreed})
    return row


def agreement(procedure: str, slug: str) -> Agreement:
    """What people have said so far about what the step would have written."""
    found = Step.objects.filter(procedure=procedure, slug=slug, shadow=True, state=State.DONE).aggregate(
        yes=Count("pk", filter=Q(agreed=True)),
        no=Count("pk", filter=Q(agreed=False)),
        unsaid=Count("pk", filter=Q(agreed=None)),
    )
    return Agreement(agreed=found["yes"], not_agreed=found["no"], unsaid=found["unsaid"])
