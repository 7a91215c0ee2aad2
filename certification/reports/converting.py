"""The converter as reports use it: the table, what is counted in it, who looks like another company's, the team."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from certification import export
from certification.export import Person, Summary, foreign
from partners import domains
from partners.models import Account
from partners.team import Member
from tickets.actions import Refused


@dataclass(frozen=True, kw_only=True)
class Made:
    """`foreign` are rows as `Report` keeps them; `domain` is where most of the people write from."""

    table: bytes
    rows: int
    counts: Mapping[str, int]
    remarks: list[str]
    foreign: list[dict[str, Any]]
    members: list[Member]
    domain: str


def of(content: bytes, *, name: str, account: Account | None, leave_out: Collection[int] = ()) -> Made:
    """Raises `Refused` with the sentence why it is no export. Computed in the cage; call it in no transaction."""
    try:
        summary = export.convert(io.BytesIO(content), None, name=name, leave_out=frozenset(leave_out))
    except export.Refused as refused:
        raise Refused(str(refused)) from refused
    looked = foreign.look(summary, account)
    return Made(
        table=summary.table,
        rows=summary.rows,
        counts=summary.counts,
        remarks=[*summary.remarks, *looked.remarks],
        foreign=[asdict(one) for one in looked.strangers],
        members=[_member(one) for one in summary.members],
        domain=_domain_of(summary),
    )


def _member(one: Person) -> Member:
    return Member(one.name, one.email, one.country, one.active, one.admin, one.courses)


def _domain_of(summary: Summary) -> str:
    """Free mail and our own say nothing."""
    usable = ((domain, n) for domain, n in summary.domains.most_common() if domains.is_usable(domain))
    return next(usable, ("", 0))[0]
