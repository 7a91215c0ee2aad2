"""Addresses of the certification dashboard (contract §2)."""

from __future__ import annotations

from django.urls import URLPattern, path

from partners.dashboard import views

app_name = "dashboard"
urlpatterns: list[URLPattern] = [
    path("certification/", views.current, name="current"),
    path("certification/export/", views.export, name="export"),
    path("certification/history/", views.history, name="history"),
    path("certification/import/", views.upload, name="upload"),
    path("certification/import/<uuid:pk>/", views.preview, name="preview"),
    path("certification/assign/", views.assign, name="assign"),
    path("certification/release/", views.release, name="release"),
    path("certification/<int:pk>/file/", views.original, name="file"),
    path("certification/<int:pk>/look-again/", views.look_again, name="look_again"),
    path("certification/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("certification/<int:pk>/put-back/", views.put_back, name="put_back"),
]
