"""Addresses of the certification reports (contract §2); the dashboard stands beside them."""

from __future__ import annotations

from django.urls import URLPattern, path

from certification import views

app_name = "certification"
urlpatterns: list[URLPattern] = [
    path("certification/reports/", views.reports, name="reports"),
    path("certification/reports/<int:pk>/", views.report, name="report"),
    path("certification/reports/<int:pk>/file/", views.file, name="file"),
    path("certification/reports/<int:pk>/export/", views.source, name="source"),
    path("certification/reports/<int:pk>/partner/", views.assign, name="assign"),
    path("certification/reports/<int:pk>/rows/", views.rows, name="rows"),
    path("certification/reports/<int:pk>/attach/", views.attach, name="attach"),
    path("certification/reports/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("certification/requests/<str:reference>/facts/", views.correct, name="correct"),
]
