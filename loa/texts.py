"""The texts of a decline, filled in and editable: 1. the reason in DocuSign, 2. the mail to the requester.

Also what the requester is told when a letter ended without us. Recipients: the requester; in copy the desk's own
mailbox and the channel manager of the account: its owner in Salesforce, else whom the rules name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from loa import checks
from loa.checks import Checked
from loa.models import LetterRequest
from people.models import ChannelManager, User
from routing import owners
from tickets import letters, responses
from tickets.actions import Recipient
from tickets.models import Response

REASON: Final = "loa-denial-docusign"
DENIAL: Final = "loa-denial"
ENDED: Final = "loa-ended"
REASONS: Final = "reason_codes"  # the blank that a decline without a proposal leaves in both texts
MOST_OF_VOID: Final = 200  # characters, as DocuSign takes them
WAYS: Final = frozenset({"status"})  # checks whose way out is the partner's; trainings have a list of their own
OPTIONAL: Final = "cam"  # the paragraph about the manager goes where there is none
Stage = LetterRequest.Stage


@dataclass(frozen=True, kw_only=True)
class Text:
    """One text as it is offered, and where it came from; `filled` are the values that were put in, to be set off."""

    subject: str
    body: str
    response: str = ""
    version: int = 0
    unresolved: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Mail:
    """The mail as it is offered. `archive` is the desk's own address, always in copy."""

    text: Text
    to: tuple[Recipient, ...]
    cc: tuple[Recipient, ...]
    archive: str
    manager_problem: str = ""  # why nobody is in copy for the account, or that Salesforce names somebody else


@dataclass(frozen=True, kw_only=True)
class Texts:
    """Both texts of a decline; `void_reason` is the first as DocuSign takes it with a void."""

    reason: Text
    void_reason: str
    mail: Mail


@dataclass(frozen=True, kw_only=True)
class Manager:
    """Who is copied for the account, or why nobody is."""

    recipient: Recipient | None = None
    name: str = ""
    problem: str = ""


def texts(request: LetterRequest, *, by: User) -> Texts:
    """Both, from the response texts of today and the checks as they were kept."""
    manager = manager_of(request)
    values = _values(request, manager, by=by)
    reason = _text(REASON, values)
    return Texts(
        reason=reason,
        void_reason=shortened(reason.body, request),
        mail=_mail(request, manager, _text(DENIAL, values, manager)),
    )


def ended(request: LetterRequest, *, by: User) -> Mail:
    """What the requester is told when the letter ended without us."""
    manager = manager_of(request)
    more = {"what_happened": what_happened(request), "reason_given": request.reason.strip()}
    return _mail(request, manager, _text(ENDED, _values(request, manager, by=by) | more, manager))


def what_happened(request: LetterRequest) -> str:
    """In a sentence that begins with “it was”."""
    said = {
        Stage.DECLINED: _("declined in DocuSign"),
        Stage.LEGAL_DECLINED: _("declined by Legal"),
        Stage.VOIDED: _("voided in DocuSign"),
    }
    return said.get(Stage(request.stage), _("ended"))


def with_reasons(text: str, reasons: str) -> str:
    """One of the two texts with a person's own reasons, a line each, where the checks gave none."""
    return responses.fill_in(text, {REASONS: reasons}, lists={REASONS})


def lacks_reasons(*parts: str) -> bool:
    return any(REASONS in responses.unresolved_in(part) for part in parts)


def shortened(text: str, request: LetterRequest) -> str:
    """On one line, whole sentences and list entries while they fit, the ticket's number last."""
    line = " ".join(text.split())
    if len(line) <= MOST_OF_VOID:
        return line
    number = _("Reference %(reference)s.") % {"reference": request.ticket.reference} if request.ticket else ""
    kept = _whole_parts(text, room=MOST_OF_VOID - len(number) - 1)
    return f"{kept} {number}".strip()


def manager_of(request: LetterRequest) -> Manager:
    """Who is assigned to the account in Salesforce, as the ticket shows it; else by the rules of the day. No guess."""
    if request.account is None:
        return Manager(problem=_("No account is chosen, so no channel manager is in copy."))
    ruled = owners.account_owner(owners.Where(account=request.account)).manager
    manager = request.account.channel_manager or ruled
    if manager is None:
        return Manager(problem=_("Nobody is the channel manager of this account for sure: nobody is in copy."))
    address = _address_of(manager)
    if not address:
        words = _("No address is known of %(name)s, the channel manager: nobody is in copy.")
        return Manager(name=str(manager), problem=words % {"name": manager})
    recipient = Recipient(address=address, name=str(manager))
    return Manager(recipient=recipient, name=str(manager), problem=_differs(manager, ruled))


