"""Taking back more than one write: the last one first, all or no further; and doing it again as the first time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django import forms
from django.test import Client
from rest_framework.test import APIClient

from integrations import outcomes, registry
from integrations.models import ExternalAction
from tests.conftest import Cast
from tests.tickets.conftest import OpenTicket
from tests.tickets.replies import response
from tickets import prepared, procedures, steps
from tickets.actions import Recipient, Refused
from tickets.models import Step, Ticket
from tickets.procedures import At, Change, Done, Procedure, Stuck, automatic, awaited, confirmed
from tickets.steps import undoing
from web import failpoints

pytestmark = pytest.mark.django_db
KIND = "nfr"
OPERATION = "salesforce.undo_trial"


class Sure(forms.Form):
    """Nothing to fill in."""


class World:
    """A vendor that keeps what it was told, and refuses what is in `locked`."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.locked: set[str] = set()
        self.deal = "GL-1"

    def take(self, payload: Mapping[str, Any], *, key: str) -> outcomes.Outcome:
        if payload["say"] in self.locked:
            return outcomes.refused("LOCKED", f"{key} is locked.")
        self.said.append(str(payload["say"]))
        return outcomes.done("001")

    def says(self, *words: str) -> Callable[[At], Done]:
        def work(at: At) -> Done:
            for one in words:
                change = Change(record="Registration", field="Status", before="", after=one)
                outcome = at.write(OPERATION, {"say": one.format(deal=self.deal)}, changes=[change])
                if not outcome.worked:
                    raise Stuck(outcome.words)
            return Done(note=words[-1])

        return work

    def offer(self, at: At) -> Done:
        to = [Recipient(address="katrin@northwind.example.com")]
        prepared.offer(at.ticket, step=at.key, response="proof-is-in", values={"customer": self.deal}, to=to)
        return Done()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    response()
    made = World()
    declared = Procedure(
        kind=KIND,
        title="Trial",
        handbook="",
        steps=(
            automatic("find", "Find the registration", lambda _at: Done(note=made.deal)),
            confirmed("decide", "Decide", Sure, lambda _at, _given: Done(note="Yes")),
            automatic(
                "close", "Close the deal", made.says("close {deal}"), writes=True, undo=made.says("reopen {deal}")
            ),
            automatic(
                "chatter",
                "Tell in Chatter",
                made.says("upload", "post"),
                writes=True,
                undo=made.says("delete post", "delete upload"),
            ),
            automatic("answer", "Prepare the reply", made.offer),
            awaited("send", "Send the reply", prepared.look_sent("answer"), hears=prepared.HEARS),
        ),
    )
    monkeypatch.setitem(procedures._procedures, KIND, declared)
    monkeypatch.setitem(registry.operations, OPERATION, registry.Operation(name=OPERATION, work=made.take, breakers=()))
    return made


@pytest.fixture
def ticket(cast: Cast, opened: OpenTicket, world: World) -> Ticket:
    found = opened(kind=KIND)
    play(found, cast)
    return found


def play(ticket: Ticket, cast: Cast) -> None:
    steps.work_on(ticket.pk)
    steps.confirm(step(ticket, "decide"), {}, by=cast.nadia)
    steps.work_on(ticket.pk)


def step(ticket: Ticket, slug: str) -> Step:
    return next(one for one in steps.of(ticket) if one.slug == slug)


def sweep() -> None:
    """Every worker gets every undo, the first one first: the order is not theirs."""
    while undoing.waiting_undos():
        for pk in Step.objects.filter(undo_asked__isnull=False).order_by("pk").values_list("pk", flat=True):
            undoing.work_undo(pk)


def test_one_press_takes_all_back_the_last_one_first(cast: Cast, ticket: Ticket, world: World) -> None:
    assert world.said == ["close GL-1", "upload", "post"]
    steps.undo(step(ticket, "close"), by=cast.nadia)
    sweep()
    assert world.said[3:] == ["delete post", "delete upload", "reopen GL-1"]
    assert [one.slug for one in steps.of(ticket) if one.undone] == ["close", "chatter"]
    assert prepared.of(ticket) is None  # it said that the deal is closed
    assert step(ticket, "send").state == "waiting"


def test_the_later_one_alone_leaves_the_earlier(cast: Cast, ticket: Ticket, world: World) -> None:
    steps.undo(step(ticket, "chatter"), by=cast.nadia)
    sweep()
    assert world.said[3:] == ["delete post", "delete upload"]
    assert step(ticket, "close").undone is None


