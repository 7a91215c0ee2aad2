"""Addresses of the directory: people below `/settings/`, rules and areas below `/routing/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from routing.directory.people import Kind
from routing.directory.views import areas, people, rules

app_name = "directory"


def of_people(start: str, kind: Kind) -> list[URLPattern]:
    """The same pages for channel managers and for solutions architects."""
    of = {"kind": kind}
    return [
        path(f"{start}/", people.listing, of, name=f"{kind}s"),
        path(f"{start}/new/", people.new, of, name=f"{kind}_new"),
        path(f"{start}/<int:pk>/", people.person, of, name=kind),
        path(f"{start}/<int:pk>/edit/", people.edit, of, name=f"{kind}_edit"),
        path(f"{start}/<int:pk>/away/", people.away, of, name=f"{kind}_away"),
        path(f"{start}/<int:pk>/away/<int:absence>/", people.absence, of, name=f"{kind}_absence"),
        path(f"{start}/<int:pk>/away/<int:absence>/off/", people.call_off, of, name=f"{kind}_call_off"),
    ]


urlpatterns: list[URLPattern] = [
    *of_people("settings/channel-managers", "manager"),
    *of_people("settings/solutions-architects", "architect"),
    path("routing/roster/new/", rules.new_place, name="new_place"),
    path("routing/partner-rules/", rules.partners, name="partners"),
    path("routing/partner-rules/new/", rules.new_partner, name="new_partner"),
    path("routing/key-rules/new/", rules.new_key, name="new_key"),
    path("routing/rules/<slug:kind>/<int:pk>/", rules.rule, name="rule"),
    path("routing/rules/<slug:kind>/<int:pk>/change/", rules.change, name="change"),
    path("routing/rules/<slug:kind>/<int:pk>/end/", rules.end, name="end"),
    path("routing/rules/<slug:kind>/<int:pk>/take-back/", rules.take_back, name="take_back"),
    path("routing/areas/", areas.all_areas, name="areas"),
    path("routing/areas/groups/new/", areas.group, name="group_new"),
    path("routing/areas/groups/<int:pk>/", areas.group, name="group"),
    path("routing/areas/parts/new/", areas.part, name="part_new"),
    path("routing/areas/parts/<int:pk>/", areas.part, name="part"),
    path("routing/areas/precedence/<int:pk>/", areas.precedence, name="precedence"),
]
