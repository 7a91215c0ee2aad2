"""The export from the portal: the handbook's check list, and the files of a ticket that may be it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certification.models import Report, ReportRequest
from certification.reports import standing
from certification.table.columns import columns
from people.models import User
from tickets.actions import Refused
from tickets.models import Attachment, Message, Resource, Ticket
from web import nudging
from web.choices import Option

READ_FILES: Final = "certification.tasks.read_files"
ENDINGS: Final = (".csv", ".xlsx", ".tsv", ".txt")
FRESH: Final = timedelta(days=7)
MOST: Final = 6
PORTAL: Final = "impartner-users"
REPORT, FILE = "report", "file"


def checklist(ticket: Ticket) -> Mapping[str, Any]:
    """What the check list draws: the account to look for, the fields in their order, the page of the portal."""
    portal = Resource.objects.filter(slug=PORTAL).first()
    fields = [f"User: {one.field}" for one in columns()]
    return {
        "account": ticket.partner.name if ticket.partner else "",
        "fields": fields,
        "all_fields": "\n".join(fields),
        "portal": portal.address if portal else "",
        "reference": ticket.reference,
    }


def offered(request: ReportRequest, ticket: Ticket) -> list[tuple[str, str]]:
    """Reports of this partner of the last days, then files of the ticket nobody has read as an export yet."""
    found: list[tuple[str, str]] = []
    if ticket.partner is not None:
        since = timezone.localdate() - FRESH
        reports = Report.objects.filter(account=ticket.partner, withdrawn=None, as_of__gte=since)
        found += [(f"{REPORT}:{one.pk}", _report_words(one)) for one in reports.order_by("-as_of", "-pk")[:MOST]]
    tried = request.facts.get("tried", {})
    for one in candidates(ticket)[:MOST]:
        found.append((f"{FILE}:{one.pk}", _file_words(one, str(tried.get(str(one.pk), "")))))
    return found


def candidates(ticket: Ticket) -> list[Attachment]:
    """Tables on the ticket, the newest first; nothing of a stranger, and not what we have sent ourselves."""
    rows = Attachment.objects.filter(ticket=ticket, message__unknown_sender=False, inline=False)
    rows = rows.exclude(message__visibility=Message.Visibility.REPLY).select_related("stored", "message__author_user")
    return [one for one in rows.order_by("-pk") if is_a_table(one.filename)]


def is_a_table(name: str) -> bool:
    return name.lower().endswith(ENDINGS)


def untried(request: ReportRequest, ticket: Ticket) -> list[Attachment]:
    """Those a worker reads by itself: what a colleague put there, or a person has chosen."""
    tried, wanted = request.facts.get("tried", {}), request.facts.get("wanted")
    return [
        one for one in candidates(ticket) if one.pk == wanted or (str(one.pk) not in tried and _is_a_colleagues(one))
    ]


def use(request: ReportRequest, ticket: Ticket, chosen: str, *, by: User) -> None:
    """A report that is here, or a file that a worker is to read now. The caller holds the ticket."""
    kind, _colon, number = chosen.partition(":")
    if kind == REPORT:
        report = Report.objects.filter(pk=_number(number)).first()
        why = standing.why_not_to(report, ticket.partner) if report else _("There is no such report any more.")
        if report is None or (why and not standing.is_open(report)):
            raise Refused(why)
        settle(request, report)
        return
    if not any(one.pk == _number(number) for one in candidates(ticket)):
        raise Refused(_("There is no such file any more. Load the page again."))
    request.facts = {**request.facts, "wanted": _number(number), "wanted_by": by.pk}
    request.save(update_fields=["facts"])


def settle(request: ReportRequest, report: Report | None) -> None:
    """The export of the request from now on; or, without one, that there is none any more."""
    request.report = report
    request.facts = {name: value for name, value in request.facts.items() if name not in {"wanted", "wanted_by"}}
    request.save(update_fields=["report", "facts"])


def awaits(request: ReportRequest, ticket: Ticket) -> str:
    """What the step says while there is no export; wakes a worker where a file waits to be read."""
    waiting = untried(request, ticket)
    if waiting:
        nudging.nudge(READ_FILES, ticket.pk)
        return _("%(name)s is being read.") % {"name": waiting[0].filename}
    tried: Mapping[str, str] = request.facts.get("tried", {})
    if tried:
        return list(tried.values())[-1]
    return _("Export the team from the partner portal, and drop the file here.")


def not_ours() -> str:
    return _("A channel manager's file is taken once somebody of the desk has chosen it.")


def _is_a_colleagues(one: Attachment) -> bool:
    user = one.message.author_user if one.message else None
    return bool(user and user.is_colleague)


def _report_words(report: Report) -> Option:
    about = {"n": report.rows_count, "name": report.source_name}
    title = _("Report of %(day)s") % {"day": date_format(report.as_of, "j M Y")}
    return Option(title=title, about=[_("%(n)d people, %(name)s") % about])


def _file_words(one: Attachment, problem: str) -> Option:
    who = str(one.message.author_name) if one.message else ""
    return Option(title=one.filename, about=[_("From %(who)s") % {"who": who} if who else "", problem])


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
