"""The converter as reports use it: the table, what is counted in it, who looks like another company's, the team."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from certification import export
from certification.export import Summary, foreign
from partners import domains
from partners.models import Account
from partners.team import Member
from tickets.actions import Refused


@dataclass(frozen=True, kw_only=True)
class Made:
    """`foreign` and `unsaid` are rows as `Report` keeps them; `domain` is where most of the people write from."""

    table: bytes
    rows: int
    counts: Mapping[str, int]
    remarks: list[str]
    foreign: list[dict[str, Any]]
    unsaid: list[int]
    domain: str


def of(content: bytes, *, name: str, account: Account | None) -> Made:
    """Raises `Refused` with the sentence why it is no export. Computed in the cage, so in nobody's transaction."""
    summary = _converted(content, name)
    looked = foreign.look(summary, account)
    return Made(
        table=summary.table,
        rows=summary.rows,
        counts=summary.counts,
        remarks=[*summary.remarks, *looked.remarks],
        foreign=[asdict(one) for one in looked.strangers],
        unsaid=sorted(summary.unsaid),
        domain=_domain_of(summary),
    )


def members(table: bytes, *, unsaid: Collection[int], leave_out: Collection[int] = ()) -> Iterator[Member]:
    """The people of a table as they are before rows are left out."""
    gone = frozenset(leave_out)
    return (one.member for one in export.people(table, unsaid=frozenset(unsaid)) if one.row not in gone)


def _converted(content: bytes, name: str) -> Summary:
    try:
        return export.convert(io.BytesIO(content), None, name=name)
    except export.Refused as refused:
        raise Refused(str(refused)) from refused


def _domain_of(summary: Summary) -> str:
    """Free mail and our own say nothing."""
    usable = ((domain, n) for domain, n in summary.domains.most_common() if domains.is_usable(domain))
    return next(usable, ("", 0))[0]
