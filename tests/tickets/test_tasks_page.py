"""Tasks: asked for once, told to those they are for, ticked off by hand, ended with who and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from journal.record import events_of
from mail.models import OutgoingMail
from people.models import User
from people.roles import Role
from tests.conftest import PASSWORD, Cast
from tickets import work
from tickets.models import Task
from tickets.work import Item

LIST = (Item(words="Northwind DevOps GmbH: Ada → Bea", link="/partners/1/"), Item(words="Bluepeak: Ada → Bea"))


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def task(cast: Cast) -> Task:
    return work.ask_for(
        key="roster-change:1:impartner",
        team=Task.Team.CHANNEL_MARKETING,
        title="Impartner: new channel managers",
        body="Change them under **Accounts**.",
        items=LIST,
        region="EMEA",
        due=timezone.localdate() - timedelta(days=1),
        address="/routing/team/1/",
    )


@pytest.fixture
def desk(cast: Cast) -> Client:
    return client_of(cast.nadia)


def test_asking_twice_asks_once_and_tells_the_regions_specialists_and_the_leads(cast: Cast) -> None:
    cast.nadia.region = "EMEA"
    cast.nadia.save()
    elsewhere = User.objects.create_user("mei@desk.example.com", PASSWORD, name="Mei", role=Role.SPECIALIST)
    elsewhere.region = "APAC"
    elsewhere.save()
    for title in ("First", "Second"):
        work.ask_for(key="k", team=Task.Team.DESK, title=title, region="EMEA")
    assert Task.objects.get().title == "First"
    mail = OutgoingMail.objects.get()
    assert sorted(person["address"] for person in mail.to) == ["lena@desk.example.com", "nadia@desk.example.com"]
    assert f"/tasks/{Task.objects.get().pk}/" in mail.body_text
    assert [event.verb for event in events_of(Task.objects.get())] == ["asked for it"]


def test_a_list_is_ticked_line_by_line_and_a_tick_is_taken_back(cast: Cast, desk: Client, task: Task) -> None:
    page = desk.get(f"/tasks/{task.pk}/").content.decode()
    assert page.count('aria-checked="false"') == 2
    assert "<strong>Accounts</strong>" in page
    for _twice in range(2):
        part = desk.post(f"/tasks/{task.pk}/tick/", {"index": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert ("1 of 2 ticked" in part, "Nadia Okafor" in part, "<html" in part) == (True, True, False)
    task.refresh_from_db()
    assert (task.items[0]["done"], task.items[1]["done"]["by"]) == (None, "Nadia Okafor")
    desk.post(f"/tasks/{task.pk}/tick/", {"index": "1", "done": "0"})
    task.refresh_from_db()
    assert task.items[1]["done"] is None
    assert [event.verb for event in events_of(task)] == ["asked for it", "ticked", "took back a tick"]
    assert "There is no such line" in desk.post(f"/tasks/{task.pk}/tick/", {"index": "7"}, follow=True).content.decode()


def test_it_is_finished_when_all_is_ticked_and_opened_again(cast: Cast, desk: Client, task: Task) -> None:
    finish = f"/tasks/{task.pk}/finish/"
    assert "2 of 2 lines are not ticked" in desk.post(finish, follow=True).content.decode()
    for index in ("0", "1"):
        desk.post(f"/tasks/{task.pk}/tick/", {"index": index})
    assert "The task is done." in desk.post(finish, follow=True).content.decode()
    task.refresh_from_db()
    assert (task.state, task.finished_by) == (Task.State.DONE, cast.nadia)
    assert "no longer open" in desk.post(f"/tasks/{task.pk}/tick/", {"index": "0"}, follow=True).content.decode()
    desk.post(f"/tasks/{task.pk}/reopen/")
    task.refresh_from_db()
    assert (task.state, task.finished, bool(task.items[0]["done"])) == (Task.State.OPEN, None, True)


def test_it_is_dropped_only_with_a_reason(cast: Cast, desk: Client, task: Task) -> None:
    desk.post(f"/tasks/{task.pk}/drop/", {"why": "  "})
    task.refresh_from_db()
    assert task.state == Task.State.OPEN
    desk.post(f"/tasks/{task.pk}/drop/", {"why": "Impartner reads Salesforce now"})
    task.refresh_from_db()
    assert task.state == Task.State.DROPPED
    assert events_of(task).last().why == "Impartner reads Salesforce now"  # type: ignore[union-attr]
    assert (
        "Somebody has ended this task already" in desk.post(f"/tasks/{task.pk}/finish/", follow=True).content.decode()
    )


def test_somebody_takes_it_or_is_given_it_and_told(cast: Cast, desk: Client, task: Task) -> None:
    desk.post(f"/tasks/{task.pk}/assign/", {"to": "me"})
    task.refresh_from_db()
    told = OutgoingMail.objects.count()
    assert task.assignee == cast.nadia
    desk.post(f"/tasks/{task.pk}/assign/", {"to": str(cast.lena.pk)})
    assert OutgoingMail.objects.count() == told + 1
    assert OutgoingMail.objects.latest("created").to[0]["address"] == cast.lena.email
    for nobody in (str(cast.sofia.pk), "x", "9" * 30):
        desk.post(f"/tasks/{task.pk}/assign/", {"to": nobody})
    task.refresh_from_db()
    assert task.assignee == cast.lena
    desk.post(f"/tasks/{task.pk}/assign/", {"to": ""})
    task.refresh_from_db()
    assert task.assignee is None


def test_the_list_is_by_team_region_and_mine(
    cast: Cast, desk: Client, task: Task, django_assert_max_num_queries: Any
) -> None:
    cast.nadia.region = "APAC"
    cast.nadia.save()
    ours = work.ask_for(key="mine", team=Task.Team.DESK, title="Merge request for the handbook", region="APAC")
    work.ask_for(key="ended", team=Task.Team.DESK, title="Old work")
    work.drop(Task.objects.get(key="ended"), by=cast.lena, why="Gone")
    shown = {
        "": {task, ours},
        "?mine=1": {ours},
        "?team=channel_marketing": {task},
        "?region=APAC": {ours},
        "?ended=1": {Task.objects.get(key="ended")},
    }
    for asked, expected in shown.items():
        page = desk.get(f"/tasks/{asked}").content.decode()
        for one in Task.objects.all():
            assert (f'href="/tasks/{one.pk}/"' in page) == (one in expected), (asked, one)
    assert "1 task overdue" in page
    for number in range(30):
        work.ask_for(key=f"more:{number}", team=Task.Team.DESK, title=f"More {number}", items=LIST)
    with django_assert_max_num_queries(9):
        assert "More 29" in desk.get("/tasks/").content.decode()


def test_a_specialist_says_which_region_is_theirs(cast: Cast, handbook: None, desk: Client) -> None:
    assert "Region you look after" in desk.get("/settings/profile/").content.decode()
    given = {"name": "Nadia Okafor", "time_zone": "UTC", "region": "EMEA", "signature": ""}
    desk.post("/settings/profile/", given)
    cast.nadia.refresh_from_db()
    assert cast.nadia.region == "EMEA"
    desk.post("/settings/profile/", given | {"region": "Mars"})
    cast.nadia.refresh_from_db()
    assert cast.nadia.region == "EMEA"
    assert "Region you look after" not in client_of(cast.sofia).get("/settings/profile/").content.decode()
