"""Addresses of changes of owners."""

from __future__ import annotations

from django.urls import path

from routing.ownership import views

app_name = "ownership"
urlpatterns = [
    path("routing/changes/", views.changes, name="list"),
    path("routing/changes/new/", views.new, name="new"),
    path("routing/changes/<int:pk>/", views.change, name="change"),
    path("routing/changes/<int:pk>/do/<slug:verb>/", views.decide, name="decide"),
]
