"""Addresses of the audit."""

from __future__ import annotations

from django.urls import URLPattern, path

from routing.audit import views

app_name = "routing_audit"
urlpatterns: list[URLPattern] = [
    path("routing/audit/", views.audit, name="page"),
    path("routing/audit/export/", views.export, name="export"),
    path("routing/audit/prepare/<slug:slug>/", views.prepare, name="prepare"),
]
