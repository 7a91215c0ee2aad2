"""Looking for invoices in Salesforce: by number, by day, by the day the deal was won, by its name (a worker asks)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from integrations import asking
from integrations.salesforce import links
from integrations.salesforce.shapes import InvoiceRef, OpportunityRef
from invoices import ranking
from partners.models import Account, Opportunity

NOT_OUT: Final = frozenset({"draft", "void", "voided", "cancelled", "canceled", "reversed", "error", "pending"})
WINDOW: Final = timedelta(days=31)  # an invoice follows the order by days, and people remember days badly
MOST_DEALS: Final = 5
SHOWN: Final = 8
_BETWEEN: Final = re.compile(r"[,;\n]")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What there is to look for; empty where nothing was said. `number` may hold several, “INV-1, INV-2”."""

    number: str = ""
    quote: str = ""
    transaction_date: date | None = None
    won_on: date | None = None
    opportunity: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))

    @property
    def numbers(self) -> list[str]:
        return [one.strip() for one in _BETWEEN.split(self.number) if one.strip()]

    @property
    def days(self) -> list[date]:
        return [one for one in (self.transaction_date, self.won_on) if one]

    def words(self) -> list[str]:
        """One line for each, as the partner reads it."""
        said = [
            *((_("number %(what)s"), one) for one in self.numbers),
            (_("quote %(what)s"), self.quote),
            (_("date %(what)s"), _day(self.transaction_date)),
            (_("deal won on %(what)s"), _day(self.won_on)),
            (_("opportunity or customer “%(what)s”"), self.opportunity),
        ]
        return [words % {"what": what} for words, what in said if what]


@dataclass(frozen=True, kw_only=True)
class Found:
    """An invoice with what speaks for it; `exact` where everything that was said fits to the letter."""

    id: str
    number: str
    account: str
    account_name: str
    opportunity: str
    opportunity_name: str
    partner: str  # of the opportunity: whose deal it is
    date: dt.date | None
    due: dt.date | None
    amount: str
    status: str
    won_on: dt.date | None
    score: int
    exact: bool
    because: tuple[str, ...]
    currency: str = ""

    @property
    def link(self) -> str:
        return links.record_url("Invoice", self.id)

    @property
    def when(self) -> str:
        return _day(self.date)

    @property
    def money(self) -> str:
        if not self.amount:
            return ""
        return f"{self.currency} {number_format(Decimal(self.amount), decimal_pos=2, force_grouping=True)}".strip()

    @property
    def sent_out(self) -> bool:
        """A draft has not been sent to anybody yet, and what is void must not be paid."""
        return self.status.casefold() not in NOT_OUT

    def line(self) -> str:
        """“INV-0024417 of 3 Oct 2026, 24,480.00”."""
        head = _("%(number)s of %(day)s") % {"number": self.number, "day": self.when} if self.date else self.number
        return ", ".join(part for part in (head, self.money) if part)

    def as_json(self) -> dict[str, Any]:
        whole = asdict(self)
        return whole | {name: str(whole[name] or "") for name in ("date", "due", "won_on")}


def of_json(row: Mapping[str, Any]) -> Found:
    days = {name: parse_date(row[name]) for name in ("date", "due", "won_on")}
    return Found(**{**row, **days, "because": tuple(row["because"])})


def look(asked: Asked, *, account: Account | None) -> list[Found]:
    """The likeliest first. Without anything that fits: the newest of the account, with nothing speaking for them."""
    quoted = {one.id for one in _by_quote(asked)}
    invoices = {one.id: one for one in _asked_for(asked, account)}
    for deal in dict.fromkeys([*quoted, *_by_name(asked, account), *_by_day(asked, account)]):
        invoices |= {one.id: one for one in asking.ask("salesforce.invoices", opportunity=deal)}
    rows = [_found(one, asked, quoted=one.opportunity in quoted) for one in invoices.values()]
    fitting = [one for one in rows if one.score]
    shown = fitting or [one for one in rows if account and one.account == account.salesforce_id]
    return sorted(shown, key=lambda one: (-one.score, -(one.date or date.min).toordinal(), one.number))[:SHOWN]


def certain(found: Sequence[Found], asked: Asked) -> Found | None:
    """The one invoice everything fits, where nothing else comes near; of several numbers a person says which."""
    if len(asked.numbers) > 1:
        return None
    exact = [one for one in found if one.exact]
    near = [one for one in found if one.score >= ranking.NEAR and not one.exact]
    sure = exact[0] if len(exact) == 1 and exact[0].sent_out else None
    return sure if sure is not None and (sure.score >= ranking.NUMBER or not near) else None


def _asked_for(asked: Asked, account: Account | None) -> Iterator[InvoiceRef]:
    """By number whosever it is; else those of the account, near the day where one was said."""
    for number in dict.fromkeys(way for one in asked.numbers for way in ranking.spellings(one)):
        yield from asking.ask("salesforce.invoices", number=number)
    if account is None or not account.salesforce_id:
        return
    if asked.days:
        between = (min(asked.days) - WINDOW, max(asked.days) + WINDOW)
        yield from asking.ask("salesforce.invoices", account=account.salesforce_id, between=between)
    else:
        yield from asking.ask("salesforce.invoices", account=account.salesforce_id)


def _by_quote(asked: Asked) -> list[OpportunityRef]:
    return asking.ask("salesforce.opportunities", quote=asked.quote, limit=MOST_DEALS) if asked.quote else []


def _by_name(asked: Asked, account: Account | None) -> list[str]:
    """Deals of the asker; in two tiers their invoices have another company's name on them."""
    partner = account.salesforce_id if account else ""
    if not partner or not asked.opportunity:
        return []
    about = {"name": asked.opportunity, "customer": asked.opportunity}
    rows: list[OpportunityRef] = asking.ask("salesforce.opportunities", **about, partner=partner, limit=50)
    mine = [one for one in rows if one.partner == partner and ranking.of_deal(one, asked)]
    return [one.id for one in sorted(mine, key=lambda one: -ranking.of_deal(one, asked))[:MOST_DEALS]]


def _by_day(asked: Asked, account: Account | None) -> list[str]:
    """Deals of the asker that were to close about then, by the mirror; whether they are won, the invoice says."""
    won = asked.won_on
    if account is None or won is None:
        return []
    rows = Opportunity.objects.filter(account=account, deleted=None, close_date__range=(won - WINDOW, won + WINDOW))
    nearest = sorted(rows, key=lambda one: abs((one.close_date or date.min) - won))
    return [one.salesforce_id for one in nearest[:MOST_DEALS]]


def _found(one: InvoiceRef, asked: Asked, *, quoted: bool) -> Found:
    score, exact, because = ranking.weigh(one, asked, quoted=quoted)
    return Found(
        id=one.id,
        number=one.number,
        account=one.account,
        account_name=one.account_name,
        opportunity=one.opportunity,
        opportunity_name=one.opportunity_name,
        partner=one.partner,
        date=one.date,
        due=one.due,
        amount="" if one.amount is None else str(one.amount),
        currency=one.currency,
        status=one.status,
        won_on=one.opportunity_close_date if one.opportunity_won else None,
        score=score,
        exact=exact,
        because=tuple(because),
    )


def _day(value: date | None) -> str:
    return date_format(value, "j M Y") if value else ""
