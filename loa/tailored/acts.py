"""What the page of a legal request shows and offers to one reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from journal.models import Event
from journal.record import events_of
from loa.models import LegalRequest
from loa.tailored import cases, forms
from people.models import User
from tickets.actions import Refused
from tickets.models import Ticket

State = LegalRequest.State


@dataclass(frozen=True, kw_only=True)
class Page:
    row: LegalRequest
    events: Sequence[Event]
    may_act: bool
    may_edit: bool
    salesforce: str

    @property
    def is_draft(self) -> bool:
        return self.row.state in {State.DRAFT, State.REFUSED}

    @property
    def is_open(self) -> bool:
        return self.row.state in cases.OPEN

    @property
    def poll(self) -> int:
        """Seconds after which the page looks again; 0 where nothing moves."""
        return 2 if self.row.state == State.OPENING else 0


def read(row: LegalRequest, user: User) -> Page:
    return Page(
        row=row,
        events=list(events_of(row)),
        may_act=cases.may_open(user, row),
        may_edit=user.on_desk,
        salesforce=cases.page_of(row),
    )


def first_values(ticket: Ticket) -> dict[str, Any]:
    """What is prepared already, else what the request form asked."""
    row = ticket.legal_requests.filter(state__in=cases.OPEN).first()
    if row is not None:
        return {"customer": row.customer, "wording": row.wording, "needed_by": row.needed_by}
    return forms.first_values(ticket.fields)


def do(row: LegalRequest, verb: str, given: QueryDict, *, by: User) -> str:
    """Does what a button says, and gives the sentence for it."""
    form = forms.FORMS[verb](given) if verb in forms.FORMS else None
    if form is not None and not form.is_valid():
        raise Refused(" ".join(str(words) for found in form.errors.values() for words in found))
    return DOES[verb](row, by, form.cleaned_data if form is not None else {})


def _open(row: LegalRequest, by: User, _given: dict[str, Any]) -> str:
    cases.open_case(row, by=by)
    return _("Salesforce is asked to open the case.")


def _ask(row: LegalRequest, by: User, _given: dict[str, Any]) -> str:
    cases.ask_manager(row, by=by)
    return _("The channel manager gets the prepared case by mail.")


def _link(row: LegalRequest, by: User, given: dict[str, Any]) -> str:
    cases.link(row, by=by, **given)
    return _("The case is linked. The desk looks after it every quarter of an hour.")


def _drop(row: LegalRequest, by: User, given: dict[str, Any]) -> str:
    cases.drop(row, by=by, **given)
    return _("The request is closed here.")


DOES: Final[dict[str, Callable[[LegalRequest, User, dict[str, Any]], str]]] = {
    "open": _open,
    "ask": _ask,
    "link": _link,
    "drop": _drop,
}
