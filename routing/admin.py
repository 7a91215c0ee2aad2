"""The directory and the mapping in Django's admin, for administrators."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from routing.models import CountryGroup, Coverage, SubdivisionPart


@admin.register(Coverage)
class CoverageAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["section_title", "place", "part", "manager", "track", "valid_from", "valid_to"]
    list_filter = ["section_title", "track"]
    search_fields = ["area", "place", "manager__name"]


@admin.register(CountryGroup)
class CountryGroupAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["name", "geo", "catch_all", "settled", "codes"]


@admin.register(SubdivisionPart)
class SubdivisionPartAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["name", "place", "assumption", "note"]
