"""Whether an account may get a new owner, before anything is written: the handbook's steps as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.salesforce import ids
from partners.models import Account
from people.models import ChannelManager, Team
from routing.models import OwnershipChange

CHANNEL: Final = "Channel"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One line of a change: which account, who shall own it, which territories come and go.

    Without a new owner the owner stays. `reject_words` say why a line is refused already where it was read.
    """

    account: Account | None
    number: int
    salesforce_id: str = ""  # as given; the account's own where it is known
    name: str = ""
    new_owner: ChannelManager | None = None
    new_owner_id: str = ""
    new_owner_name: str = ""
    add_territories: Sequence[str] = ()
    remove_territories: Sequence[str] = ()
    reject_words: str = ""

    @property
    def new_owner_asked(self) -> bool:
        return bool(self.new_owner or self.new_owner_id or self.new_owner_name)


def checks_of(
    wanted: Wanted, *, kind: str = OwnershipChange.Kind.SINGLE, taken_at: datetime | None = None, on: date | None = None
) -> list[str]:
    """Every reason against it at once; none: it may be written. An undo brings back whoever was there."""
    if wanted.reject_words:
        return [wanted.reject_words]
    if wanted.account is None:
        return [_unknown(wanted)]
    found = list(_of_the_account(wanted.account, taken_at))
    if kind != OwnershipChange.Kind.UNDO:
        found += _of_the_kind(wanted.account)
        if wanted.new_owner_asked:
            found += _of_the_owner(wanted, on or timezone.localdate())
    return found


def _unknown(wanted: Wanted) -> str:
    given = wanted.salesforce_id.strip()
    if not given:
        return _("It names no account.")
    if not ids.is_id(given):
        return _("“%(id)s” is no id of Salesforce: it has 15 or 18 letters and digits.") % {"id": given[:40]}
    return _("No partner here has the id %(id)s. An account that is no partner is not changed here.") % {"id": given}


def _of_the_account(account: Account, taken_at: datetime | None) -> Iterator[str]:
    if not account.salesforce_id:
        yield _("Salesforce does not know this partner: it exists only here.")
    if account.merged_into_id:
        yield _("It was merged into another account in Salesforce.")
    elif account.deleted:
        yield _("It is gone from Salesforce.")
    if taken_at is not None and account.modified is not None and account.modified > taken_at:
        words = _("It has changed in Salesforce since the list was made, on %(when)s UTC.")
        yield words % {"when": f"{account.modified:%d %b %Y, %H:%M}"}


def _of_the_kind(account: Account) -> Iterator[str]:
    """Channel accounts only."""
    kind = account.partner_type.strip()
    if not kind:
        yield _("Its partner type is not filled in; only channel accounts get another owner here.")
    elif kind.casefold() != CHANNEL.casefold():
        yield _("It is a partner of type %(type)s; only channel accounts get another owner here.") % {"type": kind}


def _of_the_owner(wanted: Wanted, on: date) -> Iterator[str]:
    account, manager = wanted.account, wanted.new_owner
    if manager is None:
        words = _("%(name)s is no channel manager the desk knows.")
        yield words % {"name": wanted.new_owner_name or wanted.new_owner_id}
        return
    if has_left(manager, on):
        yield gone(manager)
    elif not (wanted.new_owner_id or manager.salesforce_id):
        yield not_known_yet(manager.name)
    if manager.team != Team.US_PUBSEC and account is not None:
        yield from _of_the_public_sector(account, manager)


def not_known_yet(name: str) -> str:
    return _("The user of %(name)s in Salesforce is not known yet. We look for it; then read again.") % {"name": name}


def has_left(manager: ChannelManager, on: date) -> bool:
    return not manager.active or (manager.left is not None and manager.left < on)


def gone(manager: ChannelManager) -> str:
    return _("%(name)s is not active any more.") % {"name": manager.name}


def _of_the_public_sector(account: Account, manager: ChannelManager) -> Iterator[str]:
    """“Public Sector Partner” must be No; nothing there is not No."""
    if account.public_sector:
        words = _("“Public Sector Partner” is Yes, and %(name)s is not of US PubSec.")
        yield words % {"name": manager.name}
    elif account.public_sector is None:
        yield _("“Public Sector Partner” is not filled in. Set it to No in Salesforce, then read again.")
