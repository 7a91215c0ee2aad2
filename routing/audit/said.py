"""What rules say, in words for the audit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from routing.book import Book, Rule
from routing.models import KeyRule, PartnerRule

TABLES = {**dict(KeyRule.Table.choices), **dict(PartnerRule.Table.choices), "coverage": _("directory")}


def every(book: Book) -> Iterator[Rule]:
    """Every rule of the book once."""
    for rules in book.places.values():
        yield from rules
    yield from book.public_sector
    for by_key in book.keys.values():
        for rules in by_key.values():
            yield from rules
    yield from of_partners(book)


def of_partners(book: Book) -> Iterator[Rule]:
    for _by_account, by_name in book.partners.values():
        yield from {rule.id: rule for rules in by_name.values() for rule in rules}.values()


def says(book: Book, rule: Rule) -> str:
    manager = book.managers.get(rule.manager or 0)
    return manager.name if manager else rule.result or _("nobody")


def names_of(book: Book, rules: Iterable[Rule]) -> str:
    return ", ".join(dict.fromkeys(says(book, rule) for rule in rules))


def table_name(table: str) -> str:
    return str(TABLES.get(table, table))
