"""Addresses of the letters' pages."""

from __future__ import annotations

from django.urls import path

from loa.views import recall

app_name = "loa"
urlpatterns = [
    path("loa/recall/", recall.page, name="recall"),
    path("loa/recall/<int:pk>/", recall.recall, name="recall_one"),
]
