"""The queue through HTTP: what each view holds, how it is narrowed, sorted and paged, and what it costs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from journal.record import actor_of
from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket
from tickets import actions
from tickets.models import Draft, Seen, Status, Ticket

REFERENCE = re.compile(r'<div class="queue-row[^"]*" role="row" id="t-(PHD-\d+)">')


def rows(client: Client, address: str) -> list[str]:
    """The references a page lists, top to bottom."""
    answer = client.get(address)
    assert answer.status_code == 200
    return REFERENCE.findall(answer.content.decode())


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def due_in(ticket: Ticket, **span: float) -> Ticket:
    ticket.due = timezone.now() + timedelta(**span)
    ticket.save(update_fields=["due"])
    return ticket


@pytest.fixture
def nadia(cast: Cast, client: Client) -> Client:
    client.force_login(cast.nadia)
    return client


@pytest.fixture
def sofia(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.sofia)
    return client


def test_each_view_holds_what_its_name_says(nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    new, mine, theirs, waiting, inside, held, done = [opened(subject=f"Ticket {number}") for number in range(7)]
    actions.take(mine, by=cast.nadia)
    actions.assign(theirs, to=cast.lena, by=cast.lena)
    actions.set_status(waiting, to=Status.PENDING_PARTNER, by=actor_of(cast.lena))
    actions.set_status(inside, to=Status.PENDING_INTERNAL, by=actor_of(cast.lena))
    actions.hold(held, by=cast.lena)
    actions.solve(done, by=cast.lena)
    due_in(new, hours=1)
    expected = {
        "": {new, mine, theirs, waiting, inside, held},
        "all/": {new, mine, theirs, waiting, inside, held},
        "mine/": {mine},
        "unassigned/": {new, waiting, inside, held},
        "new/": {new},
        "due/": {new},
        "waiting-on-us/": {new, mine, theirs, inside},
        "waiting-on-partner/": {waiting},
        "solved/": {done},
        "emea/": {new, mine, theirs, waiting, inside, held},
        "amer/": set(),
    }
    for view, tickets in expected.items():
        assert set(rows(nadia, f"/queue/{view}")) == {ticket.reference for ticket in tickets}, view


def test_counters_say_how_many_and_how_many_breach(nadia: Client, opened: OpenTicket) -> None:
    due_in(opened(), minutes=-5)
    due_in(opened(), hours=1)
    due_in(opened(), days=3)
    page = text(nadia, "/queue/")
    assert 'aria-label="All open, 3 tickets, 2 breaching"' in page
    assert 'aria-label="Unassigned, 3 tickets, 2 breaching"' in page
    assert 'aria-label="My open, 0 tickets"' in page
    assert 'aria-label="Due in 2 h, 2 tickets, 2 breaching"' in page
    assert 'aria-label="AMER, 0 tickets"' in page


def test_a_paused_clock_does_not_breach(nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    actions.hold(ticket, by=cast.nadia)
    due_in(Ticket.objects.get(pk=ticket.pk), hours=-3)
    page = text(nadia, "/queue/")
    assert 'aria-label="All open, 1 ticket"' in page
    assert "Paused" in page
    assert rows(nadia, "/queue/due/") == []


def test_counters_stop_at_ninety_nine(nadia: Client, cast: Cast) -> None:
    many(cast, 130)
    page = text(nadia, "/queue/")
    assert 'aria-label="All open, 99+ tickets' in page
    assert '<span class="count" id="queue-count">99+</span>' in page


def many(cast: Cast, number: int, **values: object) -> list[Ticket]:
    """Rows made at once, due a minute apart."""
    now = timezone.now()
    return Ticket.objects.bulk_create(
        Ticket(
            kind="general", subject=f"Bulk {at}", requester=cast.katrin, partner=cast.northwind, channel="mail",
            region="EMEA", due=now + timedelta(minutes=at), preview="Some words", **values,
        )
        for at in range(number)
    )  # fmt: skip


@pytest.mark.parametrize("sort", ["due", "newest", "oldest", "updated", "priority"])
def test_pages_hold_every_row_once_in_every_order_both_ways(nadia: Client, cast: Cast, sort: str) -> None:
    tickets = many(cast, 120)
    for at, ticket in enumerate(tickets):
        ticket.priority = ("low", "normal", "high", "urgent")[at % 4]
        ticket.paused_since = timezone.now() if at % 7 == 0 else None
        ticket.due = None if at % 50 == 3 else ticket.due
    Ticket.objects.bulk_update(tickets, ["priority", "paused_since", "due"])
    pages, address = [], f"/queue/?sort={sort}"
    while address:
        page = text(nadia, address)
        pages.append(REFERENCE.findall(page))
        address = link(page, "next")
    assert [len(page) for page in pages] == [50, 50, 20]
    assert sorted(sum(pages, [])) == sorted(ticket.reference for ticket in tickets)  # noqa: RUF017 - three lists
    back = text(nadia, link(page, "prev"))
    assert REFERENCE.findall(back) == pages[1]
    assert REFERENCE.findall(text(nadia, link(back, "prev"))) == pages[0]
    assert not link(text(nadia, link(back, "prev")), "prev")


def link(page: str, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else ""


def test_a_page_stays_put_when_rows_come_before_it(nadia: Client, cast: Cast) -> None:
    many(cast, 60)
    second = link(text(nadia, "/queue/"), "next")
    before = rows(nadia, second)
    many(cast, 3, priority="urgent")
    assert rows(nadia, second)[-1] == before[-1]
    assert set(before) <= set(rows(nadia, second))


@pytest.mark.parametrize(
    "cursor", ["x", "W10", "W251bGwsbnVsbCxudWxsXQ", "WzEsMiwzXQ", "%00", "a" * 500, "WyJ4Il0", "W3RydWUsIngiLDFd"]
)
def test_a_cursor_nobody_made_shows_the_first_page(nadia: Client, opened: OpenTicket, cursor: str) -> None:
    ticket = opened()
    assert rows(nadia, f"/queue/?after={cursor}") == [ticket.reference]
    assert rows(nadia, f"/queue/?before={cursor}") == [ticket.reference]


def test_soonest_first_under_heads(nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    later, over, rest = opened(), opened(), opened()
    due_in(later, days=4)
    due_in(over, hours=-1)
    actions.hold(rest, by=cast.nadia)
    page = text(nadia, "/queue/")
    assert REFERENCE.findall(page) == [over.reference, later.reference, rest.reference]
    heads = re.findall(r'<span class="name">([^<]+)</span> <span class="count">([^<]+)</span>', page)
    assert heads == [("Overdue", "1"), ("Tomorrow and later", "1"), ("Paused", "1")]


def test_most_urgent_first(nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    low, urgent, high = opened(), opened(), opened()
    for ticket, priority in ((low, "low"), (urgent, "urgent"), (high, "high")):
        actions.change_priority(ticket, to=priority, by=cast.nadia)
    assert rows(nadia, "/queue/?sort=priority") == [urgent.reference, high.reference, low.reference]


def test_filters_narrow_and_join(nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    letter = opened(kind="loa")
    omar = opened(requester=cast.omar, kind="nfr", topic="")
    portal = opened(topic="portal_access", tags=["Renewal"], priority="high", assignee=cast.nadia)
    for query, expected in {
        "kind=loa": {letter},
        "kind=loa&kind=nfr": {letter, omar},
        "topic=portal_access": {portal},
        "track=Open": {omar},
        "region=EMEA": {letter, portal},
        f"partner={cast.bluepeak.pk}": {omar},
        f"channel_manager={cast.manager.pk}": {letter, portal},
        "channel_manager=nobody": {omar},
        "assignee=me": {portal},
        "assignee=nobody": {letter, omar},
        f"assignee=nobody&assignee={cast.nadia.pk}": {letter, omar, portal},
        f"tag={portal.tags.get(name='Renewal').pk}": {portal},
        "priority=high": {portal},
        "status=open": {portal},
        "status=new": {letter, omar},
        "kind=loa&region=AMER": set(),
    }.items():
        assert set(rows(nadia, f"/queue/?{query}")) == {ticket.reference for ticket in expected}, query


@pytest.mark.parametrize(
    "query",
    [
        "kind=nothing", "partner=x", "partner=99999999999999999999999", "partner=%00", "status=gone", "region=%27",
        "tag=-1", "assignee=1%20or%201", "track=%F0%9F%A6%8A",
    ],
)  # fmt: skip
def test_a_value_that_does_not_exist_matches_nothing_and_can_be_taken_off(
    nadia: Client, opened: OpenTicket, query: str
) -> None:
    opened()
    page = text(nadia, f"/queue/?{query}")
    assert REFERENCE.findall(page) == []
    assert "No ticket fits these filters." in page
    assert 'class="chip-close" href="/queue/all/"' in page


def test_chips_name_what_is_chosen_and_take_it_off(nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    opened()
    page = text(nadia, f"/queue/?kind=loa&kind=nfr&partner={cast.northwind.pk}&sort=newest")
    assert "Partner is <b>Northwind DevOps GmbH</b>" in page
    assert "Type is <b>Letter of Authorization or NFR licence</b>" in page
    assert f'href="/queue/all/?partner={cast.northwind.pk}&amp;sort=newest" aria-label="Remove the filter Type' in page
    assert 'href="/queue/all/?kind=loa&amp;kind=nfr&amp;sort=newest" aria-label="Remove the filter Partner' in page


def test_taking_off_open_shows_every_status(nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    done = opened()
    actions.solve(done, by=cast.nadia)
    assert rows(nadia, "/queue/") == []
    assert rows(nadia, "/queue/?status=any") == [done.reference]
    assert rows(nadia, "/queue/?status=solved") == [done.reference]
    assert rows(nadia, "/queue/unassigned/?status=any") == []


def test_menus_offer_choices_and_search_them_without_scripts_too(nadia: Client, cast: Cast) -> None:
    page = text(nadia, "/queue/choices/partner/?kind=loa&q=blue")
    assert f'href="/queue/all/?kind=loa&amp;partner={cast.bluepeak.pk}"' in page
    assert "Northwind" not in page
    assert "<h1>Filter: Partner</h1>" in page
    part = nadia.get("/queue/choices/status/?list=mine", headers={"HX-Request": "true"}).content.decode()
    assert "<h1>" not in part
    assert 'href="/queue/mine/?status=any"' in part
    assert nadia.get("/queue/choices/nothing/").status_code == 404
    assert "Assignee" in text(nadia, "/queue/filters/")
    assert text(nadia, "/queue/choices/tag/?q=%00").count("Nothing has that name.") == 1


def test_a_row_says_unread_draft_who_wrote_last_and_when_due(nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened(subject="<b>Bold</b> & co", body="First line\nsecond <i>line</i>")
    page = text(nadia, "/queue/")
    assert "queue-row is-unread" in page
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; co" in page
    assert "First line second &lt;i&gt;line&lt;/i&gt;" in page
    assert "Northwind DevOps GmbH" in page
    assert "Sofia Marchetti" in page
    assert "<small>first reply</small>" in page
    Seen.objects.create(user=cast.nadia, ticket=ticket, event_id=ticket.last_event)
    Draft.objects.create(user=cast.nadia, ticket=ticket, kind="reply", body="Dear Katrin,\nnearly")
    Draft.objects.create(user=cast.lena, ticket=ticket, kind="reply", body="Somebody else's words")
    page = text(nadia, "/queue/")
    assert "is-unread" not in page
    assert '<b class="amber">Draft:</b><span class="clip">Dear Katrin, nearly</span>' in page
    assert "Somebody else" not in page


@pytest.mark.parametrize("number", [1, 50])
def test_a_page_costs_the_same_with_one_row_and_with_fifty(
    cast: Cast, nadia: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for ticket in many(cast, number, assignee=cast.lena):
        Seen.objects.create(user=cast.nadia, ticket=ticket, event_id=1)
        Draft.objects.create(user=cast.nadia, ticket=ticket, kind="reply", body="Words")
    nadia.get("/queue/")
    with django_assert_num_queries(6):  # session, reader, newest event, rows, seen, drafts; counters are remembered
        assert len(rows(nadia, "/queue/")) == number
    with django_assert_num_queries(7):  # other filters: the counters are asked for
        assert len(rows(nadia, f"/queue/?partner={cast.northwind.pk}&assignee={cast.lena.pk}")) == number


def test_polling_costs_little(cast: Cast, nadia: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    many(cast, 30)
    with django_assert_max_num_queries(5):
        nadia.get("/queue/all/news/?newest=1", headers={"HX-Request": "true"})


def poll(page: str) -> str:
    found = re.search(r'hx-get="([^"]+/news/[^"]*)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def test_news_are_nothing_until_something_comes(nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    opened()
    address = poll(text(nadia, "/queue/"))
    assert nadia.get(address).status_code == 204
    opened(subject="The second")
    opened(subject="The third", requester=cast.omar)
    answer = nadia.get(address)
    assert "2 new tickets arrived. Show them" in answer.content.decode()
    assert 'aria-label="All open, 3 tickets' in answer.content.decode()
    assert nadia.get(poll(answer.content.decode())).status_code == 204
    narrow = nadia.get(address.replace("/news/?", "/news/?region=AMER&")).content.decode()
    assert "1 new ticket arrived. Show it" in narrow


def test_showing_what_arrived_brings_the_list_alone_with_the_counters(nadia: Client, opened: OpenTicket) -> None:
    first = opened()
    second = opened()
    answer = nadia.get(f"/queue/?newest={first.pk}", headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "<html" not in page
    assert set(REFERENCE.findall(page)) == {first.reference, second.reference}
    assert re.search(rf'class="queue-row[^"]*flash" role="row" id="t-{second.reference}"', page)
    assert 'id="queue-views" hx-swap-oob="true"' in page
    assert "HX-Request" in answer.headers["Vary"]


def test_an_empty_view_says_so(nadia: Client) -> None:
    assert "Nothing is waiting here." in text(nadia, "/queue/mine/")
    assert "Nothing is due within two hours." in text(nadia, "/queue/due/")


def test_views_nobody_made_are_not_found(nadia: Client) -> None:
    assert nadia.get("/queue/nothing/").status_code == 404
    assert nadia.get("/queue/nothing/news/").status_code == 404


def test_a_partner_has_no_queue(client: Client, cast: Cast, opened: OpenTicket) -> None:
    opened()
    for address in ("/queue/", "/queue/mine/", "/queue/all/news/", "/queue/filters/", "/queue/choices/partner/"):
        assert client.get(address).status_code == 302
        assert client.get(address).headers["Location"].startswith("/sign-in/")
    client.force_login(cast.katrin.user)  # type: ignore[arg-type]
    for address in ("/queue/", "/queue/mine/", "/queue/all/news/", "/queue/filters/", "/queue/choices/partner/"):
        assert client.get(address).status_code == 403


def test_a_channel_manager_sees_their_partners_tickets_and_takes_none(
    sofia: Client, cast: Cast, opened: OpenTicket
) -> None:
    hers, other = opened(), opened(requester=cast.omar)
    page = text(sofia, "/queue/")
    assert REFERENCE.findall(page) == [hers.reference]
    assert 'aria-label="All open, 1 ticket"' in page
    assert "queue-take" not in page
    assert "/tickets/new/" not in page
    assert sofia.get("/queue/mine/").status_code == 404
    assert sofia.post("/queue/", {"take": f"{hers.reference} free"}).status_code == 403
    assert "Bluepeak" not in text(sofia, "/queue/choices/partner/")
    assert rows(sofia, f"/queue/?partner={cast.bluepeak.pk}") == []
    assert "Bluepeak" not in text(sofia, f"/queue/?partner={cast.bluepeak.pk}")
    assert "Northwind" in text(sofia, f"/queue/?partner={cast.northwind.pk}")
    assert other.reference not in text(sofia, "/queue/?status=any")
