"""The buttons of a change: which there are for whom, and what each does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.models import ExternalAction
from people.models import User
from routing.models import OwnershipChange, OwnershipRow
from routing.ownership import again, deciding, moving, sending, undoing

Kind, State = OwnershipChange.Kind, OwnershipChange.State
Do = Callable[..., OwnershipChange]
DUPLICATES: Final = "DUPLICATES_DETECTED"
MEANWHILE: Final = frozenset({"CHANGED_MEANWHILE", "NOT_FIT", "NOT_KEPT"})  # sending it again would say the same


@dataclass(frozen=True, kw_only=True)
class Act:
    verb: str
    label: str | Promise
    icon: str
    primary: bool = False
    danger: bool = False
    key: str = ""
    title: str | Promise = ""


APPLY = Act(verb="approve", label=_("Apply in Salesforce"), icon="cloud-upload", primary=True, key="mod+enter")
APPROVE = replace(APPLY, label=_("Approve and apply in Salesforce"))
SUBMIT = Act(verb="submit", label=_("Send for approval"), icon="user-check", primary=True, key="mod+enter")
READ_AGAIN = Act(verb="read-again", label=_("Read again"), icon="refresh-cw")
RETRY = Act(verb="retry", label=_("Try again"), icon="rotate-cw")
ALLOW = Act(
    verb="allow-duplicate",
    label=_("Write it all the same"),
    icon="copy-check",
    title=_("Salesforce suspects a duplicate. This writes the owner nevertheless; no other account is touched."),
)
PAUSE = Act(verb="pause", label=_("Pause"), icon="circle-pause")
RESUME = Act(verb="resume", label=_("Go on"), icon="play", primary=True)
STOP = Act(verb="drop", label=_("Stop here"), icon="circle-stop", danger=True)
DROP = Act(verb="drop", label=_("Drop it"), icon="x")
UNDO = Act(verb="undo", label=_("Undo"), icon="undo-2")


def allow_duplicate(change: OwnershipChange, *, by: User) -> OwnershipChange:
    """Of one account only, and only where Salesforce has just said that it suspects one."""
    row = change.rows.first() if deciding.of_one(change) else None
    if row is None or code_of(row) != DUPLICATES:
        raise deciding.Refused(str(_("Salesforce suspects no duplicate here: it was not touched.")))
    return deciding.retry(change, by=by, then=partial(moving.push, allow_duplicate=True))


DOES: Final[Mapping[str, Do]] = {
    "approve": deciding.approve,
    "submit": deciding.submit,
    "read-again": again.read_again,
    "retry": deciding.retry,
    "allow-duplicate": allow_duplicate,
    "pause": deciding.pause,
    "resume": deciding.resume,
    "drop": deciding.drop,
    "undo": undoing.undo,
}
SAID: Final[Mapping[str, str | Promise]] = {
    "approve": _("A worker writes it in Salesforce now."),
    "submit": _("A lead decides now."),
    "read-again": _("It is read in Salesforce again."),
    "retry": _("A worker tries it again."),
    "allow-duplicate": _("A worker writes it all the same."),
    "pause": _("Paused. What Salesforce has in hand is finished."),
    "resume": _("It goes on."),
    "drop": _("Nothing more of it is written."),
    "undo": _("A worker brings back what stood there."),
}


def acts_of(change: OwnershipChange, user: User, *, row: OwnershipRow | None, undo: bool) -> list[Act]:
    """In their order; the first primary one is what the page is for."""
    if not deciding.may_steer(user):
        return []
    backwards = [UNDO] if undo else []
    found: Mapping[str, list[Act]] = {
        State.PREVIEW: [*_first(change, row), READ_AGAIN, DROP],
        State.READY: [APPROVE, DROP] if deciding.may_approve(change, user) else [DROP],
        State.RUNNING: [] if deciding.of_one(change) else [PAUSE],
        State.PAUSED: [RESUME, STOP],
        State.PARTLY: [*_again(change, row), *backwards],
        State.DONE: backwards,
    }
    return found.get(change.state, [])


def _first(change: OwnershipChange, row: OwnershipRow | None) -> list[Act]:
    """Nothing to press where nothing would be written."""
    if not change.counts.get("waiting") or (row is not None and row.state != OwnershipRow.State.WAITING):
        return []
    return [APPLY] if deciding.of_one(change) else [SUBMIT]


def _again(change: OwnershipChange, row: OwnershipRow | None) -> list[Act]:
    """A list is tried again as a whole, or read again and approved anew; one account gets what helps it."""
    if change.kind == Kind.UNDO:
        return [RETRY] if row is None or code_of(row) not in MEANWHILE else []
    if row is None:
        return [RETRY, READ_AGAIN]
    code = code_of(row)
    if code == DUPLICATES:
        return [ALLOW, RETRY]
    return [replace(READ_AGAIN, primary=True)] if code in MEANWHILE else [replace(RETRY, primary=True), READ_AGAIN]


def code_of(row: OwnershipRow) -> str:
    """Salesforce's own word for why it refused one."""
    action = ExternalAction.objects.filter(pk=row.action_id).first() if row.action_id else None
    return str(sending.became(row, action).get("code") or "")
