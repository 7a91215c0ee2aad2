"""The page of the vendors and their lamps, over HTTP (R-05, F-08)."""

from __future__ import annotations

import pytest
from django.test import Client

from integrations import breaker, ledger
from integrations.models import Call, ErrorClass, ExternalAction, Vendor
from integrations.outcomes import refused
from tests.conftest import Cast
from tests.integrations.conftest import Counting
from web import memory, shell

PAGE = "/settings/vendors/"


def page_for(client: Client, user: object) -> str:
    client.force_login(user)  # type: ignore[arg-type]
    memory.forget_all()
    shell._lit.clear()
    return client.get(PAGE).content.decode()


def test_nothing_was_asked_yet(client: Client, cast: Cast) -> None:
    page = page_for(client, cast.nadia)
    assert page.count("Not asked yet") == 2
    assert "Nothing waits for Salesforce or DocuSign." in page
    assert "Nothing was asked of a vendor yet." in page


def test_a_vendor_that_is_away_says_so_everywhere_and_what_waits_is_shown(
    client: Client, cast: Cast, counting: Counting
) -> None:
    """F-08: the breaker is open; the desk works on."""
    action = ledger.queue(key="close:1", operation=counting.name, payload={}, about="PHD-1042", by=cast.nadia)
    breaker.open_("salesforce", ErrorClass.BUSY, "It did not answer.", seconds=60)
    page = page_for(client, cast.nadia)
    assert "Salesforce is not available. It did not answer. 1 change waits and goes on by itself." in page
    assert "PHD-1042" in page
    assert "The desk works on. What waits resumes by itself." in page
    queue = client.get("/queue/").content.decode()
    assert "Salesforce: not available" in queue
    assert 'title="Salesforce is not available. It did not answer. 1 change waits' in queue  # the rail, on every page
    breaker.open_("salesforce", ErrorClass.BUSY, "Salesforce is not available right now.", seconds=60)
    assert "Salesforce is not available right now. 1 change waits" in page_for(client, cast.nadia)
    breaker.close("salesforce")
    ledger.perform(action.pk)
    assert "PHD-1042" not in page_for(client, cast.nadia)


def test_a_call_that_failed_is_an_amber_dot_on_every_page(client: Client, cast: Cast) -> None:
    """F-08: not only a breaker that is open: the rail says it where no column of views stands too."""
    Call.objects.create(vendor=Vendor.SALESFORCE, operation="login", error_class=ErrorClass.BUSY, milliseconds=5)
    assert "Needs a look" in page_for(client, cast.nadia)
    settings = client.get("/settings/profile/").content.decode()
    assert 'title="The last call to Salesforce failed' in settings
    assert settings.count("rail-dot-amber") == 2  # the rail, and "More" on a phone
    assert "Whether they answer, what waits for them" in settings  # the page of settings leads there


def test_what_was_refused_waits_for_a_lead(client: Client, cast: Cast, counting: Counting) -> None:
    counting.next_ = [refused("FIELD_CUSTOM_VALIDATION_EXCEPTION", "The close date is missing.")]
    action = ledger.queue(key="close:2", operation=counting.name, payload={}, about="PHD-1043")
    ledger.perform(action.pk)
    page = page_for(client, cast.nadia)
    assert "The close date is missing." in page
    assert "Give up" not in page
    again = f"{PAGE}actions/{action.pk}/again/"
    assert client.post(again).status_code == 403
    assert "Give up" in page_for(client, cast.lena)
    assert "It is tried again." in client.post(again, follow=True).content.decode()
    ledger.perform(action.pk)
    action.refresh_from_db()
    assert action.state == ExternalAction.State.DONE
    told = client.post(f"{PAGE}actions/{action.pk}/cancel/", follow=True).content.decode()
    assert "It has ended meanwhile" in told
    action.refresh_from_db()
    assert action.state == ExternalAction.State.DONE


def test_giving_up_says_why_and_ends_it(client: Client, cast: Cast, counting: Counting) -> None:
    action = ledger.queue(key="close:3", operation=counting.name, payload={}, about="PHD-1044")
    client.force_login(cast.lena)
    client.post(f"{PAGE}actions/{action.pk}/cancel/", {"why": "Done by hand."})
    ledger.perform(action.pk)
    action.refresh_from_db()
    assert action.state == ExternalAction.State.CANCELLED
    assert counting.seen == []


def test_the_latest_calls_and_the_share_of_the_limit(client: Client, cast: Cast) -> None:
    Call.objects.create(
        vendor=Vendor.SALESFORCE,
        operation="query Account",
        method="GET",
        status=200,
        milliseconds=12,
        correlation="c" * 32,
        limit_used=90,
        limit_total=100,
    )
    page = page_for(client, cast.nadia)
    assert "query Account" in page
    assert "90 of 100" in page
    assert "90 % of today&#x27;s calls to Salesforce are used." in page


def test_try_now_is_for_the_desk_and_knows_two_vendors(client: Client, cast: Cast) -> None:
    client.force_login(cast.nadia)
    assert "Trying DocuSign now." in client.post(f"{PAGE}docusign/try/", follow=True).content.decode()
    assert client.post(f"{PAGE}oracle/try/").status_code == 404
    client.force_login(cast.sofia)
    assert client.post(f"{PAGE}docusign/try/").status_code == 403


@pytest.mark.django_db
def test_the_page_costs_the_same_whatever_waits(
    client: Client, cast: Cast, counting: Counting, django_assert_max_num_queries: object
) -> None:
    for number in range(30):
        ledger.queue(key=f"many:{number}", operation=counting.name, payload={}, by=cast.nadia)
    client.force_login(cast.lena)
    client.get(PAGE)
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        client.get(PAGE)
