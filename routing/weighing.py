"""From rules to an answer: one sure manager, several candidates, or nobody; somebody who left is never the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people.models import ChannelManager
from routing.book import Book, Rule
from routing.found import AMBIGUOUS, ASSIGNED, UNASSIGNED, Because, Candidate, Found


def because(rule: Rule, book: Book, *, name: str, key: str = "") -> Because:
    """What a row said, in the words of contract §4."""
    return Because(
        rule=name,
        key=key or rule.key,
        result=_result(rule, book),
        source=rule.source,
        fiscal_year=rule.fiscal_year,
        effective=rule.effective,
        rule_id=rule.id,
    )


def no_rule(name: str, key: str, *, words: str = "") -> Because:
    """A table that was asked and has nothing, or what was not given."""
    return Because(rule=name, key=key, result=words or _("no rule"))


def is_gone(manager: ChannelManager, on: date) -> bool:
    """Not here on that day; who is not active and has no last day is gone on every day."""
    return manager.left < on if manager.left is not None else not manager.active


def gone_words(manager: ChannelManager) -> str:
    if manager.left is None:
        return _("%(name)s is not active any more, and a rule still says so.") % {"name": manager.name}
    words = _("%(name)s left on %(day)s, and a rule still names them.")
    return words % {"name": manager.name, "day": date_format(manager.left, "j M Y")}


def present(rules: Iterable[Rule], book: Book) -> list[ChannelManager]:
    """The managers the rules name who are here on that day, each once."""
    found = {rule.manager: book.managers[rule.manager] for rule in rules if rule.manager is not None}
    return [manager for manager in found.values() if not is_gone(manager, book.on)]


def weighed(paths: Sequence[tuple[Rule, tuple[Because, ...]]], book: Book, *, decides: Because | None = None) -> Found:
    """One answer from rules of equal rank, each with its path; `decides` says what would tell them apart.

    Without `decides` different managers are an overlap: two rows that say who it is.
    """
    rules = [rule for rule, _path in paths]
    known = present(rules, book)
    remarks = _remarks(rules, book)
    steps = _each_once(step for _rule, path in paths for step in path)
    if len(known) == 1 and _all_say(rules, known[0]) and decides is None:
        return _assigned(known[0], steps, remarks, book)
    if not known:
        more = (decides,) if decides is not None and len(paths) > 1 else ()
        return Found(outcome=UNASSIGNED, because=(*steps, *more), as_of=book.on, remarks=remarks)
    reason = decides or _overlap(rules, book)
    candidates = tuple(Candidate(manager=one, because=_each_once(_paths_of(one, paths))) for one in known)
    return Found(outcome=AMBIGUOUS, candidates=candidates, because=(*steps, reason), as_of=book.on, remarks=remarks)


def with_skipped(found: Found, skipped: Iterable[Because]) -> Found:
    return replace(found, skipped=(*found.skipped, *skipped))


def _assigned(manager: ChannelManager, steps: tuple[Because, ...], remarks: tuple[str, ...], book: Book) -> Found:
    away, stand_in = _away(manager, book)
    return Found(
        outcome=ASSIGNED,
        manager=manager,
        because=steps,
        as_of=book.on,
        remarks=(*remarks, *away),
        stand_in=stand_in,
    )


def _away(manager: ChannelManager, book: Book) -> tuple[tuple[str, ...], ChannelManager | None]:
    absence = book.absences.get(manager.pk)
    if absence is None:
        return (), None
    stand_in = book.managers.get(absence.stand_in_id or 0)
    if stand_in is not None and (is_gone(stand_in, book.on) or stand_in.pk in book.absences):
        stand_in = None  # gone or away themselves
    until = date_format(absence.last_day, "j M Y") if absence.last_day else _("further notice")
    words = (
        _("%(name)s is away until %(day)s; %(other)s stands in.") if stand_in else _("%(name)s is away until %(day)s.")
    )
    return (words % {"name": manager.name, "day": until, "other": stand_in},), stand_in


def _all_say(rules: Sequence[Rule], manager: ChannelManager) -> bool:
    """No other row of the same rank says something else, be it nobody or somebody who left."""
    return all(rule.manager == manager.pk for rule in rules)


def _overlap(rules: Sequence[Rule], book: Book) -> Because:
    said = ", ".join(dict.fromkeys(_result(rule, book) for rule in rules))
    words = _("Several rows say who it is: %(said)s. One of them must end.") % {"said": said}
    return Because(rule="overlap", key=rules[0].key, result=words)


def _paths_of(manager: ChannelManager, paths: Sequence[tuple[Rule, tuple[Because, ...]]]) -> Iterable[Because]:
    return (step for rule, path in paths if rule.manager == manager.pk for step in path)


def _each_once(steps: Iterable[Because]) -> tuple[Because, ...]:
    return tuple(dict.fromkeys(steps))


def _remarks(rules: Sequence[Rule], book: Book) -> tuple[str, ...]:
    """Who left, what is to be hired, what a row remarks itself."""
    named = {rule.manager: book.managers[rule.manager] for rule in rules if rule.manager is not None}
    gone = [gone_words(one) for one in named.values() if is_gone(one, book.on)]
    later = [_left_since(one) for one in named.values() if not is_gone(one, book.on) and not one.active]
    nobody = [nobody_words(rule) for rule in rules if rule.manager is None]
    return tuple(dict.fromkeys([*gone, *later, *nobody]))


def _left_since(manager: ChannelManager) -> str:
    return _("%(name)s is not here any more today.") % {"name": manager.name}


def nobody_words(rule: Rule) -> str:
    if is_to_be_hired(rule.result):
        return _("“%(key)s” is to be hired: nobody has it yet.") % {"key": rule.key}
    if rule.table == "coverage":
        return rule.result
    return _("“%(result)s” stands in the mapping, and nobody in the directory is called so.") % {"result": rule.result}


def is_to_be_hired(text: str) -> bool:
    """“TBH”, `COM_MM_EMEA_SOUTH_TERR_3TBH`, “to be hired”."""
    plain = " ".join(text.casefold().split())
    return plain.endswith("tbh") or plain in {"to be hired", "tbd"}


def _result(rule: Rule, book: Book) -> str:
    """The manager by name, with a word when they are gone; else what is written."""
    if rule.manager is None:
        return rule.result or _("nobody is named")
    manager = book.managers[rule.manager]
    return _("%(name)s (left)") % {"name": manager.name} if is_gone(manager, book.on) else manager.name
