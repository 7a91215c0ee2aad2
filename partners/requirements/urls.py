"""Addresses of the requirements (contract §2, `/settings/…`)."""

from __future__ import annotations

from django.urls import URLPattern, path

from partners.requirements import views

app_name = "requirements"
urlpatterns: list[URLPattern] = [
    path("settings/requirements/", views.requirements, name="all"),
    path("settings/requirements/new/<slug:gate>/", views.new, name="new"),
    path("settings/requirements/<int:pk>/", views.edit, name="edit"),
    path("settings/requirements/<int:pk>/end/", views.end, name="end"),
]
