"""From the handbook's labels to the names of this organisation: `defaults` and what overrides them.

`SALESFORCE_FIELD_MAP` names a TOML file: `[Account] partner_status = "Status__c"`, and `object = "…"` where an object
itself has another name. Nothing else in the code knows a name of Salesforce's.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from integrations.configuration import BadSetting
from integrations.salesforce.defaults import (
    DEFAULTS,
    OPTIONAL,
    OPTIONAL_OBJECTS,
    OPTIONAL_OF_CERTIFICATIONS,
    Fields,
)

__all__ = ["DEFAULTS", "OPTIONAL", "OPTIONAL_OBJECTS", "Fields", "api", "everything", "knows", "object_name", "of"]

OBJECT: Final = "object"
NAME: Final = re.compile(r"[A-Za-z]\w{0,79}", re.ASCII)
# What pays taxes or takes money is not the desk's to read (issue C; handbook, “Partner invoices”).
NEVER: Final = re.compile(r"iban|tax|vat_|_vat|bank|swift", re.IGNORECASE)


def api(object_key: str, name: str) -> str:
    """The API name of one of our fields."""
    return of(object_key).names[name]


def object_name(object_key: str) -> str:
    return of(object_key).object_name


def knows(object_key: str) -> bool:
    """Whether the organisation keeps such records; certifications only where the map says so."""
    return bool(of(object_key).object_name)


def of(object_key: str) -> Fields:
    return everything()[object_key]


def everything() -> Mapping[str, Fields]:
    """All objects as configured; BadSetting with a sentence when the file cannot be used."""
    path: Path | None = settings.SALESFORCE.field_map
    if path is None:
        return DEFAULTS
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError as problem:
        words = _("SALESFORCE_FIELD_MAP: %(path)s cannot be read (%(why)s).")
        raise BadSetting(words % {"path": path, "why": problem.strerror or problem}) from None


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Mapping[str, Fields]:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as problem:
        words = _("SALESFORCE_FIELD_MAP: %(path)s is not TOML: %(why)s.")
        raise BadSetting(words % {"path": path, "why": problem}) from None
    unknown = [key for key in given if key not in DEFAULTS]
    if unknown:
        raise BadSetting(_unknown(unknown[0], list(DEFAULTS), _("the objects")))
    return {key: _merged(key, given.get(key, {})) for key in DEFAULTS}


def _merged(key: str, given: Any) -> Fields:
    default = DEFAULTS[key]
    if not isinstance(given, Mapping):
        words = _("SALESFORCE_FIELD_MAP: write [%(key)s] as a table.")
        raise BadSetting(words % {"key": key})
    for name, value in given.items():
        if name != OBJECT and name not in default.names:
            raise BadSetting(_unknown(f"{key}.{name}", [f"{key}.{one}" for one in default.names], f"[{key}]"))
        if not isinstance(value, str) or not NAME.fullmatch(value):
            words = _("SALESFORCE_FIELD_MAP: %(key)s.%(name)s must be an API name such as Partner_Status__c.")
            raise BadSetting(words % {"key": key, "name": name})
        if NEVER.search(value):
            words = _("SALESFORCE_FIELD_MAP: %(key)s.%(name)s names %(value)s; bank and tax fields are never read.")
            raise BadSetting(words % {"key": key, "name": name, "value": value})
    names = {name: given.get(name, value) for name, value in default.names.items()}
    found = Fields(object_name=given.get(OBJECT, default.object_name), names={n: v for n, v in names.items() if v})
    if key == "Certification":
        _check_certification(found, given)
    return found


def _check_certification(found: Fields, given: Mapping[str, Any]) -> None:
    needed = DEFAULTS["Certification"].names.keys() - OPTIONAL_OF_CERTIFICATIONS
    missing = sorted(needed - found.names.keys()) if given else []
    if given and (missing or not found.object_name):
        words = _("SALESFORCE_FIELD_MAP: [Certification] needs %(names)s.")
        raise BadSetting(words % {"names": ", ".join([*missing, *([] if found.object_name else [OBJECT])])})


def _unknown(name: str, known: list[str], where: str) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = (
        _("Did you mean %(near)s?") % {"near": near[0]}
        if near
        else _("Known are: %(all)s.") % {"all": ", ".join(one.rpartition(".")[2] for one in known)}
    )
    words = _("SALESFORCE_FIELD_MAP: %(name)s is not one of %(where)s. %(hint)s")
    return words % {"name": name, "where": where, "hint": hint}
