"""Who is meant by a name, an address or an id of a spreadsheet: one channel manager, or the sentence why not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Self

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process, utils

from integrations.salesforce import ids
from people.models import ChannelManager

NEAR: Final = 3
NEAR_ENOUGH: Final = 70
USER: Final = "005"


class NobodyMeant(Exception):  # noqa: N818 - an answer to a person
    """The sentence why no channel manager is meant."""


@dataclass(frozen=True)
class Owners:
    """Every channel manager by name, by address and by Salesforce user, read in one statement."""

    by_name: dict[str, list[ChannelManager]] = field(default_factory=lambda: defaultdict(list))
    by_id: dict[str, ChannelManager] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    @classmethod
    def read(cls) -> Self:
        return cls.of(ChannelManager.objects.select_related("user"))

    @classmethod
    def of(cls, managers: Iterable[ChannelManager]) -> Self:
        found = cls()
        for manager in managers:
            found.names.append(manager.name)
            known_as = {manager.name, manager.salesforce_email, manager.user.email if manager.user else ""}
            for text in {folded(one) for one in known_as if one}:
                found.by_name[text].append(manager)
            if manager.salesforce_id:
                found.by_id[manager.salesforce_id[:15]] = manager
        return found

    def meant(self, name: str, identity: str) -> ChannelManager:
        """Whom NewOwner and NewOwnerId mean, which must be the same person; raises `NobodyMeant`."""
        if not name and not identity:
            raise NobodyMeant(_("No new owner is named."))
        by_name = self._named(name) if name else None
        by_id = self._with_id(identity) if identity else None
        if by_name and by_id and by_name != by_id:
            words = _("NewOwner says %(name)s, NewOwnerId is the user of %(other)s.")
            raise NobodyMeant(words % {"name": by_name, "other": by_id})
        found = by_name or by_id
        if found is None:
            raise NobodyMeant(_("No new owner is named."))
        return found

    def name_of(self, identity: str) -> str:
        manager = self.by_id.get(identity[:15])
        return manager.name if manager else ""

    def _named(self, name: str) -> ChannelManager:
        found = self.by_name.get(folded(name), [])
        if len(found) == 1:
            return found[0]
        if found:
            several = _("Several channel managers are known as “%(name)s”. Add the NewOwnerId.")
            raise NobodyMeant(several % {"name": name})
        near = self._near(name)
        unknown = _("No channel manager is named “%(name)s”.") % {"name": name}
        raise NobodyMeant(f"{unknown} {_('Close to it: %(names)s.') % {'names': ', '.join(near)}}" if near else unknown)

    def _with_id(self, identity: str) -> ChannelManager | None:
        if not ids.may_be_id(identity, prefix=USER):
            words = _("“%(id)s” is no Salesforce id of a user: 15 or 18 characters that begin with 005.")
            raise NobodyMeant(words % {"id": identity})
        found = self.by_id.get(identity[:15])
        if found is None:
            raise NobodyMeant(_("No channel manager has the Salesforce user %(id)s.") % {"id": identity})
        return found

    def _near(self, name: str) -> list[str]:
        found = process.extract(
            name,
            self.names,
            scorer=fuzz.WRatio,
            processor=utils.default_process,
            limit=NEAR,
            score_cutoff=NEAR_ENOUGH,
        )
        return [known for known, _score, _place in found]


def folded(text: str) -> str:
    return " ".join(text.split()).casefold()
