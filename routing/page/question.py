"""What is asked: words to look for, or a question that is complete, as it stands in the address of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.dateparse import parse_date

from partners.models import Account
from people.models import User
from routing import deciding, facts, owners, waiting
from routing.models import Decision
from routing.owners import Deal, Found, Where
from tickets.models import Ticket
from tickets.models.ticket import number_of

ACCOUNT: Final = Decision.About.ACCOUNT.value
OPPORTUNITY: Final = Decision.About.OPPORTUNITY.value
OF_ACCOUNT: Final = ("partner", "country", "subdivision", "postal_code", "track", "public_sector", "opportunity")
OF_OPPORTUNITY: Final = ("opportunity", "partner", "segment", "territory", "public_sector")
LONGEST: Final = 300
_BOOLEANS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, kw_only=True)
class Question:
    """`values` are the parameters of the API; `account` is our number of a partner."""

    text: str = ""
    about: str = ACCOUNT
    values: Mapping[str, str] = field(default_factory=dict)
    number: str = ""
    on: date | None = None
    ticket: str = ""

    @property
    def subject(self) -> bool:
        """It is complete: nothing has to be looked for."""
        return bool(self.values or self.number)

    @property
    def on_text(self) -> str:
        return self.on.isoformat() if self.on else ""

    @cached_property
    def account(self) -> Account | None:
        """The partner it is about, for the card; the rules find their own."""
        if self.number:
            return Account.objects.filter(pk=int(self.number)).first()
        if self.values.get("opportunity"):
            known = facts.of_mirror(self._deal(None))
            return known.account if known else None
        return facts.account_of(self.values.get("partner", ""))

    def find(self, account: Account | None = None) -> Found:
        """`account` where the caller has it at hand. NotYet while Salesforce is asked for an opportunity."""
        if self.about == OPPORTUNITY:
            return owners.opportunity_owner(self._opportunity(account), on=self.on)
        return owners.account_owner(self._where(account or self.account), on=self.on)

    def keep(self, found: Found, *, by: User, ticket: Ticket | None = None) -> Decision:
        question = {**self.values, "account": self.number, "on": self.on_text}
        return deciding.keep(found, about=self.about, question=question, by=by, account=self.account, ticket=ticket)

    @property
    def given(self) -> list[tuple[str, str]]:
        """Everything that asks the same again, as fields of a form."""
        rest = {"q": self.text, "about": self.about, "account": self.number, "on": self.on_text, "ticket": self.ticket}
        return [(name, value) for name, value in {**rest, **self.values}.items() if value]

    def url(self, **other: str) -> str:
        """The page with this question, some of it said differently."""
        merged = {name: value for name, value in {**dict(self.given), **other}.items() if value}
        return f"{reverse('routing:ask')}?{urlencode(merged)}"

    def _opportunity(self, account: Account | None) -> Deal:
        """One that our mirror does not have comes from Salesforce, by way of a worker."""
        if not self.values.get("opportunity"):
            return self._deal(account or self.account)
        deal = self._deal(None)
        return deal if facts.of_mirror(deal) is not None else waiting.from_salesforce(deal) or deal

    def _where(self, account: Account | None) -> Where:
        said = {
            name: self.values.get(name, "") for name in ("partner", "country", "subdivision", "postal_code", "track")
        }
        return Where(account=account, public_sector=self._public_sector, **said)

    def _deal(self, account: Account | None) -> Deal:
        said = {name: self.values.get(name, "") for name in ("partner", "segment", "territory", "opportunity")}
        return Deal(account=account, public_sector=self._public_sector, **said)

    @property
    def _public_sector(self) -> bool | None:
        return _BOOLEANS.get(self.values.get("public_sector", "").casefold())


def read(given: Mapping[str, Any]) -> Question:
    """From the address; what cannot be read counts as not said."""

    def text(name: str) -> str:
        return " ".join(str(given.get(name, "")).replace("\x00", " ").split())[:LONGEST]

    about = OPPORTUNITY if text("about") == OPPORTUNITY else ACCOUNT
    names = OF_OPPORTUNITY if about == OPPORTUNITY else OF_ACCOUNT
    number = text("account")
    return Question(
        text=text("q"),
        about=about,
        values={name: value for name in names if (value := text(name))},
        number=number if number.isascii() and number.isdigit() and len(number) <= 18 else "",
        on=_day(text("on")),
        ticket=text("ticket") if number_of(text("ticket")) else "",
    )


def of_decision(decision: Decision) -> Question:
    """What was asked then, to be asked again."""
    return read(
        {
            **decision.question,
            "about": decision.about,
            "account": str(decision.question.get("account") or decision.account_id or ""),
        }
    )


def _day(text: str) -> date | None:
    try:
        return parse_date(text) if text else None
    except ValueError:
        return None
