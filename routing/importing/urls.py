"""Addresses of the mapping."""

from __future__ import annotations

from django.urls import URLPattern, path

from routing.importing import alias_views, views

urlpatterns: list[URLPattern] = [
    path("routing/mapping/", views.current, name="mapping"),
    path("routing/mapping/export/", views.export, name="mapping_export"),
    path("routing/mapping/history/", views.history, name="mapping_history"),
    path("routing/mapping/import/", views.upload, name="mapping_import"),
    path("routing/mapping/aliases/", alias_views.all_aliases, name="aliases"),
    path("routing/mapping/aliases/new/", alias_views.new_alias, name="alias_new"),
    path("routing/mapping/aliases/<int:pk>/remove/", alias_views.remove_alias, name="alias_remove"),
    path("routing/mapping/<int:pk>/", views.one, name="mapping_one"),
    path("routing/mapping/<int:pk>/changes/", views.changes, name="mapping_changes"),
    path("routing/mapping/<int:pk>/file/", views.original, name="mapping_file"),
    path("routing/mapping/<int:pk>/confirm/", views.confirm, name="mapping_confirm"),
    path("routing/mapping/<int:pk>/undo/", views.undo, name="mapping_undo"),
    path("routing/mapping/<int:pk>/drop/", views.drop, name="mapping_drop"),
    path("routing/mapping/<int:pk>/name/", views.explain, name="mapping_name"),
    path("routing/mapping/<int:pk>/read-again/", views.read_again, name="mapping_read_again"),
]