def _differs(manager: ChannelManager, ruled: ChannelManager | None) -> str:
    """The rules name somebody else: whoever decides should see it before the mail leaves."""
    if ruled is None or ruled.pk == manager.pk:
        return ""
    return _("Salesforce has %(name)s as owner; the rules name %(ruled)s.") % {"name": manager, "ruled": ruled}


def requester_of(request: LetterRequest) -> Recipient | None:
    """Whose name came with the request; the ticket's requester where the envelope names nobody."""
    if request.requester_email:
        return Recipient(address=request.requester_email, name=request.requester_name)
    if request.ticket is not None:
        return Recipient(address=request.ticket.requester.email, name=request.ticket.requester.name)
    return None


def _mail(request: LetterRequest, manager: Manager, text: Text) -> Mail:
    to = requester_of(request)
    return Mail(
        text=text,
        to=(to,) if to else (),
        cc=(manager.recipient,) if manager.recipient else (),
        archive=letters.mailbox_of(request.ticket).address if request.ticket else "",
        manager_problem=manager.problem,
    )


def _text(slug: str, values: Mapping[str, str], manager: Manager | None = None) -> Text:
    """A text that was switched off in the product leaves an empty one to be written."""
    response = Response.objects.active().filter(slug=slug).first()
    if response is None:
        return Text(subject="", body="")
    if manager is not None and manager.recipient is None:
        response.variables = [
            {**one, "optional": one["optional"] or one["name"] == OPTIONAL} for one in response.variables
        ]
    rendered = responses.render(response, values)
    return Text(
        subject=rendered.subject,
        body=rendered.body,
        response=response.slug,
        version=response.version,
        unresolved=rendered.unresolved,
        filled=_filled(response, values),
    )


def _filled(response: Response, values: Mapping[str, str]) -> tuple[str, ...]:
    """What was put in, line by line, longest first."""
    names = {one.name: one.default for one in responses.variables_of(response)}
    lines = {line.strip() for name, default in names.items() for line in values.get(name, default).splitlines()}
    return tuple(sorted(lines - {""}, key=len, reverse=True))


def _values(request: LetterRequest, manager: Manager, *, by: User) -> dict[str, str]:
    known = responses.values_for(request.ticket, by) if request.ticket else {"sender_name": str(by)}
    to = requester_of(request)
    checked = checks.kept(request)
    told = {
        "partner_name": str(request.account or "") or request.company,
        "requester": request.requester_name or (to.name or to.address if to else ""),
        "contact_first_name": responses.first_name(request.requester_name or (to.name if to else "")),
        REASONS: "\n".join(_missing(checked)),
        "how_to_meet": "\n".join(_ways(checked)),
        "trainings_needed": "\n".join(checked.trainings if checked else ()),
        "cam": manager.name if manager.recipient else "",
    }
    return {name: value for name, value in {**known, **told}.items() if value}


def _missing(checked: Checked | None) -> Sequence[str]:
    """All reasons at once; what only could not be verified is no reason for a partner."""
    if checked is None or checked.proposal != LetterRequest.Proposal.DECLINE:
        return ()
    return checked.reasons


def _ways(checked: Checked | None) -> list[str]:
    """Only beside the reasons: while it is unclear whose letter it is, nobody is told anything about the partner."""
    found = checked.checks if checked and _missing(checked) else ()
    return [one.how for one in found if one.verdict == "missing" and one.slug in WAYS and one.how]


def _whole_parts(text: str, *, room: int) -> str:
    """Lines of the text from its beginning, then sentences of a line, then words: as much as there is room for."""
    parts = [part.strip() for line in text.splitlines() for part in _sentences(line)]
    kept = ""
    for part in parts:
        if len(f"{kept} {part}".strip()) > room:
            break
        kept = f"{kept} {part}".strip()
    return kept or _words(" ".join(text.split()), room=room)


def _sentences(line: str) -> list[str]:
    return [f"{part}." if not part.endswith((".", ":")) else part for part in line.split(". ") if part.strip()]


def _words(line: str, *, room: int) -> str:
    cut = line[: room - 1]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut else cut}…"


def _address_of(manager: ChannelManager) -> str:
    user = manager.user
    return (user.email if user is not None and user.is_active else "") or manager.salesforce_email
