"""Whose letter it would be: the account behind the company on the letter, or those that may be meant.

The letter names the company, so its name decides. The requester's address only says which of several it is, or that a
name with a slip is meant; it never makes a letter somebody else's. Never a guess (decision 29).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from journal.record import DESK, Actor, actor_of, record
from loa.models import LetterRequest
from partners import matching
from partners.clues import Kind
from partners.matching import Candidate, Match
from partners.models import Account
from people.models import User
from tickets import actions, steps
from tickets.actions import Refused
from tickets.actions.core import locked
from tickets.models import Step, Ticket
from tickets.models.ticket import NO_REQUEST

_BY_NAME = frozenset({Kind.NAME, Kind.OTHER_NAME})
STAGES = LetterRequest.Stage
OPEN = frozenset({STAGES.REQUESTED, STAGES.PHD_REVIEW})


@dataclass(frozen=True, kw_only=True)
class Found:
    """The account, certainly; or, without one, who may be meant."""

    account: Account | None = None
    by: User | None = None  # a person said so
    words: str = ""
    candidates: Sequence[Candidate] = ()

    @property
    def several(self) -> bool:
        """More than one account has just this name."""
        return sum(is_exactly(one) for one in self.candidates) > 1


def look(request: LetterRequest) -> Found:
    """What a person said, else what name and address say together; a handful of statements."""
    if request.account_by_id and (chosen := matching.survivor_of(request.account)):
        return Found(account=chosen, by=request.account_by)
    by_name = matching.match(company=request.company)
    found = _certain(by_name, request)
    if found is not None:
        return Found(account=found.account, words=found.evidence[0].words, candidates=by_name.candidates)
    return _of_ticket(request) or Found(candidates=_may_be(by_name, request))


def may_be(request: LetterRequest) -> Sequence[Candidate]:
    """Who may be meant by the company and the requester's address, the likeliest first."""
    return _may_be(matching.match(company=request.company), request)


def is_shared(company: str) -> bool:
    """Several accounts have just this name: nobody can be remembered for it."""
    return Found(candidates=matching.match(company=company).candidates).several


def _certain(by_name: Match, request: LetterRequest) -> Candidate | None:
    """A name that stands alone; else the only one of its like that the address speaks for as well."""
    if by_name.certain:
        return by_name.candidates[0]
    sure = matching.match(email=request.requester_email).sure if request.requester_email else None
    return next((one for one in by_name.candidates if sure is not None and one.account.pk == sure.pk), None)


def _of_ticket(request: LetterRequest) -> Found | None:
    """A person has said on the ticket which partner it is about."""
    ticket = request.ticket
    if ticket is None or ticket.partner is None:
        return None
    said = _who_said(ticket)
    account = matching.survivor_of(ticket.partner) if said else None
    return Found(account=account, by=said) if account else None


def _who_said(ticket: Ticket) -> User | None:
    """On this ticket itself: of two letters that a distributor asks for, each is for another partner."""
    event = actions.partner_event(ticket, itself=True)
    return event.actor if event else None


def _may_be(by_name: Match, request: LetterRequest) -> Sequence[Candidate]:
    """Those of a like name first, then whoever the address speaks for."""
    by_address = matching.match(email=request.requester_email).candidates if request.requester_email else ()
    named = {one.account.pk for one in by_name.candidates}
    more = [one for one in by_address if one.account.pk not in named]
    return [*by_name.candidates, *more][: matching.MOST_CANDIDATES]


def is_exactly(one: Candidate) -> bool:
    """It has just this name."""
    return any(clue.kind in _BY_NAME and clue.score >= matching.CERTAIN for clue in one.clues)


def keep(request: LetterRequest, found: Found) -> None:
    """The account on the request and, where nobody has said another, on its ticket; nothing when it is so already."""
    with _both_locked(request) as row:
        said_meanwhile = row.account_by_id is not None and found.by is None
        if not said_meanwhile and row.account_id != (found.account.pk if found.account else None):
            by = actor_of(found.by) if found.by else DESK
            _write(row, found.account, by=by, user=found.by, verb="account found")
            if found.account is not None and row.ticket is not None:
                why = _("The letter names %(company)s.") % _words(row)
                actions.link_partner(row.ticket, to=found.account, why=why)
    request.refresh_from_db()


