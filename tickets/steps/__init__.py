"""Carrying procedures out: who may touch a step, and when.

A ticket's row is the lock of its procedure: whoever moves a step holds it. What is locked besides comes first where the
world changes it (an envelope, a mail), and after it where only the procedure does (a request's own row).

`begin` lays the steps, `heard` looks at what waits, `work_on` does what a worker does, the verbs are what people press.
Every verb refuses with `tickets.actions.Refused`.
"""

from __future__ import annotations

from tickets.steps.ending import end
from tickets.steps.forms import form_of, prepared
from tickets.steps.going_back import decide_anew, go_back, may_be_anew
from tickets.steps.progress import begin, heard
from tickets.steps.reading import current, of, plan_of
from tickets.steps.remarking import remark
from tickets.steps.shadow import agree, in_shadow, set_shadow
from tickets.steps.standing import written
from tickets.steps.undoing import undo
from tickets.steps.verbs import confirm, done_by_hand, hand_over, retry, skip
from tickets.steps.working import work_on

__all__ = [
    "agree",
    "begin",
    "confirm",
    "current",
    "decide_anew",
    "done_by_hand",
    "end",
    "form_of",
    "go_back",
    "hand_over",
    "heard",
    "in_shadow",
    "may_be_anew",
    "of",
    "plan_of",
    "prepared",
    "remark",
    "retry",
    "set_shadow",
    "skip",
    "undo",
    "work_on",
    "written",
]
