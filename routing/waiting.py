"""A web process wants the facts of an opportunity it does not have: a worker asks Salesforce, it waits a moment."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext as _

from integrations import shared
from partners.models import Account, Opportunity
from routing.facts import Deal, opportunity_id, with_record
from web import nudging

Answer = Mapping[str, str]
TASK: Final = "routing.tasks.read_opportunity"
LONGEST: Final = 3.0
PAUSE: Final = 0.05
_YES_NO: Final = {"yes": True, "no": False}


class NotYet(Exception):  # noqa: N818 - an answer to the asker
    """Nobody has it yet, and why: a sentence for people."""


def from_salesforce(deal: Deal) -> Deal | None:
    """The deal with what Salesforce says; None when it has no such opportunity. Raises NotYet."""
    answer = _waited_for(deal.opportunity.strip())
    if "problem" in answer:
        raise NotYet(answer["problem"])
    return completed(deal, answer) if answer else None


def completed(deal: Deal, answer: Answer) -> Deal:
    """With what `opportunities.read` gave."""
    partner = answer.get("partner", "")
    account = Account.objects.filter(salesforce_id=partner).first() if partner else None
    account = account or _only_there(answer)
    record = Opportunity(
        salesforce_id=answer["id"],
        account=account,
        segment=answer.get("segment", ""),
        territory=answer.get("territory", ""),
        public_sector=_YES_NO.get(answer.get("public_sector", "")),
    )
    unknown = partner if account is None and not deal.partner else deal.partner
    return with_record(replace(deal, partner=unknown), record)


def _only_there(answer: Answer) -> Account | None:
    """A partner that Salesforce has and we do not, never saved: its name and type say which table may know it."""
    if not answer.get("partner_name"):
        return None
    return Account(
        salesforce_id=answer["partner"],
        name=answer["partner_name"],
        partner_type=answer.get("partner_type", ""),
        track=answer.get("partner_track", ""),
        country=answer.get("partner_country", ""),
        public_sector=_YES_NO.get(answer.get("partner_public_sector", "")),
    )


def key_of(asked: str) -> str:
    """The same for every way to write one id."""
    plain = opportunity_id(asked) or asked.strip().lower()
    return f"routing:opportunity:{hashlib.sha256(plain.encode()).hexdigest()[:32]}"


def _waited_for(asked: str) -> Answer:
    key = key_of(asked)
    kept = shared.read(key)
    if kept is None:
        nudging.send(TASK, asked)
    deadline = time.monotonic() + LONGEST
    while kept is None and time.monotonic() < deadline:
        time.sleep(PAUSE)
        kept = shared.read(key)
    if kept is None:
        raise NotYet(_("Salesforce is being asked for this opportunity. Ask again in a few seconds."))
    answer: Answer = kept["answer"]
    return answer
