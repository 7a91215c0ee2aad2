"""Rules by partner whose partner came, or got another name, after the import."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone

from journal.record import DESK, record
from partners.dashboard import linking
from routing import book, forgetting
from routing.models import PartnerRule

LINKED: Final = "rule linked"


def link_again() -> int:
    """Looks at rules without an account anew; how many were linked. Running it twice does no harm."""
    rules = PartnerRule.objects.filter(account=None, valid_to=None) | PartnerRule.objects.filter(
        account=None, valid_to__gte=timezone.localdate()
    )
    if not rules.exists():
        return 0
    partners = linking.known()
    with transaction.atomic():
        changed = [rule for rule in rules.select_for_update() if _linked(rule, partners)]
        PartnerRule.objects.bulk_update(changed, ["account"], batch_size=2000)
        for rule in changed:
            record(rule, LINKED, by=DESK, after={"account": rule.account_id})
        if changed:
            book.forget()
            forgetting.forget()
    return len(changed)


def _linked(rule: PartnerRule, partners: linking.Known) -> bool:
    rule.account_id = partners.account_of(rule.partner_name, rule.partner_name)
    return rule.account_id is not None
