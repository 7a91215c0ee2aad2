"""Integrations: Salesforce and DocuSign on the wire, independent of each other."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.utils.translation import gettext_lazy as _

from integrations.configuration import BadSetting
from integrations.salesforce import fields


class IntegrationsConfig(AppConfig):
    name = "integrations"
    verbose_name = _("Vendors")

    def ready(self) -> None:
        register(field_map_is_usable)


def field_map_is_usable(**_given: Any) -> list[CheckMessage]:
    """`manage.py check`, and with it every command, says what is wrong with the map of fields."""
    try:
        fields.everything()
    except BadSetting as problem:
        return [Error(str(problem), id="integrations.E001")]
    return []
