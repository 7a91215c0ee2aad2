"""What a team's export counts, in sentences for people."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.models import Gate
from partners.team_facts import Counted, Team
from partners.verdicts import Verdict


def counted(row: Gate, found: Counted, team: Team) -> str:
    """“Sales Core: 1 in the team's export as of 20 Nov 2022, 2 needed (1 is not active any more).”"""
    said = {"names": _course(row), "count": len(found.sure), "needed": found.needed, "day": _day(team)}
    if found.old:
        words = _("%(names)s: the team's export as of %(day)s is too old to say who is there; %(needed)d needed.")
        return words % said
    words = _("%(names)s: %(count)d in the team's export as of %(day)s, %(needed)d needed%(others)s.")
    return words % {**said, "others": _others(found)}


def all_counted(verdict: Verdict, found: Iterable[tuple[Gate, Counted]], team: Team) -> str:
    """“The team's export as of 20 Nov 2022 counts too few people: Sales Core 1 of 2, …”"""
    enough = _("The team's export as of %(day)s counts enough people: %(numbers)s.")
    too_few = _("The team's export as of %(day)s counts too few people: %(numbers)s.")
    numbers = "; ".join(_number(row, one) for row, one in found)
    return (enough if verdict == "met" else too_few) % {"day": _day(team), "numbers": numbers}


def in_doubt(*, active: bool | None, namesake: bool) -> str:
    """Why nobody can tell whether somebody counts; `namesake`: somebody else of that name counts."""
    if namesake:
        return _("somebody of that name is there with another address: perhaps one person")
    if active is None:
        return _("the export does not say whether they are active")
    return _("whether they are in the region of the agreement cannot be told")


def _number(row: Gate, found: Counted) -> str:
    said = {"names": _course(row), "count": len(found.sure), "needed": found.needed, "others": ""}
    if found.verdict != "met":
        said["others"] = _others(found)
    return _("%(names)s %(count)d of %(needed)d%(others)s") % said


def _others(found: Counted) -> str:
    """Who holds it and is not counted, and why; empty for nobody."""
    left, elsewhere, unsure = len(found.left), len(found.elsewhere), len(found.unsure)
    said = [
        ngettext("%(n)d is not active any more", "%(n)d are not active any more", left) % {"n": left} if left else "",
        ngettext("%(n)d is in another region", "%(n)d are in another region", elsewhere) % {"n": elsewhere}
        if elsewhere
        else "",
        ngettext("of %(n)d it cannot be told", "of %(n)d it cannot be told", unsure) % {"n": unsure} if unsure else "",
    ]
    told = ", ".join(filter(None, said))
    return f" ({told})" if told else ""


def _course(row: Gate) -> str:
    return row.values[0] if row.values else ""


def _day(team: Team) -> str:
    return date_format(team.as_of, "j M Y")
