"""Addresses of letters with wording of their own."""

from __future__ import annotations

from django.urls import path

from loa.tailored import views

app_name = "loa_tailored"
urlpatterns = [
    path("loa/legal/new/<str:reference>/", views.new, name="new"),
    path("loa/legal/<int:pk>/", views.one, name="one"),
    path("loa/legal/<int:pk>/<slug:verb>/", views.act, name="act"),
    path("loa/problem/<str:reference>/", views.problem, name="problem"),
]
