"""Teaching the desk a mail domain or another name on a partner's page, and taking it back (F-09)."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from journal.record import events_of
from partners.models import AccountDomain, AccountName
from tests.conftest import Cast
from tests.partners.pages.conftest import ClientOf

HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.nadia)


def undo_of(page: str) -> str:
    found = re.search(r'action="(/partners/[^"]+)"[^>]*>(?:(?!</form>).)*Undo', page, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def test_a_domain_is_remembered_with_who_said_so_and_undone(desk: Client, cast: Cast) -> None:
    answer = desk.post(
        f"/partners/{cast.northwind.pk}/remember/", {"domain": " Katrin@Mail.NORTH.example "}, headers=HTMX
    )
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "mail.north.example" in page
    assert "Nadia Okafor said so on" in page
    row = AccountDomain.objects.get(domain="mail.north.example")
    assert (row.account, row.said_by) == (cast.northwind, cast.nadia)
    assert events_of(cast.northwind).get().after == {"domain": "mail.north.example"}
    desk.post(undo_of(page))
    assert not AccountDomain.objects.filter(domain="mail.north.example").exists()
    verbs = [event.verb for event in events_of(cast.northwind)]
    assert verbs == ["learned", "forgot"]


def test_a_domain_of_another_partner_moves_and_the_undo_gives_it_back(desk: Client, cast: Cast) -> None:
    page = desk.post(f"/partners/{cast.northwind.pk}/remember/", {"domain": "bluepeak.example.com"}, headers=HTMX)
    assert AccountDomain.objects.get(domain="bluepeak.example.com").account == cast.northwind
    desk.post(undo_of(page.content.decode()))
    assert AccountDomain.objects.get(domain="bluepeak.example.com").account == cast.bluepeak


@pytest.mark.parametrize("domain", ["gmail.com", "com", "not a domain", "x" * 400])
def test_what_can_be_nobodys_is_refused_in_words(desk: Client, cast: Cast, domain: str) -> None:
    """F-09: free-mail domains never match."""
    address = f"/partners/{cast.northwind.pk}/remember/"
    answer = desk.post(address, {"domain": domain}, headers=HTMX)
    assert answer.status_code == 422
    assert "Nothing was changed." in answer.content.decode()
    plain = desk.post(address, {"domain": domain}, follow=True)
    assert "Nothing was changed." in plain.content.decode()
    assert AccountDomain.objects.count() == 2


def test_an_empty_form_changes_nothing(desk: Client, cast: Cast) -> None:
    assert desk.post(f"/partners/{cast.northwind.pk}/remember/", {"name": " \x00 "}, headers=HTMX).status_code == 422
    assert not AccountName.objects.exists()


def test_another_name_is_remembered_and_removed(cast: Cast, client_of: ClientOf) -> None:
    """A channel manager may as well: colleagues teach."""
    sofia = client_of(cast.sofia)
    sofia.post(f"/partners/{cast.bluepeak.pk}/remember/", {"name": "O'Brien & Söhne GmbH"})
    name = AccountName.objects.get()
    assert (name.account, name.said_by) == (cast.bluepeak, cast.sofia)
    sofia.post(f"/partners/{cast.northwind.pk}/forget/", {"name": name.name})
    assert AccountName.objects.count() == 1  # of another partner: not theirs to lose
    sofia.post(f"/partners/{cast.bluepeak.pk}/forget/", {"name": name.name})
    assert not AccountName.objects.exists()


def test_reading_by_get_changes_nothing(desk: Client, cast: Cast) -> None:
    assert desk.get(f"/partners/{cast.bluepeak.pk}/forget/?domain=bluepeak.example.com").status_code == 405
    assert AccountDomain.objects.count() == 2
