"""Mailboxes, system senders, and what came and went, in Django's admin: read, and release what was put aside."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from mail import quarantine
from mail.models import IncomingMail, Mailbox, OutgoingMail, SystemSender
from people.models import User


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]
    """Rows that only the product writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


@admin.register(IncomingMail)
class IncomingMailAdmin(ReadOnlyAdmin):
    list_display = ["received", "from_address", "subject", "outcome", "handled_ref", "reason"]
    list_filter = ["outcome", "via", "auto_submitted"]
    search_fields = ["from_address", "subject", "message_id"]
    actions = ["release"]
    show_full_result_count = False

    @admin.action(description=_("Try again what was put aside"), permissions=["view"])
    def release(self, request: HttpRequest, chosen: QuerySet[IncomingMail]) -> None:
        for mail in chosen.filter(outcome=IncomingMail.Outcome.QUARANTINED, decision=""):
            again = quarantine.release(mail, by=cast("User", request.user))
            self.message_user(request, f"{again.from_address}: {again.get_outcome_display()}. {again.reason}")


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    list_display = ["created", "subject", "purpose", "state", "attempts", "last_error"]
    list_filter = ["state", "purpose"]
    search_fields = ["subject", "message_id"]
    show_full_result_count = False


@admin.register(Mailbox)
class MailboxAdmin(ReadOnlyAdmin):
    """Changed on the page of mailboxes, where every change has its event and a secret stays where it belongs."""

    list_display = ["address", "name", "is_default", "active"]


@admin.register(SystemSender)
class SystemSenderAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["pattern", "label"]
    search_fields = ["pattern", "label"]
