"""A change of owners made from a finding: every partner whose owner differs that way, as the rules say."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people.models import User
from routing import ownership
from routing.audit import members
from routing.audit.finding import Kind
from routing.audit.reading import read
from routing.models import OwnershipChange

MOST = 10_000


def prepare(slug: str, *, on: date, by: User) -> OwnershipChange | None:
    """In state preview: nothing is written before it is looked at and approved. None when nothing differs any more."""
    audit = read(on)
    finding = audit.one(slug)
    if finding is None or finding.kind != Kind.OWNER:
        return None
    found = [one for one in members.partners_of(audit, slug) if one.found is not None][:MOST]
    rows = [
        ownership.Wanted(account=one.account, number=number, new_owner=one.found.manager if one.found else None)
        for number, one in enumerate(found, 1)
    ]
    kind = OwnershipChange.Kind.SINGLE if len(rows) == 1 else OwnershipChange.Kind.BULK
    words = _("The rules of %(day)s name another owner than Salesforce has.")
    why = words % {"day": date_format(on, "j M Y")}
    return ownership.prepare(kind, rows, title=_("Audit: %(area)s") % {"area": finding.area}, why=why, by=by)
