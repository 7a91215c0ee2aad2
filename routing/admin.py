"""The roster in Django's admin, for administrators."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from routing.models import CountryGroup, RosterEntry


@admin.register(RosterEntry)
class RosterEntryAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["section_title", "area", "manager", "track", "valid_from", "valid_to"]
    list_filter = ["section_title", "track"]
    search_fields = ["area", "manager__name"]


@admin.register(CountryGroup)
class CountryGroupAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["name", "settled", "codes"]
