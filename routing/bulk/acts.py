"""A spreadsheet is kept, read and checked; what comes of it is a change that waits for a second person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import PurePath
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import StoredFile
from documents.storing import store
from documents.tables import Unfit, caged
from people.models import User
from routing import ownership
from routing.bulk import checking, reading
from routing.bulk.checking import Checked
from routing.bulk.sheets import Line, Sheet
from routing.models import OwnershipChange
from routing.ownership import Wanted

AREA: Final = "ownership"
MOST_BYTES: Final = 10 * 1024 * 1024
UNUSED: Final = timedelta(days=1)
REASONS: Final = 5


@dataclass(frozen=True, kw_only=True)
class Details:
    """What a file cannot say of itself; without `taken_at` no line is held back because its account changed since."""

    title: str = ""
    why: str = ""
    taken_at: datetime | None = None
    effective: date | None = None


def keep(content: bytes, *, name: str, by: User) -> StoredFile:
    """Reads the file, and keeps it for the preview when it is such a spreadsheet; raises `Unfit` when it is not."""
    check_may(by)
    read(content)
    return _store(content, name=name)


def read(content: bytes) -> Sheet:
    """The lines of the file, read in the cage."""
    sheet = caged(reading.read, content)
    if sheet.refused:
        raise Unfit(sheet.refused)
    return sheet


def waiting_file(pk: UUID) -> StoredFile | None:
    """A file that was uploaded here and waits for its preview."""
    used = OwnershipChange.objects.filter(file=pk)
    return None if used.exists() else StoredFile.objects.filter(pk=pk, key__startswith=f"{AREA}/").first()


def prepare(file: StoredFile, details: Details, *, by: User) -> OwnershipChange:
    """Every line checked, the change in its preview; a second click finds it made."""
    return _prepare(file, read(file.read()), details, by=by)


def prepare_at_once(content: bytes, *, name: str, details: Details, by: User) -> OwnershipChange:
    """The same for a caller who does not look at the columns first: what is not said is taken from the file."""
    check_may(by)
    sheet = read(content)
    said = Details(
        title=details.title or title_of(name),
        why=details.why or reasons_of(sheet.lines),
        taken_at=details.taken_at or saved_before_now(sheet),
        effective=details.effective,
    )
    return _prepare(_store(content, name=name), sheet, said, by=by)


def _prepare(file: StoredFile, sheet: Sheet, details: Details, *, by: User) -> OwnershipChange:
    check_may(by)
    checked = checking.check(sheet.lines)
    with transaction.atomic():
        StoredFile.objects.select_for_update().get(pk=file.pk)
        if done := OwnershipChange.objects.filter(file=file).first():
            return done
        return ownership.prepare(
            OwnershipChange.Kind.BULK,
            [_wanted(one) for one in checked],
            title=details.title,
            why=_with_approvers(details.why, sheet.lines),
            by=by,
            file=file,
            file_name=file.name,
            taken_at=details.taken_at,
            effective=details.effective,
        )


def _wanted(one: Checked) -> Wanted:
    return Wanted(
        number=one.line.number,
        account=one.account,
        salesforce_id=one.salesforce_id,
        name=one.account.name if one.account else one.line.account_name[:255],
        new_owner=one.owner,
        new_owner_name=one.line.new_owner or one.line.new_owner_id,
        add_territories=one.change.add,
        remove_territories=one.change.remove,
        reject_words=one.words,
    )


def title_of(name: str) -> str:
    """“FY23 realignment.xlsx” is called “FY23 realignment”."""
    return (PurePath(name).stem.strip() or _("Spreadsheet"))[:200]


def reasons_of(lines: Iterable[Line]) -> str:
    """What the file gives as reasons, each once."""
    return "; ".join(_several(line.reason for line in lines))


def approvers_of(lines: Iterable[Line]) -> list[str]:
    return _several(line.approved_by for line in lines)


def saved_before_now(sheet: Sheet) -> datetime | None:
    """When the workbook was saved, unless the clock it was saved by is ahead of ours."""
    return sheet.saved if sheet.saved and sheet.saved <= timezone.now() else None


def check_may(by: User) -> None:
    if not by.on_desk:
        raise PermissionDenied(_("Only the desk prepares changes of account owners."))


def _with_approvers(why: str, lines: Sequence[Line]) -> str:
    """Who is named in the file is kept as a statement of the file; it approves nothing here."""
    named = approvers_of(lines)
    said = _("The file names as approver: %(names)s.") % {"names": ", ".join(named)} if named else ""
    return "\n".join(one for one in (why.strip(), said) if one)


def _several(texts: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(" ".join(text.split()) for text in texts if text.strip()))
    more = len(found) - REASONS
    return [*found[:REASONS], _("and %(count)d more") % {"count": more}] if more > 0 else found


def _store(content: bytes, *, name: str) -> StoredFile:
    _forget_unused()
    with transaction.atomic():
        return store(content, name=name, area=AREA)


def _forget_unused() -> None:
    """Files somebody looked at and did not take further, a day later; their bytes go with the next sweep."""
    old = StoredFile.objects.filter(key__startswith=f"{AREA}/", created__lt=timezone.now() - UNUSED)
    old.exclude(pk__in=OwnershipChange.objects.exclude(file=None).values("file")).delete()
