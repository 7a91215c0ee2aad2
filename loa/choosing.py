"""The page where a person says which partner a letter is for: who may be meant, or who a search finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.utils.translation import gettext as _

from integrations.salesforce import links
from loa import finding
from loa.models import LetterRequest
from partners import domains, searching
from partners import finding as partner_finding
from partners.matching import Candidate
from partners.models import Account
from people.models import User
from routing import contract_regions
from tickets.actions import Refused

MOST: Final = 20
_LONGEST_NUMBER: Final = 18


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An account, why it may be meant, and where it stands in Salesforce."""

    account: Account
    why: str = ""

    @property
    def about(self) -> Sequence[str]:
        """What tells two of one name apart."""
        one = self.account
        place = ", ".join(filter(None, (one.subdivision, one.country)))
        site = domains.as_read(one.website_domain) or one.website
        return [part for part in (one.partner_status or _("status empty"), place, site) if part]

    @property
    def record(self) -> str:
        return links.record_url("Account", self.account.salesforce_id)


@dataclass(frozen=True)
class Choosing:
    request: LetterRequest
    asked: str = ""
    refused: str = ""

    @cached_property
    def choices(self) -> Sequence[Choice]:
        """Without words those who may be meant, the likeliest first; else whom the words name."""
        if self.asked:
            living = Account.objects.filter(deleted=None, merged_into=None)
            found = partner_finding.matching(living, self.asked).order_by("name", "pk")
            return [Choice(account=one) for one in found[:MOST]]
        return [self._choice(one) for one in sorted(finding.may_be(self.request), key=self._comes_later)]

    @cached_property
    def may_remember(self) -> bool:
        """Of one name only one partner can be remembered."""
        return bool(self.request.company.strip()) and not finding.is_shared(self.request.company)

    @property
    def full(self) -> bool:
        """There may be more than are shown."""
        return bool(self.asked) and len(self.choices) == MOST

    def _choice(self, one: Candidate) -> Choice:
        why = one.evidence[0].words
        if finding.is_exactly(one) and self._is_there(one.account):
            why = _("in %(country)s, as the request says") % {"country": self.request.country}
        return Choice(account=one.account, why=why)

    def _comes_later(self, one: Candidate) -> bool:
        """Of four of one name, who is where the letter is asked for comes first; nobody is chosen by it."""
        return not (finding.is_exactly(one) and self._is_there(one.account))

    def _is_there(self, account: Account) -> bool:
        code = contract_regions.country_code(self.request.country)
        return bool(code) and code == contract_regions.country_code(account.country)


def choose(request: LetterRequest, given: str, *, remember: bool, by: User) -> LetterRequest:
    number = given if given.isascii() and given.isdigit() and len(given) <= _LONGEST_NUMBER else ""
    account = searching.by_number(int(number)) if number else None
    if account is None:
        raise Refused(_("Choose one of the partners, or search for another name."))
    return finding.choose_account(request, account, by=by, remember=remember)
