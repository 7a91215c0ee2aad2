"""Pages of changes of the team: the desk drafts and proposes, a lead who is somebody else approves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.http import DeskRequest, colleagues_only, desk_only
from people.models import User
from routing.models import RosterChange
from routing.team import acts, checking, listing, moves, published, showing
from routing.team.acts import Refused
from routing.team.forms import BeginForm, DraftForm, given_of
from web.http import respond
from web.toasts import toast, toast_error


@require_safe
@desk_only
def changes(request: DeskRequest) -> HttpResponseBase:
    return respond(request, "routing/team/changes.html", {"listed": listing.read()})


@require_http_methods(["GET", "POST"])
@desk_only
def new(request: DeskRequest) -> HttpResponseBase:
    form = BeginForm(request.POST or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        begun = acts.begin(
            given["kind"],
            effective=given["effective"],
            by=request.user,
            manager=given["manager"],
            person=form.person(),
            why=given["why"],
        )
        return redirect("team:change", pk=begun.pk)
    return respond(request, "routing/team/new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@desk_only
def change(request: DeskRequest, pk: int) -> HttpResponseBase:
    """A draft is written here; later it is read here."""
    row = get_object_or_404(RosterChange.objects.select_related("manager", "proposed_by", "approved_by"), pk=pk)
    form = DraftForm(request.POST or None, change=row)
    if request.method == "POST" and form.is_valid():
        return _written(request, row, form)
    context = {"form": form, "shown": showing.shown(row, user=request.user, added_from=request.GET.get("from", ""))}
    return respond(request, "routing/team/change.html", context, status=422 if form.errors else 200)


@require_POST
@desk_only
def decide(request: DeskRequest, pk: int, what: str) -> HttpResponseBase:
    row = get_object_or_404(RosterChange, pk=pk)
    if what not in _DECISIONS:
        raise Http404(_("There is no such decision."))
    act, words = _DECISIONS[what]
    try:
        row = act(row, request.user, request.POST)
        toast(request, str(words))
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect("team:change", pk=row.pk)


@require_http_methods(["GET", "POST"])
@desk_only
def check_impartner(request: DeskRequest, pk: int) -> HttpResponseBase:
    row = get_object_or_404(RosterChange.objects.select_related("manager"), pk=pk)
    context = checking.context(row, request.POST, request.FILES if request.method == "POST" else None)
    return respond(request, "routing/team/impartner.html", context, status=422 if context["refused"] else 200)


@require_safe
@colleagues_only
def roster(request: DeskRequest) -> HttpResponseBase:
    """The published list as it is on `?on=`, today without; with `?change=` as it will be after that change."""
    asked = request.GET.get("change", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 19 and request.user.on_desk:
        text = showing.roster_after(get_object_or_404(RosterChange, pk=int(asked)))
    else:
        text = published.markdown(_day(request.GET.get("on", "")))
    headers = {"Content-Disposition": 'inline; filename="roster.md"'}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


def _written(request: DeskRequest, row: RosterChange, form: DraftForm) -> HttpResponseBase:
    """Keeps the page, and goes on to what its button says."""
    listed = [move.rule for move in moves.moves_of(row)]
    try:
        given, seen = given_of(request.POST, row, listed), _seen(request.POST)
        acts.write(row, by=request.user, values=form.cleaned_data, given=given, seen=seen)
        if request.POST.get("do") == "propose":
            acts.propose(row, by=request.user)
            toast(request, _("Proposed. A lead who is somebody else approves it."))
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect("team:change", pk=row.pk)


def _seen(said: QueryDict) -> int | None:
    """The version the page was filled from, where it says one."""
    text = said.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _day(text: str) -> date:
    try:
        return parse_date(text) or timezone.localdate()
    except ValueError:
        return timezone.localdate()


def _approve(row: RosterChange, user: User, said: QueryDict) -> RosterChange:
    return acts.approve(row, by=user, seen=_seen(said) or 0)


def _revise(row: RosterChange, user: User, _said: QueryDict) -> RosterChange:
    return acts.revise(row, by=user)


def _drop(row: RosterChange, user: User, said: QueryDict) -> RosterChange:
    return acts.drop(row, by=user, why=said.get("why", "")[:1000])


def _reverse(row: RosterChange, user: User, _said: QueryDict) -> RosterChange:
    return acts.reverse(row, by=user)


_DECISIONS: dict[str, tuple[Callable[[RosterChange, User, QueryDict], RosterChange], Promise]] = {
    "approve": (_approve, gettext_lazy("Approved. It comes into force on its day.")),
    "revise": (_revise, gettext_lazy("It is a draft again.")),
    "drop": (_drop, gettext_lazy("Dropped. Nothing has changed.")),
    "reverse": (_reverse, gettext_lazy("This draft takes it back. Look at it, then propose it.")),
}
