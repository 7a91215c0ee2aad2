"""The two automatic steps before a person decides: whose letter it is, and what has to be true for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.errors import VendorError
from integrations.models import ErrorClass
from integrations.salesforce import links
from loa import arriving, checks, finding, rechecking, stages
from loa.checks import Check, Checked, Known, Proposal
from loa.finding import Found
from loa.models import LetterRequest
from partners import afresh
from partners.matching import Candidate
from partners.models import Account
from tickets.procedures import At, Done, Fact, Retry, Stuck

PATIENCE: Final = timedelta(minutes=5)  # after that what we have of Salesforce has to do
AGAIN: Final = 30.0  # seconds
TONES: Final = {"met": "good", "missing": "bad", "unknown": "unsure", "note": ""}


def needless(at: At) -> str:
    """Why nothing has to be checked: it is over. What was approved before us and lies with Legal is still looked at."""
    request = arriving.of_ticket(at.ticket)
    if request is None or request.stage not in stages.ENDS:
        return ""
    return _("Not needed: %(stage)s.") % {"stage": request.get_stage_display()}


def account(at: At) -> Done:
    """The account behind the company on the letter; stuck, with who may be meant, where it is not certain.

    Where nothing can be decided any more nobody is held up: it stays without an account until somebody chooses one.
    """
    request = _request(at)
    found, away = finding.look(request), ""
    if found.account is None and not found.several and request.company.strip():
        found, away = _in_salesforce(at, request, found)
    finding.keep(request, found)
    if request.account is None and request.stage in finding.OPEN:
        checks.keep(request, checks.run(request))
        raise _held(request, found, away=away)
    if request.account is None:
        return Done(note=_("Not certain, and it is decided already."), facts=_who(found.candidates))
    return Done(note=_note(request, found), facts=[_fact_of(request.account)], link=_page(request.account))


def check(at: At) -> Done:
    """Looks at Salesforce afresh, then at everything; what follows is kept beside the request and shown."""
    request = _request(at)
    known, away = _known(at, request.account)
    checked = checks.run(request, known=known)
    if not checks.keep(request, checked):
        raise Retry(_("Another account was chosen meanwhile."), seconds=1)
    facts = [_fact(one) for one in checked.checks]
    return Done(
        note=said(checked),
        facts=facts,
        link=_page(request.account),
        keep={"proposal": checked.proposal, **rechecking.mark(away)},
    )


def said(checked: Checked) -> str:
    """One line: what the rules propose, and why."""
    if checked.proposal == Proposal.APPROVE:
        return _("Approve: all is met.")
    words = _("Decline: %(reasons)s") if checked.proposal == Proposal.DECLINE else _("Hold: %(reasons)s")
    return words % {"reasons": " ".join(checked.reasons)}


def _known(at: At, account: Account | None) -> tuple[Known, str]:
    """Since when our row is what Salesforce says; where it does not answer for long, how old it is, and why."""
    if account is None or not account.salesforce_id:
        return Known.of_mirror(account), ""
    try:
        return Known(at=afresh.look(account)), ""
    except VendorError as problem:
        return Known.of_mirror(account, problem=problem.words), _be_patient(at, problem)


def _in_salesforce(at: At, request: LetterRequest, found: Found) -> tuple[Found, str]:
    """A partner that came to Salesforce since we last read it; else `found`, and why Salesforce could not be asked."""
    try:
        return (finding.look(request) if afresh.search(request.company) else found), ""
    except VendorError as problem:
        return found, _be_patient(at, problem)


def _be_patient(at: At, problem: VendorError) -> str:
    """Tried again for a while, then what will answer later is said; what Salesforce refuses it refuses again."""
    if problem.kind is ErrorClass.PERMANENT:
        return ""
    waited = timezone.now() - (at.step.ready or timezone.now())
    if waited < PATIENCE:
        raise Retry(problem.words, seconds=AGAIN)
    return problem.words


def _held(request: LetterRequest, found: Found, *, away: str) -> Stuck:
    kept = checks.kept(request)
    company = kept.of("company") if kept else None
    words = f"{company.words} {company.how}" if company else _("Choose the partner the letter is for.")
    if away:
        words = _("%(problem)s Looked for again by itself when it answers. As of the last answer: %(words)s") % {
            "problem": away,
            "words": words,
        }
    choose = Fact(name=_("Choose"), value=_("Say which partner it is"), link=f"/loa/{request.pk}/account/")
    return Stuck(words, facts=[*_who(found.candidates), choose], keep=rechecking.mark(away))


def _who(candidates: Sequence[Candidate]) -> list[Fact]:
    return [
        Fact(
            name=one.account.name,
            value=one.evidence[0].words,
            tone="unsure",
            source=_source(one.account),
            link=_page(one.account),
        )
        for one in candidates
    ]


def _note(request: LetterRequest, found: Found) -> str:
    said_so = {"name": request.account.name if request.account else "", "who": str(found.by or "")}
    return _("%(name)s, as %(who)s said.") % said_so if found.by else str(said_so["name"])


def _fact_of(account: Account) -> Fact:
    return Fact(name=_("Account"), value=account.name, tone="good", source=_source(account), link=_page(account))


def _source(account: Account) -> str:
    return " · ".join(filter(None, (account.partner_status, account.track, account.country))) or _("Salesforce")


def _page(account: Account | None) -> str:
    return links.record_url("Account", account.salesforce_id) if account else ""


def _fact(one: Check) -> Fact:
    value = " · ".join(filter(None, (one.value, one.words)))
    return Fact(name=one.title, value=value, tone=TONES[one.verdict], source=one.source, link=one.link)


def _request(at: At) -> LetterRequest:
    found = arriving.of_ticket(at.ticket)
    if found is None:
        raise Stuck(_("No request for a letter belongs to this ticket. Change its type, or skip what is not needed."))
    return found
