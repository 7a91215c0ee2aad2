"""From what is asked to what is shown: the answer, and what else the words may mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from people.models import User
from routing.page import showing
from routing.page.question import Question
from routing.page.showing import Shown


@dataclass(frozen=True, kw_only=True)
class Answered:
    question: Question | None
    others: Sequence[object] = ()
    sure: bool = True
    nothing: str = ""

    def shown(self, *, by: User) -> Shown | None:
        """Kept when it is clear what was meant; while somebody types, the likeliest is only shown."""
        if self.question is None:
            return None
        found = self.question.find()
        decision = self.question.keep(found, by=by) if self.sure else None
        return showing.show(self.question, found, decision=decision)


def of(asked: Question) -> Answered:
    if asked.subject:
        return Answered(question=asked)
    return Answered(question=None, nothing=_("Nothing we know is called so."))
