"""Every line of the spreadsheet against the partners and managers we know, in a fixed number of statements.

What holds for any change of an owner (gone, no channel account, public sector, inactive owner, changed since) is
checked by `routing.ownership` for these rows as for all others; here is what only a file can get wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _

from integrations.salesforce import ids
from partners import names
from partners.models import Account
from people.models import ChannelManager
from routing.bulk import territories
from routing.bulk.naming import NobodyMeant, Owners, folded
from routing.bulk.sheets import Line
from routing.bulk.territories import Difference, Known

ACCOUNT: Final = "001"
AT_ONCE: Final = 5000
LONGEST_TERRITORY: Final = 80
YES: Final = frozenset({"yes", "y", "true", "1", "x", "ja", "oui", "si", "sí", "はい"})
NO: Final = frozenset({"no", "n", "false", "0", "nein", "non", "いいえ"})


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A line with what it means; in `words` why it is not done."""

    line: Line
    account: Account | None = None
    salesforce_id: str = ""
    owner: ChannelManager | None = None
    change: Difference = territories.NOTHING
    words: str = ""


class Wrong(Exception):  # noqa: N818 - an answer to a person
    """Why a line is not done."""


def check(lines: Sequence[Line]) -> list[Checked]:
    """The lines in their order; nothing is written."""
    accounts = _accounts(lines)
    owners, spelt = Owners.read(), territories.known()
    return _without_contradictions([_checked(line, accounts, owners, spelt) for line in lines])


def _accounts(lines: Sequence[Line]) -> dict[str, Account]:
    """By the first 15 characters of their ids."""
    wanted = sorted({ids.full_id(line.account_id) for line in lines if _is_account(line.account_id)})
    pieces = (wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE))
    found = Account.objects.select_related("merged_into", "channel_manager")
    return {one.salesforce_id[:15]: one for piece in pieces for one in found.filter(salesforce_id__in=piece)}


def _is_account(text: str) -> bool:
    return ids.may_be_id(text, prefix=ACCOUNT)


def _checked(line: Line, accounts: Mapping[str, Account], owners: Owners, spelt: Known) -> Checked:
    known = accounts.get(line.account_id[:15]) if _is_account(line.account_id) else None
    checked = Checked(line=line, account=known, salesforce_id=known.salesforce_id if known else line.account_id)
    try:
        account = _found(line, known)
        checked = replace(checked, owner=owners.meant(line.new_owner, line.new_owner_id))
        _check_name(line, account)
        _check_current(line, account, owners)
        _check_public_sector(line, account)
        return replace(checked, change=_territories(line, account, spelt))
    except (Wrong, NobodyMeant) as wrong:
        return replace(checked, words=str(wrong))


def _found(line: Line, account: Account | None) -> Account:
    if not line.account_id:
        raise Wrong(_("The id of the account is missing."))
    if not _is_account(line.account_id):
        words = _("“%(id)s” is no Salesforce id of an account: 15 or 18 characters that begin with 001.")
        raise Wrong(words % {"id": line.account_id})
    if account is None:
        raise Wrong(_("No partner account has the id %(id)s.") % {"id": line.account_id})
    return account


def _check_name(line: Line, account: Account) -> None:
    """A table sorted by one column only brings every id the name of another account."""
    if line.account_name and not _alike(line.account_name, account.name):
        words = _("The id is that of %(account)s, the file calls it “%(name)s”.")
        raise Wrong(words % {"account": account.name, "name": line.account_name})


def _alike(one: str, other: str) -> bool:
    return folded(one) == folded(other) or names.normalised(one) == names.normalised(other)


def _check_current(line: Line, account: Account, owners: Owners) -> None:
    said = line.current_owner
    if not said:
        return
    known_as = {account.owner_name, account.owner_email, owners.name_of(account.owner_id)}
    if ids.same_id(said, account.owner_id) or folded(said) in {folded(one) for one in known_as if one}:
        return
    words = _("The owner is %(owner)s now, not %(said)s as in the file.")
    raise Wrong(words % {"owner": account.owner_name or account.owner_id or _("nobody we know"), "said": said})


def _check_public_sector(line: Line, account: Account) -> None:
    said = folded(line.public_sector)
    if not said:
        return
    if said not in YES | NO:
        words = _("PublicSectorPartner says “%(said)s”, which is neither Yes nor No.")
        raise Wrong(words % {"said": line.public_sector})
    if account.public_sector is not None and account.public_sector != (said in YES):
        yes, no = _("Yes"), _("No")
        words = _("Public Sector Partner is %(now)s in Salesforce, the file says %(said)s.")
        raise Wrong(words % {"now": yes if account.public_sector else no, "said": line.public_sector})


def _territories(line: Line, account: Account, spelt: Known) -> Difference:
    wanted = territories.parsed(line.territories, spelt)
    if too_long := next((one for one in wanted if len(one) > LONGEST_TERRITORY), None):
        raise Wrong(_("“%(name)s…” is too long for a territory.") % {"name": too_long[:40]})
    return territories.difference(account.contracted_territories, wanted)


def _without_contradictions(checked: Sequence[Checked]) -> list[Checked]:
    """Lines that want different things for one account are all refused; of equal ones the first counts (`prepare`)."""
    by_account: dict[str, list[Checked]] = defaultdict(list)
    for one in checked:
        if not one.words:
            by_account[one.salesforce_id].append(one)
    refused = {
        one.line.number: _("Lines %(numbers)s want different things for this account.") % {"numbers": _numbers(group)}
        for group in by_account.values()
        if any((one.owner, one.change) != (group[0].owner, group[0].change) for one in group)
        for one in group
    }
    return [replace(one, words=refused.get(one.line.number, one.words)) for one in checked]


def _numbers(group: Sequence[Checked]) -> str:
    return ", ".join(str(one.line.number) for one in group)
