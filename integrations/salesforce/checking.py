"""Does the organisation have what the map names: object, field, type, may we change it, its values (contract §1)."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from integrations import registry
from integrations.configuration import BadSetting
from integrations.errors import VendorError
from integrations.models import ErrorClass, Vendor
from integrations.registry import Finding
from integrations.salesforce import fields
from integrations.salesforce.client import client
from integrations.salesforce.deals import APPROVED, WON

TEXT: Final = frozenset({"string", "textarea", "picklist", "combobox", "email", "url", "phone", "id"})
REFERENCE: Final = frozenset({"reference"})
PERSON: Final = REFERENCE | TEXT
DAY: Final = frozenset({"date", "datetime"})
MONEY: Final = frozenset({"currency", "double", "int"})
YES_NO: Final = frozenset({"boolean", "picklist"})
TYPES: Final[Mapping[str, Collection[str]]] = {
    **dict.fromkeys(("owner", "account", "contact", "opportunity", "linked_opportunity", "partner"), REFERENCE),
    **dict.fromkeys(("isr", "channel_manager"), PERSON),
    **dict.fromkeys(("signed_contract_date", "close_date", "approved_date", "date", "due", "passed", "expires"), DAY),
    **dict.fromkeys(("merged_into", "distributor"), REFERENCE),
    **dict.fromkeys(("amount", "net_arr"), MONEY),
    "public_sector": YES_NO,
    **dict.fromkeys(("active", "closed", "won"), frozenset({"boolean"})),
    "contracted_territories": frozenset({"multipicklist"}),
}
CHANGED: Final = frozenset(
    {("Account", "owner"), ("Account", "contracted_territories"), ("Registration", "status")}
    | {("Case", "type"), ("Case", "subject"), ("Case", "description"), ("Case", "account"), ("Case", "request_id")}
)
# Of files and posts; the words are said where a right is missing.
MAY_NOT_ADD: Final = gettext_noop("the desk's user may not add one.")
MAY_NOT_DELETE: Final = gettext_noop("the desk's user may not delete one.")
RIGHTS: Final[Mapping[str, Mapping[str, str]]] = {
    "ContentVersion": {"createable": MAY_NOT_ADD},
    "ContentDocument": {"deletable": MAY_NOT_DELETE},
    "ContentDocumentLink": {"deletable": MAY_NOT_DELETE},
    "FeedItem": {"createable": MAY_NOT_ADD, "deletable": MAY_NOT_DELETE},
}
VALUES: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("Account", "type"): ("Partner",),
    ("Account", "partner_status"): ("Authorized", "Prospect", "Pending", "NDA", "Denied", "Former"),
    ("Account", "partner_type"): ("Channel", "Alliance", "GSI"),
    ("Account", "track"): ("Open", "Select", "Technology"),
    ("Registration", "status"): ("Submitted", APPROVED, "Denied", "Returned", WON, "Closed-Lost", "Expired"),
    ("Registration", "kind"): ("Resale", "Referral", "MSP", "Service Attach"),
    ("Case", "type"): ("Legal Request",),
}


def check() -> Iterator[Finding]:
    """A line for the sign-in, then one for each field of each object."""
    try:
        known = fields.everything()
        yield _signed_in()
        for key in known:
            yield from _object(key)
        yield from _files_and_posts()
    except BadSetting as problem:
        yield Finding(ok=False, subject="SALESFORCE_FIELD_MAP", words=str(problem))
    except VendorError as problem:
        yield Finding(ok=False, subject=_("Salesforce"), words=problem.words)


def _signed_in() -> Finding:
    usage = client().limits().get("DailyApiRequests") or {}
    used, total = int(usage.get("Max") or 0) - int(usage.get("Remaining") or 0), int(usage.get("Max") or 0)
    words = _("signed in as %(user)s; %(used)d of %(total)d calls of today are used")
    said = {"user": settings.SALESFORCE.username, "used": used, "total": total}
    return Finding(ok=True, subject=_("Salesforce"), words=words % said)


def _object(key: str) -> Iterator[Finding]:
    name = fields.object_name(key)
    if not name:
        words = _("not kept in Salesforce as far as the map says; nothing is read")
        yield Finding(ok=True, subject=key, words=words)
        return
    try:
        described = client().describe(name)
    except VendorError as problem:
        if problem.kind is not ErrorClass.PERMANENT:
            raise
        yield _missing(key, name)
        return
    there = {str(one["name"]): one for one in described.get("fields", [])}
    for ours, theirs in fields.of(key).names.items():
        yield _field(key, ours, theirs, there)


def _missing(key: str, name: str) -> Finding:
    if key in fields.OPTIONAL_OBJECTS:
        return Finding(ok=True, subject=key, words=_("%(name)s is not there; it is not needed") % {"name": name})
    words = _("there is no object %(name)s, or the desk's user may not see it.%(hint)s")
    return Finding(ok=False, subject=key, words=words % {"name": name, "hint": _near(name, client().objects())})


def _files_and_posts() -> Iterator[Finding]:
    """What is called so everywhere: may the desk put files and posts at records, and take its own away again."""
    for name, rights in RIGHTS.items():
        try:
            described = client().describe(name)
        except VendorError as problem:
            if problem.kind is not ErrorClass.PERMANENT:
                raise
            yield _missing(name, name)
            continue
        lacking = [_(words) for right, words in rights.items() if described.get(right) is not True]
        words = f"“{described.get('label')}”"
        yield Finding(ok=not lacking, subject=name, words=" ".join([f"{words}:", *lacking]) if lacking else words)


def _field(key: str, ours: str, theirs: str, there: Mapping[str, Mapping[str, Any]]) -> Finding:
    subject, found = f"{key}.{ours}", there.get(theirs)
    if found is None and (key, ours) in fields.OPTIONAL:
        return Finding(ok=True, subject=subject, words=_("%(name)s is not there; it is not needed") % {"name": theirs})
    if found is None:
        labels = {str(one.get("label")): name for name, one in there.items()}
        words = _("there is no field %(name)s, or the desk's user may not see it.%(hint)s")
        hint = _near(theirs, there) or _near(theirs, labels)
        return Finding(ok=False, subject=subject, words=words % {"name": theirs, "hint": hint})
    problems = list(_problems(key, ours, found))
    seen = f"{theirs}, {found.get('type')}, “{found.get('label')}”"
    return Finding(ok=not problems, subject=subject, words=f"{seen}: {' '.join(problems)}" if problems else seen)


def _problems(key: str, ours: str, found: Mapping[str, Any]) -> Iterator[str]:
    kind, wanted = str(found.get("type")), TYPES.get(ours, TEXT)
    if kind not in wanted:
        yield _("its type is %(kind)s, not %(wanted)s.") % {"kind": kind, "wanted": _(" or ").join(sorted(wanted))}
    may = found.get("updateable" if key != "Case" else "createable")
    if (key, ours) in CHANGED and may is not True:
        yield _("the desk's user may not change it.")
    if (key, ours) == ("Case", "request_id") and not (found.get("externalId") and found.get("unique")):
        yield _("it must be an external id, and unique: else a request can be filed twice.")
    values = [str(one.get("value")) for one in found.get("picklistValues") or [] if one.get("active", True)]
    for value in VALUES.get((key, ours), ()) if values else ():
        if value not in values:
            yield _("it has no value “%(value)s”.%(hint)s") % {"value": value, "hint": _near(value, values)}


def _near(name: str, known: Collection[str]) -> str:
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return " " + _("Did you mean %(near)s?") % {"near": found[0]} if found else ""


registry.checker(Vendor.SALESFORCE, check)
