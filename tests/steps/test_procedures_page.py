"""The pages of all procedures: where tickets stand, who is waited for, how long steps take, the shadow switch."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from journal.models import Event
from tests.conftest import Cast
from tests.steps.trial import KIND, Trial
from tests.tickets.conftest import OpenTicket
from tickets import procedure_list, steps
from tickets.models import Step, StepSetting, Ticket
from tickets.procedures import Done, Procedure, Retry, Stuck, Waiting, WaitsFor, procedure_of


@pytest.fixture
def desk(client: Client, cast: Cast) -> Client:
    client.force_login(cast.nadia)
    return client


@pytest.fixture
def lead(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.lena)
    return client


@pytest.fixture
def busy(cast: Cast, opened: OpenTicket, trial: Trial) -> dict[str, Ticket]:
    """One runs, one waits for the desk, one for Legal, one is stuck."""
    found = {name: opened(kind=KIND, subject=name) for name in ("running", "desk", "legal", "stuck")}
    for name in ("desk", "legal"):
        steps.work_on(found[name].pk)
    trial.say["answer"] = lambda _at: Waiting(for_whom=WaitsFor.LEGAL)
    decide = steps.current(found["legal"])
    assert decide is not None
    steps.confirm(decide, {"verdict": "yes", "why": ""}, by=cast.nadia)

    def gone(_at: object) -> Done:
        raise Stuck("No partner is called so.")

    trial.say["find"] = gone
    steps.work_on(found["stuck"].pk)
    return found


def shown(client: Client, url: str) -> str:
    return " ".join(client.get(url).content.decode().split())


def test_says_where_the_tickets_stand(desk: Client, busy: dict[str, Ticket]) -> None:
    found = {one.kind: one.now for one in procedure_list.overview()}
    assert (found[KIND].under_way, found[KIND].running, found[KIND].stuck) == (4, 1, 1)
    assert dict(found[KIND].waiting) == {"desk": 1, "legal": 1}
    page = shown(desk, "/procedures/")
    assert "No partner is called so." in page
    for words in ("1 stuck", "1 for the desk", "1 for Legal", "1 running"):
        assert words in page, words


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("", {"stuck", "desk", "legal"}),
        ("?stuck=1", {"stuck"}),
        ("?for=legal", {"legal"}),
        ("?for=desk", {"desk"}),
        ("?step=find", {"stuck"}),
        ("?for=no%00body", set()),
    ],
)
def test_lists_what_is_stuck_and_what_waits(desk: Client, busy: dict[str, Ticket], asked: str, there: set[str]) -> None:
    page = desk.get(f"/procedures/{KIND}/{asked}")
    assert {held.step.ticket.subject for held in page.context["held"]} == there
    if not asked:
        assert page.context["held"][0].step.state == "stuck"


def test_lists_what_is_tried_again(desk: Client, opened: OpenTicket, trial: Trial) -> None:
    def away(_at: object) -> Done:
        raise Retry("Salesforce does not answer.", seconds=600)

    trial.say["read"] = away
    steps.work_on(opened(kind=KIND, subject="Held up").pk)
    page = shown(desk, f"/procedures/{KIND}/?trying=1")
    assert "1 tried again" in page
    assert "Held up" in page
    assert "Salesforce does not answer." in page


def test_measures_how_long_steps_take(desk: Client, busy: dict[str, Ticket]) -> None:
    now = timezone.now()
    read = Step.objects.filter(slug="read", state="done").order_by("pk")
    for minutes, step in zip((2, 4, 60), read, strict=True):
        Step.objects.filter(pk=step.pk).update(ready=now - timedelta(minutes=minutes), finished=now)
    Step.objects.filter(pk=read[0].pk).update(attempts=3)
    Step.objects.filter(slug="decide", state="done").update(by_hand=True)
    row = {one.plan.slug: one.past for one in procedure_list.rows(declared(KIND))}
    assert (row["read"].done, row["read"].again) == (3, 1)
    assert row["read"].median == timedelta(minutes=4)
    assert row["read"].p90 is not None
    assert timedelta(minutes=45) < row["read"].p90 < timedelta(minutes=60)
    assert (row["decide"].by_hand, row["decide"].median) == (1, None)
    page = shown(desk, f"/procedures/{KIND}/")
    assert "4 m" in page
    assert "1 needed another try" in page
    assert "1 by hand" in page


def test_a_lead_keeps_a_step_from_writing(desk: Client, lead: Client, trial: Trial) -> None:
    url = f"/procedures/{KIND}/write/shadow/"
    assert "Only show what it would write" not in shown(desk, f"/procedures/{KIND}/")
    assert desk.post(url, {"shadow": "1"}).status_code == 403
    assert not StepSetting.objects.exists()
    page = shown(lead, lead.post(url, {"shadow": "1"}).headers["Location"])
    assert "Shadow: writes nothing" in page
    assert "Lena Brandt, " in page
    assert Event.objects.filter(verb="shadow changed").count() == 1
    assert "1 step in shadow" in shown(desk, "/procedures/")
    lead.post(url, {"shadow": "0"})
    assert not StepSetting.objects.get().shadow
    refused = lead.post(f"/procedures/{KIND}/read/shadow/", {"shadow": "1"}, follow=True).content.decode()
    assert "Only a step that writes at a vendor can be set to shadow mode." in refused
    assert lead.post(f"/procedures/{KIND}/nothing/shadow/").status_code == 404


def test_says_how_often_people_would_have_written_the_same(desk: Client, cast: Cast, busy: dict[str, Ticket]) -> None:
    Step.objects.filter(slug="read", state="done").update(shadow=True, agreed=True)
    Step.objects.filter(slug="read", ticket=busy["legal"]).update(agreed=False)
    past = {one.plan.slug: one.past for one in procedure_list.rows(declared(KIND))}
    assert (past["read"].agreed, past["read"].judged) == (2, 3)


def test_nothing_is_there_for_a_kind_without_a_procedure(desk: Client) -> None:
    assert desk.get("/procedures/nobody/").status_code == 404
    assert "No step is stuck." in shown(desk, "/procedures/?stuck=1")


def test_many_tickets_take_as_many_statements_as_a_few(
    desk: Client, busy: dict[str, Ticket], opened: OpenTicket, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    url = f"/procedures/{KIND}/"
    desk.get(url)
    with django_assert_max_num_queries(20) as few:
        desk.get(url)
    for number in range(6):
        steps.work_on(opened(kind=KIND, subject=f"More {number}").pk)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert "More 5" in shown(desk, url)


def declared(kind: str) -> Procedure:
    found = procedure_of(kind)
    assert found is not None
    return found
