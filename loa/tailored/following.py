"""How the open cases stand in Salesforce. Workers only."""

from __future__ import annotations

from collections import defaultdict

from integrations.errors import VendorError
from integrations.salesforce import soql
from loa.models import LegalRequest
from loa.tailored import cases


def follow() -> int:
    """How many have news; where Salesforce does not answer, the next run asks again."""
    rows = defaultdict[str, list[LegalRequest]](list)  # one case may be linked to several tickets
    for row in LegalRequest.objects.filter(state=LegalRequest.State.OPEN).exclude(case_id=""):
        rows[row.case_id].append(row)
    news = 0
    try:
        for page in soql.among("Case", "id", list(rows)):
            for found in page:
                for row in rows[str(found["id"])]:
                    news += cases.seen(
                        row,
                        number=str(found.get("number") or ""),
                        status=str(found.get("status") or ""),
                        closed=bool(found.get("closed")),
                    )
    except VendorError:  # it is in the record of calls
        return news
    return news
