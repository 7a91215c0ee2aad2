"""Who a sender or a typed company belongs to, and why: never a guess that looks like knowledge (decision 19)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from partners import clues, domains, reasons
from partners.clues import Clue, Kind, OfAddress
from partners.learning import CannotRemember, Learned, forget, remember, shared_words, take_back, why_not_domain
from partners.models import Account

__all__ = [
    "Candidate",
    "CannotRemember",
    "Evidence",
    "Learned",
    "Match",
    "forget",
    "match",
    "remember",
    "shared_words",
    "take_back",
    "why_not_domain",
]

CERTAIN = 85
RIVAL = 70  # one that speaks for another account this loudly leaves no certainty
BEST_WITHOUT_A_PERSON = 99
MOST_CANDIDATES = 6
FEWEST_POINTS = 35
_DECISIVE = (Kind.PERSON, Kind.CONTACT, Kind.HERE, Kind.DOMAIN)  # each outweighs all that follow
_NAMED = frozenset({Kind.NAME, Kind.OTHER_NAME})


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Why an account was chosen: where it comes from, and a sentence."""

    kind: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An account something speaks for, with how sure one may be of it, 0 to 100."""

    account: Account
    score: int
    clues: Sequence[Clue] = field(repr=False)

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        """The strongest first."""
        return tuple(Evidence(kind=one.kind, words=reasons.sentence(one, self.account)) for one in self.clues)

    @property
    def kind(self) -> Kind:
        return self.clues[0].kind

    @property
    def is_named_and_known(self) -> bool:
        """The name says it, and something about the address does as well."""
        return any(one.kind in _NAMED and one.score >= CERTAIN for one in self.clues) and any(
            one.kind not in _NAMED for one in self.clues
        )


@dataclass(frozen=True, kw_only=True)
class Match:
    """The account that is most likely meant; `certain` only when it stands clearly alone."""

    account: Account | None = None
    certain: bool = False
    score: int = 0
    evidence: tuple[Evidence, ...] = ()
    others: Sequence[Candidate] = ()
    candidates: Sequence[Candidate] = ()

    @property
    def sure(self) -> Account | None:
        """The account that may be linked without asking anybody."""
        return self.account if self.certain else None


def match(email: str = "", company: str = "") -> Match:
    """Who writes from `email` or calls itself `company`; at most four statements."""
    return match_of(clues.of_address(email) if email else OfAddress(), email=email, company=company)


def match_of(said: OfAddress, *, email: str = "", company: str = "") -> Match:
    """The same for what is known about the address already."""
    found = [*said.clues, *(clues.of_name(company) if company.strip() else ())]
    if not found and email and not domains.is_nobodys(email):
        found = clues.of_looks(domains.domain_of(email))
    candidates = ranked(found)
    if not candidates:
        return Match()
    best, others = candidates[0], candidates[1:]
    return Match(
        account=best.account,
        certain=not said.nobody and stands_alone(best, others),
        score=best.score,
        evidence=best.evidence,
        others=others,
        candidates=candidates,
    )


def of_domain(email: str) -> Account | None:
    """The account whose the address's domain certainly is; no statement for free mail, our own and colleagues'."""
    if not domains.with_parents(domains.domain_of(email)) or domains.is_nobodys(email):
        return None
    said = clues.of_address(email)  # what its domain reads like is never certain: not asked
    return match_of(said).sure


def ranked(found: Iterable[Clue]) -> list[Candidate]:
    """The accounts behind the clues, the likeliest first; merged ones are the survivor, deleted ones nobody."""
    by_account: defaultdict[int, list[Clue]] = defaultdict(list)
    alive: dict[int, Account] = {}
    rows = list(found)
    accounts = _living({one.account for one in rows})
    for one in rows:
        account = accounts.get(one.account)
        if account is not None and one.score >= FEWEST_POINTS:
            by_account[account.pk].append(one)
            alive[account.pk] = account
    made = [candidate(alive[pk], speaking) for pk, speaking in by_account.items()]
    made.sort(key=lambda one: (_rank(one.kind), -one.score, one.account.name, one.account.pk))
    return made[:MOST_CANDIDATES]


def stands_alone(best: Candidate, others: Sequence[Candidate]) -> bool:
    return best.score >= CERTAIN and best.kind != Kind.LOOKS and not any(_is_rival(one, best) for one in others)


def survivor_of(account: Account | None) -> Account | None:
    """The account itself while it lives, what it was merged into, or nobody."""
    if account is None or (account.deleted is None and account.merged_into_id is None):
        return account
    return _living({account.pk}).get(account.pk)


def _is_rival(other: Candidate, best: Candidate) -> bool:
    if best.kind in _DECISIVE:
        return other.kind == best.kind
    if best.is_named_and_known and not other.is_named_and_known:
        return False
    return other.score >= RIVAL


def candidate(account: Account, speaking: list[Clue]) -> Candidate:
    """Several independent clues make it a little surer than the strongest alone."""
    in_order = _in_order(speaking)
    more = 2 * (len({one.kind for one in in_order}) - 1)
    score = max(one.score for one in in_order)
    return Candidate(
        account=account,
        score=score if score > BEST_WITHOUT_A_PERSON else min(score + more, BEST_WITHOUT_A_PERSON),
        clues=in_order,
    )


def _in_order(speaking: Iterable[Clue]) -> tuple[Clue, ...]:
    """The strongest first, each kind once."""
    best: dict[Kind, Clue] = {}
    for one in sorted(speaking, key=lambda one: -one.score):
        best.setdefault(one.kind, one)
    return tuple(sorted(best.values(), key=lambda one: (_rank(one.kind), -one.score)))


def _rank(kind: Kind) -> int:
    return _DECISIVE.index(kind) if kind in _DECISIVE else len(_DECISIVE)


def _living(ids: set[int]) -> dict[int, Account]:
    """By the id asked for: the account, or the one it was merged into; deleted ones are missing."""
    found: dict[int, Account] = {}
    asked = {pk: pk for pk in ids}
    for _hop in range(5):  # a merged account may have been merged again
        rows = Account.objects.select_related("channel_manager").in_bulk(set(asked.values())) if asked else {}
        found |= {pk: rows[now] for pk, now in asked.items() if now in rows and _lives(rows[now])}
        asked = {pk: into for pk, now in asked.items() if now in rows and (into := rows[now].merged_into_id)}
    return found


def _lives(account: Account) -> bool:
    return account.deleted is None and account.merged_into_id is None
