"""Addresses of the lists beside the certification dashboard, and of the picture of one partner (contract §2)."""

from __future__ import annotations

from django.urls import URLPattern, path

from partners.certified import views

app_name = "certified"
urlpatterns: list[URLPattern] = [
    path("certification/short/", views.listed, {"show": "short"}, name="short"),
    path("certification/newly-met/", views.listed, {"show": "gained"}, name="gained"),
    path("certification/newly-lost/", views.listed, {"show": "lost"}, name="lost"),
    path("certification/left/", views.listed, {"show": "left"}, name="left"),
    path("certification/partners/<int:pk>/", views.partner, name="partner"),
]
