"""Who is the channel manager: find out by the rules, change the owner where that was asked for, answer, resolve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners import owners as partner_owners
from partners.models import Account
from routing import in_tickets
from routing.found import AMBIGUOUS, Found, rule_in_words
from routing.models import OwnershipChange, OwnershipRow
from routing.ownership import notes
from tickets import general_steps
from tickets.actions import Refused
from tickets.models import Ticket
from tickets.models.ticket import ENDED as RESOLVED
from tickets.procedures import (
    At,
    Change,
    Done,
    Fact,
    Prepared,
    Procedure,
    Waiting,
    WaitsFor,
    awaited,
    confirmed,
)

State = OwnershipChange.State
UNDER_WAY: Final = (State.READY, State.RUNNING, State.PAUSED)
ENDED: Final = (State.DONE, State.PARTLY)


class OwnerForm(forms.Form):
    button = _("Confirm what was asked for")

    do = forms.ChoiceField(
        label=_("What was asked for"),
        choices=(("answer", _("Only the answer")), ("change", _("Another owner in Salesforce"))),
        widget=forms.RadioSelect,
        initial="answer",
    )


def find(at: At) -> Done | Waiting:
    """Never a guess: while nobody is sure, a person says what would decide, and the rules are asked again."""
    if not in_tickets.may_be_answered(at.ticket):
        if at.ticket.status in RESOLVED:
            return Done(note=gettext("Resolved without asking the rules."))
        return Waiting(for_whom=WaitsFor.DESK, note=gettext("Set the partner: then the rules can be asked."))
    found = in_tickets.answer(at.ticket)
    if found.manager is None and at.ticket.status in RESOLVED:
        return Done(note=gettext("Resolved though the rules name nobody."), facts=_facts(found))
    if found.manager is None:
        return Waiting(for_whom=WaitsFor.DESK, note=found.sentence(), facts=_facts(found))
    return Done(note=found.sentence(), facts=_facts(found), keep={"manager": found.manager.pk})


def not_to_change(at: At) -> str:
    """Why there is nothing to change in Salesforce; empty where somebody has to say whether that is wanted."""
    if at.ticket.status in RESOLVED and _change_of(at.ticket) is None:
        return gettext("The ticket is resolved, and no change was prepared.")
    if at.ticket.partner is None or not at.ticket.partner.salesforce_id:
        return gettext("There is no account in Salesforce whose owner could be changed.")
    found = in_tickets.answer(at.ticket)
    if found.manager is not None and partner_owners.differs(at.ticket.partner, found.manager) is False:
        return gettext("Salesforce has the same owner.")
    return ""


def proposed(at: At) -> Prepared:
    """Salesforce's owner beside the rules' answer, and the page where another one is prepared."""
    found, account = in_tickets.answer(at.ticket), at.ticket.partner
    assert account is not None  # `not_to_change` stands before it
    page = f"/routing/changes/new/?account={account.pk}&ticket={at.ticket.reference}"
    now, changes = account.owner_name or gettext("nobody"), []
    if found.manager is not None and partner_owners.differs(account, found.manager) is not False:
        changes = [Change(record=account.name, field=gettext("Account Owner"), before=now, after=found.manager.name)]
    return Prepared(
        note=_beside_salesforce(found, account),
        facts=[Fact(name=gettext("Another owner"), value=gettext("Prepare the change"), link=page)],
        changes=changes,
    )


def _beside_salesforce(found: Found, account: Account) -> str:
    """What a person should know before an owner is changed; only who is known to differ is called different."""
    if found.manager is None:
        return gettext("The rules name nobody for certain. Change the owner only where that was asked for.")
    differs = partner_owners.differs(account, found.manager)
    if differs is None:
        return gettext("Whether Salesforce names the same person is not known. Look before you change the owner.")
    if differs:
        words = gettext("The rules and Salesforce name different people.")
        return f"{words} {gettext('Change the owner only where that was asked for.')}"
    return gettext("Salesforce names the same person: there is nothing to change, answer the requester.")


def decide(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    """The change itself is prepared, seen and approved on its own page; the step follows it."""
    said = changed(at)
    if given["do"] == "answer":
        if isinstance(said, Waiting) and said.for_whom == WaitsFor.SALESFORCE:
            raise Refused(gettext("A change is prepared for this ticket. Drop it on its page first, or let it end."))
        return Done(note=gettext("Only the answer was asked for."))
    if isinstance(said, Waiting) and said.for_whom == WaitsFor.DESK:
        raise Refused(gettext("Prepare the change on its page first: “Prepare the change” above leads there."))
    return said


def changed(at: At) -> Done | Waiting:
    """How the newest change of owner for this ticket stands; one that was undone or dropped is none."""
    change = _change_of(at.ticket)
    if change is None:
        return Waiting(for_whom=WaitsFor.DESK)
    link = f"/routing/changes/{change.pk}/"
    rows = list(change.rows.order_by("number"))
    if change.state in UNDER_WAY:
        asked = change.state == State.READY and change.approved_by_id is None
        note = gettext("The change waits for its approval.") if asked else gettext("The owner is being changed.")
        return Waiting(for_whom=WaitsFor.SALESFORCE, note=note, link=link)
    refused = next((row for row in rows if row.state == OwnershipRow.State.REFUSED), None)
    if refused is not None:
        words = gettext("Salesforce did not take it: %(why)s") % {"why": refused.words}
        return Waiting(for_whom=WaitsFor.DESK, note=words[:500], link=link)
    return Done(
        note=gettext("The owner is changed."), changes=[_change(row) for row in rows if row.new_owner_id], link=link
    )


def followed(at: At) -> Done | Waiting:
    """The change, however it came about; nobody has to say any more what a resolved ticket asked for."""
    if at.ticket.status in RESOLVED and _change_of(at.ticket) is None:
        return Done(note=gettext("Resolved without a change."))
    return changed(at)


def _facts(found: Found) -> list[Fact]:
    many = found.outcome == AMBIGUOUS
    who = ", ".join(str(one.manager) for one in found.candidates) if many else str(found.manager or "")
    tone = "good" if found.manager else "unsure"
    rows = [Fact(name=gettext("Channel manager"), value=who or gettext("Nobody is sure"), tone=tone, link="/routing/")]
    return rows + [Fact(name=rule_in_words(one.rule), value=one.result, source=one.source) for one in found.because]


def _change_of(ticket: Ticket) -> OwnershipChange | None:
    begun = ticket.ownership_changes.filter(state__in=[*UNDER_WAY, *ENDED], undo_of=None)
    return begun.order_by("-pk").first()


def _change(row: OwnershipRow) -> Change:
    return Change(record=row.name, field=gettext("Account Owner"), before=row.old_owner_name, after=row.new_owner_name)


ACCOUNT_OWNER: Final = Procedure(
    kind=in_tickets.KIND,
    title=_("Channel manager"),
    handbook="#channel-manager-ownership-in-sfdc---accounts-and-opportunities",
    steps=(
        awaited("find", _("Find the channel manager by the rules"), find, hears=("partner", "status", "replied")),
        confirmed(
            "change",
            _("Change the owner in Salesforce, where that was asked for"),
            OwnerForm,
            decide,
            prepare=proposed,
            look=followed,
            hears=(notes.CHANGED, "status", "replied"),
            only_if=not_to_change,
        ),
        awaited("answer", _("Answer the requester"), general_steps.answer, hears=general_steps.HEARS),
        awaited("resolve", _("Resolve the ticket"), general_steps.resolve, hears=general_steps.HEARS),
    ),
)