def choose_account(
    request: LetterRequest, account: Account, *, by: User, remember: bool = False, why: str = ""
) -> LetterRequest:
    """A person says whose letter it is, and it is checked again; refused once somebody has decided.

    `remember`: whoever calls themselves so on a letter is that partner. The ticket is that partner's too.
    """
    chosen = matching.survivor_of(account)
    if chosen is None:
        raise Refused(_("Salesforce does not have this account as a partner any more. Choose the one it has now."))
    with _both_locked(request) as row:
        if row.stage not in OPEN:
            raise Refused(_("The letter is decided: its partner stays as it was checked."))
        _remember(row, chosen, remember=remember, by=by)
        _write(row, chosen, by=actor_of(by), user=by, verb="account chosen", why=why)
        if row.ticket is not None:
            again(row.ticket, "account", by=by, why=_("%(name)s was chosen.") % {"name": chosen.name})
            actions.change_partner(row.ticket, to=chosen, by=by, why=_("Chosen for the letter."))
    request.refresh_from_db()
    return request


def check_again(request: LetterRequest, *, by: User) -> None:
    """Asks a worker to look once more; refused once somebody has decided."""
    if request.ticket is None or request.stage not in OPEN:
        raise Refused(_("The letter is decided: it is not checked any more."))
    again(request.ticket, "check", by=by, why=_("Checked again."))


def again(ticket: Ticket, slug: str, *, by: User | None, why: str) -> None:
    """The step once more, and what followed it; one whose turn has not come, or that is under way, is left alone."""
    step = next((one for one in steps.of(ticket) if one.slug == slug), None)
    if step is None:
        raise Refused(_("The procedure of this ticket has no such step."))
    step.ticket = ticket
    if step.state in {Step.State.STUCK, Step.State.READY}:
        steps.retry(step, by=by)
    elif step.state in {Step.State.DONE, Step.State.SKIPPED}:
        steps.go_back(ticket, slug, by=by, why=why)


def partner_changed(ticket: Ticket, by: Actor) -> None:
    """In the transaction that says which partner a ticket is about: said of this ticket, it is said of its letter."""
    if by.user is None or ticket.partner is None or ticket.status in NO_REQUEST or actions.only_follows(ticket):
        return
    request = LetterRequest.objects.filter(ticket=ticket, stage__in=OPEN).exclude(account=ticket.partner).first()
    if request is not None:
        request.ticket = ticket
        choose_account(request, ticket.partner, by=by.user)


@contextmanager
def _both_locked(request: LetterRequest) -> Iterator[LetterRequest]:
    """The ticket first: its row is the lock of its procedure."""
    with transaction.atomic():
        if request.ticket is not None:
            with locked(request.ticket):
                pass
        row = LetterRequest.objects.select_for_update(of=("self",)).select_related("account").get(pk=request.pk)
        row.ticket = request.ticket
        yield row


def _remember(row: LetterRequest, account: Account, *, remember: bool, by: User) -> None:
    if not remember or not row.company.strip():
        return
    if is_shared(row.company):
        raise Refused(_("Several accounts have this name: it cannot be remembered for one of them. Choose without it."))
    try:
        matching.remember(account, name=row.company, by=by, why=_("Said on a letter."))
    except matching.CannotRemember as refused:
        raise Refused(str(refused)) from refused


def _write(
    row: LetterRequest, account: Account | None, *, by: Actor, user: User | None, verb: str, why: str = ""
) -> None:
    before = {"account": _named(row.account)}
    row.account, row.account_by = account, user
    row.proposal, row.checks, row.checked = "", [], None
    row.save(update_fields=["account", "account_by", "proposal", "checks", "checked"])
    record(row, verb, by=by, before=before, after={"account": _named(account)}, why=why)


def _named(account: Account | None) -> dict[str, Any] | None:
    return {"id": account.pk, "name": account.name} if account else None


def _words(row: LetterRequest) -> dict[str, str]:
    return {"company": f"“{row.company}”" if row.company else _("this partner")}
