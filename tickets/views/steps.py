"""What people do about a step of a ticket's procedure: one small form each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from people.http import DeskRequest, desk_only
from people.models import User
from tickets import access, steps
from tickets.actions import Refused
from tickets.models import Step, Ticket
from tickets.models.ticket import number_of
from tickets.steps.forms import prepared_or_why
from tickets.views.ticket import changed
from web.toasts import toast

Posted = Mapping[str, str]
REASON_LENGTH: Final = 1000


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """A decision that came back with what is wrong with it."""

    slug: str
    form: forms.Form


@require_POST
@desk_only
def step(request: DeskRequest, reference: str, slug: str, verb: str) -> HttpResponseBase:
    """The fresh parts of the page, or the page with why it cannot be done."""
    found = access.ticket_for(request.user, reference)
    more: dict[str, Any] = {}
    try:
        wrong = _press(request, found, slug, verb)
        more = {"wrong": wrong} if wrong else {}
    except Refused as refused:
        more = {"refused": str(refused)}
    return changed(request, found.reference, status=422 if more else 200, more=more)


def _press(request: DeskRequest, ticket: Ticket, slug: str, verb: str) -> Wrong | None:
    row = _step(ticket, slug, run=number_of(request.POST.get("_run", "")))
    if verb == "confirm":
        return _confirm(request, row)
    if verb not in _VERBS:
        raise Http404(_("There is no such thing to do with a step."))
    said = _VERBS[verb](row, request.POST.dict(), request.user)
    if said:
        toast(request, said)
    return None


def _step(ticket: Ticket, slug: str, *, run: int | None) -> Step:
    """The step of the present procedure; a page that shows an older one learns that it has changed."""
    found = next((one for one in steps.of(ticket) if one.slug == slug), None)
    if found is None or (run is not None and run != found.run):
        raise Refused(_("This ticket has another procedure now. Nothing was changed."))
    return found


def _confirm(request: DeskRequest, row: Step) -> Wrong | None:
    ready, _failed = prepared_or_why(row, by=request.user)  # what may be chosen is shown again with what is wrong
    form = steps.form_of(row)(request.POST, initial=dict(ready.initial), auto_id=f"step-{row.slug}-%s")
    if not form.is_valid():
        return Wrong(slug=row.slug, form=form)
    steps.confirm(row, form.cleaned_data, by=request.user)
    return None


def _retry(row: Step, _posted: Posted, by: User) -> str:
    steps.retry(row, by=by)
    return ""


def _skip(row: Step, posted: Posted, by: User) -> str:
    steps.skip(row, why=posted.get("why", "").strip()[:REASON_LENGTH], by=by)
    return ""


def _done_by_hand(row: Step, posted: Posted, by: User) -> str:
    steps.done_by_hand(row, how=posted.get("how", "").strip()[:REASON_LENGTH], by=by)
    return ""


def _hand_over(row: Step, posted: Posted, by: User) -> str:
    number = number_of(posted.get("to", ""))
    to = access.assignable().filter(pk=number).first() if number else None
    if to is None:
        raise Refused(_("Nobody of that name works tickets. Choose a specialist or a lead."))
    steps.hand_over(row, to=to, by=by)
    return _("“%(title)s” is handed over to %(name)s.") % {"title": row.title, "name": to}


def _undo(row: Step, _posted: Posted, by: User) -> str:
    steps.undo(row, by=by)
    return ""


def _agree(row: Step, posted: Posted, by: User) -> str:
    steps.agree(row, posted.get("agreed") == "1", by=by)
    return _("Noted. It counts towards switching the step on.")


def _go_back(row: Step, posted: Posted, by: User) -> str:
    steps.go_back(row.ticket, row.slug, by=by, why=posted.get("why", "").strip()[:REASON_LENGTH])
    return ""


_VERBS: Final[Mapping[str, Callable[[Step, Posted, User], str]]] = {
    "retry": _retry,
    "skip": _skip,
    "done-by-hand": _done_by_hand,
    "hand-over": _hand_over,
    "undo": _undo,
    "agree": _agree,
    "go-back": _go_back,
}
