"""The demo's desk: believable, complete, loaded once, and silent: no mail of it leaves."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory

import pytest
from django.conf import LazySettings
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db.models import Model
from django.test import TestCase, override_settings
from django.utils import timezone

from documents import pdf
from helpdesk.demo_data import files, papers, people, plots
from helpdesk.management.commands import demo
from journal.models import Event
from journal.record import events_of
from loa.models import LetterRequest, PowerForm
from mail import quarantine
from mail.models import IncomingMail, OutgoingMail
from partners.certified.leavers import leavers
from partners.certified.moving import moves
from partners.certified.nearly import one_short
from partners.facts import dashboard_on
from partners.filters import LIVE
from partners.models import Account, Contact
from partners.standing import standing_of
from people.models import Absence, User
from routing.models import PartnerRule
from tickets import access, kinds, sla
from tickets.models import Attachment, Draft, Message, Status, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import ACTIVE, ENDED
from web import datafiles

COUNTED: list[type[Model]] = [
    Ticket,
    Message,
    Event,
    Attachment,
    IncomingMail,
    OutgoingMail,
    User,
    Account,
    Contact,
    Draft,
]


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in COUNTED}


class TestTheDesk(TestCase):
    """One load for all that only reads it."""

    @classmethod
    def setUpClass(cls) -> None:
        folder = cls.enterClassContext(TemporaryDirectory())
        cls.enterClassContext(override_settings(MEDIA_ROOT=folder))
        super().setUpClass()

    @classmethod
    def setUpTestData(cls) -> None:
        call_command("load_handbook", verbosity=0)
        call_command("load_demo", verbosity=0)

    def test_it_loads_once(self) -> None:
        before = counts()
        assert before["Ticket"] >= 60
        call_command("load_demo", verbosity=0)
        assert counts() == before

    def test_all_kinds_and_states_are_there(self) -> None:
        tickets = list(Ticket.objects.all())
        assert {ticket.kind for ticket in tickets} == {kind.slug for kind in kinds.all_kinds()}
        assert {ticket.status for ticket in tickets} == set(Status.values) - {Status.MERGED}
        assert {ticket.channel for ticket in tickets} == {"mail", "form", "desk", "api"}
        assert len({ticket.partner_id for ticket in tickets}) >= 12
        assert {ticket.region for ticket in tickets} >= {"AMER", "EMEA", "APAC", "US PubSec"}
        assert {message.visibility for message in Message.objects.all()} == set(Visibility.values)
        assert Message.objects.filter(automatic=True, visibility=Visibility.IN).exists()
        assert Message.objects.filter(unknown_sender=True).exists()
        assert OutgoingMail.objects.filter(state="failed").count() == 1
        assert Draft.objects.exists()
        assert {one.content_type for one in Attachment.objects.all()} >= {"application/pdf", "image/png"}

    def test_mails_are_recognised_as_what_their_stories_say(self) -> None:
        """The subject names the story; what the desk made of it is what a specialist would say."""
        told = {
            story["subject"].strip(): story["kind"]
            for path in plots.STORIES.glob("*.toml")
            for story in datafiles.read(path)["story"]
            if story["by"] == "mail"
        }
        mails = IncomingMail.objects.exclude(handled_ref="").values_list("subject", "handled_ref")
        kinds = {ticket.reference: ticket.kind for ticket in Ticket.objects.all()}
        found = {subject.strip(): kinds[reference] for subject, reference in mails}
        assert {subject: found.get(subject) for subject in told} == told

    def test_two_mails_are_put_aside_and_one_came_back(self) -> None:
        """M-03, M-19: by the inbox itself, for reasons it has."""
        reasons = {mail.reason for mail in quarantine.waiting()}
        assert reasons == {"The message names no sender.", "The sender's address is longer than an address can be."}
        report = IncomingMail.objects.get(bounce_of__isnull=False)
        assert report.outcome == "appended"
        assert report.bounce_of is not None
        assert report.received - report.bounce_of.created < timedelta(hours=1)

    def test_nothing_waits_to_be_sent(self) -> None:
        assert {mail.state for mail in OutgoingMail.objects.all()} == {"sent", "failed"}
        assert not IncomingMail.objects.exclude(state="done").exists()

    def test_times_fit_each_other(self) -> None:
        now = timezone.now()
        for ticket in Ticket.objects.all():
            events = list(events_of(ticket))
            moments = [event.created for event in events]
            assert moments == sorted(moments)
            assert moments[-1] <= now
            assert (ticket.created, ticket.updated, ticket.last_event) == (moments[0], moments[-1], events[-1].pk)
            spoken = {event.pk: event.created for event in events}
            assert all(message.created == spoken[message.event_id] for message in ticket.messages.all())
            assert (ticket.due is None) == (ticket.status in ENDED)
            assert (ticket.paused_since is not None) == (ticket.status in sla.PAUSING)
            if ticket.status == Status.SOLVED:
                assert ticket.solved is not None
                assert ticket.created < ticket.solved <= ticket.updated
        assert min(Ticket.objects.values_list("created", flat=True)) < now - timedelta(days=14)

    def test_letters_are_as_old_as_their_tickets(self) -> None:
        """So that DocuSign's envelopes find them; whose ticket has ended is not followed up; forms have names."""
        asked = LetterRequest.objects.select_related("ticket")
        assert all(one.ticket and one.requested == one.ticket.created for one in asked)
        assert {one.stage for one in asked if one.ticket and one.ticket.status in ENDED} == {"withdrawn"}
        assert all(form.name for form in PowerForm.objects.all())

    def test_the_queue_has_something_in_every_state_of_the_clock(self) -> None:
        now = timezone.now()
        active = Ticket.objects.filter(status__in=ACTIVE)
        assert active.filter(due__lt=now, paused_since=None).count() >= 2
        assert active.filter(due__gt=now, paused_since=None).count() >= 8
        assert active.filter(paused_since__isnull=False).count() >= 5
        assert active.filter(assignee=None).count() >= 5

    def test_the_certification_dashboard_has_one_of_each(self) -> None:
        """Yes, No, an empty answer, a partner that is not on it, and a name nobody knows."""
        today = timezone.localdate()
        names = ("Northwind DevOps GmbH", "Brisa Digital Lda", "Copperline Cloud LLC", "Fjordlys Konsult AS")
        partners = [Account.objects.get(name=name) for name in names]
        states = [standing_of(partner, "loa", on=today) for partner in partners]
        assert [standing.state for standing in states] == ["met", "missing", "unknown", "unknown"]
        assert [reason.kind for reason in states[1].reasons] == ["missing", "missing"]
        assert "not on the certification dashboard" in states[3].reasons[0].words
        report = dashboard_on(today)
        assert report is not None
        unmatched = report.rows.filter(account=None).values_list("partner_name", flat=True)
        assert (report.rows_count, list(unmatched)) == (12, ["Tesselate Software"])

    def test_somebody_is_one_short_gained_lost_and_left(self) -> None:
        """Each list beside the dashboard has something to show, and one export says the contrary of it."""
        today, living = timezone.localdate(), Account.objects.filter(LIVE)
        moved = moves(living, "loa", since=today - timedelta(days=30), on=today)
        assert [one.account.name for one in moved.gained] == ["Bluepeak Systems Inc."]
        assert "Sahel Tech Sarl" in {one.account.name for one in moved.lost}
        assert {one.account.name for one in one_short(living, "loa", on=today)} == {"Sahel Tech Sarl"}
        assert {"Fatou Sarr", "Megan Frost"} <= {one.name for one in leavers(living, on=today)}
        copperline = standing_of(Account.objects.get(name="Copperline Cloud LLC"), "loa", on=today)
        assert "counts enough people" in " ".join(copperline.differs)

    def test_partners_have_managers_of_their_own_and_one_is_away(self) -> None:
        named = PartnerRule.objects.filter(table="named", manager__name="Sofia Marchetti")
        assert named.exclude(account=None).count() == 3
        assert set(PartnerRule.objects.values_list("table", flat=True)) == set(PartnerRule.Table.values)
        away = Absence.objects.get()
        assert (str(away.manager), str(away.stand_in)) == ("Marcus Feld", "Priya Raman")

    def test_the_sign_ins_work_and_see_their_part(self) -> None:
        for address in demo.SIGN_INS:
            assert authenticate(email=address, password=people.PASSWORD), address
        manager, partner = User.objects.get(email="manager@example.com"), User.objects.get(email="partner@example.com")
        assert manager.channel_manager.accounts.count() == 3
        assert access.tickets_for(manager).count() >= 8
        assert {ticket.requester.user for ticket in access.tickets_for(partner)} == {partner}
        assert access.tickets_for(partner).count() >= 3


