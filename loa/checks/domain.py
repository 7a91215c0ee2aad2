"""Does the requester's address belong to the partner: a colleague of theirs, anybody, or somebody else's people."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from loa.checks.shapes import Check, Verdict
from loa.models import LetterRequest
from partners import domains, matching, names
from partners.matching import Candidate, Match
from partners.models import Account

SLUG: Final = "domain"
LIKE: Final = names.OTHER_FORM  # the words of a domain and of a company are the same
LABEL: Final = 4  # signs a name has at least


def check(request: LetterRequest) -> Check:
    """Somebody else's people hold it; an address that says nothing is only told."""
    email, account = request.requester_email.strip().lower(), request.account
    if "@" not in email:
        words = _("DocuSign names no address of the requester.")
        return _check("note", words, how=_("Open the envelope and look who signed."))
    if domains.is_colleague(email) or domains.is_ours(domains.domain_of(email)):
        words = _("%(email)s is a colleague, not somebody of the partner.") % {"email": email}
        return _check("note", words, email, how=_("Look for whom they asked; the letter goes to whoever signed."))
    said = matching.match(email=email)
    own = _speaks_for(account, said)
    if own is not None:
        return _check("met", own.evidence[0].words[:1].upper() + own.evidence[0].words[1:] + ".", email)
    return _of_others(request, account, said, email)


def _of_others(request: LetterRequest, account: Account | None, said: Match, email: str) -> Check:
    domain = domains.as_read(domains.domain_of(email))
    about = {"email": email, "domain": domain, "name": account.name if account else request.company}
    if _is_like(domain, request.end_customer) and not _is_like(domain, str(about["name"])):
        words = _("%(domain)s reads like the end customer, %(customer)s.") % {**about, "customer": request.end_customer}
        return _check("unknown", words, email, how=_how_else())
    if account is not None and said.sure is not None:
        words = _("%(email)s writes for %(other)s, and asks for %(name)s.") % {**about, "other": said.sure.name}
        return _check("unknown", words, email, how=_how_else())
    return _of_nobody(about, said, email)


def _of_nobody(about: dict[str, str], said: Match, email: str) -> Check:
    if domains.is_free_mail(domains.domain_of(email)):
        words, how = domains.why_not(domains.domain_of(email)), _how_known()
    elif _is_like(about["domain"], about["name"]):
        words = _("%(domain)s reads like %(name)s; nobody has said yet that it is theirs.") % about
        how = _how_known()
    elif said.candidates:
        others = ", ".join(one.account.name for one in said.candidates[:3])
        words = _("%(domain)s may be of %(others)s; it is not known to be %(name)s.") % {**about, "others": others}
        how = _how_known()
    else:
        words, how = _("%(domain)s is not known as a domain of %(name)s, or of anybody.") % about, _how_known()
    return _check("note", words, email, how=how)


def _speaks_for(account: Account | None, said: Match) -> Candidate | None:
    """The candidate that is the partner, where the address is certain or its best guess is them."""
    if account is None or not said.candidates:
        return None
    mine = next((one for one in said.candidates if one.account.pk == account.pk), None)
    return mine if mine is not None and mine.score >= matching.RIVAL else None


def _is_like(domain: str, company: str) -> bool:
    """The name in the domain is the company's: `havelland-klinik.example` and “Havelland Klinik AG”."""
    label = domains.registered(domains.as_ascii(domain)).partition(".")[0]
    spelt = domains.as_read(label).replace("-", " ")
    return len(spelt) >= LABEL and bool(company.strip()) and names.likeness(spelt, company) >= LIKE


def _how_known() -> str:
    return _("Look whether the person is among the partner's contacts, or ask the channel manager.")


def _how_else() -> str:
    return _(
        "Only the partner asks for its letter, not its distributor or its customer. Ask the partner whether they want"
        " it; then choose the account again or decline."
    )


def _check(verdict: Verdict, words: str, email: str = "", *, how: str = "") -> Check:
    return Check(
        slug=SLUG,
        title=_("Requester writes for the partner") if verdict == "met" else _("Requester's address"),
        verdict=verdict,
        words=words,
        how=how,
        value=domains.as_read(domains.domain_of(email)),
        source=_("Envelope, and whom the desk knows"),
    )
