"""Names and links for the few partners and opportunities that findings show: two statements for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from integrations.salesforce import links
from partners.models import Account, Opportunity
from routing.audit import fixes
from routing.audit.finding import Example, Finding

SHOWN: Final = 4


def shown(findings: Sequence[Finding]) -> list[Finding]:
    """The same findings with their examples."""
    partners = _partners(pk for one in findings for pk in one.partners[:SHOWN])
    deals = _opportunities(pk for one in findings for pk in one.opportunities[:SHOWN])
    return [replace(one, examples=[*one.examples, *_of(one, partners, deals)]) for one in findings]


def _of(finding: Finding, partners: dict[int, Example], deals: dict[int, Example]) -> list[Example]:
    found = [partners.get(pk) for pk in finding.partners[:SHOWN]]
    found += [deals.get(pk) for pk in finding.opportunities[:SHOWN]]
    return [one for one in found if one is not None]


def _partners(ids: Iterable[int]) -> dict[int, Example]:
    rows = Account.objects.filter(pk__in=set(ids)).values_list("pk", "name")
    return {pk: Example(words=name, url=fixes.partner_url(pk)) for pk, name in rows}


def _opportunities(ids: Iterable[int]) -> dict[int, Example]:
    rows = Opportunity.objects.filter(pk__in=set(ids)).values_list("pk", "name", "number", "salesforce_id")
    urls = {pk: links.record_url("Opportunity", identity) for pk, _name, _number, identity in rows}
    return {
        pk: Example(words=name, beside=number, url=urls[pk], outside=bool(urls[pk]))
        for pk, name, number, _identity in rows
    }
