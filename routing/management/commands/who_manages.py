"""`manage.py who_manages account|opportunity …`: who the channel manager is, and why, as JSON (contract §4)."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from integrations.errors import VendorError
from routing import deciding, opportunities, waiting
from routing.facts import of_mirror
from routing.models import Decision, Track
from routing.owners import Deal, Found, Where, account_owner, opportunity_owner

NOT_ASKED = frozenset({"on", "about"})


class Command(BaseCommand):
    help = "Says who the channel manager of an account or an opportunity is, and why."

    def add_arguments(self, parser: CommandParser) -> None:
        about = parser.add_subparsers(dest="about", required=True)
        account = about.add_parser("account", help="by country, state and track, or by partner")
        account.add_argument("--country", default="", help="name or ISO code, as people write it")
        account.add_argument("--subdivision", default="", help="state or province")
        account.add_argument("--postal-code", default="")
        account.add_argument("--track", default="", type=str.lower, choices=["", *Track.values])
        account.add_argument("--public-sector", action="store_true", default=None)
        account.add_argument("--partner", default="", metavar="NAME-OR-ID")
        deal = about.add_parser("opportunity", help="by its fields, or by its id in Salesforce")
        deal.add_argument("--partner", default="", metavar="NAME-OR-ID")
        deal.add_argument("--segment", default="", help="[Deprecated] Owner Segment-Geo-Region-Area")
        deal.add_argument("--territory", default="", help="Stamped Account Sales Territory")
        deal.add_argument("--opportunity", default="", metavar="ID", help="its id or link; its fields come from there")
        for one in (account, deal):
            one.add_argument("--on", type=_day, default=None, metavar="DATE", help="on which day; today without")

    def handle(self, *_args: Any, **options: Any) -> None:
        names = ("country", "subdivision", "postal_code", "track", "public_sector", "partner", "segment", "territory")
        question = {name: options[name] for name in (*names, "opportunity") if name in options}
        about, on = options["about"], options["on"]
        if about == Decision.About.ACCOUNT:
            found = account_owner(Where(**question), on=on)
        else:
            found = _of_opportunity(Deal(**question), on)
        said = {**question, "on": on.isoformat() if on else ""}
        deciding.keep(found, about=about, question=said)
        self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False))


def _of_opportunity(deal: Deal, on: date | None) -> Found:
    """One that our mirror does not have is read from Salesforce at once."""
    if deal.opportunity and of_mirror(deal) is None:
        try:
            answer = opportunities.read(deal.opportunity)
        except VendorError as problem:
            raise CommandError(problem.words) from problem
        deal = waiting.completed(deal, answer) if answer else deal
    return opportunity_owner(deal, on=on)


def _day(text: str) -> date:
    with suppress(ValueError):
        if len(text) == 10:
            return date.fromisoformat(text)
    raise CommandError(f"{text} is not a day of the calendar. Write it as 2022-11-22.")
