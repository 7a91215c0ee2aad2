"""The decision about a letter before a reader's eyes: what may be done, both texts, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from loa import deciding, forms, mails, opening, texts, verdicts, voids
from loa.models import LetterDecision, LetterRequest, Mode
from loa.texts import Texts
from loa.voids import Reader
from mail import mailboxes
from people.models import User
from tickets import letters, steps
from tickets.models import Step

SLUG = "decide"
What, State, How = LetterDecision.What, LetterDecision.State, LetterDecision.How
Proposal = LetterRequest.Proposal


@dataclass(frozen=True)
class Part:
    """`asked` is the form as it was sent; `sure` asks the second question before a void; `refused` says why not."""

    request: LetterRequest
    user: User
    asked: forms.Decision | None = None
    sure: bool = False
    refused: str = ""

    @property
    def may_decide(self) -> bool:
        return self.user.on_desk and not self.closed

    @cached_property
    def closed(self) -> str:
        """Why nothing can be decided here now; empty where it can."""
        if self.request.stage != LetterRequest.Stage.PHD_REVIEW:
            waits = _("The partner has not signed yet, so there is nothing to decide.")
            return verdicts.words(self.request) or waits
        if self.written:
            return self.unwritten or self._stuck() or _("It is decided and on its way to DocuSign.")
        if self.step is None and self.to_choose:
            return _("The checks go on by themselves as soon as somebody says which partner it is.")
        if self.step is None:
            return _("The ticket's procedure is not at the decision. Look at its steps.")
        return ""

    @property
    def to_choose(self) -> bool:
        """Nobody knows yet which partner the company on the letter is."""
        return self.request.account_id is None and bool(self.request.company)

    @cached_property
    def step(self) -> Step | None:
        """The step that is decided, while it has the turn."""
        ticket = self.request.ticket
        current = steps.current(ticket) if ticket is not None else None
        return current if current is not None and current.slug == SLUG else None

    @property
    def says(self) -> str:
        return verdicts.words(self.request)

    @property
    def gate(self) -> bool:
        return self.request.mode == Mode.WORKFLOW_GATE

    @property
    def can_open(self) -> bool:
        return self.user.on_desk and not opening.why_not(self.request)

    @property
    def proposal(self) -> str:
        return self.request.proposal

    @property
    def against(self) -> bool:
        """An approval would go against the checks."""
        return self.request.proposal != Proposal.APPROVE

    @cached_property
    def under_way(self) -> LetterDecision | None:
        return next((one for one in self.decisions if one.state == State.ASKED), None)

    @property
    def written(self) -> bool:
        return self.under_way is not None and self.under_way.how in deciding.WRITTEN

    @cached_property
    def unwritten(self) -> str:
        """Why nothing of the decision is on its way: it may be decided anew."""
        return deciding.unwritten(self.under_way)

    def _stuck(self) -> str:
        """What DocuSign said to it, while a person has to look."""
        current = steps.current(self.request.ticket) if self.request.ticket is not None else None
        if current is None or current.state != Step.State.STUCK or current.slug not in deciding.WRITTEN.values():
            return ""
        return f"{current.problem} {_('Try it again on the ticket, or skip it there and decide anew.')}"

    @cached_property
    def decisions(self) -> list[LetterDecision]:
        """Newest first."""
        rows = self.request.decisions.select_related("by", "message__outgoing", "message__ticket", "request__ticket")
        return list(rows.order_by("-id"))

    @cached_property
    def newest(self) -> LetterDecision | None:
        return next((one for one in self.decisions if one.state != State.TAKEN_BACK), None)

    @property
    def held(self) -> LetterDecision | None:
        return self.under_way if self.under_way and self.under_way.what == What.HOLD else None

    @cached_property
    def offered(self) -> Texts:
        return texts.texts(self.request, by=self.user)

    @cached_property
    def form(self) -> forms.Decision:
        if self.asked is not None:
            return self.asked
        begun = self.under_way or next((one for one in self.decisions if one.what == What.DECLINE), None)
        first = forms.initial(self.request, self.offered) | forms.initial_of_decision(begun)
        return forms.Decision(initial=first | {"seen": self.seen})

    @property
    def seen(self) -> int:
        return self.under_way.pk if self.under_way else 0

    @property
    def chosen(self) -> str:
        """Which of the three stands open."""
        value = self.form["what"].value() or What.HOLD
        return str(value)

    @property
    def lacks_reasons(self) -> bool:
        """Both texts wait for why it is declined: the checks gave no reason."""
        return texts.lacks_reasons(*(str(self.form[name].value() or "") for name in ("reason_text", "body")))

    @property
    def other_blanks(self) -> list[str]:
        return [name for name in self.offered.mail.text.unresolved if name != texts.REASONS]

    @property
    def void_reason(self) -> str:
        """What stands in the form, as short as DocuSign takes it with a void."""
        return texts.shortened(str(self.form["reason_text"].value() or ""), self.request)

    @property
    def question(self) -> str:
        return voids.question(self.request)

    @property
    def readers(self) -> Sequence[Reader]:
        return voids.readers(self.request)

    @property
    def archive(self) -> str:
        ticket = self.request.ticket
        return (letters.mailbox_of(ticket) if ticket else mailboxes.default()).address

    @property
    def most_of_void(self) -> int:
        return texts.MOST_OF_VOID

    @cached_property
    def sent(self) -> mails.Draft | None:
        """The mail of the newest decline, as it was written."""
        decision = self.newest
        return mails.Draft.from_json(decision.mail) if decision is not None and decision.mail else None

    @cached_property
    def lost(self) -> list[str]:
        """Addresses that the mail of the decline did not reach, each with what their server said."""
        outgoing = self.newest.message.outgoing if self.newest and self.newest.message else None
        if outgoing is None:
            return []
        said = {**outgoing.refused, **{address: one.get("words", "") for address, one in outgoing.bounced.items()}}
        return [f"{address}: {words}" if words else address for address, words in said.items()]
