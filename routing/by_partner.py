"""Rules that name the partner: who owns their account, or manages their opportunities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from partners.models import Account
from routing import places
from routing.book import Book, Rules
from routing.facts import Deal, Where, track_of
from routing.found import NEAR_MISSES, UNASSIGNED, Because, Found
from routing.models import PartnerRule, Track
from routing.weighing import because, no_rule, weighed, with_skipped

NAMED: Final = PartnerRule.Table.NAMED.value
US_PUBSEC: Final = PartnerRule.Table.US_PUBSEC.value
LEAST_ALIKE: Final = 82
_RULE: Final = {NAMED: "named_partner"}
_TYPES: Final = {"gsi": PartnerRule.Table.GSI.value, "alliance": PartnerRule.Table.ALLIANCE.value}


def of_table(table: str, account: Account | None, name: str, book: Book) -> Found | Because:
    """What the table says of this partner, or that it was asked."""
    rule_name = _RULE.get(table, table)
    called = account.name if account is not None else name.strip()
    if not called:
        return no_rule(rule_name, "", words=_("not asked: no partner is given"))
    rules = rules_of(table, account, name, book)
    if not rules:
        return no_rule(rule_name, called)
    return weighed([(rule, (because(rule, book, name=rule_name),)) for rule in rules], book)


def rules_of(table: str, account: Account | None, name: str, book: Book) -> Rules:
    """By the account, by its name, or by the name that was asked for."""
    number = account.pk if account is not None else None
    by_account = book.by_partner(table, account=number, name=account.name if account is not None else name)
    return by_account or (book.by_partner(table, account=number, name=name) if account is not None else ())


def of_public_sector(where: Where, book: Book) -> Found:
    """US PubSec goes by partner; its open partners have one manager (handbook, “US-PubSec”)."""
    own = of_table(US_PUBSEC, where.account, where.partner, book)
    if isinstance(own, Found):
        return own
    track = track_of(where.track)
    rules = [rule for rule in book.public_sector if rule.manager is not None and _speaks_of(rule.track, track)]
    paths = [
        (rule, (because(rule, book, name=US_PUBSEC, key=str(Track(rule.track).label) if rule.track else ""),))
        for rule in rules
    ]
    if not paths:
        return _by_partner_only(where, own, book)
    reason = None
    if not track and any(rule.track for rule in rules):
        words = _("The track would decide: open partners have one manager, all others go by partner.")
        reason = no_rule("track", "", words=words)
    return with_skipped(weighed(paths, book, decides=reason), [own])


def is_public_sector(where: Where) -> bool:
    """Of the United States: elsewhere the flag decides nothing."""
    if where.public_sector is not True:
        return False
    found = places.by_code(where.country) or places.country(where.country)
    return not where.country.strip() or (found is not None and found.country in {places.US, "PR"})


def by_precedence(deal: Deal, account: Account | None, book: Book) -> tuple[Found | None, list[Because]]:
    """The first table of the precedence that names the partner; and what the others say."""
    decided: Found | None = None
    asked: list[Because] = []
    for table in book.precedence:
        found = of_table(table, account, deal.partner, book)
        if isinstance(found, Because):
            open_one = _open_of_public_sector(table, account, book)
            found = open_one if open_one is not None else found
        if isinstance(found, Because):
            asked.append(found)
        elif decided is None:
            decided = found
        else:
            asked += [_asked_later(one) for one in found.because]
    return decided, asked


def only_by_partner(account: Account | None, asked: Sequence[Because], name: str, book: Book) -> Found | None:
    """A GSI, an alliance or a US PubSec partner that no table names: the segment does not speak of them."""
    kind = _kind(account)
    if not kind or kind not in book.precedence:
        return None
    label = PartnerRule.Table(kind).label
    words = _("The partner is of %(kind)s: its manager is found by partner only, and no table names it.")
    reason = no_rule("segment", "", words=words % {"kind": label})
    near = near_partners([kind], account.name if account else name, book)
    return Found(outcome=UNASSIGNED, because=(*asked, reason), near_misses=near, as_of=book.on)


def near_partners(tables: Sequence[str], name: str, book: Book) -> tuple[str, ...]:
    """Partners of those tables that somebody may have meant."""
    known = [one for table in tables for one in book.partner_names(table)]
    found = process.extract(
        name, known, scorer=fuzz.WRatio, processor=str.casefold, score_cutoff=LEAST_ALIKE, limit=NEAR_MISSES
    )
    return tuple(dict.fromkeys(one for one, _alike, _at in found))


def _open_of_public_sector(table: str, account: Account | None, book: Book) -> Found | None:
    """The roster's one manager of open US PubSec partners, for an account that is one."""
    if table != US_PUBSEC or account is None:
        return None
    where = Where(country=account.country, track=account.track, public_sector=account.public_sector, account=account)
    if not is_public_sector(where) or track_of(account.track) != Track.OPEN:
        return None
    found = of_public_sector(where, book)
    return found if found.outcome != UNASSIGNED or found.remarks else None


def _kind(account: Account | None) -> str:
    """The table this partner must stand in."""
    if account is None:
        return ""
    if table := _TYPES.get(account.partner_type.strip().casefold()):
        return table
    return US_PUBSEC if is_public_sector(Where(country=account.country, public_sector=account.public_sector)) else ""


def _asked_later(one: Because) -> Because:
    words = _("would say %(result)s; another table is asked first") % {"result": one.result}
    return Because(**{**one.__dict__, "result": words})


def _by_partner_only(where: Where, own: Because, book: Book) -> Found:
    written = next((rule for rule in book.public_sector if rule.manager is None), None)
    said = () if written is None else (because(written, book, name=US_PUBSEC, key="-"),)
    name = where.account.name if where.account is not None else where.partner
    near = near_partners([US_PUBSEC], name, book) if name else ()
    return Found(outcome=UNASSIGNED, because=(own, *said), near_misses=near, as_of=book.on)


def _speaks_of(rule_track: str, track: str) -> bool:
    return not rule_track or not track or rule_track == track
