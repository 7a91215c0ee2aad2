"""Tasks: the open ones by team and region, and one with its list to tick off."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from journal.record import events_of
from mail import markdown
from people.http import DeskRequest, desk_only
from tickets import access, task_list, work
from tickets.actions import Refused
from tickets.models import Task
from web.http import respond, wants_part
from web.toasts import toast, toast_error


@require_safe
@desk_only
def tasks(request: DeskRequest) -> HttpResponseBase:
    return respond(request, "tickets/tasks.html", {"listed": task_list.read(request.user, request.GET.dict())})


@require_safe
@desk_only
def task(request: DeskRequest, pk: int) -> HttpResponseBase:
    return _shown(request, get_object_or_404(Task.objects.select_related("assignee", "finished_by", "ticket"), pk=pk))


@require_POST
@desk_only
def tick(request: DeskRequest, pk: int) -> HttpResponseBase:
    """One line of the list, done or not done after all."""
    row = get_object_or_404(Task, pk=pk)
    index = request.POST.get("index", "")
    number = int(index) if index.isascii() and index.isdigit() and len(index) < 6 else -1
    try:
        work.tick(row, number, by=request.user, done=request.POST.get("done", "1") != "0")
    except Refused as refused:
        toast_error(request, str(refused))
    return task_again(request, pk)


@require_POST
@desk_only
def change(request: DeskRequest, pk: int, what: str) -> HttpResponseBase:
    """Finish, drop with a reason, open again, give it to somebody."""
    row = get_object_or_404(Task, pk=pk)
    if what not in _CHANGES:
        raise Http404(_("There is no such change."))
    try:
        _CHANGES[what](request, row)
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect("tickets:task", pk=pk)


def task_again(request: DeskRequest, pk: int) -> HttpResponseBase:
    if not wants_part(request):
        return redirect("tickets:task", pk=pk)
    return _shown(request, get_object_or_404(Task.objects.select_related("assignee", "finished_by", "ticket"), pk=pk))


def _shown(request: DeskRequest, row: Task) -> HttpResponseBase:
    lines = task_list.lines_of(row)
    context = {
        "task": row,
        "body": markdown.render(row.body),
        "lines": lines,
        "ticked": sum(one.at is not None for one in lines),
        "people": access.assignable(),
        "events": events_of(row).order_by("-id")[:50],
    }
    return respond(request, "tickets/task.html", context, part="task")


def _finish(request: DeskRequest, row: Task) -> None:
    work.finish(row, by=request.user)
    toast(request, _("The task is done."), undo=reverse("tickets:task_change", args=[row.pk, "reopen"]))


def _drop(request: DeskRequest, row: Task) -> None:
    work.drop(row, by=request.user, why=request.POST.get("why", "")[:1000])
    toast(request, _("The task is not needed."), undo=reverse("tickets:task_change", args=[row.pk, "reopen"]))


def _reopen(request: DeskRequest, row: Task) -> None:
    work.reopen(row, by=request.user)
    toast(request, _("The task is open again."))


def _assign(request: DeskRequest, row: Task) -> None:
    to = request.POST.get("to", "")
    known = access.assignable().filter(pk=int(to)).first() if to.isascii() and to.isdigit() and len(to) < 19 else None
    found = request.user if to == "me" else known
    if to and found is None:
        raise Refused(_("There is nobody like that on the desk."))
    work.assign(row, found, by=request.user)
    toast(request, _("The task is %(name)s's.") % {"name": found} if found else _("The task is nobody's now."))


_CHANGES: dict[str, Callable[[DeskRequest, Task], None]] = {
    "finish": _finish,
    "drop": _drop,
    "reopen": _reopen,
    "assign": _assign,
}