def test_a_real_desk_is_left_alone(db: None, settings: LazySettings) -> None:
    settings.LOCAL = False
    with pytest.raises(CommandError, match="This is a real desk"):
        call_command("load_demo", verbosity=0)
    assert not Ticket.objects.exists()


def test_a_mail_comes_back_at_any_hour(handbook: None) -> None:
    """Once the report came with the next working day, when the reply had gone out in the last minutes of one."""
    stories = datafiles.read(plots.STORIES / "licences.toml")["story"]
    [story] = [one for one in stories if any(step["do"] == "bounce" for step in one.get("step", ()))]
    for minutes in range(23 * 60, 24 * 60):
        told = plots._of_story("licences", story, datetime(2026, 11, 26, tzinfo=UTC) + timedelta(minutes=minutes))
        back = next(number for number, step in enumerate(told) if step.words.get("do") == "bounce")
        assert told[back].moment - told[back - 1].moment <= timedelta(minutes=2), minutes


def test_its_files_are_real() -> None:
    words = {"title": "Bon de commande", "lines": ["Montant : 15 660,00 € (net)", "a < b & c"], "pages": [["Page two"]]}
    content = papers.pdf({**words, "signatures": [["Pour le client", "C. Roux", "23 novembre 2026"]]})
    text = pdf.read(content).texts
    assert "Montant : 15 660,00 € (net)" in text[0]
    assert "a < b & c" in text[0]
    assert "Pour le client: C. Roux" in text[1]
    assert papers.pdf(words) == papers.pdf(words)  # the same bytes each time: a document used twice is known
    assert [one.strip() for one in pdf.read(papers.scan(words)).texts] == ["", ""]
    picture = files.png(13, 10, width=30, height=9)
    length = int.from_bytes(picture[33:37])
    assert len(zlib.decompress(picture[41 : 41 + length])) == 9 * (1 + 3 * 30)
    assert files.table([["a,b", "c"]]) == b'"a,b",c\r\n'
