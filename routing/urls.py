"""Addresses of routing."""

from __future__ import annotations

from django.urls import path

from routing import views
from routing.importing.urls import urlpatterns as mapping

app_name = "routing"
urlpatterns = [
    path("routing/", views.published, name="roster"),
    *mapping,
]
