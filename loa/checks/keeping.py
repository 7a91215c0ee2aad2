"""All checks of a request on a day, and keeping them beside it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from journal.record import DESK, record
from loa import stages
from loa.checks import company, domain, in_force, region, standing
from loa.checks.proposing import proposed
from loa.checks.shapes import Check, Checked, Known
from loa.models import LetterRequest
from partners.models import Account
from routing import contract_regions


def run(request: LetterRequest, *, on: date | None = None, known: Known | None = None) -> Checked:
    """Reads rows only. `known` says how fresh they are; without it the mirror itself does."""
    day, facts = on or timezone.localdate(), known or Known.of_mirror(request.account)
    who = domain.check(request)
    status, requirements = standing.checks(request.account, facts, on=day, may_name=who.verdict == "met")
    return proposed(
        [
            company.check(request, facts),
            status,
            requirements,
            in_force.check(request, on=day),
            who,
            region.check(request, facts),
        ]
    )


@transaction.atomic
def keep(request: LetterRequest, checked: Checked) -> bool:
    """What was found, with one event; False when another account was chosen meanwhile and it says nothing any more."""
    row = LetterRequest.objects.select_for_update(no_key=True, of=("self",)).get(pk=request.pk)
    if row.account_id != request.account_id:
        return False
    before = {"proposal": row.proposal}
    row.proposal, row.checked = checked.proposal, timezone.now()
    row.checks = [one.as_json() for one in checked.checks]
    if row.account is not None:
        _of_its_region(row, row.account)
    row.save(update_fields=["proposal", "checked", "checks", "track", "region", "due"])
    after = {"proposal": row.proposal, "checks": {one.slug: one.verdict for one in checked.checks}}
    record(row, "checked", by=DESK, before=before, after=after, why=" ".join(checked.reasons))
    request.refresh_from_db()
    return True


def _of_its_region(row: LetterRequest, account: Account) -> None:
    """Track and region as they were checked; two business days of another region end at another hour."""
    row.track, before = account.track, row.region
    row.region = contract_regions.agreed_of(account).region or account.region
    begun = row.spans.exclude(stage=LetterRequest.Stage.REQUESTED).order_by("entered").first()
    if row.region != before and begun is not None and row.due is not None:
        row.due = stages.promise(row, since=begun.entered)


def kept(request: LetterRequest) -> Checked | None:
    """What was found last; None before the first time, and after another account was chosen."""
    return proposed([Check.from_json(one) for one in request.checks]) if request.checks else None
