"""Addresses of the desk's pages (contract §2)."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "tickets"

urlpatterns: list[URLPattern] = []
