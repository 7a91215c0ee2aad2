"""What DocuSign told us and what became of it, in Django's admin: to read, with the reason of each that waits."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from integrations.models import ConnectNotice, Envelope


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]
    """Rows that only the product writes."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


@admin.register(ConnectNotice)
class ConnectNoticeAdmin(ReadOnlyAdmin):
    list_display = ["created", "event", "envelope_id", "state", "note", "times", "attempts"]
    list_filter = ["state", "event"]
    search_fields = ["envelope_id", "account_id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConnectNotice]:
        """Without the bodies, which may have megabytes."""
        found: QuerySet[ConnectNotice] = super().get_queryset(request)
        return found.defer("body")


@admin.register(Envelope)
class EnvelopeAdmin(ReadOnlyAdmin):
    list_display = ["changed", "subject", "status", "workflow_status", "reason", "envelope_id"]
    list_filter = ["status", "workflow_status"]
    search_fields = ["envelope_id", "subject"]
