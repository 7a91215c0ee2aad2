"""Exports of the partner portal in the demo: made as Impartner writes them, taken in as people's uploads are."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.utils import timezone

from certification.models import Report
from certification.reports import flagging, making
from certification.table.columns import columns
from partners.models import Account
from people.models import User
from tickets.models import Ticket
from web import datafiles

FILE: Final = Path(__file__).parent / "exports.toml"
STREETS: Final = ("Lindenweg 12", "Harbour Row 3", "2-8-1 Chuo", "14 rue des Lilas", "88 Mesa Drive", "Ringstraße 40")
TRUE, FALSE = "True", "False"


def load(*, by: User) -> None:
    """Reports that no ticket asked for. Wants the demo's partners."""
    for words in datafiles.read(FILE)["export"]:
        make(words, by=by, account=Account.objects.get(name=words["partner"]))


def make(words: Mapping[str, Any], *, by: User, account: Account | None, ticket: Ticket | None = None) -> Report:
    """`people` are “name, address, city, country, what is True”; `leave_out` decides about those of another company."""
    moment = timezone.now() - timedelta(days=words.get("days_ago", 0))
    made = making.make(
        of(words["people"]), name=words["name"], by=by, account=account, ticket=ticket, as_of=moment.date()
    )
    if words.get("leave_out"):
        flagging.decide(made, leave_out=[one["line"] for one in made.foreign], by=by)
    Report.objects.filter(pk=made.pk).update(created=moment)
    return made


def of(people: Sequence[Sequence[str]]) -> bytes:
    """As the portal exports it: a prefix before each heading, True and False, semicolons where Excel is European."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([f"User: {one.field}" for one in columns()])
    for number, (name, email, city, country, said) in enumerate(people):
        phone = f"+49 30 555{number:04}" if country == "Germany" else f"+1 512 555{number:04}"
        home = {"Mailing Street": STREETS[number % len(STREETS)], "Mailing City": city, "Mailing Country": country}
        cells = {"Full Name": name, "Email": email, "Phone": phone, **home}
        writer.writerow([_cell(one.field, cells, said.split(", "), yes_or_no=one.is_yes_or_no) for one in columns()])
    return out.getvalue().encode("utf-8-sig")


def _cell(field: str, cells: Mapping[str, str], said: Sequence[str], *, yes_or_no: bool) -> str:
    if not yes_or_no:
        return cells.get(field, "")
    short = {
        "Account Activated": "active",
        "Administrative Privileges": "admin",
        "Display on Partner Locator?": "shown",
    }
    return TRUE if short.get(field, field) in said else FALSE
