"""Accounts, domains and contacts in Django's admin, until Salesforce fills them."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin, TabularInline

from partners.models import Account, AccountDomain, Contact


class DomainInline(TabularInline):  # type: ignore[misc]
    model = AccountDomain
    extra = 0


@admin.register(Account)
class AccountAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["name", "track", "partner_status", "region", "channel_manager"]
    list_filter = ["track", "region", "partner_status"]
    search_fields = ["name", "salesforce_id"]
    inlines = [DomainInline]


@admin.register(Contact)
class ContactAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["email", "name", "account", "user", "active"]
    search_fields = ["email", "name"]
    raw_id_fields = ["account", "user"]
