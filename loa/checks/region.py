"""Is the letter asked for where the partner's agreement holds: an agreement is for one region."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

from integrations.salesforce import links
from loa.checks.shapes import Check, Known, Verdict, not_checked
from loa.models import LetterRequest
from partners.models import Account, Region
from routing import contract_regions
from routing.contract_regions import Agreed

SLUG: Final = "region"
_AMERICAN: Final = frozenset({Region.AMER.value, Region.US_PUBSEC.value})


def check(request: LetterRequest, known: Known) -> Check:
    account = request.account
    agreed = contract_regions.agreed_of(account) if account else Agreed()
    made = _Made(account, agreed, known)
    if account is None:
        return made.check("unknown", not_checked())
    if not agreed.regions:
        words = _("Salesforce names no contracted territory the desk can read.")
        return made.check("note", words, how=_("Ask the channel manager for which region the agreement is."))
    asked = _on_the_form(request)
    if asked in Region.values and asked not in agreed.regions:
        return made.outside(str(Region(asked).label))
    if not request.country.strip():
        return made.check("met", _("The request names no country. The agreement covers %(agreed)s.") % made.said)
    return _of_country(request.country.strip(), agreed, made)


def _on_the_form(request: LetterRequest) -> str:
    """The region somebody ticked: in the envelope, or on our form."""
    of_form = request.ticket.fields if request.ticket is not None else {}
    return str(request.values.get("region") or of_form.get("region") or "")


def _of_country(country: str, agreed: Agreed, made: _Made) -> Check:
    region, said = contract_regions.region_of(country), {**made.said, "country": country}
    if not region:
        words = _("The desk does not know where “%(country)s” is. The agreement covers %(agreed)s.")
        return made.check("note", words % said, how=_("Look whether it lies in the region of the agreement."))
    code = contract_regions.country_code(country)
    if not contract_regions.within(agreed, region=region, code=code):
        return made.outside(f"{country} ({region})")
    if agreed.countries and code not in agreed.countries and region in agreed.regions:
        words = _("Asked for in %(country)s: in the agreement's region, but not among its territories, %(agreed)s.")
        return made.check("note", words % said, how=_("Ask the channel manager whether the partner may sell there."))
    return made.check("met", _("Asked for in %(country)s. The agreement covers %(agreed)s.") % said)


class _Made:
    def __init__(self, account: Account | None, agreed: Agreed, known: Known) -> None:
        self.account, self.known = account, known
        self.regions = _listed(agreed.regions)
        named = agreed.words if agreed.words in {"", self.regions} else f"{agreed.words} ({self.regions})"
        self.said = {"agreed": named or self.regions}

    def check(self, verdict: Verdict, words: str, *, how: str = "") -> Check:
        return Check(
            slug=SLUG,
            title=_("Region of the agreement"),
            verdict=verdict,
            words=words,
            how=how,
            value=self.regions,
            source=_("Salesforce, Contracted Territories"),
            at=self.known.at if self.account else None,
            link=links.record_url("Account", self.account.salesforce_id) if self.account else "",
        )

    def outside(self, asked: str) -> Check:
        words = _("Asked for in %(asked)s; the agreement covers %(agreed)s.") % {**self.said, "asked": asked}
        how = _(
            "An agreement is for one region unless channel leadership approves another one. Ask the channel manager;"
            " then approve and write who agreed, or decline."
        )
        return self.check("unknown", words, how=how)


def _listed(regions: Iterable[str]) -> str:
    return ", ".join(sorted(regions))
