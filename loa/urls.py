"""Addresses of the letters' pages."""

from __future__ import annotations

from django.urls import path

from loa.views import board, powerforms, recall

app_name = "loa"
urlpatterns = [
    path("loa/", board.board, name="board"),
    path("loa/export/", board.export, name="export"),
    path("loa/letters/<int:pk>/file/", board.file, name="file"),
    path("loa/<int:pk>/", board.letter, name="request"),
    path("loa/<int:pk>/record/", board.ask_record, name="record"),
    path("loa/forms/", powerforms.page, name="powerforms"),
    path("loa/forms/<int:pk>/", powerforms.edit, name="powerform"),
    path("loa/recall/", recall.page, name="recall"),
    path("loa/recall/<int:pk>/", recall.recall, name="recall_one"),
]
