"""The lists beside the certification dashboard, and one partner's people: colleagues read."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from partners import access, gates, standing
from partners.certified import exporting, people, picture
from partners.certified.asked import asked_for
from partners.certified.page import Page
from people.http import DeskRequest, colleagues_only
from web.http import respond


@require_safe
@colleagues_only
def listed(request: DeskRequest, show: str) -> HttpResponseBase:
    """One of the lists; `?format=csv` or `xlsx` is all of it as a file."""
    page = Page(asked_for(show, request.GET), request.user)
    kind = request.GET.get("format", "")
    if kind in {"csv", "xlsx"}:
        return exporting.response(page, workbook=kind == "xlsx")
    return respond(request, "partners/certified/list.html", {"page": page}, part="answer")


@require_safe
@colleagues_only
def partner(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Requirements as bars, people as dots, and everybody of the team with what counts."""
    account = access.account_for(request.user, pk)
    on = timezone.localdate()
    start = int(said) if (said := request.GET.get("start", "")).isdecimal() and len(said) < 6 else 0
    context = {
        "account": account,
        "picture": picture.of(account, on=on),
        "gates": [(gates.GATES[gate], one) for gate, one in standing.gates_of(account, on)],
        "people": people.of(account, on=on, start=start),
    }
    return respond(request, "partners/certified/partner.html", context)
