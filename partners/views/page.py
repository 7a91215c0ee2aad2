"""A partner's page, and everybody there."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from integrations.salesforce import links
from partners import access, owners, panels, people, sync
from partners.panels import Page
from people.http import DeskRequest, colleagues_only
from web.http import respond, wants_part
from web.keyset import Way, page_of

PEOPLE_SIZE = 100


@require_safe
@colleagues_only
def partner(request: DeskRequest, pk: int) -> HttpResponseBase:
    """The whole page; htmx asks for one card of it by `?panel=`. A merged partner's page leads to the survivor's."""
    account = access.account_for(request.user, pk)
    survivor = owners.survivor_of(account)
    if survivor is not None:
        return redirect(reverse("partners:partner", args=[survivor.pk]) + f"?merged={account.pk}")
    page = Page(account=account, user=request.user, asked=request.GET.dict())
    slug = request.GET.get("panel", "")
    one = panels.one(page, slug) if slug and wants_part(request) else None
    if one is not None:
        return respond(request, "partners/partner.html", {"page": page, "one": one}, part="panel")
    shown = {
        "page": page,
        "panels": panels.shown(page),
        "freshness": sync.state(),
        "salesforce": links.record_url("Account", account.salesforce_id),
        "merged": owners.merged_into(account, request.GET.get("merged", "")),
    }
    return respond(request, "partners/partner.html", shown)


@require_safe
@colleagues_only
def everybody(request: DeskRequest, pk: int) -> HttpResponseBase:
    account = access.account_for(request.user, pk)
    way: Way = "before" if request.GET.get("before") else "after"
    start = people.BY_NAME.read(request.GET.get(way, ""))
    rows = people.everybody(account).order_by(*people.BY_NAME.by(backwards=start is not None and way == "before"))
    if start is not None:
        rows = rows.filter(people.BY_NAME.beyond(start, way=way))
    found = page_of(
        people.BY_NAME,
        list(rows[: PEOPLE_SIZE + 1]),
        size=PEOPLE_SIZE,
        way=way if start is not None else "after",
        started=start is not None,
    )
    persons = people.persons(found.rows, on=timezone.localdate())
    return respond(request, "partners/everybody.html", {"account": account, "people": persons, "found": found})
