"""Which partner a line of the dashboard is about: only what is certain is linked, by id, by what was said, by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from partners import names
from partners.models import Account, AccountName, DashboardRow

BATCH = 2000
SHORT_ID = 15  # the last three of 18 characters only repeat what upper and lower case the first are in


@dataclass(frozen=True)
class Known:
    """The living partners, read once for a whole file."""

    accounts: tuple[tuple[int, str, str], ...]
    remembered: Mapping[str, int]

    @cached_property
    def by_id(self) -> dict[str, int]:
        return {salesforce_id[:SHORT_ID]: pk for pk, _name, salesforce_id in self.accounts if salesforce_id}

    @cached_property
    def by_spelling(self) -> dict[str, set[int]]:
        return _grouped((name.casefold().strip(), pk) for pk, name, _id in self.accounts)

    @cached_property
    def by_core(self) -> dict[str, list[tuple[str, int]]]:
        found: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for pk, name, _id in self.accounts:
            apart = names.taken_apart(name)
            found[apart.core].append((apart.form, pk))
        return dict(found)

    def account_of(self, name: str, salesforce_id: str = "") -> int | None:
        """The partner's id, or None where nothing is certain; what a person said goes before what is spelt alike."""
        if found := self.by_id.get(salesforce_id[:SHORT_ID]):
            return found
        apart = names.taken_apart(name)
        if found := self.remembered.get(apart.core):
            return found
        same = self.by_spelling.get(name.casefold().strip(), set())
        return _only(same) if same else self._of_core(apart)

    def _of_core(self, apart: names.Name) -> int | None:
        """One partner of that name; one of another legal form is another company."""
        alike = self.by_core.get(apart.core, []) if apart.core else []
        same_form = {pk for form, pk in alike if form == apart.form}
        if same_form:
            return _only(same_form)
        return _only({pk for form, pk in alike if not form or not apart.form}) if len(alike) == 1 else None


def known() -> Known:
    """Two queries."""
    living = Account.objects.filter(deleted=None, merged_into=None)
    remembered = AccountName.objects.filter(account__deleted=None, account__merged_into=None)
    return Known(
        accounts=tuple(living.values_list("pk", "name", "salesforce_id")),
        remembered=dict(remembered.values_list("name", "account_id")),
    )


def link_again(rows: Iterable[DashboardRow]) -> list[DashboardRow]:
    """Looks at these rows anew and writes those whose partner is another one now."""
    partners = known()
    changed = []
    for row in rows:
        found = partners.account_of(row.partner_name, row.salesforce_id)
        if found != row.account_id:
            row.account_id = found
            changed.append(row)
    DashboardRow.objects.bulk_update(changed, ["account"], batch_size=BATCH)
    return changed


def rows_named(name: str) -> list[DashboardRow]:
    """The lines of all dashboards with this name, however it is spelt there."""
    core = names.normalised(name)
    every = DashboardRow.objects.values_list("partner_name", flat=True).distinct()
    spelt = [one for one in every if names.normalised(one) == core]
    return list(DashboardRow.objects.filter(partner_name__in=spelt))


def _grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for key, pk in pairs:
        found[key].add(pk)
    return dict(found)


def _only(found: set[int]) -> int | None:
    return next(iter(found)) if len(found) == 1 else None
