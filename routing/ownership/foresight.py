"""What Salesforce may do by itself when an owner changes, said before, and what of it the mirror shows afterwards."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.models import Opportunity
from routing.models import OwnershipChange, OwnershipRow

CLOSED = Q(stage__icontains="closed")


def beforehand(change: OwnershipChange) -> list[str]:
    """Only where an owner changes; the desk ticks no box, as the handbook says, so the defaults hold."""
    if not change.rows.exclude(new_owner_id="").exists():
        return []
    said = [
        _("The account team is removed: Salesforce keeps it only when somebody asks for it, and the desk does not."),
        _("Open opportunities and cases of the old owner may move to the new one, as your Salesforce is set up."),
        _("New deal registrations of the partner name the new owner as channel manager."),
        _("Impartner does not follow by itself: Channel Marketing changes the channel manager there."),
    ]
    mine = _open_of_old_owner(change)
    if mine:
        words = ngettext(
            "%(n)d open opportunity with this partner belongs to the old owner now.",
            "%(n)d open opportunities with this partner belong to the old owner now.",
            mine,
        )
        said.insert(2, words % {"n": mine})
    return said


def afterwards(row: OwnershipRow) -> list[str]:
    """What the mirror of opportunities shows for one account that was written."""
    if row.account_id is None or row.written is None or not row.new_owner_id:
        return []
    opportunities = Opportunity.objects.filter(account=row.account_id, deleted=None)
    moved = opportunities.filter(owner_id=row.new_owner_id, modified__gte=row.written).count()
    stayed = opportunities.filter(owner_id=row.old_owner_id).exclude(CLOSED).count() if row.old_owner_id else 0
    said = []
    if moved:
        words = ngettext(
            "%(n)d opportunity with this partner has changed since and is the new owner's.",
            "%(n)d opportunities with this partner have changed since and are the new owner's.",
            moved,
        )
        said.append(words % {"n": moved})
    if stayed:
        words = ngettext(
            "%(n)d open opportunity with this partner is still the old owner's.",
            "%(n)d open opportunities with this partner are still the old owner's.",
            stayed,
        )
        said.append(words % {"n": stayed})
    return [*said, _("The account team and cases cannot be seen from here: look at them in Salesforce.")]


def _open_of_old_owner(change: OwnershipChange) -> int:
    """Of one account only: for a list the number says nothing."""
    rows = list(change.rows.all()[:2])
    if len(rows) != 1 or rows[0].account_id is None or not rows[0].old_owner_id:
        return 0
    owned = Opportunity.objects.filter(account=rows[0].account_id, owner_id=rows[0].old_owner_id, deleted=None)
    return owned.exclude(CLOSED).count()
