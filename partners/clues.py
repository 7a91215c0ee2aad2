"""What the tables say about an address or a name: one statement for each, whatever there is to find."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection

from partners import domains, names
from partners.models import Account
from web.rows import ask_all

FEWEST_PEOPLE = 2
MOST_NAMES = 60
MOST_ALIKE = 10


class Kind(StrEnum):
    """Where a clue comes from; the order is that of their weight."""

    PERSON = "person"
    CONTACT = "contact"
    HERE = "here"
    DOMAIN = "domain"
    OTHER_NAME = "other name"
    WEBSITE = "website"
    PEOPLE = "people"
    NAME = "name"
    LOOKS = "looks"


@dataclass(frozen=True, kw_only=True)
class Clue:
    """One thing that speaks for one account; `who` said it, `what` is the domain or the name, `count` how many."""

    kind: Kind
    account: int
    score: int
    who: str = ""
    what: str = ""
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class OfAddress:
    """What speaks for whom; `nobody` when a person said that this address belongs to no partner."""

    clues: Sequence[Clue] = ()
    nobody: bool = False


_ADDRESS = """
WITH first AS (
    SELECT * FROM partners_contact WHERE lower(email) = %(address)s AND email <> '' AND double_of_id IS NULL
),
known AS (
    SELECT * FROM first UNION ALL
    SELECT double.* FROM partners_contact double JOIN first ON double.double_of_id = first.id
)
SELECT 'contact', contact.account_id, coalesce(nullif(said.name, ''), said.email, ''), '',
       CASE WHEN contact.account_said_by_id IS NOT NULL THEN 2
            WHEN contact.salesforce_id <> '' AND contact.deleted IS NULL THEN 1 ELSE 0 END, 0
  FROM known contact LEFT JOIN people_user said ON said.id = contact.account_said_by_id
UNION ALL
SELECT 'domain', taught.account_id, coalesce(nullif(said.name, ''), said.email, ''), lower(taught.domain), 0, 0
  FROM partners_accountdomain taught LEFT JOIN people_user said ON said.id = taught.said_by_id
 WHERE lower(taught.domain) = ANY(%(domains)s)
UNION ALL
SELECT 'website', account.id, '', account.website_domain, 0, 0
  FROM partners_account account
 WHERE account.website_domain = ANY(%(domains)s) AND account.website_domain <> '' AND account.deleted IS NULL
UNION ALL
SELECT 'people', here.account_id, (
           SELECT account.website_domain FROM partners_account account WHERE account.id = here.account_id
       ), here.domain, here.count, (
           SELECT count(*) FROM partners_contact every
            WHERE every.account_id = here.account_id AND every.salesforce_id <> '' AND every.deleted IS NULL
       )
  FROM (
    SELECT contact.account_id, split_part(lower(contact.email), '@', 2) AS domain, count(*) AS count
      FROM partners_contact contact
     WHERE split_part(lower(contact.email), '@', 2) = ANY(%(domains)s) AND contact.account_id IS NOT NULL
       AND contact.salesforce_id <> '' AND contact.deleted IS NULL AND lower(contact.email) <> %(address)s
     GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 20
  ) here
"""

_NAMES = """
WITH wanted AS (SELECT DISTINCT unnest(partner_name_keys(%(telling)s)) AS key),
found AS (
    SELECT wanted.key, hit.id FROM wanted CROSS JOIN LATERAL (
        SELECT id FROM partners_account
         WHERE partner_name_keys(name) @> ARRAY[wanted.key] AND deleted IS NULL LIMIT 200
    ) hit
    UNION ALL (
        SELECT 'all of them', id FROM partners_account
         WHERE partner_name_keys(name) @> partner_name_keys(%(name)s) AND deleted IS NULL LIMIT 300
    )
),
weight AS (SELECT key, 1.0 / count(*) AS each FROM found GROUP BY key)
(
    SELECT 'name', account.id, '', account.name
      FROM found JOIN weight USING (key) JOIN partners_account account ON account.id = found.id
     GROUP BY account.id, account.name ORDER BY sum(each) DESC, account.id LIMIT %(most)s
)
UNION ALL
SELECT 'other name', other.account_id, coalesce(nullif(said.name, ''), said.email, ''), ''
  FROM partners_accountname other LEFT JOIN people_user said ON said.id = other.said_by_id
 WHERE other.name = %(name)s
