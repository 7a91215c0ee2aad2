"""The way of a mail that reached us: received, read, matched by a rule, what it became, how it was answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mail import loops
from mail.flight import went
from mail.flight.steps import Step, Tone
from mail.models import IncomingMail, OutgoingMail
from web import times, words

Outcome = IncomingMail.Outcome
RULES: Final = {
    "bounce": gettext_lazy("By the delivery report"),
    "reply address": gettext_lazy("By our signed reply address"),
    "message id": gettext_lazy("By our signed Message-ID"),
    "agent address": gettext_lazy("By a colleague's own signed address"),
    "earlier mail": gettext_lazy("By the mail it answers"),
    "reference": gettext_lazy("By a mail that both refer to"),
    "subject": gettext_lazy("By the reference in the subject"),
    "rule": gettext_lazy("By what its sender is known for"),
    "new": gettext_lazy("No conversation"),
}
CAME: Final = {
    IncomingMail.Via.SMTP: gettext_lazy("By SMTP, for %(mailbox)s"),
    IncomingMail.Via.IMAP: gettext_lazy("Fetched by IMAP from %(mailbox)s"),
    IncomingMail.Via.COMMAND: gettext_lazy("By command, for %(mailbox)s"),
}


def title_of(mail: IncomingMail) -> str:
    if mail.outcome == Outcome.QUARANTINED:
        return str(mail.get_decision_display() if mail.decision else _("Put aside"))
    return str(mail.get_outcome_display() or _("Waits to be read"))


def steps_of(mail: IncomingMail, answers: Sequence[OutgoingMail]) -> list[Step]:
    steps = [received(mail), read(mail)]
    if mail.state == IncomingMail.State.RECEIVED:
        return steps
    return [*steps, matched(mail), became(mail), answered(mail, answers), *delivered(answers)]


def received(mail: IncomingMail) -> Step:
    came = str(CAME[IncomingMail.Via(mail.via)]) % {"mailbox": mail.mailbox.address}
    if mail.envelope_from and mail.envelope_from.strip("<>").lower() != mail.from_address.lower():
        came = _("%(came)s, envelope from %(sender)s") % {"came": came, "sender": mail.envelope_from}
    return Step(name=_("Received"), tone="done", words=came, at=mail.received)


def read(mail: IncomingMail) -> Step:
    name = _("Read")
    if mail.state == IncomingMail.State.RECEIVED:
        return Step(name=name, tone="waiting", words=mail.reason or _("Waits for a worker."))
    if not mail.from_address and not mail.message_id:
        return Step(name=name, tone="failed", words=mail.reason, at=mail.handled)
    said = [words.filesize(mail.size)]
    if mail.verdict:
        said.append(str(mail.get_verdict_display()))
    said += [str(remark.get("text", "")) for remark in mail.remarks]
    return Step(name=name, tone="done", words=" · ".join(filter(None, said)), at=mail.handled)


def matched(mail: IncomingMail) -> Step:
    name = _("Matched")
    if mail.outcome == Outcome.QUARANTINED:
        return Step(name=name, tone="skipped", words=_("It was put aside before."))
    known = mail.matched_by or ("new" if mail.outcome == Outcome.CREATED else "")
    said = ". ".join(filter(None, [str(RULES.get(known, known)), mail.reason]))
    return Step(name=name, tone="done" if mail.outcome != Outcome.IGNORED else "skipped", words=said)


def became(mail: IncomingMail) -> Step:
    """What it is now; for a message aside, why and what a person decided."""
    title, tone = title_of(mail), _tone(mail)
    if mail.outcome == Outcome.QUARANTINED:
        decided = (
            _("%(name)s: %(why)s") % {"name": mail.decided_by or _("Somebody"), "why": mail.decision_why}
            if mail.decision
            else mail.reason
        )
        return Step(name=title, tone=tone, words=decided, at=mail.decided if mail.decision else mail.handled)
    if mail.outcome == Outcome.DUPLICATE and mail.duplicate_of is not None:
        first = times.when(mail.duplicate_of.received)
        return Step(name=title, tone=tone, words=_("The first one came %(when)s.") % {"when": first}, at=mail.handled)
    return Step(name=title, tone=tone, words=mail.handled_ref or mail.reason, at=mail.handled)


def answered(mail: IncomingMail, answers: Sequence[OutgoingMail]) -> Step:
    name = _("Answered")
    if answers:
        last = answers[-1]
        said = ", ".join(f"{one.get_purpose_display()} {times.when(one.created)}" for one in answers[:4])
        return Step(name=name, tone="done", words=said, at=last.created)
    return Step(name=name, tone="skipped", words=why_unanswered(mail))


def delivered(answers: Sequence[OutgoingMail]) -> list[Step]:
    """The worst that happened to an answer; nothing where there is none."""
    if not answers:
        return []
    order: list[Tone] = ["failed", "waiting", "skipped", "done"]
    stations = [step for one in answers for step in (went.sent(one), went.delivered(one))]
    ends = [step for step in stations if step.tone in {"failed", "waiting"}] or [went.delivered(answers[-1])]
    return [min(ends, key=lambda step: order.index(step.tone))]


def why_unanswered(mail: IncomingMail) -> str:
    """The reason nobody was written to, as far as the message tells."""
    if mail.silent:
        return _("It lay in the mailbox before we first came: nobody is answered for that.")
    if mail.outcome in {Outcome.QUARANTINED, Outcome.IGNORED, Outcome.DUPLICATE}:
        return _("Such a message gets no answer.")
    if mail.auto_submitted:
        return _("A program wrote it. %(why)s") % {"why": mail.auto_reason}
    if label := loops.system_sender(mail.from_address):
        return _("%(label)s is a program.") % {"label": label}
    if mail.outcome == Outcome.APPENDED:
        return _("It joined a conversation; nobody has replied to it yet.")
    return _("Nothing has left yet: a colleague wrote it, or the limit of automatic answers was reached.")


def _tone(mail: IncomingMail) -> Tone:
    if mail.outcome == Outcome.QUARANTINED:
        return "skipped" if mail.decision else "failed"
    return "skipped" if mail.outcome in {Outcome.IGNORED, Outcome.DUPLICATE} else "done"
