"""What a step has found and changed, as the page shows it: facts in rows, changes before → after by their record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import groupby
from typing import Any, Final, Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.models import Step
from tickets.procedures import Change, Fact

Tone = Literal["good", "bad", "unsure", ""]
SHOWN_AT_ONCE: Final = 3
NAMED: Final = 3
_BESIDE: Final = ("/", "https://", "http://")


@dataclass(frozen=True, kw_only=True)
class Table:
    """The changes of one record at a vendor."""

    record: str
    link: str
    changes: Sequence[Change]

    @property
    def words(self) -> list[str]:
        """Each stays whole: a number does not break at its hyphen."""
        return self.record.split()

    @property
    def only_text(self) -> bool:
        """A comment that is new and mentions nobody: there is no before and after."""
        return all(one.text and not one.before and not one.after for one in self.changes)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    facts: Sequence[Fact] = ()
    tables: Sequence[Table] = ()
    link: str = ""
    picture: str = ""

    @property
    def page(self) -> str:
        """Where a press on the picture leads: the page a fact was read on, else the picture itself."""
        pages = (fact.link for fact in self.facts if fact.link.startswith("/") and fact.source)
        return next(pages, self.picture)

    @property
    def folds(self) -> bool:
        """More rows than stand open beside other steps."""
        return len(self.facts) > SHOWN_AT_ONCE

    @property
    def way_out(self) -> Fact | None:
        """The page here that a step which is stuck leads to; its words are those of a button."""
        pages = (fact for fact in self.facts if fact.link.startswith("/"))
        return next((fact for fact in pages if not (fact.source or fact.tone)), None)

    @property
    def tone(self) -> Tone:
        """The worst of its facts; good when every one that was judged is good."""
        found = {fact.tone for fact in self.facts}
        worst: tuple[Tone, ...] = ("bad", "unsure", "good")
        return next((tone for tone in worst if tone in found), "")

    @property
    def summary(self) -> str:
        """“6 of 6 in order: status, requirements, domain…”, “2 of 6 not in order: status, domain”."""
        chosen = [fact for fact in self.facts if fact.tone == self.tone]
        said = {
            "n": len(chosen),
            "all": sum(bool(fact.tone) for fact in self.facts) or len(self.facts),
            "names": ", ".join(_lower(fact.name) for fact in chosen[:NAMED]) + ("…" if len(chosen) > NAMED else ""),
        }
        return _summary(self.tone, every=len(self.facts)) % said


def of(step: Step, *, taken_back: bool = False) -> Evidence:
    """What it found and changed; where that was taken back, what taking it back changed."""
    undone = step.data.get("undo", {}).get("changes", ()) if taken_back else ()
    return Evidence(
        facts=facts(step.data.get("facts", ())),
        tables=tables(_changes(undone or step.data.get("changes", ()))),
        link=_beside(str(step.data.get("link", ""))),
        picture=_ours(str(step.data.get("picture", ""))),
    )


def given(found: Iterable[Fact], changed: Iterable[Change], *, link: str = "", picture: str = "") -> Evidence:
    """The same for what was worked out just now."""
    rows = [{**asdict(fact), "name": str(fact.name), "value": str(fact.value)} for fact in found]
    return Evidence(facts=facts(rows), tables=tables(changed), link=_beside(link), picture=_ours(picture))


def facts(rows: Iterable[Mapping[str, Any]]) -> list[Fact]:
    found = [Fact(**_known(Fact, row)) for row in rows]
    return [replace(fact, link=_beside(fact.link)) for fact in found]


def tables(changes: Iterable[Change]) -> list[Table]:
    """Neighbours of one record stand in one table."""
    return [
        Table(record=record, link=_beside(link), changes=list(rows))
        for (record, link), rows in groupby(changes, key=lambda one: (one.record, one.link))
    ]


def _changes(rows: Iterable[Mapping[str, Any]]) -> list[Change]:
    return [Change(**_known(Change, row)) for row in rows]


def _known(shape: type[Fact | Change], row: Mapping[str, Any]) -> dict[str, str]:
    """An old row may lack a name or have one that is gone: it is shown all the same."""
    return {one.name: str(row.get(one.name) or "") for one in fields(shape)}


def _beside(link: str) -> str:
    """An address a browser may be led to; a vendor's text is not trusted to be one."""
    return link if link.startswith(_BESIDE) and not link.startswith("//") else ""


def _ours(address: str) -> str:
    """A picture is drawn here; no other server learns who looks at it."""
    return address if address.startswith("/") and not address.startswith("//") else ""


def _lower(name: str) -> str:
    """Inside a sentence; an abbreviation and the name of a field keep their letters."""
    return name if any(letter.isupper() for letter in name[1:]) else name[:1].lower() + name[1:]


def _summary(tone: Tone, *, every: int) -> str:
    if tone == "bad":
        return _("%(n)d of %(all)d not in order: %(names)s")
    if tone == "unsure":
        return _("%(n)d of %(all)d not certain: %(names)s")
    if tone == "good":
        return _("%(n)d of %(all)d in order: %(names)s")
    return ngettext("%(n)d line: %(names)s", "%(n)d lines: %(names)s", every)
