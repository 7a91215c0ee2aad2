"""What a proof may bring its partner, for information: Channel Operations works it out after the quarter."""

from __future__ import annotations

from django.utils.translation import gettext as _

from people.quarters import FiscalQuarter
from service_attach import checking, rebates
from service_attach.models import Proof
from service_attach.rebates import Rebate
from tickets.procedures import Fact


def quarter_of(proof: Proof) -> FiscalQuarter | None:
    """The one in which the licence deal closes: there it counts."""
    if proof.fiscal_year is None or proof.fiscal_quarter is None:
        return None
    return FiscalQuarter(proof.fiscal_year, proof.fiscal_quarter)


def of(proof: Proof) -> Rebate | None:
    """With the partner's other services of the quarter; None where the quarter or the partner is not known."""
    quarter = quarter_of(proof)
    if quarter is None or proof.account is None:
        return None
    others = len(checking.services_in(proof.account, quarter)) - (proof.stage == Proof.Stage.WON)
    return rebates.rebate(proof.net_arr, services=others + 1)


def facts(proof: Proof) -> list[Fact]:
    """One line: the quarter, which service of it this is, the tier with its cap, the amount."""
    made, quarter = of(proof), quarter_of(proof)
    if made is None or quarter is None:
        return []
    return [Fact(name=_("Rebate"), value=f"{quarter.label}: {_words(proof, made)}", source=_("for information"))]


def _words(proof: Proof, made: Rebate) -> str:
    if made.tier is None:
        return _("the first service of the quarter; a rebate begins with the second.")
    said = {
        "count": made.services,
        "rate": made.tier.rate,
        "cap": rebates.dollars(made.tier.cap),
        "arr": _net_arr(proof),
        "amount": rebates.dollars(made.amount),
    }
    if proof.net_arr is None:
        return _("%(count)d services, %(rate)s of the net ARR, at most %(cap)s for each deal.") % said
    if made.capped:
        return _("%(count)d services, %(rate)s of %(arr)s, capped at %(cap)s.") % said
    return _("%(count)d services, %(rate)s of %(arr)s: %(amount)s (at most %(cap)s).") % said


def _net_arr(proof: Proof) -> str:
    """“$34,560”, and whether that is only the amount of the deal."""
    licence = checking.licence_of(proof)
    if proof.net_arr is None:
        return ""
    if licence is None or licence.arr:
        return rebates.dollars(proof.net_arr)
    return _("%(amount)s (the amount: Salesforce shows no net ARR)") % {"amount": rebates.dollars(proof.net_arr)}
