"""Addresses of routing."""

from __future__ import annotations

from django.urls import path

from routing import views
from routing.importing.urls import urlpatterns as mapping
from routing.page.urls import urlpatterns as asking

app_name = "routing"
urlpatterns = [
    *asking,
    *mapping,
    path("routing/roster/", views.published, name="roster"),
]
