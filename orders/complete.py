"""What a complete quote request, purchase order or question about an order needs, and what of it is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from orders.models import OrderRequest
from tickets.kinds import Words

Test = Callable[[OrderRequest], bool]


@dataclass(frozen=True, kw_only=True)
class Missing:
    """One thing that was not found; `sentence` asks the partner for it, one line of a list."""

    slug: str
    label: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Needed:
    """A line of a check list: it is there when one of these facts is, and asked for only where `when` says so."""

    slug: str
    label: Words
    sentence: Words
    facts: tuple[str, ...]
    when: Test = lambda _request: True


def missing(request: OrderRequest) -> list[Missing]:
    """In the order of the check list. What a person has typed counts as there; nothing is asked for twice."""
    return [
        Missing(slug=one.slug, label=str(one.label), sentence=str(one.sentence))
        for one in NEEDED.get(request.kind, ())
        if one.when(request) and not any(has(request, name) for name in one.facts)
    ]


def asking(found: Sequence[Missing]) -> str:
    """The ready words of an answer: one line for each thing; empty where nothing is missing."""
    return "\n".join(f"- {one.sentence}" for one in found)


def has(request: OrderRequest, name: str) -> bool:
    """A column that is filled, or a fact that was read."""
    return bool(getattr(request, name, None)) or any(one.get("value") for one in request.facts.get(name, ()))


def _no_order_form(request: OrderRequest) -> bool:
    """A signed order form is taken in place of a purchase order."""
    return not has(request, "order_form")


def _renewal(request: OrderRequest) -> bool:
    return has(request, "renewal")


def _new(request: OrderRequest) -> bool:
    """What was quoted before is known with its quote: it is extended or changed."""
    return not has(request, "quote_no")


def _mixed(request: OrderRequest) -> bool:
    """More than one tier, deployment or number of years was named, and a quote has one of each."""
    return any(
        len({one["value"] for one in request.facts.get(name, ())}) > 1 for name in ("tier", "deployment", "years")
    )


QUOTE: Final = (
    Needed(
        slug="sold_to_email",
        label=_("E-mail of the customer's contact"),
        sentence=_("the name and e-mail address of the contact at the customer (Sold-To)"),
        facts=("sold_to_email",),
        when=_new,
    ),
    Needed(
        slug="customer",
        label=_("Customer"),
        sentence=_("the name of the customer the licences are for"),
        facts=("customer",),
        when=_new,
    ),
    Needed(
        slug="invoice_owner",
        label=_("Who is invoiced"),
        sentence=_("who is invoiced: the distributor you order through, or you"),
        facts=("invoice_owner",),
        when=_new,
    ),
    Needed(
        slug="reseller",
        label=_("Reseller"),
        sentence=_("the name of the reseller"),
        facts=("reseller", "account_id"),
        when=_new,
    ),
    Needed(
        slug="start_date",
        label=_("Start date"),
        sentence=_("the date on which the subscription starts"),
        facts=("start_date",),
        when=_new,
    ),
    Needed(
        slug="tier",
        label=_("Tier"),
        sentence=_("the tier: Premium or Ultimate"),
        facts=("tier",),
        when=_new,
    ),
    Needed(
        slug="deployment",
        label=_("Deployment"),
        sentence=_("the deployment: SaaS, Dedicated or self-managed"),
        facts=("deployment",),
        when=_new,
    ),
    Needed(
        slug="seats",
        label=_("Seats"),
        sentence=_("the number of seats"),
        facts=("seats",),
        when=_new,
    ),
    Needed(
        slug="years",
        label=_("Term"),
        sentence=_("the term in years"),
        facts=("years",),
        when=_new,
    ),
    Needed(
        slug="dashboard",
        label=_("Screenshot of the admin dashboard"),
        sentence=_("for the renewal, a screenshot of the customer's admin dashboard"),
        facts=("dashboard",),
        when=_renewal,
    ),
    Needed(
        slug="one_of_each",
        label=_("One tier, deployment and term a quote"),
        sentence=_("one quote request for each tier, deployment and term: a quote cannot mix them"),
        facts=(),
        when=_mixed,
    ),
)
ORDER: Final = (
    Needed(
        slug="pdf",
        label=_("Purchase order as a PDF"),
        sentence=_("the purchase order as a PDF, or the order form with a signature"),
        facts=("pdf",),
        when=_no_order_form,
    ),
    Needed(
        slug="po_no",
        label=_("Purchase order number"),
        sentence=_("the purchase order number, visible on the document"),
        facts=("po_no",),
        when=_no_order_form,
    ),
    Needed(
        slug="quote_no",
        label=_("Quote number"),
        sentence=_("the number of the quote that is ordered"),
        facts=("quote_no",),
    ),
    Needed(
        slug="entity",
        label=_("GitLab company"),
        sentence=_("the GitLab company of the quote as the one the order is made out to"),
        facts=("entity",),
        when=_no_order_form,
    ),
    Needed(
        slug="usd",
        label=_("Amount in US dollars"),
        sentence=_("the amount in US dollars"),
        facts=("usd",),
        when=_no_order_form,
    ),
    Needed(
        slug="payment_terms",
        label=_("Payment terms"),
        sentence=_("the payment terms, the same as on the order form"),
        facts=("payment_terms",),
        when=_no_order_form,
    ),
    Needed(
        slug="line_items",
        label=_("Line items"),
        sentence=_("the products with their quantities, line by line"),
        facts=("line_items",),
        when=_no_order_form,
    ),
    Needed(
        slug="term",
        label=_("Term"),
        sentence=_("the term of the subscription, from and to"),
        facts=("start_date", "end_date", "years"),
        when=_no_order_form,
    ),
)
STATUS: Final = (
    Needed(
        slug="number",
        label=_("A number or the customer"),
        sentence=_("the purchase order number, the quote number or the name of the customer"),
        facts=("po_no", "quote_no", "customer", "opportunity_name"),
    ),
)
NEEDED: Final[dict[str, tuple[Needed, ...]]] = {
    "quote_request": QUOTE,
    "purchase_order": ORDER,
    "order_status": STATUS,
}
