"""Invoices, certifications, opportunities: kept beside their partner, no more and no less than Salesforce has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import sync_writing
from partners.models import Account, Certification, Contact, Invoice, Opportunity
from partners.sync_contacts import accounts_by_id
from partners.sync_journal import differing
from partners.sync_take import Batch
from partners.sync_values import Rejected, Row, Taking, amount, day, identity, moment, taken, text, yes_no


class Papers:
    """Rows that belong to an account and that nobody here adds anything to."""

    key: str
    model: type[models.Model]
    fields: Mapping[str, tuple[str, Taking]]
    name: str  # must not be empty

    def take(self, rows: Sequence[Row], batch: Batch) -> None:
        accounts = accounts_by_id(row.get("account") for row in rows)
        known = {one.salesforce_id: one for one in self._rows().filter(salesforce_id__in=[row["id"] for row in rows])}
        changed: list[Any] = []
        for row in rows:
            found = known.get(row["id"])
            if found is not None:
                batch.see(found)
            try:
                values = {**self.values(row), "account": accounts.get(str(row.get("account") or ""))}
            except Rejected as problem:
                batch.reject(row, str(problem))
                continue
            if found is None and values["account"] is None:
                continue  # of somebody who is no partner
            self._take(found or self.model(salesforce_id=row["id"]), values, changed, batch)
        sync_writing.save(changed, fields=self.saved())

    def _take(self, paper: Any, values: Mapping[str, Any], changed: list[Any], batch: Batch) -> None:
        if paper.pk is None:
            batch.see(paper)
        if paper.pk is not None and not differing(paper, values):
            return
        batch.count("changed" if paper.pk else "added")
        for name, value in values.items():
            setattr(paper, name, value)
        changed.append(paper)

    def values(self, row: Row) -> dict[str, Any]:
        values = taken(row, self.model, self.fields)
        if not values.get(self.name, True):
            raise Rejected(_("It has no name."))
        return {**values, "modified": moment(row.get("modified")), "deleted": None}

    def saved(self) -> list[str]:
        return [*(column for column, _taking in self.fields.values()), "account", "modified", "deleted"]

    def remove(self, rows: Sequence[Row], batch: Batch) -> None:
        when = {row["id"]: moment(row.get("modified")) or timezone.now() for row in rows}
        for paper in self._rows().filter(salesforce_id__in=when, deleted=None):
            batch.count("removed")
            paper.deleted = when[paper.salesforce_id]
            paper.save(update_fields=["deleted"])

    def sweep(self, pks: Sequence[int], batch: Batch) -> None:
        batch.count("removed", by=self._rows().filter(pk__in=pks, deleted=None).update(deleted=timezone.now()))

    def _rows(self) -> models.QuerySet[Any]:
        return self.model._default_manager.select_related("account")  # noqa: SLF001 - Django's documented door


class Invoices(Papers):
    key = "Invoice"
    model = Invoice
    name = "number"
    fields = {
        "number": ("number", text),
        "opportunity": ("opportunity_id", identity),
        "date": ("date", day),
        "due": ("due", day),
        "amount": ("amount", amount),
        "status": ("status", text),
    }


class Opportunities(Papers):
    """Those with a partner we know; `account` of a row is the customer, ours is the partner of the deal."""

    key = "Opportunity"
    model = Opportunity
    name = "name"
    fields = {
        "number": ("number", text),
        "name": ("name", text),
        "customer": ("customer_id", identity),
        "owner": ("owner_id", identity),
        "owner_name": ("owner_name", text),
        "isr": ("isr_id", text),
        "stage": ("stage", text),
        "close_date": ("close_date", day),
        "amount": ("amount", amount),
        "owner_segment_geo_region_area": ("segment", text),
        "stamped_account_sales_territory": ("territory", text),
        "channel_manager": ("manager_there", text),
        "public_sector": ("public_sector", yes_no),
    }

    def take(self, rows: Sequence[Row], batch: Batch) -> None:
        super().take([{**row, "account": row.get("partner"), "customer": row.get("account")} for row in rows], batch)

    def _take(self, paper: Any, values: Mapping[str, Any], changed: list[Any], batch: Batch) -> None:
        """One that lost its partner is no more ours than a deleted one."""
        if values["account"] is None:
            self.remove([{"id": paper.salesforce_id, "modified": values["modified"]}], batch)
        else:
            super()._take(paper, values, changed, batch)


class Certifications(Papers):
    key = "Certification"
    model = Certification
    name = "title"
    fields = {"title": ("title", text), "passed": ("passed", day), "expires": ("expires", day)}

    def take(self, rows: Sequence[Row], batch: Batch) -> None:
        """A certification belongs to a person; the partner is theirs where the row names none."""
        wanted = {str(row["contact"]) for row in rows if row.get("contact")}
        found = Contact.objects.filter(salesforce_id__in=wanted).select_related("account")
        self._people = {one.salesforce_id: one for one in found}
        super().take([{**row, "account": row.get("account") or self._account_of(row)} for row in rows], batch)

    def values(self, row: Row) -> dict[str, Any]:
        return {**super().values(row), "contact": self._people.get(str(row.get("contact") or ""))}

    def saved(self) -> list[str]:
        return [*super().saved(), "contact"]

    def _rows(self) -> models.QuerySet[Any]:
        return super()._rows().select_related("account", "contact")

    def _account_of(self, row: Row) -> str:
        person = self._people.get(str(row.get("contact") or ""))
        account: Account | None = person.account if person else None
        return account.salesforce_id if account else ""
