"""What the steps show of a request: what was read, what is missing, who may be meant, who is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

from orders import people
from orders.models import OrderRequest
from orders.people import Person
from partners.models import Account
from tickets.procedures import At, Fact, Stuck

SURE: Final = 0.85  # below it a value that was read is marked as not certain
READ: Final = ("po_no", "quote_no", "opportunity_name", "customer", "amount", "start_date", "end_date")


def request_of(at: At) -> OrderRequest:
    found = OrderRequest.objects.select_related(
        "ticket__requester", "ticket__partner__channel_manager", "document"
    ).filter(ticket=at.ticket)  # fmt: skip
    request = found.first()
    if request is None:
        raise Stuck(_("Nothing was read yet. Begin again at “Read the request”."))
    return request


def read_facts(request: OrderRequest) -> Iterable[Fact]:
    for name in READ:
        rows = request.facts.get(name) or []
        if not rows:
            continue
        label = str(OrderRequest._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001 - Django's documented door
        sure = float(rows[0].get("sure") or 0)
        yield Fact(
            name=label[:1].upper() + label[1:],
            value=str(rows[0]["value"]),
            tone="good" if sure >= SURE else "unsure",
            source=str(rows[0].get("source", "")),
            link=str(rows[0].get("link", "")),
            quote=str(rows[0].get("quote", "")),
        )


def reasons(request: OrderRequest) -> list[Fact]:
    """Why the first one is certain."""
    found = request.candidates[0]["reasons"] if request.candidates else []
    return [Fact(name=row["about"], value=row["words"], tone="good") for row in found]


def opportunity_note(request: OrderRequest) -> str:
    row = request.opportunity if request.opportunity.get("id") else {}
    known = row or next((one for one in request.candidates if one["id"] == request.opportunity_id), None)
    if not known:
        return _("None: the answer goes without a seller.") if not request.opportunity_id else request.opportunity_id
    return f"{known['name']} ({known['number']})" if known.get("number") else str(known["name"])


def link_of(request: OrderRequest) -> str:
    rows = [request.opportunity, *request.candidates]
    return next((str(one["link"]) for one in rows if one.get("id") == request.opportunity_id and one["link"]), "")


def person(one: Person) -> Fact:
    role = people.role_in_words(one.role)
    tone, quote = ("unsure", one.problem) if one.problem else ("good", one.why)
    value = one.name or _("Nobody is sure")
    return Fact(name=role[:1].upper() + role[1:], value=value, tone=tone, source=one.address, quote=quote)


def not_the_accounts(found: Iterable[Person], account: Account | None) -> Iterable[Fact]:
    """Normal, and worth a line: the account has another manager than the opportunity."""
    manager = people.of_role(found, "manager")
    of_account = account.channel_manager if account is not None else None
    if manager is not None and manager.name and of_account is not None and of_account.name != manager.name:
        words = _("%(name)s has the account; the opportunity decides.") % {"name": of_account}
        yield Fact(name=_("Account"), value=words)
