"""Addresses of the directors' spreadsheet; the page of a change itself is in `routing.urls`."""

from __future__ import annotations

from django.urls import URLPattern, path

from routing.bulk import views

app_name = "bulk"
urlpatterns: list[URLPattern] = [
    path("routing/changes/upload/", views.upload, name="upload"),
    path("routing/changes/upload/<uuid:pk>/", views.details, name="details"),
    path("routing/changes/<int:pk>/result/", views.result, name="result"),
    path("routing/changes/<int:pk>/loader/", views.loader, name="loader"),
    path("routing/changes/<int:pk>/file/", views.original, name="file"),
]
