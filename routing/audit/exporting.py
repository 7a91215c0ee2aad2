"""The audit as CSV that a spreadsheet opens as it is: all findings, or every row behind one of them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Final

from django.http import StreamingHttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from integrations.salesforce import links
from routing.audit import members
from routing.audit.finding import TITLES, Finding
from routing.audit.reading import Audit
from routing.found import Found

BYTE_ORDER_MARK: Final = "\ufeff"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
Row = Iterable[object]


class Echo:
    """A file for the csv module that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def everything(audit: Audit, kind: str) -> StreamingHttpResponse:
    """The findings themselves."""
    heads = [_("Kind"), _("Where"), _("Track"), _("Manager"), _("Finding"), _("How many"), _("Near misses"), _("Fix")]
    rows = (_line(one) for one in audit.of(kind))
    return _csv([heads, *rows], name=f"routing-audit-{kind or 'all'}-{audit.book.on:%Y-%m-%d}")


def one(audit: Audit, finding: Finding) -> StreamingHttpResponse:
    """Every partner or opportunity of a finding."""
    rows = _opportunities(audit, finding) if finding.unit == "opportunity" else _partners(audit, finding)
    return _csv(rows, name=f"routing-audit-{slugify(finding.slug)}-{audit.book.on:%Y-%m-%d}")


def _line(finding: Finding) -> Row:
    where = f"{finding.area} ({', '.join(finding.places)})" if finding.places else finding.area
    said = (finding.track, finding.managers, finding.words, finding.counted, ", ".join(finding.near))
    return (TITLES[finding.kind], where, *said, finding.fixes[0].words if finding.fixes else "")


def _partners(audit: Audit, finding: Finding) -> Iterator[Row]:
    yield [
        *(_("Partner"), _("Salesforce id"), _("Country"), _("State"), _("Postal code"), _("Track"), _("Public sector")),
        *(_("Owner in Salesforce"), _("Owner by the rules"), _("Contracted Territories"), _("Why")),
    ]
    for member in members.partners_of(audit, finding.slug):
        account, found = member.account, member.found
        place = (account.country, account.subdivision, account.postal_code, account.track)
        sector = {True: _("Yes"), False: _("No"), None: ""}[account.public_sector]
        owner = account.owner_name or account.owner_email
        by_rules = _named(found) if found else ""
        why = found.sentence() if found else finding.words
        territories = ";".join(account.contracted_territories)
        yield [account.name, account.salesforce_id, *place, sector, owner, by_rules, territories, why]


def _named(found: Found) -> str:
    """The manager, or all who may be."""
    return str(found.manager) if found.manager else ", ".join(str(one.manager) for one in found.candidates)


def _opportunities(audit: Audit, finding: Finding) -> Iterator[Row]:
    yield [
        *(_("Number"), _("Opportunity"), _("Salesforce id"), _("Partner"), _("Stage"), _("Close date"), _("Amount")),
        *("[Deprecated] Owner Segment-Geo-Region-Area", "Stamped Account Sales Territory", _("In Salesforce")),
    ]
    for row in members.opportunities_of(audit, finding.slug):
        partner = row.account.name if row.account else ""
        said = (row.stage, row.close_date or "", "" if row.amount is None else row.amount)
        url = links.record_url("Opportunity", row.salesforce_id)
        yield [row.number, row.name, row.salesforce_id, partner, *said, row.segment, row.territory, url]


def _csv(rows: Iterable[Row], *, name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _lines(rows: Iterable[Row]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield BYTE_ORDER_MARK
    for row in rows:
        yield writer.writerow(_harmless(cell) for cell in row)


def _harmless(cell: object) -> str:
    """No cell that a spreadsheet would compute."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
