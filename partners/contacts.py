"""From an address to the person and the partner behind it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from partners import domains, matching
from partners.models import Account, Contact
from web import rows


def contact_for(email: str, *, name: str = "") -> Contact:
    """The contact with this address, made when it is new; the partner follows where the address makes it certain."""
    address = email.strip().lower()
    found = _known(address) or _make(address, name=name)
    if name and not found.name:
        found.name = name[:200]
        found.save(update_fields=["name"])
    if found.account_id is None and found.account_said_by_id is None:
        _find_account(found)
    return found


def partner_of(contact: Contact) -> Account | None:
    """Whom they write for, as far as it is certain: not a deleted account, not one of two that Salesforce names.

    Nobody for a colleague or a program, even where Salesforce has them as a partner's contact.
    """
    account = matching.survivor_of(contact.account)
    if account is None or domains.is_nobodys(contact.email):
        return None
    if contact.account_said_by_id is not None:
        return account
    torn: bool | None = getattr(contact, "torn", None)  # contact_for reads it along
    return None if (_is_torn(contact) if torn is None else torn) else account


def is_known(email: str) -> bool:
    """They sign in here, Salesforce has them, or they belong to a partner."""
    found = Contact.objects.filter(email__lower=email.strip().lower())
    return found.filter(Q(user__isnull=False) | Q(account__isnull=False) | ~Q(salesforce_id="")).exists()


def _find_account(contact: Contact) -> None:
    """An account became theirs since, or they are new."""
    account = matching.of_domain(contact.email)
    if account is not None:
        contact.account = account
        contact.save(update_fields=["account"])


def _is_torn(contact: Contact) -> bool:
    return contact.doubles.filter(_ELSEWHERE).exclude(account=contact.account_id).exists()


def _known(address: str) -> Contact | None:
    return _BY_ADDRESS.first(address=address)


_ELSEWHERE = Q(account__isnull=False, account__deleted=None, account__merged_into=None, deleted=None)
_BY_ADDRESS = rows.Prepared(
    lambda: (
        Contact.objects.select_related("account__channel_manager")
        .annotate(
            torn=Exists(
                Contact.objects.filter(_ELSEWHERE, double_of=OuterRef("pk")).exclude(account=OuterRef("account"))
            )
        )
        .filter(email__lower=rows.Given("address"), double_of=None)
    )
)


def _make(address: str, *, name: str) -> Contact:
    made = Contact.objects.bulk_create([Contact(email=address, name=name[:200])], ignore_conflicts=True)
    # With ignore_conflicts no key comes back, and somebody else may have been quicker: read what is there.
    return _known(address) or made[0]
