"""Addresses of the out-of-office pages."""

from __future__ import annotations

from django.urls import path

from mail.away import views

app_name = "away"
urlpatterns = [
    path("settings/out-of-office/", views.windows, name="windows"),
    path("settings/out-of-office/new/", views.new, name="new"),
    path("settings/out-of-office/<int:pk>/", views.window, name="window"),
    path("settings/out-of-office/<int:pk>/edit/", views.edit, name="edit"),
    path("settings/out-of-office/<int:pk>/end/", views.end, name="end"),
    path("settings/out-of-office/<int:pk>/resume/", views.resume, name="resume"),
    path("settings/out-of-office/<int:pk>/group/", views.group, name="group"),
]
