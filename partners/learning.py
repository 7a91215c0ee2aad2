"""What a person taught us about who belongs to whom: kept, told, and taken back when they say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import Count, Func, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from journal.record import actor_of, record
from partners import domains, names
from partners.models import Account, AccountDomain, AccountName, Contact
from people.models import User

MOST_OF_ONE = 2  # contacts of a second account with the domain that may be strays


class CannotRemember(Exception):  # noqa: N818 - it is an answer to a person
    """It may not be remembered; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Learned:
    """One thing that was remembered: of which kind, what, and whose it was before."""

    what: str
    key: str
    before: Mapping[str, Any]

    def row(self) -> dict[str, Any]:
        """For an event."""
        return {"what": self.what, "key": self.key, "before": dict(self.before)}


@transaction.atomic
def remember(
    account: Account | None, *, email: str = "", domain: str = "", name: str = "", by: User, why: str = ""
) -> list[Learned]:
    """Keeps that this person, this mail domain, this company name is the account's; what was known already is left out.

    Without an account only a person can be remembered: they belong to no partner.
    """
    done = [
        _person(account, email, by) if email else None,
        _domain(account, domain, by) if domain and account else None,
        _name(account, name, by) if name and account else None,
    ]
    learned = [one for one in done if one is not None]
    for one in learned:
        for subject in [account] if account else []:
            record(subject, "learned", by=actor_of(by), after={one.what: one.key}, why=why)
    return learned


@transaction.atomic
def forget(account: Account, *, domain: str = "", name: str = "", by: User, why: str = "") -> bool:
    """Lets go of a mail domain or another name of the account, whoever said it; False when it was not known."""
    gone = {}
    if domain and AccountDomain.objects.filter(account=account, domain__lower=domain.lower()).delete()[0]:
        gone["domain"] = domain.lower()
        _deduced(domain.lower()).filter(account=account).update(account=None)  # their next mail finds it anew
    if name and AccountName.objects.filter(account=account, name=name).delete()[0]:
        gone["name"] = name
    if gone:
        record(account, "forgot", by=actor_of(by), before=gone, why=why)
    return bool(gone)


@transaction.atomic
def take_back(learned: Sequence[Mapping[str, Any]], *, by: User) -> None:
    """Makes it as it was before, as far as nobody has said anything else since."""
    for one in learned:
        _TAKE_BACK[str(one["what"])](str(one["key"]), one["before"], by)


def why_not_domain(domain: str) -> str:
    """Why a domain can be nobody's alone, in words; "" when it can be remembered."""
    return domains.why_not(domain) or (shared_words(domain) if is_shared(domain) else "")


def shared_words(domain: str) -> str:
    return _("Several partners share %(domain)s.") % {"domain": domains.as_read(domain)}


def is_shared(domain: str) -> bool:
    """Two accounts have it as their website, or people of two write from it."""
    spelt = {domain, domains.as_read(domain)}
    websites = Account.objects.filter(website_domain__in=spelt, deleted=None, merged_into=None)
    if websites.count() > 1:
        return True
    at = Func(Lower("email"), Value("@"), 2, function="split_part", output_field=models.TextField())
    people = (
        Contact.objects.alias(at=at)
        .filter(at__in=spelt, account__deleted=None, account__merged_into=None, deleted=None)
        .exclude(account=None)
        .exclude(salesforce_id="")
        .values("account")
        .annotate(count=Count("pk"))
        .filter(count__gte=MOST_OF_ONE)
    )
    return len(people[:2]) > 1


def _person(account: Account | None, email: str, by: User) -> Learned | None:
    contact = Contact.objects.select_for_update(no_key=True).filter(email__lower=email.lower(), double_of=None).first()
    if contact is None or domains.is_nobodys(email):
        raise CannotRemember(_("%(address)s is nobody who writes for a partner.") % {"address": email})
    before = {"account": contact.account_id, "said_by": contact.account_said_by_id}
    if contact.account_said_by_id and contact.account_id == (account.pk if account else None):
        return None
    contact.account, contact.account_said_by = account, by
    contact.save(update_fields=["account", "account_said_by"])
    return Learned(what="person", key=contact.email, before=before)


def _domain(account: Account, domain: str, by: User) -> Learned | None:
    plain = domains.as_ascii(domain)
    refused = why_not_domain(plain)
    if refused:
        raise CannotRemember(refused)
    known = AccountDomain.objects.select_for_update(no_key=True).filter(domain__lower=plain).first()
    if known is not None and known.account_id == account.pk:
        return None
    before: dict[str, Any] = {"account": known.account_id, "said_by": known.said_by_id} if known else {}
    AccountDomain.objects.filter(domain__lower=plain).delete()
    AccountDomain.objects.create(account=account, domain=plain, said_by=by)
    people = _deduced(plain).exclude(account=account)
    before["people"] = list(people.values_list("pk", "account"))
    people.update(account=account)
    return Learned(what="domain", key=plain, before=before)


def _deduced(domain: str) -> models.QuerySet[Contact]:
    """Who writes from there and whose partner the desk itself found: no person said it, and Salesforce has them not."""
    at = Func(Lower("email"), Value("@"), 2, function="split_part", output_field=models.TextField())
    local = Contact.objects.filter(salesforce_id="", account_said_by=None, double_of=None, doubles=None)
    return local.alias(at=at).filter(at__in={domain, domains.as_read(domain)})


def _name(account: Account, name: str, by: User) -> Learned | None:
    core = names.normalised(name)
    if not core:
        raise CannotRemember(_("“%(name)s” is no name of a company.") % {"name": name[:80]})
    known = AccountName.objects.select_for_update(no_key=True).filter(name=core).first()
    if known is not None and known.account_id == account.pk:
        return None
    before = {"account": known.account_id, "said_by": known.said_by_id} if known else {}
    AccountName.objects.filter(name=core).delete()
    AccountName.objects.create(account=account, name=core, said_by=by)
    return Learned(what="name", key=core, before=before)


def _person_back(email: str, before: Mapping[str, Any], by: User) -> None:
    said_here = Contact.objects.filter(email__lower=email.lower(), double_of=None, account_said_by=by)
    said_here.update(account=before.get("account"), account_said_by=before.get("said_by"))


def _domain_back(domain: str, before: Mapping[str, Any], by: User) -> None:
    said_here = AccountDomain.objects.filter(domain__lower=domain, said_by=by)
    account = said_here.values_list("account", flat=True).first()
    if account is None:
        return
    said_here.delete()
    if before.get("account"):
        AccountDomain.objects.create(domain=domain, account_id=before["account"], said_by_id=before["said_by"])
    people = _deduced(domain).filter(account=account)
    for pk, was in before.get("people", []):
        people.filter(pk=pk).update(account=was)


def _name_back(name: str, before: Mapping[str, Any], by: User) -> None:
    gone, _rows = AccountName.objects.filter(name=name, said_by=by).delete()
    if gone and before:
        AccountName.objects.create(name=name, account_id=before["account"], said_by_id=before["said_by"])


_TAKE_BACK: dict[str, Callable[[str, Mapping[str, Any], User], None]] = {
    "person": _person_back,
    "domain": _domain_back,
    "name": _name_back,
}
