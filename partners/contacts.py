"""From an address to the person and the partner behind it."""

from __future__ import annotations

from django.db.models import Q

from partners.models import Account, AccountDomain, Contact
from web import rows

# Mail providers anybody may have an address at: such a domain never names a partner.
PUBLIC_DOMAINS = frozenset(
    """gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com yahoo.co.jp icloud.com me.com gmx.de
    gmx.net web.de t-online.de aol.com proton.me protonmail.com qq.com 163.com 126.com naver.com orange.fr free.fr
    mail.ru yandex.ru""".split()  # noqa: SIM905 - a list of words reads best as words
)


def contact_for(email: str, *, name: str = "") -> Contact:
    """The contact with this address, made when it is new; the partner follows from the address's domain."""
    address = email.strip().lower()
    found = _known(address) or _make(address, name=name)
    if name and not found.name:
        found.name = name[:200]
        found.save(update_fields=["name"])
    return found


def account_of_address(email: str) -> Account | None:
    """The partner whose domain, or a parent of it, the address is from; None for public mail providers."""
    domain = email.rpartition("@")[2].lower().rstrip(".")
    if not domain or domain in PUBLIC_DOMAINS:
        return None
    labels = domain.split(".")
    candidates = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    found = AccountDomain.objects.select_related("account").filter(domain__in=candidates)
    return max(found, key=lambda row: len(row.domain)).account if found else None


def is_known(email: str) -> bool:
    """They sign in here, Salesforce has them, or they belong to a partner."""
    found = Contact.objects.filter(email__lower=email.strip().lower())
    return found.filter(Q(user__isnull=False) | Q(account__isnull=False) | ~Q(salesforce_id="")).exists()


def _known(address: str) -> Contact | None:
    return _BY_ADDRESS.first(address=address)


_BY_ADDRESS = rows.Prepared(
    lambda: Contact.objects.select_related("account__channel_manager").filter(
        email__lower=rows.Given("address"), double_of=None
    )
)


def _make(address: str, *, name: str) -> Contact:
    account = account_of_address(address)
    made = Contact.objects.bulk_create(
        [Contact(email=address, name=name[:200], account=account)], ignore_conflicts=True
    )
    # With ignore_conflicts no key comes back, and somebody else may have been quicker: read what is there.
    return _known(address) or made[0]
