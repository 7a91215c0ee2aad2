"""A report is made of an export: the table, what is counted in it, rows of strangers, the partner's team."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable
from datetime import date
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certification import pulling, requests
from certification.export import Cut
from certification.models import Report
from certification.reports import converting, standing
from certification.reports.access import check_may
from certification.reports.converting import Made
from documents.models import StoredFile
from documents.storing import store
from journal.record import actor_of, record
from partners import matching, team
from partners.dashboard import days
from partners.models import Account
from partners.team import Member
from people.models import User
from tickets import steps
from tickets.actions import Refused
from tickets.actions.core import locked
from tickets.models import Ticket

AREA: Final = "reports"  # letters only, as the sweep of orphans expects
MOST_BYTES: Final = 40 * 1024 * 1024
EARLIEST: Final = 2015
_SPACE: Final = zlib.crc32(b"certification.reports") >> 1  # our own corner among the database's advisory locks
WORD: Final = re.compile(r"\w+")


def make(
    content: bytes,
    *,
    name: str,
    by: User,
    account: Account | None = None,
    ticket: Ticket | None = None,
    as_of: date | None = None,
) -> Report:
    """The report of an export, the same one for the same file twice; raises `Refused` with the sentence why not.

    Whose it is: as said, else the ticket's partner, else by the addresses in it. With `ticket` its procedure goes on.
    """
    check_may(by)
    day = as_of or days.find(name) or timezone.localdate()
    _check_day(day)
    account = account or (ticket.partner if ticket else None)
    made = converting.of(content, name=name, account=account)
    account = account or _account_of(made)
    with transaction.atomic():
        _one_at_a_time(content)
        if there := _already(content, account, ticket, day):
            if ticket is not None:
                _tell(there, ticket)
            return there
        report = _written(content, name, made, account=account, ticket=ticket, as_of=day, by=by)
        take_team(report, converting.members(made.table, unsaid=made.unsaid), by=by)
        after = {"file": report.source_name, "people": report.rows_count, "flagged": len(report.foreign)}
        record(report, "report made", by=actor_of(by), after=after)
        if ticket is not None:
            _tell(report, ticket)
    return report


def put_table(report: Report, made: Made | Cut) -> None:
    """The file a partner gets and what is counted in it; the caller saves the row."""
    report.result_name = name_of(report)
    report.result = store(made.table, name=report.result_name, declared_type="text/csv", area=AREA)
    report.rows_count, report.counts = made.rows, dict(made.counts)


def take_team(report: Report, members: Iterable[Member], *, by: User) -> None:
    """The partner's people stand from now on, once it is said which of them are theirs."""
    if report.account is None or report.team_id is not None or standing.is_open(report):
        return
    try:
        report.team = team.take(report.account, members, as_of=report.as_of, by=by)
    except team.Refused as refused:
        raise Refused(str(refused)) from refused
    report.save(update_fields=["team"])


def name_of(report: Report) -> str:
    """“Northwind-DevOps-GmbH-certifications-2026-11-27.csv”."""
    whose = "-".join(WORD.findall(report.account.name)) if report.account else ""
    return "-".join(part for part in (whose[:80], "certifications", report.as_of.isoformat()) if part) + ".csv"


def _written(
    content: bytes,
    name: str,
    made: Made,
    *,
    account: Account | None,
    ticket: Ticket | None,
    as_of: date,
    by: User,
) -> Report:
    report = Report(
        account=account,
        ticket=ticket,
        source=store(content, name=name, area=AREA),
        source_name=name[:255],
        as_of=as_of,
        remarks=list(made.remarks),
        unsaid=list(made.unsaid),
        foreign=[dict(one) for one in made.foreign],
        made_by=by,
        made_by_name=str(by)[:160],
    )
    put_table(report, made)
    report.save()
    return report


def _tell(report: Report, ticket: Ticket) -> None:
    """The procedure of the ticket has its export."""
    with locked(ticket) as row:
        if row.kind == requests.KIND:
            pulling.settle(requests.begun(row), report)
            steps.heard(row, "report")


def _one_at_a_time(content: bytes) -> None:
    """Until the transaction ends: whoever brings the same file at the same moment finds the report of the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_SPACE, zlib.crc32(content) >> 1])


def _already(content: bytes, account: Account | None, ticket: Ticket | None, day: date) -> Report | None:
    """The same file for the same partner and day: whoever presses twice has pressed once."""
    same = StoredFile.objects.filter(sha256=hashlib.sha256(content).hexdigest(), key__startswith=f"{AREA}/")
    rows = Report.objects.filter(source__in=same, account=account, as_of=day, withdrawn=None)
    return rows.filter(ticket=ticket).order_by("pk").first()


def _account_of(made: Made) -> Account | None:
    """The partner most of the addresses are of."""
    return matching.of_domain(f"x@{made.domain}") if made.domain else None


def _check_day(day: date) -> None:
    if day > timezone.localdate():
        raise Refused(_("The day is still to come. Enter the day the export was made."))
    if day.year < EARLIEST:
        raise Refused(_("That day is too long ago. Enter the day the export was made."))
