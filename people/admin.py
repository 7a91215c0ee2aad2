"""Users, calendars and tokens in Django's admin, for administrators."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from people.models import Absence, ApiToken, ChannelManager, Holiday, SolutionsArchitect, User, WorkingCalendar


@admin.register(User)
class UserAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["email", "name", "role", "is_active"]
    list_filter = ["role", "is_active"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "role", "region", "time_zone", "is_active"]


@admin.register(ChannelManager)
class ChannelManagerAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["name", "team", "region", "user", "active"]
    list_filter = ["team", "active"]
    search_fields = ["name"]


@admin.register(SolutionsArchitect)
class SolutionsArchitectAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["name", "region", "remark", "active"]


@admin.register(Absence)
class AbsenceAdmin(ModelAdmin):  # type: ignore[misc]
    """To look at: absences are set in the directory, which writes down who did it."""

    list_display = ["manager", "architect", "first_day", "last_day", "stand_in", "stand_in_architect"]

    def has_add_permission(self, request: object) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:  # noqa: ARG002
        return False


@admin.register(WorkingCalendar)
class WorkingCalendarAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["region", "time_zone", "opens", "closes", "is_default"]


@admin.register(Holiday)
class HolidayAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["day", "name", "calendar"]


@admin.register(ApiToken)
class ApiTokenAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["user", "name", "scope", "created", "expires", "last_used"]
    fields = ["user", "name", "scope", "expires"]
    readonly_fields = ["user"]

    def has_add_permission(self, request: object) -> bool:  # noqa: ARG002
        return False
