"""Searching through HTTP: references, words, people, partners; only what the reader may see."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from partners.models import Account
from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket
from tickets import actions, search
from tickets.models import Ticket

REFERENCE = re.compile(r'role="row" id="t-(PHD-\d+)">')


def found(client: Client, asked: str, **more: str) -> list[str]:
    answer = client.get("/search/", {"q": asked, **more})
    assert answer.status_code == 200
    return REFERENCE.findall(answer.content.decode())


@pytest.fixture
def nadia(cast: Cast, client: Client) -> Client:
    client.force_login(cast.nadia)
    return client


def test_a_reference_leads_to_its_ticket(nadia: Client, opened: OpenTicket) -> None:
    ticket = opened()
    for asked in (ticket.reference, f" {ticket.reference.lower()} "):
        answer = nadia.get("/search/", {"q": asked})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/tickets/{ticket.reference}/")
    page = nadia.get("/search/", {"q": str(ticket.pk)}).content.decode()
    assert f"<b>{ticket.reference}</b> Cannot register a deal" in page


def test_a_reference_that_is_not_there_finds_nothing(nadia: Client) -> None:
    page = nadia.get("/search/", {"q": "PHD-424242"}).content.decode()
    assert "No ticket matches. Try the partner name or the Deal ID." in page


def test_words_people_and_partners_newest_first(nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    first = opened(subject="Erneuerung für Łódź", body="Purchase order PO-4711 enclosed")
    second = opened(subject="Something else", body="About order 4711 again", requester=cast.omar)
    assert found(nadia, "4711") == [second.reference, first.reference]
    assert found(nadia, "lodz") == [first.reference]
    assert found(nadia, "purch") == [first.reference]
    assert found(nadia, "katrin vogel") == [first.reference]
    assert found(nadia, "omar@bluepeak.example.com") == [second.reference]
    assert found(nadia, "bluepeak") == [second.reference]
    assert found(nadia, "4711 purchase") == [first.reference]
    assert found(nadia, "4711 nothing") == []


def test_partners_and_people_stand_above(nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    opened(requester=cast.omar)
    page = nadia.get("/search/", {"q": "bluepeak"}).content.decode()
    assert f'href="/partners/{cast.bluepeak.pk}/"' in page
    page = nadia.get("/search/", {"q": "omar"}).content.decode()
    assert 'href="/search/?q=omar%40bluepeak.example.com"' in page
    assert 'href="/search/?q=katrin%40northwind.example.com"' in nadia.get("/search/?q=katrin@nor").content.decode()


def test_words_are_marked_and_everything_is_escaped(nadia: Client, opened: OpenTicket) -> None:
    opened(subject="<script>alert(1)</script> renewal & Rénewals", body="The renewal <b>is</b> here")
    page = nadia.get("/search/", {"q": "renewal"}).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>renewal</mark> &amp; <mark>Rénewals</mark>" in page
    assert "The <mark>renewal</mark> &lt;b&gt;is&lt;/b&gt; here" in page
    page = nadia.get("/search/", {"q": '"><script>x</script>'}).content.decode()
    assert "<script>x" not in page


@pytest.mark.parametrize(
    "asked", ["", " ", "\x00", "'", "&|!:*()<->", "%", "a" * 5000, "\\", "':*", "🦊", "-", "of the"]
)
def test_anything_may_be_asked(nadia: Client, opened: OpenTicket, asked: str) -> None:
    opened()
    assert nadia.get("/search/", {"q": asked}).status_code == 200
    assert nadia.get("/search/", {"q": asked, "palette": "1"}).status_code == 200


def test_an_empty_search_asks_for_words(nadia: Client) -> None:
    assert "Type a reference, words of a message" in nadia.get("/search/").content.decode()


def many(cast: Cast, number: int) -> None:
    made = Ticket.objects.bulk_create(
        Ticket(kind="general", subject=f"Common {at}", requester=cast.katrin, channel="mail") for at in range(number)
    )
    for ticket in made:
        search.add_words(ticket.pk, [ticket.subject])


def test_a_ticket_too_long_for_the_index_still_takes_messages(nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    ticket = opened(body="Needle")
    for part in range(3):
        words = " ".join(f"{part}{number:05d}{'w' * 60}" for number in range(9000))
        actions.note(ticket, by=cast.nadia, body=words)
    assert ticket.messages.count() == 4
    assert found(nadia, "needle") == found(nadia, f"000007{'w' * 60}") == [ticket.reference]


@pytest.mark.parametrize("cap", [5000, 20])
def test_older_hits_follow_page_by_page(nadia: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch, cap: int) -> None:
    monkeypatch.setattr(search, "HIT_CAP", cap)
    many(cast, 110)
    page = nadia.get("/search/?q=common").content.decode()
    seen = REFERENCE.findall(page)
    while match := re.search(r'rel="next" href="([^"]+)"', page):
        page = nadia.get(match[1].replace("&amp;", "&")).content.decode()
        seen += REFERENCE.findall(page)
    assert len(seen) == len(set(seen)) == 110
    assert seen == sorted(seen, key=lambda one: -int(one[4:]))
    back = re.search(r'rel="prev" href="([^"]+)"', page)
    assert back
    assert REFERENCE.findall(nadia.get(back[1].replace("&amp;", "&")).content.decode()) == seen[50:100]


@pytest.mark.parametrize("number", [1, 50])
def test_a_search_costs_the_same_however_much_it_finds(
    nadia: Client, cast: Cast, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many(cast, number)
    nadia.get("/search/?q=common")
    with django_assert_num_queries(8):
        assert len(found(nadia, "common")) == number


def test_the_palette_gets_a_few_of_each(nadia: Client, cast: Cast, opened: OpenTicket) -> None:
    tickets = [opened(subject=f"Bluepeak {at}", requester=cast.omar) for at in range(8)]
    page = nadia.get("/search/?q=bluepeak&palette=1").content.decode()
    assert "<html" not in page
    assert page.count(' href="/tickets/PHD-') == 6
    assert f"/tickets/{tickets[-1].reference}/" in page
    assert "Bluepeak Systems Inc." in page
    assert 'href="/search/?q=bluepeak"' in page


def test_a_channel_manager_finds_every_partner_but_tickets_and_people_of_their_own(
    cast: Cast, client: Client, opened: OpenTicket
) -> None:
    hers, other = opened(subject="Seats question"), opened(subject="Seats question", requester=cast.omar)
    Account.objects.create(name="Northwind of somebody else")
    client.force_login(cast.sofia)
    assert found(client, "seats") == [hers.reference]
    assert "No ticket matches" in client.get("/search/", {"q": other.reference}).content.decode()
    page = client.get("/search/?q=northwind").content.decode()
    assert "Northwind DevOps GmbH" in page
    assert "Northwind of somebody else" in page  # colleagues read every partner's page (partners/access.py)
    assert "Omar" not in client.get("/search/?q=omar").content.decode().replace('value="omar"', "")


def test_a_partner_cannot_search(cast: Cast, client: Client) -> None:
    assert client.get("/search/?q=x").status_code == 302
    client.force_login(cast.katrin.user)  # type: ignore[arg-type]
    assert client.get("/search/?q=x").status_code == 403
