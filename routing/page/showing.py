"""An answer as the page draws it: who, whether they can be reached, what would decide, and the path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners import owners as partner_owners
from partners.models import Account
from people.models import ChannelManager
from routing.models import Decision, Track
from routing.owners import UNASSIGNED, Found
from routing.page import fixing, path, presence, question
from routing.page.path import Step
from routing.page.presence import Presence
from routing.page.question import ACCOUNT, Question
from routing.waiting import NotYet

_LABELS: Final = {
    "subdivision": gettext_lazy("State or province"),
    "postal_code": gettext_lazy("Postal code"),
    "track": gettext_lazy("Track"),
    "segment": gettext_lazy("Owner Segment-Geo-Region-Area"),
    "territory": gettext_lazy("Stamped Account Sales Territory"),
    "partner": gettext_lazy("Partner"),
    "country": gettext_lazy("Country"),
}


@dataclass(frozen=True, kw_only=True)
class Near:
    words: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A field whose value would decide."""

    name: str
    label: str

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Track.choices] if self.name == "track" else []


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of several it may be, and the row that says so."""

    manager: ChannelManager
    because: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    title: str
    subject: str
    steps: Sequence[Step]
    sentence: str
    remarks: Sequence[str] = ()
    manager: ChannelManager | None = None
    candidates: Sequence[Choice] = ()
    presence: Presence | None = None
    account: Account | None = None
    near: Sequence[Near] = ()
    asks: Sequence[Ask] = ()
    url: str = ""
    assign: str = ""  # where a place that nobody has gets its manager
    given: Sequence[tuple[str, str]] = ()
    on: date | None = None
    ticket: str = ""
    decision: Decision | None = None

    @property
    def area(self) -> str:
        """“Select, EMEA”."""
        known = (self.manager.get_team_display(), self.manager.region) if self.manager else ()
        return ", ".join(one for one in known if one)

    @property
    def stand_in(self) -> ChannelManager | None:
        return self.presence.stand_in if self.presence else None

    @property
    def owner(self) -> str:
        """Who owns the account in Salesforce."""
        return (self.account.owner_name or self.account.owner_email) if self.account else ""

    @property
    def differs(self) -> bool | None:
        return partner_owners.differs(self.account, self.manager) if self.account else None

    @property
    def line(self) -> list[Step]:
        """Only what decided: the path of a small card."""
        return [step for step in self.steps if step.state == "done"]


def show(asked: Question, found: Found, *, account: Account | None = None, decision: Decision | None = None) -> Shown:
    """An answer of now; `account` where the caller has it at hand."""
    fields = asks(found)
    return Shown(
        title=_title(asked.about),
        subject=_subject(asked, account or asked.account),
        steps=path.steps(found.as_json()),
        sentence=found.sentence(),
        remarks=found.remarks,
        manager=found.manager,
        candidates=[Choice(manager=one.manager, because=_why(one.because)) for one in found.candidates],
        presence=presence.of([found.manager])[found.manager.pk] if found.manager else None,
        account=account or asked.account,
        near=[Near(words=one, url=_near(asked, one)) for one in found.near_misses],
        asks=fields,
        given=[one for one in asked.given if one[0] not in {ask.name for ask in fields}],
        url=asked.url(),
        assign=fixing.of_gap(found) if found.outcome == UNASSIGNED else "",
        on=asked.on if asked.on != timezone.localdate() else None,
        ticket=asked.ticket,
        decision=decision,
    )


def as_given(decision: Decision) -> Shown:
    """A kept answer: nothing of it is asked again."""
    answer = decision.answer
    people = ChannelManager.objects.in_bulk(
        [one["manager"]["name"] for one in answer.get("candidates", ())], field_name="name"
    )
    return Shown(
        title=_title(decision.about),
        subject=str(decision.account or ""),
        steps=path.steps(answer),
        sentence=str(answer.get("sentence", "")),
        remarks=answer.get("remarks", ()),
        manager=decision.manager,
        candidates=[
            Choice(manager=people[name], because=_words(one["because"]))
            for one in answer.get("candidates", ())
            if (name := one["manager"]["name"]) in people
        ],
        account=decision.account,
        near=[Near(words=one, url="") for one in answer.get("near_misses", ())],
        on=date.fromisoformat(answer["as_of"]),
        decision=decision,
    )


def by_now(decision: Decision) -> str:
    """What the rules say by now, where that is something else."""
    try:
        now = question.of_decision(decision).find()
    except NotYet:
        return ""
    same = (now.outcome, now.manager) == (decision.outcome, decision.manager)
    return "" if same else now.sentence()


def asks(found: Found) -> list[Ask]:
    """What would decide, where it is something that can be filled in."""
    if found.manager is not None:
        return []
    missing = (one.rule for one in found.because if not one.rule_id and (not one.key or one.rule == "postal_code"))
    return [Ask(name=name, label=str(_LABELS[name])) for name in dict.fromkeys(missing) if name in _LABELS]


def _title(about: str) -> str:
    if about == ACCOUNT:
        return _("Channel manager of the account")
    return _("Channel manager of the opportunity")


def _subject(asked: Question, account: Account | None) -> str:
    """What the answer is about, by its name: the opportunity as it was looked for, else the partner."""
    keys = asked.text or asked.values.get("territory") or asked.values.get("segment") or ""
    by_name = keys if asked.about != ACCOUNT or account is None else ""
    return by_name or str(account or "")


def _near(asked: Question, words: str) -> str:
    return Question(text=words, about=asked.about, on=asked.on, ticket=asked.ticket).url()


def _why(because: Sequence[Any]) -> str:
    return _words([one.as_json() for one in because])


def _words(because: Sequence[Mapping[str, Any]]) -> str:
    """“Part of the state, US-PA:eastern”."""
    last = because[-1] if because else {}
    known = (path.question_of(str(last["rule"])), str(last.get("key", ""))) if last else ()
    return ", ".join(one for one in known if one)
