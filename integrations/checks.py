"""What `manage.py check`, and with it every command, says about the settings of the vendors."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error

from integrations.configuration import BadSetting
from integrations.salesforce import fields


def field_map_is_usable(**_given: Any) -> list[CheckMessage]:
    """One sentence about what is wrong with SALESFORCE_FIELD_MAP."""
    try:
        fields.everything()
    except BadSetting as problem:
        return [Error(str(problem), id="integrations.E001")]
    return []
