"""Whose invoice it is: the invoiced company's, in two tiers the distributor's; and whether the asker is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from integrations.salesforce import ids
from invoices.finding import Found
from invoices.models import InvoiceRequest
from partners.models import Account
from tickets.askers import Asker, asker_of

__all__ = ["Asker", "Said", "asker_of", "is_invoiced", "of", "why_never"]

Party = InvoiceRequest.Party


@dataclass(frozen=True, kw_only=True)
class Said:
    """`two_tiers` where the deal is the asker's and the invoice their distributor's."""

    party: str
    says: str
    two_tiers: bool = False


def of(found: Sequence[Found], asker: Asker) -> Said:
    """Of all these invoices together: one that is not theirs makes it another company's."""
    if not found:
        return Said(party=Party.UNKNOWN, says=_("No invoice is chosen."))
    if asker.account is None or not asker.account.salesforce_id:
        return Said(party=Party.UNKNOWN, says=asker.says)
    others = [one for one in found if not is_invoiced(one, asker.account)]
    if others:
        return _of_others(others[0], asker.account, known=asker.sure)
    if not asker.sure:
        return Said(party=Party.UNKNOWN, says=asker.says)
    return Said(
        party=Party.THEIRS, says=_("Made out to %(name)s. %(how)s") % {"name": asker.account, "how": asker.says}
    )


def why_never(found: Sequence[Found], asker: Asker) -> str:
    """Why nobody, not even a person who says that it is theirs, may send these; nothing where they may."""
    if not found:
        return _("What was ticked is not found any more. Look at the list again.")
    if asker.account is None:
        return asker.says
    if not asker.account.salesforce_id:
        words = _("%(name)s is no account of Salesforce, so nothing is made out to them. Set the partner that is.")
        return words % {"name": asker.account}
    others = [one for one in found if not is_invoiced(one, asker.account)]
    return _of_others(others[0], asker.account, known=asker.sure).says if others else ""


def is_invoiced(found: Found, account: Account) -> bool:
    """The account itself, or one that was merged into it."""
    mine = {account.salesforce_id, *account.merged.exclude(salesforce_id="").values_list("salesforce_id", flat=True)}
    return bool(found.account) and ids.full_id(found.account) in {ids.full_id(one) for one in mine if one}


def _of_others(found: Found, account: Account, *, known: bool) -> Said:
    """Of two tiers only to somebody who is `known` to write for the deal's partner."""
    about = {"number": found.number, "other": found.account_name or _("nobody"), "name": account.name}
    if known and ids.same_id(found.partner, account.salesforce_id):
        words = _("%(number)s of this deal of %(name)s is made out to %(other)s: the order went through them.")
        return Said(party=Party.OTHERS, says=(words % about)[:300], two_tiers=True)
    words = _("%(number)s is made out to %(other)s, not to %(name)s.")
    return Said(party=Party.OTHERS, says=(words % about)[:300])
