"""Addresses of the guides (contract §2)."""

from __future__ import annotations

from django.urls import path

from portal.guides import acts, views

app_name = "guides"
urlpatterns = [
    path("guides/", views.index, name="index"),
    path("guides/nfr/", views.nfr, name="nfr"),
    path("guides/nfr/<slug:topic>/", views.guide, name="guide"),
    path("guides/nfr/<slug:topic>/done/", acts.done, name="done"),
    path("guides/nfr/<slug:topic>/<str:token>/", views.by_link, name="by_link"),
    path("guides/nfr/<slug:topic>/<str:token>/done/", acts.done_by_link, name="done_by_link"),
    path("guides/nfr/<slug:topic>/<str:token>/reduced/", acts.reduced, name="reduced"),
    path("guides/nfr/<slug:topic>/<str:token>/question/", acts.question, name="question"),
    path("guides/nfr/<slug:topic>/<str:token>/screenshot/", views.screenshot, name="screenshot"),
]
