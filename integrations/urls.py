"""Addresses of the vendors (contract §2)."""

from __future__ import annotations

from django.urls import URLPattern, path

from integrations.docusign import hook

app_name = "integrations"
urlpatterns: list[URLPattern] = [
    path("hooks/docusign/", hook.receive, name="docusign_hook"),
]
