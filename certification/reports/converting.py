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
    """Raises `Refused` with the sentence why it is no export. Computed in the cage.

    `leave_out` are lines of `foreign`; whoever stays is told from the whole, whose lines these are.
    """
    whole = _converted(content, name)
    summary = _converted(content, name, leave_out) if leave_out else whole
    looked = foreign.look(whole, account)
    return Made(
        table=summary.table,
        rows=summary.rows,
        counts=summary.counts,
        remarks=[*whole.remarks, *looked.remarks],
        foreign=[asdict(one) for one in looked.strangers],
        members=[_member(one) for one in whole.members if one.row not in set(leave_out)],
        domain=_domain_of(whole),
    )


def _converted(content: bytes, name: str, leave_out: Collection[int] = ()) -> Summary:
    try:
        return export.convert(io.BytesIO(content), None, name=name, leave_out=frozenset(leave_out))
    except export.Refused as refused:
        raise Refused(str(refused)) from refused


def _member(one: Person) -> Member:
    return Member(one.name, one.email, one.country, one.active, one.admin, one.courses)


def _domain_of(summary: Summary) -> str:
    """Free mail and our own say nothing."""
    usable = ((domain, n) for domain, n in summary.domains.most_common() if domains.is_usable(domain))
    return next(usable, ("", 0))[0]
