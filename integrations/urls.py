"""Addresses of the vendors: their page, and the door DocuSign knocks at (contract §2)."""

from __future__ import annotations

from django.urls import URLPattern, path

from integrations.docusign import hook
from integrations.views import vendors

app_name = "integrations"
urlpatterns: list[URLPattern] = [
    path("hooks/docusign/", hook.receive, name="docusign_hook"),
    path("settings/vendors/", vendors.vendors, name="vendors"),
    path("settings/vendors/<slug:vendor>/try/", vendors.try_now, name="vendor_try"),
    path("settings/vendors/actions/<int:pk>/again/", vendors.try_again, name="action_again"),
    path("settings/vendors/actions/<int:pk>/cancel/", vendors.cancel, name="action_cancel"),
]
