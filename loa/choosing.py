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
from partners.models import Account
from people.models import User
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
        candidates = finding.may_be(self.request)
        return [Choice(account=one.account, why=one.evidence[0].words) for one in candidates]

    @property
    def full(self) -> bool:
        """There may be more than are shown."""
        return bool(self.asked) and len(self.choices) == MOST


def choose(request: LetterRequest, given: str, *, remember: bool, by: User) -> LetterRequest:
    number = given if given.isascii() and given.isdigit() and len(given) <= _LONGEST_NUMBER else ""
    account = searching.by_number(int(number)) if number else None
    if account is None:
        raise Refused(_("Choose one of the partners, or search for another name."))
    return finding.choose_account(request, account, by=by, remember=remember)
