"""The page where a person says which partner a letter is for, and the checks as a page shows them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from journal.record import DESK
from loa import checks
from loa.models import LetterRequest
from partners.models import Account, AccountName
from tests.conftest import PASSWORD, Cast
from tickets import actions, steps
from tickets.actions import NewTicket
from tickets.models import Step
from tickets.models.ticket import Channel


@pytest.fixture
def acmes(db: None) -> list[Account]:
    return [
        Account.objects.create(name="ACME", salesforce_id=f"0018dQx0000099{number}AAA", country=country, track="Open")
        for number, country in enumerate(["Germany", "France", "Japan", "Peru"])
    ]


@pytest.fixture
def letter(acmes: list[Account], cast: Cast) -> LetterRequest:
    """Held at the step that looks for the account."""
    ticket = actions.open_ticket(
        NewTicket(kind="loa", subject="GitLab LOA", requester=cast.katrin, body="…", channel=Channel.FORM,
                  fields={"company": "ACME"}),
        by=DESK,
    )  # fmt: skip
    request = LetterRequest.objects.get(ticket=ticket)
    LetterRequest.objects.filter(pk=request.pk).update(
        company="ACME", stage="phd_review", requester_email="e@gmail.com", country="Japan"
    )
    LetterRequest.objects.filter(pk=request.pk).update(account=None)
    request.refresh_from_db()
    before = Step.objects.filter(ticket=ticket, slug__in=["link", "envelope", "read", "company"])
    now = request.created
    before.update(state="skipped", finished=now)
    Step.objects.filter(ticket=ticket, slug="account").update(state="ready", ready=now)
    steps.work_on(ticket.pk)
    request.refresh_from_db()
    assert request.proposal == "hold"
    return request


def signed_in(user: Any) -> Client:
    client = Client()
    assert client.login(username=user.email, password=PASSWORD)
    return client


def test_all_four_stand_there_and_one_is_chosen(letter: LetterRequest, acmes: list[Account], cast: Cast) -> None:
    client = signed_in(cast.nadia)
    page = client.get(f"/loa/{letter.pk}/").content.decode()
    assert "Several accounts are called “ACME”" in page
    assert f'href="/loa/{letter.pk}/account/"' in page
    page = client.get(f"/loa/{letter.pk}/account/").content.decode()
    assert all(f'name="account" value="{one.pk}"' in page and one.country in page for one in acmes)
    assert page.index(f'value="{acmes[2].pk}"') < page.index(f'value="{acmes[0].pk}"')  # where the letter is asked for
    assert "In Japan, as the request says" in page
    assert 'name="remember"' not in page
    refused = client.post(f"/loa/{letter.pk}/account/", {"account": acmes[2].pk, "remember": "1"})
    assert (refused.status_code, "Several accounts have this name" in refused.content.decode()) == (422, True)
    answer = client.post(f"/loa/{letter.pk}/account/", {"account": acmes[2].pk})
    assert (answer.status_code, answer["Location"]) == (302, f"/loa/{letter.pk}/")
    letter.refresh_from_db()
    assert (letter.account, letter.account_by) == (acmes[2], cast.nadia)
    assert not AccountName.objects.exists()
    shown = client.get(f"/loa/{letter.pk}/").content.decode()
    assert "Checking now" in shown
    assert 'data-poll="2"' in shown


def test_another_is_found_by_what_is_typed(letter: LetterRequest, cast: Cast) -> None:
    client = signed_in(cast.nadia)
    part = client.get(f"/loa/{letter.pk}/account/?q=bluepeak", headers={"HX-Request": "true"}).content.decode()
    assert f'value="{cast.bluepeak.pk}"' in part
    assert "<h1" not in part
    assert "no partner called" in client.get(f"/loa/{letter.pk}/account/?q=<zz>").content.decode()
    for wrong in ("", "x", "999999999999999999999", "0", str(10**15)):
        refused = client.post(f"/loa/{letter.pk}/account/", {"account": wrong})
        assert refused.status_code == 422
        assert "Choose one of the partners" in refused.content.decode()
    LetterRequest.objects.filter(pk=letter.pk).update(company="Heights Trading")
    assert 'name="remember"' in client.get(f"/loa/{letter.pk}/account/?q=bluepeak").content.decode()
    client.post(f"/loa/{letter.pk}/account/", {"account": cast.bluepeak.pk, "remember": "1"})
    assert AccountName.objects.get().account == cast.bluepeak
    cast.bluepeak.merged_into = cast.northwind
    cast.bluepeak.save()
    assert client.post(f"/loa/{letter.pk}/account/", {"account": cast.bluepeak.pk}).status_code == 422


def test_only_the_desk_chooses_and_checks(letter: LetterRequest, acmes: list[Account], cast: Cast) -> None:
    for user, status in ((cast.sofia, 403), (cast.katrin.user, 403)):
        client = signed_in(user)
        assert client.post(f"/loa/{letter.pk}/account/", {"account": acmes[0].pk}).status_code == status
        assert client.post(f"/loa/{letter.pk}/checks/again/").status_code == status
    letter.refresh_from_db()
    assert letter.account is None


def test_checked_again_where_one_was(letter: LetterRequest, acmes: list[Account], cast: Cast) -> None:
    """The button leads back to where it stood, and nowhere else."""
    client = signed_in(cast.nadia)
    client.post(f"/loa/{letter.pk}/account/", {"account": acmes[0].pk})
    Step.objects.filter(ticket=letter.ticket, slug="account").update(state="done", finished=letter.created)
    Step.objects.filter(ticket=letter.ticket, slug="check").update(state="done", finished=letter.created)
    letter.refresh_from_db()
    checks.keep(letter, checks.run(letter))
    back = f"/loa/?request={letter.pk}"
    answer = client.post(f"/loa/{letter.pk}/checks/again/", {"next": back})
    assert answer["Location"] == back
    assert Step.objects.get(ticket=letter.ticket, slug="check").state == "ready"
    assert client.post(f"/loa/{letter.pk}/checks/again/", {"next": "https://evil.example"})["Location"][:5] == "/loa/"


def test_twenty_partners_cost_no_more_than_two(
    letter: LetterRequest, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Account.objects.bulk_create([Account(name=f"Quartz {number}") for number in range(30)])
    client = signed_in(cast.nadia)
    client.get(f"/loa/{letter.pk}/account/")
    with django_assert_max_num_queries(12):
        page = client.get(f"/loa/{letter.pk}/account/?q=quartz").content.decode()
    assert page.count('name="account"') == 20
    assert "The first of many" in page
