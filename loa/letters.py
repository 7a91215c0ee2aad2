"""Letters with a date: made once of a signed PDF, replaced by newer ones, recalled. Alone writes `Letter.state`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from documents.storing import store
from journal.record import DESK, actor_of, record
from loa import dating, signed, telling
from loa.models import Letter, LetterRequest
from partners import names
from partners.models import Account
from partners.standing import Reason, standings
from people.models import User
from tickets.actions import Refused
from web import failpoints

GATE = "loa"
State = Letter.State


@dataclass(frozen=True, kw_only=True)
class Live:
    """A letter in force whose partner may not hold one any more, with every reason."""

    letter: Letter
    reasons: tuple[Reason, ...]


def live(on: date) -> QuerySet[Letter]:
    """In force on that day: dated, neither replaced nor recalled, not past its last day."""
    return Letter.objects.filter(state=State.IN_FORCE, dated__lte=on, valid_until__gte=on)


def in_force(account: Account, on: date) -> QuerySet[Letter]:
    """The partner's letters of that day, the one that lasts longest first."""
    return live(on).filter(account=account).order_by("-valid_until", "-pk")


def valid_for(company: str, on: date | None = None) -> list[Letter]:
    """Letters in force that name this company, whatever its legal form, capitals and accents."""
    core = names.normalised(company)
    rows = live(on or timezone.localdate()).order_by("-valid_until", "-pk")
    same = [pk for pk, name in rows.values_list("pk", "company") if core and names.normalised(name) == core]
    return list(rows.filter(pk__in=same)) if same else []


def of_request(request: LetterRequest) -> Letter | None:
    return Letter.objects.select_related("stored", "account").filter(request=request).first()


def keep(request: LetterRequest, content: bytes) -> Letter:
    """The letter of a completed request: read, stored and in force, once. Raises `signed.NotTheLetter`."""
    known = of_request(request)
    if known is not None:
        return known
    found = signed.examine(request, content)
    failpoints.reach("letter examined")
    with transaction.atomic():
        row = (
            LetterRequest.objects.select_for_update(of=("self",))
            .select_related("account", "ticket__partner")
            .get(pk=request.pk)
        )
        known = of_request(row)
        return known if known is not None else _made(row, found)


def recall(letter: Letter, *, by: User, why: str) -> Letter:
    """It counts no more from now on, and requester and channel manager are told; what was recalled stays so."""
    reason = why.replace("\x00", "").strip()
    if not reason:
        raise Refused(_("Say why the letter is recalled: the partner reads it."))
    with transaction.atomic():
        row = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
        if row.state == State.RECALLED:
            return row
        if row.state != State.IN_FORCE:
            raise Refused(_("This letter has been replaced by a newer one. Recall that one."))
        row.state, row.recalled, row.recalled_by, row.recall_why = State.RECALLED, timezone.now(), by, reason
        row.save(update_fields=["state", "recalled", "recalled_by", "recall_why"])
        record(row, "letter_recalled", by=actor_of(by), before={"state": State.IN_FORCE}, after={"state": row.state},
               why=reason)  # fmt: skip
        telling.tell(row, telling.RECALLED)
    return row


def to_recall(on: date) -> list[Live]:
    """Letters in force whose partner surely does not meet the gate of letters any more; as many queries for any number.

    What cannot be told is no reason to recall (domain notes, 2.2).
    """
    rows = list(
        live(on)
        .filter(account__isnull=False)
        .select_related("account__channel_manager__user", "request__ticket", "stored")
        .order_by("company", "pk")
    )
    return [one for one in _judged(rows, on) if one.reasons]


def _judged(rows: Iterable[Letter], on: date) -> list[Live]:
    kept = list(rows)
    accounts = {one.account_id: one.account for one in kept if one.account is not None}
    known = standings(accounts.values(), on=on, only=(GATE,)) if accounts else {}
    found = {pk: standing for (pk, _gate), standing in known.items()}
    lost = {pk: one.reasons for pk, one in found.items() if one.state == "missing"}
    return [Live(letter=one, reasons=lost.get(one.account_id or 0, ())) for one in kept]


def _made(request: LetterRequest, found: signed.Signed) -> Letter:
    until = dating.valid_until(found.dated)
    stored = store(
        found.content, name=_file_name(request, found.dated), declared_type="application/pdf", area="letters"
    )
    letter = Letter.objects.create(
        request=request,
        account=request.account or (request.ticket.partner if request.ticket else None),
        company=request.company[:255],
        requester_name=request.requester_name,
        requester_email=request.requester_email,
        end_customer=request.end_customer,
        dated=found.dated,
        valid_until=until,
        stored=stored,
        sha256=stored.sha256,
        pages=found.pages,
    )
    after = {"dated": found.dated.isoformat(), "valid_until": until.isoformat(), "sha256": stored.sha256,
             "pages": found.pages, "dated_by": found.dated_by}  # fmt: skip
    record(letter, "letter_kept", by=DESK, after=after)
    replace(letter)
    return letter


@transaction.atomic
def replace(letter: Letter) -> None:
    """Of the letters of one partner for one end customer the one with the newest date counts; the rest are replaced.

    The account is locked, so that of two letters at once each sees the other.
    """
    if letter.account_id is None:
        return
    Account.objects.select_for_update(no_key=True).get(pk=letter.account_id)
    same = [one for one in _in_force_of(letter.account_id) if _customer(one) == _customer(letter)]
    newest = max(same, key=lambda one: (one.dated, one.pk), default=letter)
    for one in same:
        if one.pk != newest.pk:
            Letter.objects.filter(pk=one.pk).update(state=State.SUPERSEDED, superseded_by=newest)
            record(one, "letter_superseded", by=DESK, before={"state": State.IN_FORCE},
                   after={"state": State.SUPERSEDED, "by": newest.pk})  # fmt: skip
    letter.refresh_from_db()


def _in_force_of(account: int) -> QuerySet[Letter]:
    return Letter.objects.select_for_update(of=("self",)).filter(account=account, state=State.IN_FORCE)


def _customer(letter: Letter) -> str:
    return names.normalised(letter.end_customer) or letter.end_customer.strip().casefold()


def _file_name(request: LetterRequest, dated: date) -> str:
    company = request.company or request.requester_name or _("partner")
    return f"{_('Letter of Authorization')}, {company}, {date_format(dated, 'Y-m-d')}.pdf"
