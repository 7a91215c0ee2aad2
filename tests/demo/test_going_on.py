"""What people of the demo decide once the desk runs: as the page proposes it, once, and when its turn has come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.demo_data import going_on, plots
from tests.invoices.conftest import OpenTicket, World, asks, invoices, offered, opened, step, worked
from tickets import procedures
from tickets.models import Step
from web import datafiles

__all__ = ["invoices", "opened"]
FIELDS = {"company": "Northwind DevOps GmbH", "transaction_date": "2026-09-08"}


def test_it_is_decided_when_its_turn_comes(invoices: World, opened: OpenTicket) -> None:
    """The desk is asked each other second; who has decided stands on the step like anybody's decision."""
    ticket = opened(kind="invoice", subject="An invoice", body="", fields=FIELDS)
    going_on.keep(ticket, [{"step": "choose", "who": "nadia"}], users={"nadia": invoices.cast.nadia})
    soon = timezone.now() + going_on.PATIENCE
    assert not going_on.go_on(until=soon)
    worked(ticket)
    assert step(ticket, "choose").state == "waiting"
    assert going_on.go_on(until=soon)
    decided = step(ticket, "choose")
    assert (decided.state, decided.by) == ("done", invoices.cast.nadia)
    assert going_on.go_on(until=soon)


def test_what_cannot_be_decided_is_left_to_whoever_looks(invoices: World, opened: OpenTicket) -> None:
    ticket = asks(opened, "Our invoice, please.")
    going_on.keep(ticket, [{"step": "resolve", "who": "nadia"}], users={"nadia": invoices.cast.nadia})
    assert not going_on.go_on(until=timezone.now() + timedelta(minutes=1))
    assert going_on.go_on(until=timezone.now() - timedelta(seconds=1))
    assert offered(ticket).response == "invoice-which-one"


@pytest.mark.parametrize("path", sorted(plots.STORIES.glob("*.toml")), ids=lambda path: path.stem)
def test_stories_decide_what_their_procedure_lets_them(path: object) -> None:
    for story in datafiles.read(path)["story"]:  # type: ignore[arg-type]
        for later in story.get("later", ()):
            declared = procedures.procedure_of(story["kind"])
            plan = declared.plan(later["step"]) if declared else None
            assert plan is not None, story["subject"]
            assert plan.how == Step.Type.CONFIRMED