def test_where_the_later_one_stays_the_earlier_stays(cast: Cast, ticket: Ticket, world: World) -> None:
    world.locked = {"delete upload"}
    steps.undo(step(ticket, "close"), by=cast.nadia)
    sweep()
    assert world.said[3:] == ["delete post"]
    close, chatter = step(ticket, "close"), step(ticket, "chatter")
    assert (close.undone, chatter.undone) == (None, None)
    assert chatter.data["undo"]["problem"].endswith("is locked.")
    assert "“Tell in Chatter” came after it and stays" in close.data["undo"]["problem"]
    world.locked = set()
    steps.undo(step(ticket, "close"), by=cast.lena)
    sweep()
    assert world.said[3:] == ["delete post", "delete upload", "reopen GL-1"]


def test_what_was_taken_back_is_done_again_for_another(cast: Cast, ticket: Ticket, world: World) -> None:
    with pytest.raises(Refused, match="“Decide” has been done since"):
        steps.go_back(ticket, "find", by=cast.nadia, why="It was GL-2.")
    for times in (1, 2):
        steps.undo(step(ticket, "close"), by=cast.nadia)
        sweep()
        steps.go_back(ticket, "find", by=cast.nadia, why="It was the wrong one.")
        world.said, world.deal = [], f"GL-{times % 2 + 1}"
        play(ticket, cast)
        assert world.said == [f"close {world.deal}", "upload", "post"]
        steps.work_on(ticket.pk)
    offered = prepared.of(ticket)
    assert offered is not None
    assert "the proof for GL-1" in offered.body  # once more the first, written anew
    assert not ExternalAction.objects.exclude(state="done").exists()


def test_what_was_given_up_half_way_is_taken_back_too(cast: Cast, opened: OpenTicket, world: World) -> None:
    world.locked = {"post"}
    ticket = opened(kind=KIND)
    play(ticket, cast)
    assert (step(ticket, "chatter").state, world.said) == ("stuck", ["close GL-1", "upload"])
    steps.undo(step(ticket, "close"), by=cast.nadia)
    sweep()
    assert world.said[2:] == ["delete post", "delete upload", "reopen GL-1"]
    world.locked = set()
    steps.retry(step(ticket, "chatter"), by=cast.nadia)
    steps.work_on(ticket.pk)
    stuck = step(ticket, "chatter")
    assert (stuck.state, "“Close the deal” was taken back" in stuck.problem) == ("stuck", True)
    assert world.said[-1] == "reopen GL-1"


@pytest.mark.parametrize("where", ["undo claimed", "undo worked"])
def test_a_worker_that_dies_takes_nothing_back_twice(
    cast: Cast, ticket: Ticket, world: World, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def dies(name: str) -> None:
        if name == where:
            raise SystemExit

    steps.undo(step(ticket, "close"), by=cast.nadia)
    with monkeypatch.context() as patched:
        patched.setattr(failpoints, "reach", dies)
        for slug in ("chatter", "close"):
            with contextlib.suppress(SystemExit):
                undoing.work_undo(step(ticket, slug).pk)
    assert undoing.waiting_undos() == []
    Step.objects.filter(ticket=ticket).update(claimed_until=None)  # the claim runs out
    sweep()
    assert world.said[3:] == ["delete post", "delete upload", "reopen GL-1"]


def test_what_is_about_to_be_written_comes_first(cast: Cast, ticket: Ticket) -> None:
    Step.objects.filter(ticket=ticket, slug="chatter").update(state="ready", finished=None)
    with pytest.raises(Refused, match="“Tell in Chatter” is being written"):
        steps.undo(step(ticket, "close"), by=cast.nadia)


def test_the_page_says_what_goes_with_it(client: Client, cast: Cast, ticket: Ticket) -> None:
    client.force_login(cast.nadia)
    page = client.get(f"/tickets/{ticket.reference}/").content.decode()
    assert 'title="Takes back first: Tell in Chatter">Revert from here on</button>' in page
    assert ">Revert</button>" in page


def test_a_program_takes_back_and_goes_back(cast: Cast, ticket: Ticket, world: World) -> None:
    client = APIClient()
    client.force_authenticate(user=cast.nadia)
    base = f"/api/v1/tickets/{ticket.reference}/steps/"
    asked = client.post(f"{base}close/undo/")
    assert (asked.status_code, bool(asked.json()["undo_asked"]), asked.json()["undone"]) == (200, True, None)
    sweep()
    assert client.get(base).json()["results"][2]["undone"]
    assert client.post(f"{base}find/go-back/", {}, format="json").status_code == 400
    again = client.post(f"{base}find/go-back/", {"why": "Another one."}, format="json").json()
    assert (again["state"], again["undone"]) == ("ready", None)
    assert client.post(f"{base}close/undo/").status_code == 422
