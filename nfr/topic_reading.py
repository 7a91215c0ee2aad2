"""The first step of every topic's procedure: read what was sent, fill in what we know."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from nfr import again, evidence, filling, reading, stages
from nfr.models import LicenceRequest
from tickets import papers
from tickets.procedures import At, Done, Finish


def read(at: At, names: Iterable[str]) -> tuple[LicenceRequest, Done]:
    """The request, and what was found of `names`; where it is about something else, that procedure begins."""
    papers.read_all(at.ticket)
    request = reading.read(at.ticket)
    if again.is_another(at.ticket, request.topic):
        again.soon(at.ticket)
        words = _("It is about something else: %(topic)s. That procedure begins.")
        raise Finish(words % {"topic": request.get_topic_display()})
    request = filling.fill(request)
    if request.stage in stages.OVER:
        stages.move(request, stages.Stage.READING)
    found = evidence.facts(request, names)
    said = ", ".join(f"{one.name}: {one.value}" for one in found[:4])
    return request, Done(note=said or _("It names neither a group nor a number."), facts=found)
