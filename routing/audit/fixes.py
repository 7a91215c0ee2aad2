"""Where a finding is put right: the pages of the directory, of the mapping, of changes of owners and of the team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from routing.audit.finding import DESK, LEADS, Fix
from routing.models import Track

PARTNER: Final = "partner"
TRACKS: Final = frozenset(Track.values)


def assign(codes: Sequence[str], track: str, *, group: str = "") -> Fix:
    """A new row of the directory; for many countries of no group first the group that names them together."""
    if len(codes) > 1 and not group:
        return Fix(words=_("Make a group"), url=reverse("directory:group_new"), by=LEADS)
    url = _with(reverse("directory:new_place"), place=group or codes[0], track=track)
    return Fix(words=_("Assign"), url=url, by=LEADS)


def rule(rule_id: str, words: str = "") -> Fix:
    return Fix(words=words or _("Open the rule"), url=rule_url(rule_id))


def rule_url(rule_id: str) -> str:
    """Its page with its history."""
    kind, _colon, pk = rule_id.partition(":")
    return reverse("directory:rule", args=[kind, int(pk)])


def leaves(manager: int) -> Fix:
    """Moves everything they have at once."""
    url = _with(reverse("team:new"), kind="leaves", manager=str(manager))
    return Fix(words=_("Move it all"), url=url, by=DESK)


def add_person() -> Fix:
    return Fix(words=_("Add the manager"), url=reverse("directory:manager_new"), by=LEADS)


def import_mapping() -> Fix:
    return Fix(words=_("Import a mapping"), url=reverse("routing:mapping_import"), by=LEADS)


def parts() -> Fix:
    return Fix(words=_("Set the border"), url=reverse("directory:areas"))


def groups() -> Fix:
    return Fix(words=_("Open the groups"), url=reverse("directory:areas"))


def owner(slug: str, *, count: int, account: int) -> list[Fix]:
    """One account on its own page; several as a change that is prepared, looked at and approved."""
    if count == 1:
        url = _with(reverse("ownership:new"), account=str(account))
        return [Fix(words=_("Change the owner"), url=url, by=DESK)]
    url = reverse("routing_audit:prepare", args=[slug])
    return [Fix(words=_("Prepare the change"), url=url, post=True, by=DESK)]


def uncovered(slug: str, place: str, track: str, *, account: int, unsure: bool, count: int) -> list[Fix]:
    """A rule where there is a place to name; else the partner, whose country, track or postal code is missing."""
    theirs = Fix(words=_("Open the partner"), url=partner_url(account)) if count == 1 else export(slug)
    return [assign([place], track), theirs] if place and track in TRACKS and not unsure else [theirs]


def keys(slug: str, table: str, key: str, *, near: Sequence[str], known: str) -> list[Fix]:
    """The rule that names nobody; an alias where the value may be dirt, or a key of its own; the partner's rule."""
    if table == PARTNER:
        url = _with(reverse("directory:new_partner"), partner=key)
        return [Fix(words=_("Name its manager"), url=url, by=LEADS)]
    if known:
        return [rule(known, _("Assign"))]
    if not key:
        return [export(slug)]
    url = _with(reverse("routing:alias_new"), table=table, key=key, means=near[0] if near else "")
    anew = Fix(words=_("Add the key"), url=_with(reverse("directory:new_key"), table=table, key=key), by=LEADS)
    meant = Fix(words=_("Say what it means"), url=url, by=LEADS)
    return [meant, anew] if near else [anew, meant]


def partner_url(pk: int) -> str:
    return reverse("partners:partner", args=[pk])


def export(slug: str) -> Fix:
    """Every row of it, as a file."""
    return Fix(words=_("Download the list"), url=_with(reverse("routing_audit:export"), finding=slug))


def _with(address: str, **query: str) -> str:
    given = urlencode({key: value for key, value in query.items() if value})
    return f"{address}?{given}" if given else address
