"""Addresses of what Salesforce tells us: what changed, and asking now."""

from __future__ import annotations

from django.urls import URLPattern, path

from partners import sync_views

app_name = "partner_sync"
urlpatterns: list[URLPattern] = [
    path("partners/changes/", sync_views.changes, name="changes"),
    path("partners/refresh/", sync_views.refresh, name="refresh"),
]
