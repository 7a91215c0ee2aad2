"""What is asked, made complete: the partner behind a name, a number or an id, and what their account already says."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import Final

from django.db.models import Q, QuerySet

from integrations.salesforce import ids
from partners import matching
from partners.models import Account, Opportunity
from partners.owners import survivor_of
from routing import places
from routing.models import Track

LONGEST: Final = 255
_NUMBER: Final = 18
_WORD: Final = re.compile(r"[0-9A-Za-z]+")
_TRACKS: Final = {"select": Track.SELECT, "open": Track.OPEN, "commercial": Track.OPEN}


@dataclass(frozen=True, kw_only=True)
class Where:
    """An account owner is asked for: what is left out comes from the partner's account, where there is one."""

    country: str = ""
    subdivision: str = ""
    postal_code: str = ""
    track: str = ""
    public_sector: bool | None = None
    partner: str = ""
    account: Account | None = None


@dataclass(frozen=True, kw_only=True)
class Deal:
    """The manager of an opportunity is asked for: by id, or by what stands in its fields."""

    partner: str = ""
    account: Account | None = None
    segment: str = ""
    territory: str = ""
    public_sector: bool | None = None
    opportunity: str = ""


def account_of(partner: str) -> Account | None:
    """By our number, by Salesforce's id, by the exact name; else the only one the words can mean."""
    text = " ".join(partner.replace("\x00", " ").split())[:LONGEST]
    if not text:
        return None
    if ids.may_be_id(text, prefix="001"):
        return _living_on(Q(salesforce_id__in={text, ids.full_id(text)}))
    if text.isascii() and text.isdigit() and len(text) <= _NUMBER:
        return _living_on(Q(pk=int(text)))
    exact = list(_living().filter(name__lower=text.lower())[:2])
    if exact:
        return exact[0] if len(exact) == 1 else None
    return matching.match(company=text).sure


def complete(where: Where) -> Where:
    """With what the account says. A country that differs from its own takes no state and no postal code from it."""
    where = _trimmed(where)
    account = living(where.account) or account_of(where.partner)
    if account is None:
        return where
    at_home = not where.country or _same_country(where.country, account.country)
    in_state = at_home and (not where.subdivision or _same_state(where, account))
    return replace(
        where,
        account=account,
        country=where.country or account.country,
        subdivision=where.subdivision or (account.subdivision if at_home else ""),
        postal_code=where.postal_code or (account.postal_code if in_state else ""),
        track=where.track or account.track,
        public_sector=account.public_sector if where.public_sector is None else where.public_sector,
    )


def _trimmed(where: Where) -> Where:
    """A blank is nothing: what the account says takes its place."""
    values = {one: getattr(where, one) for one in ("country", "subdivision", "postal_code", "track", "partner")}
    blank = {one: value.strip() for one, value in values.items() if value != value.strip()}
    return replace(where, **blank) if blank else where


def said(question: Where | Deal) -> tuple[tuple[str, str], ...]:
    """What is known, by the names of the API; the partner by the name of their account."""
    values = {one.name: getattr(question, one.name) for one in fields(question) if one.name != "account"}
    if question.account is not None:
        values["partner"] = question.account.name
    shown = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in values.items()}
    return tuple((name, value.strip()) for name, value in shown.items() if value.strip() and values[name] is not None)


def track_of(text: str) -> str:
    """`select` or `open`; another track stays what it is: no list speaks of it."""
    plain = " ".join(text.split()).casefold()
    return str(_TRACKS.get(plain, plain))


def of_mirror(deal: Deal) -> Deal | None:
    """With what the opportunity says, where our mirror has it."""
    number = opportunity_id(deal.opportunity)
    by = Q(salesforce_id=number) if number else Q(number__lower=deal.opportunity.strip().lower())
    found = list(Opportunity.objects.filter(by, deleted=None).select_related("account")[:2])
    return with_record(deal, found[0]) if len(found) == 1 else None


def with_record(deal: Deal, record: Opportunity) -> Deal:
    """What is given beside the opportunity goes before what it says."""
    return replace(
        deal,
        opportunity="",
        account=deal.account or (living(record.account) if not deal.partner else None),
        segment=deal.segment or record.segment,
        territory=deal.territory or record.territory,
        public_sector=record.public_sector if deal.public_sector is None else deal.public_sector,
    )


def opportunity_id(text: str) -> str:
    """The id of 18 characters in an id or a link to the record; empty where there is none."""
    for word in _WORD.findall(text):
        if ids.may_be_id(word, prefix="006"):
            return ids.full_id(word)
    return ""


def _living_on(which: Q) -> Account | None:
    """The account itself, or the one it was merged into; None for one that Salesforce has deleted."""
    found = Account.objects.filter(which).select_related("merged_into__merged_into").first()
    account = living(found)
    return account if account is not None and account.deleted is None else None


def living(account: Account | None) -> Account | None:
    """The account it was merged into, else itself."""
    return account and (survivor_of(account) or account)


def is_number(partner: str) -> bool:
    """An id of Salesforce or a number of ours: a table by partner has names only."""
    text = partner.strip()
    return ids.may_be_id(text, prefix="001") or (text.isascii() and text.isdigit())


def _living() -> QuerySet[Account]:
    return Account.objects.filter(deleted=None, merged_into=None)


def _same_country(one: str, other: str) -> bool:
    first, second = places.country(one), places.country(other)
    return first is not None and first == second


def _same_state(where: Where, account: Account) -> bool:
    home = places.country(account.country)
    if home is None:
        return False
    given = places.subdivision(home.code, where.subdivision)
    return given is not None and given == places.subdivision(home.code, account.subdivision)
