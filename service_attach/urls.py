"""Addresses of the proofs' pages."""

from __future__ import annotations

from django.urls import path

from service_attach import views

app_name = "service_attach"
urlpatterns = [
    path("service-attach/", views.proofs, name="list"),
    path("service-attach/export/", views.export, name="export"),
    path("service-attach/<int:pk>/", views.proof, name="proof"),
    path("service-attach/<int:pk>/correct/", views.correct, name="correct"),
]
