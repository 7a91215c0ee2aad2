"""What administrators edit in Django's admin: the resources; responses have pages of their own."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from tickets.models import Resource


@admin.register(Resource)
class ResourceAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["title", "section", "audience", "portal_login_required"]
    list_filter = ["section", "audience"]
    search_fields = ["title", "body", "keywords"]
