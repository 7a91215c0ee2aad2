"""The address at which an NFR request is corrected."""

from __future__ import annotations

from django.urls import path

from nfr import facts_views

app_name = "nfr_requests"
urlpatterns = [path("nfr/requests/<str:reference>/facts/", facts_views.correct, name="correct")]
