"""Addresses of the pages about partners (contract §2)."""

from __future__ import annotations

from django.urls import URLPattern, path

from partners.views import known, listing, page

app_name = "partners"
urlpatterns: list[URLPattern] = [
    path("partners/", listing.partners, name="list"),
    path("partners/<int:pk>/", page.partner, name="partner"),
    path("partners/<int:pk>/people/", page.everybody, name="people"),
    path("partners/<int:pk>/remember/", known.remember, name="remember"),
    path("partners/<int:pk>/forget/", known.forget, name="forget"),
]
