"""The way of a mail of ours: written, sent with the server's words, and what each recipient's server made of it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail import again
from mail.flight.steps import Step
from mail.models import OutgoingMail
from web import times

State = OutgoingMail.State


def title_of(mail: OutgoingMail) -> str:
    if mail.bounced:
        return _("Came back")
    return str(mail.get_state_display())


def steps_of(mail: OutgoingMail) -> list[Step]:
    written = Step(name=_("Written"), tone="done", words=str(mail.get_purpose_display()), at=mail.created)
    return [written, sent(mail), delivered(mail)]


def sent(mail: OutgoingMail) -> Step:
    """Whether it left, in the words of our mail server."""
    name = _("Sent")
    if mail.state == State.SENT:
        return Step(name=name, tone="done", words=mail.server_reply or _("Accepted."), at=mail.sent_at)
    if mail.state == State.FAILED:
        words = [mail.last_error or mail.server_reply, "" if mail.may_go_again else again.why_not(mail)]
        return Step(name=name, tone="failed", words=" ".join(filter(None, words)))
    if mail.state == State.CANCELLED:
        return Step(name=name, tone="skipped", words=_("Taken back before it left."))
    return Step(name=name, tone="waiting", words=_waiting(mail))


def delivered(mail: OutgoingMail) -> Step:
    """Servers only ever report failure; silence after acceptance is the best news there is."""
    name = _("Delivered")
    if mail.bounced:
        return Step(name=name, tone="failed", words=" ".join(_bounce(*one) for one in mail.bounced.items()))
    if mail.state != State.SENT:
        nothing = _("Nothing left.") if mail.state in {State.FAILED, State.CANCELLED} else _("Not yet.")
        return Step(name=name, tone="skipped", words=nothing)
    if mail.refused:
        return Step(name=name, tone="failed", words=mail.last_error)
    count = len(mail.accepted)
    words = ngettext(
        "Accepted for %(count)d address. No report of failure came back.",
        "Accepted for %(count)d addresses. No report of failure came back.",
        count,
    )
    return Step(name=name, tone="done", words=words % {"count": count}, at=mail.sent_at)


def recipients_of(mail: OutgoingMail) -> list[Step]:
    """One line per recipient, where there is more to say than the steps do."""
    if len(mail.recipients) < 2:
        return []
    bounced = {address.lower(): report for address, report in mail.bounced.items()}
    return [_recipient(mail, address, bounced.get(address.lower())) for address in mail.recipients]


def _recipient(mail: OutgoingMail, address: str, report: dict[str, Any] | None) -> Step:
    if report is not None:
        return Step(name=address, tone="failed", words=_bounce_words(report))
    if address in mail.refused:
        return Step(name=address, tone="failed", words=_("Refused: %(words)s") % {"words": mail.refused[address]})
    if address in mail.accepted:
        return Step(name=address, tone="done", words=_("Accepted."))
    return Step(name=address, tone="waiting", words=_("Not sent."))


def _bounce(address: str, report: dict[str, Any]) -> str:
    return _("%(address)s: %(words)s") % {"address": address, "words": _bounce_words(report)}


def _bounce_words(report: dict[str, Any]) -> str:
    said = str(report.get("words") or report.get("status") or "")
    if report.get("for_good"):
        return _("Came back for good: %(words)s") % {"words": said}
    return _("Came back for now: %(words)s") % {"words": said}


def _waiting(mail: OutgoingMail) -> str:
    when = {"when": times.when(mail.next_try)}
    if mail.attempts and mail.last_error:
        return _("%(problem)s Next try %(when)s.") % {"problem": mail.last_error, **when}
    if mail.not_before and mail.not_before == mail.next_try:
        return _("Waits until %(when)s.") % when
    return _("Waits for a worker.")
