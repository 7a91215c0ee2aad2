"""Rules that name somebody who left, nobody yet, a name nobody has, or a partner nobody knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partners.models import Account
from people.models import ChannelManager
from routing.audit import fixes
from routing.audit.finding import AMBER, RED, Example, Finding, Kind
from routing.audit.said import every, of_partners, table_name
from routing.book import Book, Rule
from routing.keys import folded
from routing.models import PartnerRule
from routing.weighing import is_gone, is_to_be_hired

SHOWN: Final = 4
LOOK_AT_TERRITORY: Final = "look at territory"


def find(book: Book) -> Iterator[Finding]:
    yield from _gone(book)
    yield from _nobody(book)
    yield from _partners(book)


def _gone(book: Book) -> Iterator[Finding]:
    """One finding for each person, however many rules name them."""
    by_manager: dict[int, list[Rule]] = defaultdict(list)
    for rule in every(book):
        manager = book.managers.get(rule.manager or 0)
        if manager is not None and is_gone(manager, book.on):
            by_manager[manager.pk].append(rule)
    for pk, rules in by_manager.items():
        manager = book.managers[pk]
        yield Finding(
            slug=f"gone-{pk}",
            kind=Kind.GONE,
            tone=RED,
            area=manager.name,
            words=_left(manager),
            count=len(rules),
            unit="rule",
            examples=_rows(rules),
            fixes=[fixes.leaves(manager.pk), fixes.rule(rules[0].id)],
        )


def _left(manager: ChannelManager) -> str:
    if manager.left is None:
        return _("Not active any more, and rules still name them")
    day = date_format(manager.left, "j M Y")
    return _("Left on %(day)s, and rules still name them") % {"day": day}


def _nobody(book: Book) -> Iterator[Finding]:
    """Keys and partners whose row names no manager: to be hired, or called by a name nobody has."""
    unknown: dict[str, list[Rule]] = defaultdict(list)
    for rule in every(book):
        if rule.manager is not None or rule.table == "coverage" or folded(rule.result) == LOOK_AT_TERRITORY:
            continue
        if is_to_be_hired(rule.result) or is_to_be_hired(rule.key):
            yield _hiring(rule)
        else:
            unknown[folded(rule.result)].append(rule)
    for name, rules in unknown.items():
        yield Finding(
            slug=f"name-{name}",
            kind=Kind.NAME,
            tone=RED,
            area=rules[0].result or _("No name"),
            words=_("Stands in the mapping, and nobody in the directory is called so"),
            count=len(rules),
            unit="rule",
            examples=_rows(rules),
            fixes=[fixes.add_person(), fixes.rule(rules[0].id)],
        )


def _hiring(rule: Rule) -> Finding:
    return Finding(
        slug=f"hiring-{rule.id}",
        rule=rule.id,
        kind=Kind.HIRING,
        tone=AMBER,
        area=rule.key,
        code=True,
        words=_("To be hired: nobody has it yet"),
        examples=[Example(words=rule.source)],
        fixes=[fixes.rule(rule.id, _("Assign"))],
    )


def _partners(book: Book) -> Iterator[Finding]:
    """A rule by partner whose partner is unknown here, was merged into another one, or is gone."""
    rules = list(of_partners(book))
    ids = {rule.account for rule in rules if rule.account is not None}
    lost = Account.objects.filter(pk__in=ids).exclude(deleted=None, merged_into=None).select_related("merged_into")
    by_pk = {one.pk: one for one in lost}
    for rule in rules:
        account = by_pk.get(rule.account or 0)
        if rule.account is None or account is not None:
            yield _partner(rule, account)


def _partner(rule: Rule, account: Account | None) -> Finding:
    survivor = account.merged_into if account else None
    if account is None:
        words = _("No partner of this name is in Salesforce, or several are")
    elif survivor is not None:
        words = _("Merged into %(name)s; the rule still names the old one") % {"name": survivor.name}
    else:
        words = _("No partner in Salesforce any more")
    shown = survivor or account
    return Finding(
        slug=f"partner-{rule.id}",
        kind=Kind.PARTNER,
        tone=RED if rule.table == PartnerRule.Table.NAMED or account else AMBER,
        area=rule.key,
        words=words,
        table=table_name(rule.table),
        examples=[Example(words=shown.name, url=fixes.partner_url(shown.pk))] if shown else (),
        fixes=[fixes.rule(rule.id)],
    )


def _rows(rules: list[Rule]) -> list[Example]:
    return [Example(words=one.key, beside=one.source, url=fixes.rule_url(one.id)) for one in rules[:SHOWN]]
