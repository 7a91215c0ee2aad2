"""What Salesforce sends, made into what our columns take; a value that does not fit is refused in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from integrations.salesforce import ids

Row = Mapping[str, Any]
YES: Final = frozenset(["yes", "true", "1"])
NO: Final = frozenset(["no", "false", "0"])


class Rejected(Exception):  # noqa: N818 - an answer about a row, not a fault
    """A row that cannot be taken; the text says why."""


def text(value: Any, field: models.Field[Any, Any]) -> str:
    """One line; nothing is empty, too much is refused."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        raise Rejected(_("“%(field)s” is not a text.") % {"field": field.verbose_name})
    line = " ".join(str(value).replace("\x00", "").split())
    if field.max_length and len(line) > field.max_length:
        words = _("“%(field)s” is longer than %(most)d characters.")
        raise Rejected(words % {"field": field.verbose_name, "most": field.max_length})
    return line


def identity(value: Any, field: models.Field[Any, Any]) -> str:
    """18 characters, or nothing."""
    given = text(value, field)
    try:
        return ids.full_id(given) if given else ""
    except ValueError as wrong:
        raise Rejected(_("“%(field)s” is no id of Salesforce.") % {"field": field.verbose_name}) from wrong


def address(value: Any, field: models.Field[Any, Any]) -> str:
    given = text(value, field).lower()
    if given:
        try:
            validate_email(given)
        except ValidationError as wrong:
            raise Rejected(_("“%(field)s” is not an e-mail address.") % {"field": field.verbose_name}) from wrong
    return given


def day(value: Any, field: models.Field[Any, Any]) -> date | None:
    if value in (None, ""):
        return None
    if isinstance(value, datetime):
        return value.date()
    found = value if isinstance(value, date) else _parsed(parse_date, value)
    if found is None:
        raise Rejected(_("“%(field)s” is not a day.") % {"field": field.verbose_name})
    return found


def moment(value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    found = value if isinstance(value, datetime) else _parsed(parse_datetime, value)
    if found is None:
        raise Rejected(_("The time of the last change is not a time."))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def amount(value: Any, field: models.Field[Any, Any]) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        found = Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation as wrong:
        raise Rejected(_("“%(field)s” is not an amount.") % {"field": field.verbose_name}) from wrong
    if not found.is_finite() or abs(found) >= Decimal(10) ** 14:
        raise Rejected(_("“%(field)s” is not an amount.") % {"field": field.verbose_name})
    return found


def yes_no(value: Any, _field: models.Field[Any, Any]) -> bool | None:
    """A check box, or a picklist of Yes and No; anything else is unknown, not no."""
    word = str(value).strip().lower()
    return True if word in YES else False if word in NO else None


def several(value: Any, field: models.Field[Any, Any]) -> list[str]:
    """A multi-select as Salesforce writes it, `Austria;Germany`."""
    parts = value if isinstance(value, list | tuple) else str(value or "").split(";")
    inner = field.base_field  # type: ignore[attr-defined]
    found = [text(part, inner) for part in parts]
    return [part for part in found if part]


Taking = Callable[[Any, models.Field[Any, Any]], Any]


def taken(row: Row, model: type[models.Model], fields: Mapping[str, tuple[str, Taking]]) -> dict[str, Any]:
    """Our columns from a row: `fields` says which of its names fills which column, and how. What is not there stays."""
    return {
        column: take(row[name], model._meta.get_field(column))  # type: ignore[arg-type]  # noqa: SLF001 - Django's documented door
        for name, (column, take) in fields.items()
        if name in row
    }


def _parsed(parse: Callable[[str], Any], value: Any) -> Any:
    try:
        return parse(str(value))
    except ValueError:
        return None
