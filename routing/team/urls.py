"""Addresses of changes of the team, and the published list as a file."""

from __future__ import annotations

from django.urls import URLPattern, path

from routing.team import views

app_name = "team"
urlpatterns: list[URLPattern] = [
    path("routing/roster.md", views.roster, name="roster"),
    path("routing/team/", views.changes, name="changes"),
    path("routing/team/new/", views.new, name="new"),
    path("routing/team/<int:pk>/", views.change, name="change"),
    path("routing/team/<int:pk>/impartner/", views.check_impartner, name="impartner"),
    path("routing/team/<int:pk>/<slug:what>/", views.decide, name="decide"),
]
