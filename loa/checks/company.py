"""Does the company on the letter match an account: exactly one, that Salesforce still has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.salesforce import links
from loa import finding
from loa.checks.shapes import Check, Known, Verdict
from loa.finding import Found
from loa.models import LetterRequest
from partners import names
from partners.matching import Candidate
from partners.models import Account, AccountName

SLUG: Final = "company"
SOURCE: Final = "Salesforce"


def check(request: LetterRequest, known: Known) -> Check:
    account = request.account
    if account is None:
        return _nobody(request, finding.look(request))
    if account.deleted or account.merged_into_id:
        return _check("unknown", _gone(account), account=account, how=_("Choose the account the partner has now."))
    if not account.salesforce_id:
        words = _("%(name)s is known here only; Salesforce has no such account.") % {"name": account.name}
        return _check("unknown", words, account=account, how=_("Choose the partner's account in Salesforce."))
    return _matching(request, account, known)


def _matching(request: LetterRequest, account: Account, known: Known) -> Check:
    said = {"company": _quoted(request.company), "name": account.name, "who": str(request.account_by or "")}
    if request.account_by_id:
        words = _("%(who)s chose %(name)s; the letter says %(company)s.")
    else:
        words = _("%(company)s on the letter, %(name)s in Salesforce.")
    if _is_its_name(request.company, account):
        return _check("met", words % said, account=account, known=known)
    how = _("The letter names what was typed. Decide whether it may: a letter in another name is asked for anew.")
    return _check("note", words % said, account=account, known=known, how=how)


def _is_its_name(company: str, account: Account) -> bool:
    """The same words, or another name that a person gave it."""
    if names.likeness(company, account.name) >= names.SAME_CORE:
        return True
    return AccountName.objects.filter(account=account, name=names.normalised(company)).exists()


def _nobody(request: LetterRequest, found: Found) -> Check:
    said = {"company": _quoted(request.company), "count": len(found.candidates)}
    if not request.company.strip():
        words = _("No company could be read on the letter.")
        how = _("Open the envelope, read the company and choose its account.")
    elif found.several:
        words = _("Several accounts are called %(company)s; none stands out.") % said
        how = _("Choose the one that asks: by country, contacts and the requester's address; else ask the requester.")
    elif found.candidates:
        words = ngettext(
            "No account is surely %(company)s; %(count)d may be meant.",
            "No account is surely %(company)s; %(count)d may be meant.",
            len(found.candidates),
        )
        words = words % said
        how = _("Choose the one that is meant, or ask the requester for the name in their agreement.")
    else:
        words = _("Salesforce has no partner called %(company)s.") % said
        how = _(
            "Look for another spelling, a parent or a trading name and choose the account; where there is none, ask the"
            " requester for the name in their agreement."
        )
    return _check("unknown", words, how=how, candidates=candidates_json(found.candidates))


def candidates_json(candidates: Iterable[Candidate]) -> tuple[Mapping[str, Any], ...]:
    """Who may be meant, with what tells them apart."""
    return tuple(
        {
            "account": one.account.pk,
            "name": one.account.name,
            "why": one.evidence[0].words,
            "about": " · ".join(filter(None, (one.account.partner_status, one.account.track, one.account.country))),
            "link": links.record_url("Account", one.account.salesforce_id),
        }
        for one in candidates
    )


def _check(
    verdict: Verdict,
    words: str,
    *,
    account: Account | None = None,
    known: Known | None = None,
    how: str = "",
    candidates: tuple[Mapping[str, Any], ...] = (),
) -> Check:
    return Check(
        slug=SLUG,
        title=_("Company matches an account"),
        verdict=verdict,
        words=words,
        how=how,
        value=account.name if account else "",
        source=SOURCE,
        at=known.at if known else None,
        link=links.record_url("Account", account.salesforce_id) if account else "",
        candidates=candidates,
    )


def _gone(account: Account) -> str:
    said = {"name": account.name, "other": account.merged_into.name if account.merged_into else ""}
    if account.merged_into_id:
        return _("Salesforce has merged %(name)s into %(other)s.") % said
    return _("Salesforce does not have %(name)s as a partner any more.") % said


def _quoted(company: str) -> str:
    return f"“{company.strip()[:120]}”" if company.strip() else _("no company")
