"""The reply that fits: the table for an administrator, a question who asks, or why it is not sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certification.models import Report
from certification.recipients import Person
from certification.reports import standing
from documents.models import StoredFile
from tickets import prepared, responses
from tickets.actions import Recipient
from tickets.models import Message, PreparedReply, Status, Ticket


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A response with what it says, what hangs on it and what the ticket is afterwards."""

    response: str
    values: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[tuple[StoredFile, str]] = ()
    warnings: Sequence[str] = ()
    then: str = Status.SOLVED


def offer(ticket: Ticket, answer: Answer, *, to: Person, step: str) -> PreparedReply:
    """To one person: whoever was in copy of the request may be of another company."""
    return prepared.offer(
        ticket,
        step=step,
        response=answer.response,
        values={"contact_first_name": responses.first_name(to.name), **answer.values},
        to=[Recipient(address=to.email, name=to.name)],
        files=answer.files,
        warnings=[*answer.warnings, *_left_out(ticket)],
        then=answer.then,
    )


def ask(ticket: Ticket, *, step: str) -> PreparedReply:
    """Who asks, and who administers the portal; what was asked once may be asked again."""
    again = _questions(ticket, step).filter(state=PreparedReply.State.SENT).count()
    answer = Answer(response="certification-who-asks", then=Status.PENDING_PARTNER)
    return offer(ticket, answer, to=requester_of(ticket), step=f"{step}+{again}" if again else step)


def asked(ticket: Ticket, step: str) -> Message | None:
    """What the partner was last asked."""
    sent = _questions(ticket, step).filter(state=PreparedReply.State.SENT).select_related("message").last()
    return sent.message if sent else None


def is_offered(ticket: Ticket, step: str) -> bool:
    return _questions(ticket, step).filter(state=PreparedReply.State.OFFERED).exists()


def sending(report: Report, *, asked_by: str = "", warnings: Sequence[str] = ()) -> Answer:
    """With the table, its day and its counts; `asked_by` where it goes to somebody else than the asker."""
    assert report.result is not None, "why_not_sent has looked at it"
    values = {
        "report_date": date_format(report.as_of, "j F Y"),
        "people_count": str(report.rows_count),
        "certified_counts": "\n".join(standing.counted(report)),
        "asked_by": asked_by,
    }
    return Answer(
        response="certification-report",
        values=values,
        files=[(report.result, report.result_name)],
        warnings=warnings,
    )


def refusing() -> Answer:
    return Answer(response="certification-not-sent")


def requester_of(ticket: Ticket) -> Person:
    return Person(name=ticket.requester.name, email=ticket.requester.email.strip().lower())


def _questions(ticket: Ticket, step: str) -> QuerySet[PreparedReply]:
    return PreparedReply.objects.filter(Q(step=step) | Q(step__startswith=f"{step}+"), ticket=ticket).order_by("pk")


def _left_out(ticket: Ticket) -> list[str]:
    """Who was in copy of the newest mail, so that nobody adds them by habit."""
    last = ticket.messages.filter(visibility=Message.Visibility.IN).order_by("pk").last()
    names = [one.get("name") or one["address"] for one in (last.cc if last else [])]
    if not names:
        return []
    words = _("Left out of copy: %(names)s. The table holds home addresses and goes to an administrator only.")
    return [words % {"names": ", ".join(names)}]
