"""Who still sends orders to the desk: by month and partner, on the partner's page, for whoever may see the tickets."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from orders import trend
from orders.cards import words
from orders.models import OrderRequest
from orders.trend import Month
from tests.conftest import Cast
from tickets.models import Status, Ticket

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 10)


def came(
    opened: Any, months_ago: int, *, kind: str = "quote_request", copied: bool | None = None, **more: Any
) -> Ticket:
    ticket: Ticket = opened(kind=kind, **more)
    day = date(2026, 3, 3) - timedelta(days=30 * months_ago)
    Ticket.objects.filter(pk=ticket.pk).update(created=timezone.make_aware(datetime.combine(day, time(12))))
    if copied is not None:
        OrderRequest.objects.create(ticket=ticket, kind=kind, account=ticket.partner, with_order_ops=copied)
    return ticket


def test_by_month_and_by_partner(cast: Cast, opened: Any) -> None:
    for months_ago, copied in ((5, None), (1, True), (0, False), (0, True)):
        came(opened, months_ago, copied=copied)
    came(opened, 0, kind="general")
    came(opened, 0, requester=cast.omar, kind="purchase_order")
    spam = came(opened, 0)
    Ticket.objects.filter(pk=spam.pk).update(status=Status.SPAM)
    months = trend.by_month(account=cast.northwind, on=TODAY)
    assert [(one.first.month, one.count, one.copied) for one in months] == [
        (10, 1, 0), (11, 0, 0), (12, 0, 0), (1, 0, 0), (2, 1, 1), (3, 2, 1),
    ]  # fmt: skip
    assert words(months) == "4 requests in 6 months, rising. Order Operations had 2 of them."
    assert sum(one.count for one in trend.by_month(on=TODAY)) == 5
    senders = trend.by_partner(since=date(2026, 1, 1), until=date(2026, 4, 1))
    assert [(one.account, one.count, one.alone, one.by_kind) for one in senders] == [
        (cast.northwind, 3, 1, {"quote_request": 3}), (cast.bluepeak, 1, 1, {"purchase_order": 1}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "rising"), [((0, 1), None), ((2, 2), None), ((1, 2), True), ((3, 1), False), ((0, 9), True)]
)
def test_little_is_no_trend(counts: tuple[int, int], rising: bool | None) -> None:
    first, second = (Month(first=TODAY, count=count) for count in counts)
    assert trend.is_rising([first, second]) is rising


def test_the_card_shows_them_to_whoever_may_see_the_tickets(cast: Cast, opened: Any, client: Client) -> None:
    for number in range(4):
        opened(kind="quote_request", subject=f"Quote no. {number}")
    client.force_login(cast.nadia)
    page = client.get(f"/partners/{cast.northwind.pk}/").content.decode()
    card = page[page.index('id="card-orders"') :]
    assert "Quote no. 3" in card
    assert "4 requests in 6 months" in card
    assert "All in the queue" in card
    client.force_login(cast.sofia)
    assert "4 requests in 6 months" in client.get(f"/partners/{cast.northwind.pk}/").content.decode()
