"""Addresses of the shell."""

from __future__ import annotations

from django.urls import path

from web import views

app_name = "web"
urlpatterns = [
    path("theme/", views.theme, name="theme"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
