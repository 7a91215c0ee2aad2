"""What is under way for partners: envelopes of DocuSign whose signer is somebody there, and what higher apps say."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from integrations.models import Envelope
from partners.models import AccountDomain, Contact
from routing.team import hooks
from routing.team.hooks import Flight

OPEN: Final = ("created", "sent", "delivered")
MOST: Final = 5_000  # envelopes under way at once; a desk has some dozens


def under_way(accounts: Collection[int]) -> list[Flight]:
    """Envelopes first, then what is registered; nothing for nobody."""
    return [*_envelopes(accounts), *hooks.under_way(accounts)] if accounts else []


def _envelopes(accounts: Collection[int]) -> Iterator[Flight]:
    flying = list(Envelope.objects.filter(status__in=OPEN).order_by("pk")[:MOST])
    written = {_address(one) for envelope in flying for one in envelope.recipients} - {""}
    if not written:
        return
    partner_of = _partners(written)
    for envelope in flying:
        found = {partner_of.get(_address(one)) for one in envelope.recipients}
        for account in sorted(one for one in found if one in accounts):  # type: ignore[type-var]
            subject = envelope.subject or _("An envelope without a subject")
            words = _("%(subject)s (DocuSign: %(status)s)") % {"subject": subject, "status": envelope.status}
            yield Flight(account=account, words=words)  # type: ignore[arg-type]


def _partners(addresses: Collection[str]) -> dict[str, int]:
    """By address: the contact's partner, else the one whose mail domain it is."""
    hosts = {one.rpartition("@")[2] for one in addresses}
    of_domain = dict(
        AccountDomain.objects.annotate(low=Lower("domain")).filter(low__in=hosts).values_list("low", "account_id")
    )
    found = {one: of_domain[host] for one in addresses if (host := one.rpartition("@")[2]) in of_domain}
    people = Contact.objects.annotate(low=Lower("email")).filter(low__in=addresses, account__isnull=False)
    found.update({email: account for email, account in people.values_list("low", "account_id") if account})
    return found


def _address(recipient: dict[str, str]) -> str:
    return str(recipient.get("email", "")).strip().lower()
