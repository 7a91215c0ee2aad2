"""The checklist on the ticket's page: what each state shows, and every button of it, over HTTP."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.conftest import Cast
from tests.steps.trial import KIND, Trial, states
from tests.tickets.conftest import OpenTicket
from tickets import actions, steps
from tickets.models import Step, StepSetting, Ticket
from tickets.procedures import Change, Done, Fact, Prepared, Retry, Stuck, Waiting, WaitsFor
from tickets.steps import forms, undoing

HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(client: Client, cast: Cast) -> Client:
    client.force_login(cast.nadia)
    return client


@pytest.fixture
def ticket(cast: Cast, opened: OpenTicket, trial: Trial) -> Ticket:
    made = opened(kind=KIND, subject="Northwind")
    actions.assign(made, to=cast.nadia, by=cast.lena)
    return made


def step(ticket: Ticket, slug: str) -> Step:
    return next(one for one in steps.of(ticket) if one.slug == slug)


def press(client: Client, ticket: Ticket, slug: str, verb: str, *, htmx: bool = False, **given: object) -> str:
    """The answer to a button, or the page it leads back to."""
    url = f"/tickets/{ticket.reference}/steps/{slug}/{verb}/"
    answer = client.post(url, {"_run": 1, **given}, headers=HTMX if htmx else {})
    if answer.status_code == 302:
        answer = client.get(answer.headers["Location"])
    return squeezed(answer.content.decode())


def shown(client: Client, ticket: Ticket) -> str:
    return squeezed(client.get(f"/tickets/{ticket.reference}/").content.decode())


def squeezed(page: str) -> str:
    return " ".join(page.split())


def item(page: str, slug: str) -> str:
    """One line of the checklist."""
    found = re.search(
        rf'<li class="step [^>]*id="step-{slug}".*?</li>(?= <li class="step|<li class="step| ?</ol>)', page
    )
    assert found, slug
    return found[0]


def write(ticket: Ticket, cast: Cast, trial: Trial) -> None:
    """Until behind the write."""
    steps.work_on(ticket.pk)
    steps.confirm(step(ticket, "decide"), {"verdict": "yes", "why": ""}, by=cast.nadia)
    trial.came = True
    steps.heard(ticket, "envelope")
    steps.work_on(ticket.pk)


def test_what_is_done_shows_its_evidence_and_the_next_waits_for_a_person(desk: Client, ticket: Ticket) -> None:
    steps.work_on(ticket.pk)
    page = shown(desk, ticket)
    assert "2 of 6 done" in page
    assert "run by Nadia Okafor" in page
    assert 'role="status">2 of 6 done. Decide: waits for a person.' in page
    read = item(page, "read")
    assert '<div class="is-good"><dt>Company</dt>' in read
    assert '<dd class="evidence-source" title="Subject"><span class="clip">Subject</span></dd>' in read
    assert '<a href="/partners/1/" class="step-link"' in item(page, "find")
    decide = item(page, "decide")
    assert 'aria-current="step"' in decide
    assert f"For {ticket.reference}" in decide
    assert '<option value="yes" selected>' in decide
    assert "is-later" in item(page, "write")


def test_a_decision_that_is_wrong_keeps_what_was_chosen(desk: Client, ticket: Ticket, trial: Trial) -> None:
    steps.work_on(ticket.pk)
    for htmx in (False, True):
        page = press(desk, ticket, "decide", "confirm", htmx=htmx, verdict="perhaps", why="I wonder")
        assert "Choose one of these" in item(page, "decide")
        assert 'value="I wonder"' in item(page, "decide")
    assert "Say why not." in press(desk, ticket, "decide", "confirm", verdict="no", why="")
    assert states(ticket) == "done done waiting later later later"


def test_a_decision_is_taken_and_signed(desk: Client, ticket: Ticket) -> None:
    steps.work_on(ticket.pk)
    page = press(desk, ticket, "decide", "confirm", htmx=True, verdict="yes", why="", after=ticket.last_event)
    assert 'id="ticket-side"' in page
    assert "<p>yes <span" in item(page, "decide")
    assert "Nadia Okafor" in item(page, "decide")
    assert "Waiting for the partner since" in item(page, "answer")
    assert "was quicker" in press(desk, ticket, "decide", "confirm", verdict="no", why="No")


def test_what_waits_says_for_whom_since_when_by_when_and_when_somebody_is_reminded(
    desk: Client, ticket: Ticket, trial: Trial
) -> None:
    now = timezone.now()
    trial.say["answer"] = lambda _at: Waiting(
        for_whom=WaitsFor.LEGAL, due=now - timedelta(days=3), remind=now + timedelta(days=40)
    )
    steps.work_on(ticket.pk)
    line = item(press(desk, ticket, "decide", "confirm", verdict="yes", why=""), "answer")
    assert "Waiting for Legal since" in line
    assert "late since" in line
    assert "Reminder" in line
    Step.objects.filter(slug="answer").update(reminders=2)
    assert "Reminded 2 times, again" in item(shown(desk, ticket), "answer")


def test_what_is_stuck_says_why_and_can_be_tried_again(desk: Client, ticket: Ticket, trial: Trial) -> None:
    def gone(_at: object) -> Done:
        raise Stuck("No partner is called so. Choose one.", facts=[Fact(name="Asked", value="ACME", tone="bad")])

    trial.say["find"] = gone
    steps.work_on(ticket.pk)
    page = shown(desk, ticket)
    line = item(page, "find")
    assert "No partner is called so. Choose one." in line
    assert "ACME" in line
    assert "Stuck</span>" in page
    del trial.say["find"]
    assert "Try again" in line
    page = press(desk, ticket, "find", "retry")
    assert "data-ticket-poll" in page  # something runs: the page looks more often
    steps.work_on(ticket.pk)
    assert "data-ticket-poll" not in shown(desk, ticket)
    assert states(ticket) == "done done waiting later later later"


def test_a_try_that_failed_reaches_an_open_page_though_it_is_no_event(
    desk: Client, ticket: Ticket, trial: Trial
) -> None:
    def away(_at: object) -> Done:
        raise Retry("Salesforce does not answer.", seconds=600)

    trial.say["read"] = away
    url = re.search(r'data-ticket-poll hx-get="([^"]+)"', shown(desk, ticket))
    assert url
    asked = f"{url[1]}&after={Ticket.objects.get(pk=ticket.pk).last_event}"
    assert desk.get(asked).status_code == 204
    steps.work_on(ticket.pk)
    answer = desk.get(asked)
    assert answer.status_code == 200
    line = item(squeezed(answer.content.decode()), "read")
    assert "Salesforce does not answer." in line
    assert "Tried once. Again by itself at" in line
    assert "Try now" in line


def test_a_step_is_skipped_done_by_hand_and_handed_over(desk: Client, cast: Cast, ticket: Ticket) -> None:
    steps.work_on(ticket.pk)
    page = press(desk, ticket, "decide", "hand-over", to=cast.lena.pk)
    assert "Lena Brandt looks after it" in item(page, "decide")
    assert "Nobody of that name works tickets" in press(desk, ticket, "decide", "hand-over", to=cast.sofia.pk)
    assert "Say why it is skipped." in press(desk, ticket, "decide", "skip", why="  ")
    page = press(desk, ticket, "decide", "skip", why="They called <off>")
    assert "They called &lt;off&gt;" in item(page, "decide")
    page = press(desk, ticket, "answer", "done-by-hand", how="By telephone")
    assert "“By telephone”" in item(page, "answer")
    assert "by hand, Nadia Okafor" in item(page, "answer")


def test_a_write_shows_before_and_after_and_is_taken_back(
    desk: Client, cast: Cast, ticket: Ticket, trial: Trial
) -> None:
    write(ticket, cast, trial)
    line = item(shown(desk, ticket), "write")
    assert '<span class="word">Account</span> <span class="word">Northwind</span>' in line
    assert re.search(r"<td>Pending</td>.*<span class=\"becomes\">Authorized</span>", line)
    assert "Decided by Nadia Okafor" in line
    page = press(desk, ticket, "write", "undo")
    assert "Being taken back" in item(page, "write")
    assert "data-ticket-poll" in page
    undoing.work_undo(step(ticket, "write").pk)
    line = item(shown(desk, ticket), "write")
    assert "is-undone" in line
    assert "Taken back by Nadia Okafor" in line
    assert "Revert" not in line


def test_shadow_shows_what_it_would_write_and_asks_whether_people_would(
    desk: Client, cast: Cast, ticket: Ticket, trial: Trial
) -> None:
    StepSetting.objects.create(procedure=KIND, slug="write", shadow=True)
    write(ticket, cast, trial)
    assert trial.sent == []
    line = item(shown(desk, ticket), "write")
    assert "Nothing was written: this step is in shadow." in line
    assert "Revert" not in line
    assert "Is this what you would have written?" in line
    assert "Is this what you would" not in item(press(desk, ticket, "write", "agree", agreed="1"), "write")
    assert step(ticket, "write").agreed is True


def test_going_back_is_offered_until_something_lasting_came(desk: Client, cast: Cast, ticket: Ticket) -> None:
    steps.work_on(ticket.pk)
    assert "Go back to this step" in item(shown(desk, ticket), "read")
    press(desk, ticket, "read", "go-back", why="Another document came")
    assert states(ticket) == "ready later later later later later"
    steps.work_on(ticket.pk)
    steps.confirm(step(ticket, "decide"), {"verdict": "yes", "why": ""}, by=cast.nadia)
    assert "Go back to this step" not in item(shown(desk, ticket), "read")


def test_a_page_of_another_procedure_changes_nothing(desk: Client, cast: Cast, ticket: Ticket) -> None:
    actions.change_kind(ticket, to="general", by=cast.nadia)
    actions.change_kind(ticket, to=KIND, by=cast.nadia)
    steps.work_on(ticket.pk)
    page = press(desk, ticket, "decide", "confirm", verdict="yes", why="")
    assert "This ticket has another procedure now. Nothing was changed." in page
    assert states(ticket) == "done done waiting later later later"
    assert "Before: General question, 0 of 2 done" in page
    assert desk.post(f"/tickets/{ticket.reference}/steps/decide/burn/").status_code == 404


def test_many_facts_fold_and_an_address_must_be_one(desk: Client, ticket: Ticket, trial: Trial) -> None:
    facts = [Fact(name=f"Name {n}", value="x", tone="good", link="javascript:alert(1)") for n in range(6)]
    trial.say["find"] = lambda _at: Done(facts=facts, link="//evil.example.com/")
    steps.work_on(ticket.pk)
    line = item(shown(desk, ticket), "find")
    assert "6 of 6 in order: name 0, name 1, name 2…" in line
    assert "javascript" not in line
    assert "evil" not in line


def test_a_decision_with_a_page_of_its_own_leads_there(
    desk: Client, ticket: Ticket, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = Change(record="Letter", field="Status", before="Draft", after="Sent")
    post = Change(record="Letter", field="Chatter", before="none", after="@Sofia", text="It is <sent>.\nLook")
    monkeypatch.setattr(
        forms, "prepared", lambda _step, by: Prepared(link="/loa/1/", changes=[change, post], note=f"As {by}")
    )
    steps.work_on(ticket.pk)
    line = item(shown(desk, ticket), "decide")
    assert 'href="/loa/1/">Open and decide</a>' in line
    assert "As Nadia Okafor" in line
    assert "<b>@Sofia</b> It is &lt;sent&gt;.<br>Look" in line
    assert "steps/decide/confirm/" not in line


def test_a_fault_in_what_a_step_prepares_leaves_the_page_whole(
    desk: Client, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.work_on(ticket.pk)

    def broken(_step: Step, **_more: object) -> Prepared:
        raise KeyError("x")

    monkeypatch.setattr(forms, "prepared", broken)
    assert "The desk could not work out what stands behind this step." in item(shown(desk, ticket), "decide")
    assert "step-form" not in shown(desk, ticket)


def test_a_channel_manager_reads_the_steps_and_presses_nothing(
    client: Client, cast: Cast, ticket: Ticket, trial: Trial
) -> None:
    client.force_login(cast.sofia)
    write(ticket, cast, trial)
    page = shown(client, ticket)
    assert "Authorized" in item(page, "write")
    assert "/steps/" not in page
    assert client.post(f"/tickets/{ticket.reference}/steps/write/undo/").status_code == 403


def test_twenty_steps_take_as_many_statements_as_two(
    desk: Client, opened: OpenTicket, ticket: Ticket, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    desk.get(f"/tickets/{ticket.reference}/")
    with django_assert_max_num_queries(30) as two:
        desk.get(f"/tickets/{ticket.reference}/")
    for run in range(2, 6):
        Step.objects.bulk_create(
            Step(
                ticket=ticket, run=run, procedure=KIND, position=n, slug=f"s{n}", title=f"Step {n}", type="automatic",
                state="done", key=f"{run}.{n}", finished=timezone.now(), by=ticket.assignee,
            )
            for n in range(1, 6)
        )  # fmt: skip
    with django_assert_max_num_queries(len(two.captured_queries)):
        assert "Before: Trial" in shown(desk, ticket)


def test_neighbours_that_were_not_needed_take_one_line(desk: Client, cast: Cast, ticket: Ticket, trial: Trial) -> None:
    trial.skip["write"] = "It stands so already."
    trial.say["tell"] = lambda _at: Done()
    write(ticket, cast, trial)
    assert "It stands so already." in item(shown(desk, ticket), "write")
    Step.objects.filter(slug="tell").update(state="skipped", why="Nobody asked.")
    page = shown(desk, ticket)
    assert "2 steps were not needed" in page
    assert "<small>Nobody asked.</small>" in page
    Step.objects.filter(slug="tell").update(by=cast.nadia)
    assert "steps were not needed" not in shown(desk, ticket)
