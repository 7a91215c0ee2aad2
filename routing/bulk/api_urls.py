"""Addresses below `/api/v1/routing/ownership-changes/`."""

from __future__ import annotations

from django.urls import path

from routing.bulk import api

urlpatterns = [
    path("", api.OwnershipChanges.as_view()),
    path("<int:pk>/", api.OwnershipChangeDetail.as_view()),
    path("<int:pk>/rows/", api.OwnershipChangeRows.as_view()),
    path("<int:pk>/approve/", api.Approve.as_view()),
    path("<int:pk>/pause/", api.Pause.as_view()),
    path("<int:pk>/resume/", api.Resume.as_view()),
    path("<int:pk>/retry/", api.Retry.as_view()),
    path("<int:pk>/undo/", api.Undo.as_view()),
]
