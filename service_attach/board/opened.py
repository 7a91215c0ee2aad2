"""The page of one proof: a page of its documents, beside it what was read there, to be corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models import Paper
from people.models import User
from service_attach import access, correcting, forms, keeping, reading, reading_steps, rebates, wanted
from service_attach.board.listing import TONES, quarter_of, tier_words
from service_attach.models import Proof
from service_attach.rebates import Rebate
from tickets import paper_page, papers
from tickets.models import Attachment
from tickets.paper_page import PaperPage

LINE: Final[Sequence[tuple[str | Promise, frozenset[str]]]] = (
    (gettext_lazy("Read"), frozenset({Proof.Stage.READING, Proof.Stage.MISSING, Proof.Stage.ASKED})),
    (gettext_lazy("Checked"), frozenset({Proof.Stage.CHECKING, Proof.Stage.DECIDING})),
    (gettext_lazy("In Salesforce"), frozenset({Proof.Stage.WRITING})),
    (gettext_lazy("Closed-Won"), frozenset({Proof.Stage.WON})),
)


@dataclass(frozen=True, kw_only=True)
class Paged:
    """A document as the page shows it: its pages to turn, and why it could not be read where it could not."""

    attachment: Attachment
    paper: Paper | None
    href: str
    chosen: bool

    @property
    def pages(self) -> int:
        return len(self.paper.pages) if self.paper else 0


@dataclass(frozen=True, kw_only=True)
class Value:
    """One field with everything that was read for it; the first is the present one."""

    name: str
    title: str
    best: Mapping[str, Any] | None
    others: Sequence[Mapping[str, Any]]

    @property
    def percent(self) -> int:
        return round(100 * float(self.best["sure"])) if self.best else 0

    @property
    def is_unsure(self) -> bool:
        return self.best is not None and self.best["sure"] < reading.SURE

    @property
    def typed(self) -> bool:
        return bool(self.best and self.best.get("typed"))


@dataclass(frozen=True)
class Opened:
    """Nothing is read before the template asks; `form` is one that came back with something wrong."""

    proof: Proof
    user: User
    given: QueryDict = field(default_factory=QueryDict)
    form_back: forms.Correction | None = None
    refused: str = ""

    @cached_property
    def form(self) -> forms.Correction:
        return self.form_back or form_for(self.proof)

    @property
    def may_correct(self) -> bool:
        return access.may_correct(self.user) and self.proof.stage not in correcting.OVER

    @cached_property
    def documents(self) -> list[Paged]:
        chosen = self._chosen
        return [
            Paged(
                attachment=one,
                paper=self._papers.get(one.stored_id),
                href=self._href(one, 1),
                chosen=chosen is not None and one.pk == chosen.pk,
            )
            for one in self._attachments
        ]

    @property
    def shown(self) -> Paged | None:
        return next((one for one in self.documents if one.chosen), None)

    @cached_property
    def page(self) -> int:
        """The page to look at: the one asked for, else where the values stand."""
        asked = self.given.get("page", "")
        most = max(1, self.shown.pages if self.shown else 1)
        if asked.isascii() and asked.isdigit() and len(asked) < 6:
            return min(max(1, int(asked)), most)
        best = self._place
        return min(max(1, int(best.get("page") or 1)), most) if best and self._stands_in(best) else 1

    @cached_property
    def sheet(self) -> PaperPage | None:
        """How that page looks and what it says, with everything marked that was read there."""
        shown = self.shown
        if shown is None or shown.paper is None or self.page > max(1, len(shown.paper.pages)):
            return None
        words = self._read_there or [""]
        sheets = [paper_page.of(shown.attachment, self.page, words=one) for one in words]
        return replace(sheets[0], marks=[box for sheet in sheets for box in sheet.marks])

    @property
    def whole(self) -> str:
        """The page by itself, with the words marked that were read there."""
        shown, best = self.shown, self._place
        words = str(best["value"]) if best and self._stands_in(best) else ""
        return papers.page_url(shown.attachment, self.page, words) if shown else ""

    @property
    def before(self) -> str:
        return self._href(self.shown.attachment, self.page - 1) if self.shown and self.page > 1 else ""

    @property
    def after(self) -> str:
        return self._href(self.shown.attachment, self.page + 1) if self.shown and self.page < self.shown.pages else ""

    @cached_property
    def values(self) -> list[Value]:
        return [self._value(name) for name in wanted.FIELDS]

    @property
    def nothing_read(self) -> bool:
        return not any(value.best or value.others for value in self.values)

    @cached_property
    def problems(self) -> Sequence[papers.Problem]:
        return papers.problems(self.proof.ticket)

    @property
    def tone(self) -> str:
        return TONES.get(str(self.proof.stage), "")

    @property
    def missing(self) -> str:
        return wanted.named(self.proof.missing) if self.proof.missing else ""

    @property
    def to_compare(self) -> str:
        """What only a program has read, while somebody has to compare it."""
        return wanted.named(reading.from_scans(self.proof)) if self.proof.stage == Proof.Stage.MISSING else ""

    @property
    def line(self) -> list[tuple[str | Promise, str]]:
        """Each station and whether it is over, now, or to come."""
        at = next((place for place, (_words, among) in enumerate(LINE) if self.proof.stage in among), None)
        if at is None:
            return []
        won = self.proof.stage == Proof.Stage.WON
        return [
            (words, "done" if place < at or won else "current" if place == at else "later")
            for place, (words, _among) in enumerate(LINE)
        ]

    @property
    def quarter(self) -> str:
        return quarter_of(self.proof)

    @cached_property
    def services(self) -> int:
        """How many the partner has in that quarter, with this one."""
        if self.proof.fiscal_year is None or self.proof.account_id is None:
            return 0
        same = Proof.objects.filter(
            account=self.proof.account_id,
            fiscal_year=self.proof.fiscal_year,
            fiscal_quarter=self.proof.fiscal_quarter,
        )
        return same.filter(Q(stage=Proof.Stage.WON) | Q(pk=self.proof.pk)).count()

    @property
    def tier(self) -> str:
        return tier_words(self.services) if self.services else ""

    @property
    def rebate(self) -> Rebate | None:
        if self.proof.net_arr is None or not self.services:
            return None
        return rebates.rebate(self.proof.net_arr, services=self.services)

    @property
    def cap(self) -> str:
        found = self.rebate
        return rebates.dollars(found.tier.cap) if found and found.tier else ""

    @property
    def amount(self) -> str:
        return rebates.dollars(self.rebate.amount) if self.rebate else ""

    @property
    def net_arr(self) -> str:
        return rebates.dollars(self.proof.net_arr) if self.proof.net_arr is not None else ""

    @cached_property
    def _attachments(self) -> list[Attachment]:
        return keeping.documents_of(self.proof.ticket)

    @cached_property
    def _papers(self) -> dict[Any, Paper]:
        stored = [one.stored_id for one in self._attachments]
        return {one.stored_id: one for one in Paper.objects.filter(stored__in=stored)}

    @cached_property
    def _chosen(self) -> Attachment | None:
        """The file asked for; else the one the values stand in, else one nobody could read, else the first."""
        asked = self.given.get("file", "")
        by_id = next((one for one in self._attachments if str(one.pk) == asked), None)
        best = self._place
        telling = next((one for one in self._attachments if best and str(one.stored_id) == best.get("stored")), None)
        return by_id or telling or next(iter(self._attachments), None)

    @cached_property
    def _place(self) -> Mapping[str, Any] | None:
        """Where the Deal ID stands, or another of the three."""
        found = (reading.best(self.proof, name) for name in reversed(wanted.NAMED))
        return next((one for one in found if one and one.get("stored")), None)

    @property
    def _read_there(self) -> list[str]:
        """The handbook's three as they stand on the page that is shown."""
        found = (reading.best(self.proof, name) for name in wanted.NAMED)
        here = (one for one in found if one and self._stands_in(one) and int(one.get("page") or 1) == self.page)
        return list(dict.fromkeys(str(one["value"]) for one in here))

    def _stands_in(self, best: Mapping[str, Any]) -> bool:
        return self._chosen is not None and str(self._chosen.stored_id) == best.get("stored")

    def _value(self, name: str) -> Value:
        best = reading.best(self.proof, name)
        others = [one for one in self.proof.facts.get(name, []) if one is not best and one["value"] not in {"", None}]
        return Value(name=name, title=wanted.title(name), best=best, others=others)

    def _href(self, attachment: Attachment, page: int) -> str:
        return f"{reverse('service_attach:proof', args=[self.proof.pk])}?file={attachment.pk}&page={page}"


def form_for(proof: Proof, given: QueryDict | None = None) -> forms.Correction:
    """Filled with the present values, or with what was sent."""
    kept = list(proof.documents.all())
    documents = tuple((one.pk, one.name) for one in kept)
    first = {**reading_steps.initial(proof), "proves": [one.pk for one in kept if one.proves]}
    return forms.Correction(given, initial=first, documents=documents)


def saved_words(proof: Proof) -> str:
    """What came of it, for the person who corrected it."""
    if proof.missing:
        return _("Kept. Still missing: %(what)s.") % {"what": wanted.named(proof.missing)}
    return _("Kept. Nothing is missing.")