"""


def of_address(email: str) -> OfAddress:
    """What speaks for whom, by what a person said, by Salesforce's contacts and by the domain."""
    address = email.strip().lower()
    if "@" not in address or domains.is_nobodys(address):
        return OfAddress()
    asked = domains.with_parents(domains.domain_of(address))
    both = list(dict.fromkeys([*asked, *map(domains.as_read, asked)]))
    rows = ask_all(_ADDRESS, {"address": address, "domains": both})
    nobody = any(kind == "contact" and account is None and count == 2 for kind, account, _w, _d, count, _t in rows)
    return OfAddress(clues=tuple(_address_clues(rows, exact=asked[0] if asked else "")), nobody=nobody)


def of_name(typed: str) -> list[Clue]:
    """The accounts whose name is like what was typed, and whose it is because a person said so."""
    core = names.normalised(typed.replace("\x00", ""))
    if not core:
        return []
    with connection.cursor() as cursor:  # planned anew: how it is best answered depends on the words
        cursor.execute(_NAMES, {"name": core, "telling": names.telling(core), "most": MOST_NAMES})
        found = list(_name_clues(cursor.fetchall(), typed))
    return sorted(found, key=lambda one: -one.score)[:MOST_ALIKE]


def of_one_name(account: Account, typed: str) -> list[Clue]:
    """What a typed company says for an account that is at hand; no statement."""
    score = names.likeness(typed, account.name) if typed else 0
    return [Clue(kind=Kind.NAME, account=account.pk, score=score, what=typed)] if score else []


def of_looks(domain: str) -> list[Clue]:
    """The accounts whose name the domain reads like: never more than a hint."""
    label = (domains.with_parents(domain) or [""])[-1].partition(".")[0].replace("-", " ")
    found = of_name(domains.as_read(label)) if len(label) >= 4 else []
    return [
        Clue(kind=Kind.LOOKS, account=one.account, score=one.score - 25, what=domain)
        for one in found
        if one.kind == Kind.NAME
    ]


def _address_clues(rows: Sequence[tuple[Any, ...]], *, exact: str) -> Iterator[Clue]:
    kinds = [(Kind.HERE, 88), (Kind.CONTACT, 96), (Kind.PERSON, 100)]
    for kind, account, who, _domain, count, _total in rows:
        if kind == "contact" and account is not None:
            yield Clue(kind=kinds[count][0], account=account, score=kinds[count][1], who=who)
    for source, score, below in ((Kind.DOMAIN, 95, 93), (Kind.WEBSITE, 90, 87)):
        found = [row for row in rows if row[0] == source]
        for _kind, account, who, domain, _count, _total in _closest(found):
            at = domains.as_ascii(domain)
            yield Clue(kind=source, account=account, score=score if at == exact else below, who=who, what=at)
    people = _closest([row for row in rows if row[0] == Kind.PEOPLE])
    every = sum(row[4] for row in people)
    for _kind, account, website, domain, count, total in people:
        theirs = count * 2 > total and (not website or _label(website) == _label(domain))
        score = _score_of_people(count, of_domain=every, theirs=theirs)
        yield Clue(kind=Kind.PEOPLE, account=account, score=score, what=domains.as_ascii(domain), count=count)


def _closest(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Those of the longest domain: what is said about a part of a company counts more than what is said about all."""
    longest = max((len(domains.as_ascii(row[3])) for row in rows), default=0)
    return [row for row in rows if len(domains.as_ascii(row[3])) == longest]


def _score_of_people(count: int, *, of_domain: int, theirs: bool) -> int:
    """86 when everybody of the domain is theirs and most of theirs are there; else as much as the share is worth.

    An account with a website of another name has its own domain: there these may be a distributor's people.
    """
    if count == of_domain and count >= FEWEST_PEOPLE and theirs:
        return 86
    return min(int(30 + 50 * count / of_domain), 72 if theirs else 55)


def _label(domain: str) -> str:
    """The name in it: `acme` of `mail.acme.co.uk`."""
    return domains.registered(domains.as_ascii(domain)).partition(".")[0]


def _name_clues(rows: Sequence[tuple[Any, ...]], typed: str) -> Iterator[Clue]:
    for kind, account, who, name in rows:
        if kind == Kind.OTHER_NAME:
            yield Clue(kind=Kind.OTHER_NAME, account=account, score=94, who=who, what=typed)
        elif score := names.likeness(typed, name):
            yield Clue(kind=Kind.NAME, account=account, score=score, what=typed)
