"""The directory, the mapping and what came of them in Django's admin: to look at.

Changes are made in the product: it ends a row and makes another one, writes down who did it, and tells the others.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from unfold.admin import ModelAdmin

from routing import models


class Shown(ModelAdmin):  # type: ignore[misc]
    """Nobody adds, changes or deletes here."""

    def has_add_permission(self, request: Any) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False


@admin.register(models.Coverage)
class CoverageAdmin(Shown):
    list_display = ["section_title", "place", "part", "manager", "track", "valid_from", "valid_to"]
    list_filter = ["section_title", "track"]
    search_fields = ["area", "place", "manager__name"]


@admin.register(models.CountryGroup)
class CountryGroupAdmin(Shown):
    list_display = ["name", "geo", "catch_all", "settled", "codes"]


@admin.register(models.SubdivisionPart)
class SubdivisionPartAdmin(Shown):
    list_display = ["name", "place", "assumption", "note"]


@admin.register(models.PrecedenceStep)
class PrecedenceStepAdmin(Shown):
    list_display = ["table", "position"]


@admin.register(models.KeyRule)
class KeyRuleAdmin(Shown):
    list_display = ["table", "key", "result", "manager", "fiscal_year", "valid_from", "valid_to"]
    list_filter = ["table", "fiscal_year"]
    search_fields = ["key", "result"]


@admin.register(models.PartnerRule)
class PartnerRuleAdmin(Shown):
    list_display = ["table", "partner_name", "result", "manager", "fiscal_year", "valid_from", "valid_to"]
    list_filter = ["table", "fiscal_year"]
    search_fields = ["partner_name", "result"]


@admin.register(models.KeyAlias)
class KeyAliasAdmin(Shown):
    list_display = ["table", "key", "means", "said_by", "created"]
    search_fields = ["key", "means"]


@admin.register(models.MappingImport)
class MappingImportAdmin(Shown):
    list_display = ["name", "fiscal_year", "effective", "state", "imported_by", "confirmed_by"]
    list_filter = ["state"]


@admin.register(models.Decision)
class DecisionAdmin(Shown):
    list_display = ["about", "outcome", "manager", "account", "asked_by_name", "times", "last_asked"]
    list_filter = ["about", "outcome"]


@admin.register(models.Correction)
class CorrectionAdmin(Shown):
    list_display = ["decision", "manager", "state", "said_by", "decided_by", "created"]
    list_filter = ["state"]


@admin.register(models.OwnershipChange)
class OwnershipChangeAdmin(Shown):
    list_display = ["title", "kind", "state", "asked_by_name", "approved_by", "created"]
    list_filter = ["kind", "state"]


@admin.register(models.HandOver)
class HandOverAdmin(Shown):
    list_display = ["account", "old", "new", "created"]


@admin.register(models.RosterChange)
class RosterChangeAdmin(Shown):
    list_display = ["kind", "manager", "effective", "state", "proposed_by", "approved_by"]
    list_filter = ["kind", "state"]
