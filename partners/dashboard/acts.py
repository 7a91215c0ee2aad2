"""Taking a dashboard over, withdrawing it, saying whose a line is: each in one transaction with its event."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from documents.models import StoredFile
from documents.storing import store
from journal.record import DESK, Actor, actor_of, record
from partners import facts, learning, names
from partners.dashboard import caged, linking
from partners.dashboard.comparing import counts_of
from partners.dashboard.sheets import Line, Sheet
from partners.models import Account, AccountName, DashboardReport, DashboardRow
from people.models import User

AREA: Final = "certification"
MOST_BYTES: Final = 10 * 1024 * 1024
UNUSED: Final = timedelta(days=1)
BATCH: Final = 2000
_ONE_CHANGE_AT_A_TIME: Final = 0x63657274


class Refused(Exception):  # noqa: N818 - an answer to a person
    """Why nothing was changed: a sentence for people."""


def keep(content: bytes, *, name: str, by: User) -> StoredFile:
    """Reads the file, and keeps it for the preview when it is a dashboard; raises `Unfit` when it is not."""
    check_may(by)
    caged.sheet_of(content, name)
    _forget_unused()
    with transaction.atomic():
        return store(content, name=name, area=AREA)


def waiting_file(pk: UUID) -> StoredFile | None:
    """A file that was uploaded here and waits for its preview to be accepted."""
    used = DashboardReport.objects.filter(file=pk)
    found = StoredFile.objects.filter(pk=pk, key__startswith=f"{AREA}/")
    return None if used.exists() else found.first()


def sheet_of(file: StoredFile) -> Sheet:
    return caged.sheet_of(file.read(), file.name)


def take_over(file: StoredFile, *, as_of: date, by: Actor) -> DashboardReport:
    """The file becomes the dashboard as of that day; a second click finds it done."""
    if by.user is not None:
        check_may(by.user)
    if as_of > timezone.localdate():
        raise Refused(_("The day is still to come. Enter the day the dashboard was exported."))
    sheet = sheet_of(file)
    with transaction.atomic():
        _one_at_a_time()
        if done := DashboardReport.objects.filter(file=file).first():
            return done
        report = DashboardReport.objects.create(
            file=file,
            as_of=as_of,
            columns=sheet.columns,
            rows_count=len(sheet.lines),
            imported_by=by.user,
            imported_by_name=by.name[:160],
        )
        linked = _write(report, sheet.lines)
        after = {"as_of": as_of.isoformat(), "file": file.name, "lines": len(sheet.lines), "linked": linked}
        record(report, "dashboard imported", by=by, after=after)
    return report


def _write(report: DashboardReport, lines: Iterable[Line]) -> int:
    """Returns how many lines are linked to a partner."""
    partners = linking.known()
    rows = [
        DashboardRow(
            report=report,
            number=line.number,
            partner_name=line.name,
            salesforce_id=line.salesforce_id,
            account_id=partners.account_of(line.name, line.salesforce_id),
            open_reqs_met=line.met,
            counts=counts_of(line),
        )
        for line in lines
    ]
    DashboardRow.objects.bulk_create(rows, batch_size=BATCH)
    return sum(row.account_id is not None for row in rows)


def withdraw(report: DashboardReport, *, why: str, by: User) -> DashboardReport:
    """It counts for no day any more; the file and its lines stay."""
    if not why.strip():
        raise Refused(_("Say why it is withdrawn."))
    return _set_withdrawn(report, gone=True, why=why.strip(), by=by)


def put_back(report: DashboardReport, *, by: User) -> DashboardReport:
    """Undo of withdrawing it."""
    return _set_withdrawn(report, gone=False, why="", by=by)


def _set_withdrawn(report: DashboardReport, *, gone: bool, why: str, by: User) -> DashboardReport:
    check_may(by)
    with transaction.atomic():
        row = DashboardReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
        if (row.withdrawn is not None) != gone:
            row.withdrawn = timezone.now() if gone else None
            row.save(update_fields=["withdrawn"])
            verb = "dashboard withdrawn" if gone else "dashboard put back"
            record(row, verb, by=actor_of(by), before={"withdrawn": not gone}, after={"withdrawn": gone}, why=why)
    return row


def assign(name: str, account: Account, *, by: User) -> int:
    """The name is that partner's, from now on and on every dashboard kept; how many lines were linked."""
    check_may(by)
    with transaction.atomic():
        _one_at_a_time()
        learning.remember(account, name=name, by=by, why=_("Certification dashboard"))
        return _linked_again(name, by=by)


def release(name: str, *, by: User) -> int:
    """Undo of assigning it: the name is nobody's, or whose it is spelt like."""
    check_may(by)
    with transaction.atomic():
        _one_at_a_time()
        known = AccountName.objects.select_related("account").filter(name=names.normalised(name)).first()
        if known is None:
            raise Refused(_("“%(name)s” is not remembered as a partner's name.") % {"name": name})
        record(known.account, "name forgotten", by=actor_of(by), before={"name": known.name})
        known.delete()
        return _linked_again(name, by=by)


def _linked_again(name: str, *, by: User) -> int:
    changed = linking.link_again(linking.rows_named(name))
    for report in DashboardReport.objects.filter(pk__in={row.report_id for row in changed}):
        lines = {str(row.number): row.account_id for row in changed if row.report_id == report.pk}
        record(report, "dashboard lines linked", by=actor_of(by), after={"name": name, "lines": lines})
    return len(changed)


def look_at_current() -> int:
    """The lines of the dashboard that counts today, looked at by the desk itself."""
    current = facts.dashboard_on(timezone.localdate())
    return look_again(current, by=DESK) if current and current.rows.filter(account=None).exists() else 0


def look_again(report: DashboardReport, *, by: Actor) -> int:
    """Partners that came meanwhile, or are named otherwise, get their lines; how many were linked."""
    with transaction.atomic():
        _one_at_a_time()
        changed = linking.link_again(report.rows.filter(account=None))
        if changed:
            lines = {str(row.number): row.account_id for row in changed}
            record(report, "dashboard lines linked", by=by, after={"lines": lines})
    return len(changed)


def check_may(by: User) -> None:
    if not by.on_desk:
        raise PermissionDenied(_("Only the desk imports and changes certification dashboards."))


def described(report: DashboardReport) -> str:
    return _("dashboard as of %(day)s") % {"day": date_format(report.as_of, "j M Y")}


def _forget_unused() -> None:
    """Files somebody looked at and did not take over, a day later; their bytes go with the next sweep."""
    old = StoredFile.objects.filter(key__startswith=f"{AREA}/", created__lt=timezone.now() - UNUSED)
    used = DashboardReport.objects.values("file")
    old.exclude(pk__in=used).delete()


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_CHANGE_AT_A_TIME])
