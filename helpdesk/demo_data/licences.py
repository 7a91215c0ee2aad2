"""The demo's register of NFR licences, written by the register's own verbs and then given its age."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from helpdesk.demo_data import past
from nfr.models import Licence
from nfr.register import writing
from partners.models import Account
from people.models import User
from web import datafiles

DATA = Path(__file__).parent / "licences.toml"


def load(*, by: User) -> list[Licence]:
    """Wants the demo's partners and the terms of the program."""
    rows = datafiles.read(DATA)["licence"]
    accounts = {one.name: one for one in Account.objects.filter(name__in=[row.get("partner", "") for row in rows])}
    today, known = timezone.localdate(), dict[str, Licence]()
    for row in rows:
        before = known[row["renews"]] if "renews" in row else None
        made = _granted(row, accounts.get(row.get("partner", "")), before, today, by=by)
        if "key" in row:
            known[row["key"]] = made
        past.move_licence(made, to=_noon(made.starts or today))
        _lived(made, row, today, by=by)
    return list(Licence.objects.all())


def _granted(
    row: Mapping[str, Any], account: Account | None, before: Licence | None, today: date, *, by: User
) -> Licence:
    name, email = row["contact"]
    more = {"partner_name": row.get("written", ""), "contact_name": name, "contact_email": email}
    more |= {key: row.get(key, "") for key in ("licence_ref", "support_ticket", "exception", "exception_by", "note")}
    return writing.grant(
        None,
        account=account,
        type=row["type"],
        tier=row["tier"],
        seats=row["seats"],
        namespace=row.get("namespace", ""),
        starts=today - timedelta(days=row["started"]),
        ends=today + timedelta(days=row["ends"]),
        by=by,
        replaces=before,
        more=more,
        source=Licence.Source.HAND if account else Licence.Source.IMPORT,
    )


def _lived(licence: Licence, row: Mapping[str, Any], today: date, *, by: User) -> None:
    """What was counted since, and that it ended early."""
    for days, used, source in row.get("counts", ()):
        began, at = timezone.now(), _noon(today - timedelta(days=days))
        writing.count_seats(licence, used, source=source, by=by, at=at)
        past.move_licence(licence, to=at, since=began)
    if "ended" in row:
        began, on = timezone.now(), today - timedelta(days=row["ended"])
        writing.end(licence, on=on, why=row["ended_why"], by=by)
        past.move_licence(licence, to=_noon(on), since=began)


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))
