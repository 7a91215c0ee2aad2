"""Links and texts to look up: everything for colleagues, what is meant for them for partners."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from people.http import DeskRequest, signed_in
from tickets.lookup import holding
from tickets.models import Resource
from web.http import respond


@dataclass(frozen=True, kw_only=True)
class Section:
    title: str
    rows: list[Resource] = field(default_factory=list)

    @property
    def desk_only(self) -> bool:
        return all(row.desk_only for row in self.rows)


@require_safe
@signed_in
def resources(request: DeskRequest) -> HttpResponseBase:
    """All sections, or with `?q=` what holds every word asked for."""
    asked = request.GET.get("q", "").strip()
    found = holding(Resource.objects.visible_to(request.user), asked)
    if not request.user.is_colleague:
        found.sort(key=lambda row: not row.body)  # a partner first reads what we do, then the lists of links
    page = "tickets/resources.html" if request.user.is_colleague else "tickets/resources_partner.html"
    context = {"sections": _sections(found), "asked": asked, "total": len(found)}
    return respond(request, page, context, part="answer")


def _sections(rows: Iterable[Resource]) -> list[Section]:
    found: dict[str, Section] = {}
    for row in rows:
        found.setdefault(row.section, Section(title=row.section)).rows.append(row)
    return list(found.values())
