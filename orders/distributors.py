"""Who stood on a mail and may stand on the answer, and where a reseller would see what is a distributor's.

Prices between us and a distributor are not for the reseller (and the other way round): whoever is of another company
than the sender is left out of the answer, and the specialist reads why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from integrations.salesforce import ids
from mail import mailboxes
from mail.address_lists import Address
from orders import addressed
from orders.models import OrderRequest
from partners import domains, matching, names
from partners.models import Account
from tickets.models import Message, Ticket
from tickets.models.message import Visibility
from web import datafiles

DATA: Final = Path(__file__).parent / "data" / "distributors.toml"
MOST_LOOKED_AT: Final = 20  # addresses of a mail


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Who else was addressed: colleagues of the sender stay, others are left out, each with a sentence."""

    colleagues: tuple[Address, ...] = ()
    left_out: tuple[str, ...] = ()


def beside(ticket: Ticket) -> Beside:
    """Those in To and Cc of the partner's mails, without us and without Order Operations."""
    colleagues: list[Address] = []
    left_out: list[str] = []
    home = domains.domain_of(ticket.requester.email)
    for one in _addressed(ticket):
        domain = domains.domain_of(one.address)
        if domains.is_ours(domain) or _is_of(domain, home):
            colleagues.append(one)
            continue
        account = matching.of_domain(one.address)
        if account is not None and account == ticket.partner:
            colleagues.append(one)
        else:
            left_out.append(_of_others(one, account, ticket))
    return Beside(colleagues=tuple(colleagues), left_out=tuple(left_out))


def warnings(request: OrderRequest) -> list[str]:
    """Sentences about this request's documents and opportunity, for whoever sends the answer."""
    if is_distributor(request.ticket.partner) or _is_of_deal(request, "distributor"):
        return list(_of_strangers(request))
    return [*_of_documents(request), *_of_two_tiers(request), *_of_strangers(request)]


def is_distributor(account: Account | None) -> bool:
    """By its type or track in Salesforce, or because the handbook names it as one."""
    if account is None:
        return False
    kinds = f"{account.partner_type} {account.track}".casefold()
    return "distribut" in kinds or bool(named_in(account.name, whole=True))


def named_in(text: str, *, whole: bool = False) -> str:
    """The distributor that a text names; `whole`: that it is the name of."""
    said = f" {names.normalised(text)} "
    for name, core in _known():
        if said.strip() == core or (f" {core} " in said and not (whole and not said.startswith(f" {core} "))):
            return name
    return ""


def sees_deal(request: OrderRequest) -> bool:
    """Whether the sender's account is the partner of the opportunity or its distributor; unknown counts as not."""
    return _is_of_deal(request, "partner") or _is_of_deal(request, "distributor")


def _is_of_deal(request: OrderRequest, role: str) -> bool:
    account = request.ticket.partner
    return account is not None and ids.same_id(account.salesforce_id, str(request.opportunity.get(role, "")))


def _of_documents(request: OrderRequest) -> Iterable[str]:
    """A document that names a distributor and prices goes back to somebody who is none."""
    told = set[str]()
    for rows in request.facts.values():
        for row in rows:
            name = named_in(f"{row.get('value', '')} {row.get('quote', '')}")
            if name and name not in told:
                told.add(name)
                yield _("%(source)s names %(name)s, a distributor. Look whether its prices are in what goes out.") % {
                    "source": row.get("source") or _("The request"),
                    "name": name,
                }


def _of_two_tiers(request: OrderRequest) -> Iterable[str]:
    """The reseller sees no price of the distributor's."""
    deal, sender = request.opportunity, request.ticket.partner or request.ticket.requester
    if deal.get("distributor_name"):
        words = _("The deal goes through %(name)s, a distributor. %(sender)s sees no price of theirs from us.")
        yield words % {"name": deal["distributor_name"], "sender": sender}


def _of_strangers(request: OrderRequest) -> Iterable[str]:
    """Of somebody else's deal nobody sees anything."""
    deal, sender = request.opportunity, request.ticket.partner or request.ticket.requester
    if deal.get("partner") and not sees_deal(request):
        words = _("The opportunity is of %(partner)s, not of %(sender)s. The answer leaves its name and stage out.")
        yield words % {"partner": deal.get("partner_name") or _("another partner"), "sender": sender}


def _of_others(one: Address, account: Account | None, ticket: Ticket) -> str:
    known = {"address": one.address, "company": account or domains.domain_of(one.address), "sender": ticket.requester}
    if is_distributor(account) or named_in(domains.domain_of(one.address).partition(".")[0]):
        words = _("%(address)s is of %(company)s, a distributor: left out, so that %(sender)s sees nothing of theirs.")
        return words % known
    if is_distributor(ticket.partner):
        words = _("%(address)s is of %(company)s: left out, because %(sender)s writes for a distributor.")
        return words % known
    return _("%(address)s is of another company (%(company)s) and is left out.") % known


def _is_of(domain: str, home: str) -> bool:
    """The sender's own domain, or a part of it; at a free mailer everybody is a stranger."""
    if not home or domains.is_free_mail(domain):
        return False
    return domain == home or domain.endswith(f".{home}") or home.endswith(f".{domain}")


def _addressed(ticket: Ticket) -> list[Address]:
    """Each once, in the order of the mails."""
    own, ours = addressed.known_addresses(), mailboxes.own_addresses()
    sender = ticket.requester.email.strip().lower()
    found: dict[str, Address] = {}
    for message in _mails(ticket):
        for row in (*message.to, *message.cc):
            one = _address(row)
            plain = one.address.lower()
            known = plain in {"", sender} or mailboxes.plain(plain) in ours or addressed.is_order_ops(one, own)
            if not known:
                found.setdefault(plain, one)
    return list(found.values())[:MOST_LOOKED_AT]


def _mails(ticket: Ticket) -> Sequence[Message]:
    return list(ticket.messages.filter(visibility=Visibility.IN, unknown_sender=False).order_by("pk"))


def _address(row: Mapping[str, Any]) -> Address:
    return Address(name=str(row.get("name", "")), address=str(row.get("address", "")).strip())


@cache
def _known() -> tuple[tuple[str, str], ...]:
    return tuple((str(name), names.normalised(str(name))) for name in datafiles.read(DATA)["names"])
