"""Which steps of a guide are done: kept with the request, for others in their browser."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from django.db import transaction

from journal.record import Actor, record
from nfr.guides.steps import Guide
from nfr.models import LicenceRequest

TICKED: Final = "guide step"


def tick(request: LicenceRequest, guide: Guide, slug: str, *, done: bool, by: Actor) -> None:
    """Keeps that a step is done, or not after all; a step the guide does not have is nothing."""
    if slug not in guide.slugs:
        return
    with transaction.atomic():
        row = LicenceRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        before = list(row.guide_done)
        after = changed(before, name(guide, slug), done=done)
        if after == before:
            return
        row.guide_done = after
        row.save(update_fields=["guide_done"])
        record(row, TICKED, by=by, before={"guide_done": before}, after={"guide_done": after})
    request.guide_done = after


def done_of(request: LicenceRequest, guide: Guide) -> frozenset[str]:
    """The slugs of its steps that the partner has done."""
    return frozenset(step.slug for step in guide.steps if name(guide, step.slug) in request.guide_done)


def changed(names: Sequence[str], one: str, *, done: bool) -> list[str]:
    """Pure: `names` with or without `one`, each once."""
    rest = [other for other in dict.fromkeys(names) if other != one]
    return [*rest, one] if done else rest


def name(guide: Guide, slug: str) -> str:
    """How a step of one guide is told from that of another: “seats.open”."""
    return f"{guide.topic}.{slug}"


def current(guide: Guide, done: Collection[str]) -> str:
    """The first step that is not done; empty when all are."""
    return next((step.slug for step in guide.steps if step.slug not in done), "")
