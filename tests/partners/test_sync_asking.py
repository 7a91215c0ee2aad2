"""Asking for a pull, one at a time, taking over a dead one, and the pages that show it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from journal.models import Event
from partners import sync, sync_lock, sync_running, tasks, team
from partners.models import Account, SyncRun
from tests.conftest import Cast
from tests.partners.conftest import Pull
from tests.partners.feed import OwnFeed, sfid
from tests.tickets.conftest import opened as opened  # noqa: PLC0414 - a fixture

ACME, BETA = sfid("001", 1), sfid("001", 2)


def test_who_asks_twice_gets_one_run(db: Any, cast: Cast) -> None:
    first = sync.ask(by=cast.nadia)
    assert sync.ask() == first
    again = sync.ask(full=True)
    assert (again.pk, again.full, again.state) == (first.pk, True, "waiting")


def test_a_running_one_is_enough_unless_everything_is_wanted(db: Any) -> None:
    running = SyncRun.objects.create()
    assert sync.ask() == running
    wanted = sync.ask(full=True)
    assert wanted != running
    assert sync.ask(full=True) == wanted


def test_rounds_that_brought_nothing_are_forgotten(db: Any) -> None:
    """After a week: quiet ones, and those of a day when Salesforce was away; what changed something stays."""
    old = timezone.now() - timedelta(days=8)
    for state, quiet, event in (
        ("done", True, None),
        ("failed", False, None),
        ("failed", False, 7),
        ("done", False, 8),
    ):
        SyncRun.objects.create(state=state, quiet=quiet, first_event=event, started=old)
    SyncRun.objects.create(state="failed")
    sync.forget_old()
    assert list(SyncRun.objects.order_by("pk").values_list("first_event", flat=True)) == [7, 8, None]


def test_only_one_pulls_at_a_time(db: Any, feed: OwnFeed, settings: Any) -> None:
    """F-08: the lock belongs to a connection; whoever comes second leaves the row waiting."""
    asked = SyncRun.objects.create(state=SyncRun.State.WAITING)
    with sync_lock.held() as lock:
        assert lock is not None
        assert sync_running.run(asked.pk, feed=feed) is None
        with pytest.raises(CommandError, match="Another sync is at work"):
            call_command("sync_partners", verbosity=0)
    asked.refresh_from_db()
    assert asked.state == "waiting"
    assert SyncRun.objects.count() == 1


def test_a_dead_run_is_taken_over_where_everybody_sees_it(db: Any, feed: OwnFeed) -> None:
    """F-01: its row is closed with a word, and a new one does the work, also when the same message comes again."""
    feed.put("Account", ACME, type="Partner", name="Acme")
    dead = SyncRun.objects.create(full=True)
    run = sync_running.run(dead.pk, feed=feed)
    dead.refresh_from_db()
    assert run is not None
    assert (dead.state, run.state, run.full) == ("failed", "done", True)
    assert "ended in the middle" in dead.problem
    assert sync_running.run(run.pk, feed=feed) is None  # twice is harmless
    assert Account.objects.count() == 1


def test_a_silent_run_holds_nobody_up(db: Any) -> None:
    silent = SyncRun.objects.create(beat=timezone.now() - timedelta(minutes=4))
    assert sync.ask() != silent
    assert sync.state().working


def test_a_fault_of_our_own_ends_the_run_in_words(pull: Pull, feed: OwnFeed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "changed", lambda *_args, **_options: 1 / 0)
    run = pull()
    assert run.state == "failed"
    assert "ZeroDivisionError" in run.problem


def test_how_fresh_it_is(pull: Pull, feed: OwnFeed) -> None:
    """R-05: the age of the last whole pull, for people and for monitoring."""
    assert (sync.age(), sync.state().at, sync.state().stale) == (-1.0, None, True)
    feed.put("Account", ACME, type="Partner", name="Acme")
    done = pull()
    feed.breaks_after = 0
    feed.put("Account", ACME, name="Acme Ltd")
    assert pull().state == "failed"
    state = sync.state()
    assert (state.at, state.problem, state.working) == (done.started, "Salesforce does not answer.", False)
    assert 0 <= sync.age() < 60
    account = Account.objects.get()
    assert sync.freshness(account) == max(filter(None, [account.synced, done.started]))
    assert sync.freshness(Account(name="Ours alone")) is None
    metrics = Client().get("/metrics").content.decode()
    assert "desk_salesforce_sync_age_seconds" in metrics


def test_the_page_shows_before_and_after(pull: Pull, feed: OwnFeed, cast: Cast, client: Client) -> None:
    """What changed per partner, what was refused, and why it stopped; the number of statements stands still."""
    feed.put("Account", ACME, type="Partner", name="Acme", partner_status="Authorized", public_sector=False)
    feed.put("Account", BETA, type="Partner", name="Beta")
    pull()
    feed.put("Account", ACME, partner_status="Former", public_sector=True, contracted_territories=["Japan"])
    feed.put("Account", BETA, partner_status="y" * 60)
    run = pull()
    client.force_login(cast.nadia)
    page = client.get("/partners/changes/").content.decode()
    assert "<del>Authorized</del>" in page
    assert "<ins>Former</ins>" in page
    assert "<ins>Japan</ins>" in page
    assert f"/partners/{Account.objects.get(name='Acme').pk}/" in page
    assert "Read everything again" not in page
    one = client.get(f"/partners/changes/?run={run.pk}").content.decode()
    assert "longer than 40 characters" in one
    client.force_login(cast.lena)
    assert "Read everything again" in client.get("/partners/changes/").content.decode()


def test_the_pages_statements_do_not_grow(
    pull: Pull, feed: OwnFeed, cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        feed.put("Account", sfid("001", number), type="Partner", name=f"Partner {number}")
    pull()
    for number in range(60):
        feed.put("Account", sfid("001", number), track="Select")
    pull()
    client.force_login(cast.nadia)
    client.get("/partners/changes/")  # what stands around every page is remembered
    with django_assert_max_num_queries(9):
        page = client.get("/partners/changes/").content.decode()
    assert page.count("<ins>Select</ins>") == 40
    for _time in range(6):
        pull()  # nothing new does not push it off the page
    page = client.get("/partners/changes/").content.decode()
    assert page.count("<ins>Select</ins>") == 40
    assert page.count("Done</span>") == 5  # three quiet ones, the change, the first load
    older = Event.objects.filter(actor_name="Salesforce").order_by("-pk")[39].pk
    assert client.get(f"/partners/changes/?before={older}").content.decode().count("<ins>Select</ins>") == 20


def test_refreshing_works_with_and_without_htmx(db: Any, cast: Cast, client: Client) -> None:
    client.force_login(cast.sofia)
    plain = client.post("/partners/refresh/", {"next": "/queue/all/"})
    assert (plain.status_code, plain["Location"]) == (302, "/queue/all/")
    assert client.post("/partners/refresh/", {"next": "https://evil.example/"})["Location"] == "/partners/changes/"
    part = client.post("/partners/refresh/", headers={"HX-Request": "true"}).content.decode()
    assert "Reading Salesforce" in part
    assert 'data-poll="2"' in part
    assert SyncRun.objects.get().asked_by == cast.sofia
    page = client.get("/partners/changes/").content.decode()
    assert "Waits for a worker" in page
    assert client.post("/partners/refresh/", {"full": "1"}).status_code == 403
    moving = client.get("/partners/changes/?part=now", headers={"HX-Request": "true"})
    assert (b"<h1" in moving.content, "HX-Refresh" in moving) == (False, False)
    SyncRun.objects.update(state="done", finished=timezone.now())
    assert client.get("/partners/changes/?part=now", headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    line = client.get("/partners/refresh/", headers={"HX-Request": "true"}).content.decode()
    assert "Synced" in line
    assert "data-poll" not in line


def test_tickets_follow_a_merge(pull: Pull, feed: OwnFeed, cast: Cast, opened: Any) -> None:
    """F-08: the ticket of the lost partner is about the survivor, with its manager and region, and says why."""
    Account.objects.filter(pk=cast.bluepeak.pk).update(salesforce_id=BETA)
    Account.objects.filter(pk=cast.northwind.pk).update(salesforce_id=ACME)
    feed.put("Account", ACME, type="Partner", name="Northwind DevOps GmbH")
    feed.put("Account", BETA, type="Partner", name="Bluepeak Systems Inc.")
    pull()
    ticket = opened(requester=cast.omar)
    today = timezone.localdate()
    both = team.Member("Both", "both@x.example", active=True)
    here = team.Member("Here", "here@x.example", active=True)  # three days ago: nobody can tell today
    team.take(cast.northwind, [both, here], as_of=today - timedelta(days=3), by=None)
    theirs = team.take(cast.bluepeak, [both, team.Member("Own", "own@x.example", active=True)], as_of=today, by=None)
    feed.bin("Account", BETA, into=ACME)
    pull()
    joined = team.newest_of(cast.northwind, on=today)
    assert joined is not None
    assert list(joined.members.values_list("name", "active")) == [("Both", True), ("Here", None), ("Own", True)]
    team.withdraw(theirs, cast.nadia)  # another company's: what the merge made of it counts no more either
    ours = team.newest_of(cast.northwind, on=today)
    assert ours is not None
    assert (ours.as_of, ours.people_count) == (today - timedelta(days=3), 2)
    ticket.refresh_from_db()
    assert (ticket.partner, ticket.region, ticket.channel_manager) == (cast.northwind, "EMEA", cast.manager)
    event = Event.objects.filter(subject_type="tickets.ticket", subject_id=ticket.pk, verb="partner changed").get()
    assert (event.actor_name, event.before["partner"]["name"]) == ("Salesforce", "Bluepeak Systems Inc.")


def test_quiet_runs_are_forgotten_after_a_week(pull: Pull, feed: OwnFeed) -> None:
    feed.put("Account", ACME, type="Partner", name="Acme")
    first, quiet = pull(), pull()
    SyncRun.objects.update(started=timezone.now() - timedelta(days=8))
    newer = pull()
    tasks.sync_everything()
    kept = set(SyncRun.objects.exclude(state="waiting").values_list("pk", flat=True))
    assert kept == {first.pk, newer.pk}
    assert quiet.quiet
    assert SyncRun.objects.get(state="waiting").full
