"""The mail of a decline did not reach the requester: the letter says so, and so does the step that sent it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from journal.record import DESK, record
from loa.models import LetterDecision, LetterRequest
from mail.models import OutgoingMail
from tickets import steps
from tickets.models import Message, Step
from tickets.procedures import Fact

STEPS = ("decline_mail", "answer", "tell")


def came_back(mail: OutgoingMail, lost: Mapping[str, bool]) -> None:
    """A delivery report: in the transaction that takes it in, after the ticket has been told."""
    words = {address: str(mail.bounced.get(address, {}).get("words", "")) for address in lost}
    _tell(mail, words)


def failed(mail: OutgoingMail) -> None:
    """The mail server refused it, or nobody took it for two days."""
    if mail.state == OutgoingMail.State.FAILED:
        _tell(mail, {address: mail.refused.get(address, mail.last_error) for address in mail.recipients})


def _tell(mail: OutgoingMail, lost: Mapping[str, str]) -> None:
    message = Message.objects.filter(outgoing=mail).select_related("ticket").first()
    request = LetterRequest.objects.filter(ticket=message.ticket).first() if message else None
    if message is None or request is None or not lost:
        return
    said = [f"{address}: {words}" if words else address for address, words in lost.items()]
    if _mark_step(message, said) or LetterDecision.objects.filter(message=message).exists():
        record(request, "mail came back", by=DESK, after={"addresses": list(lost)}, why=" ".join(said))


def _mark_step(message: Message, said: Sequence[str]) -> bool:
    """The step that sent it, if one did."""
    sent = [one for one in steps.of(message.ticket) if one.slug in STEPS and _kept(one) == message.pk]
    for step in sent:
        steps.remark(step, Fact(name=_("Did not arrive"), value=" ".join(said), tone="bad"))
    return bool(sent)


def _kept(step: Step) -> object:
    return step.data.get("keep", {}).get("message")
