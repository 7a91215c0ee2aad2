"""What a pull makes of Salesforce's rows: added, changed, gone, merged, adopted, doubled, corrected, refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from journal.models import Event
from journal.record import Actor
from partners import hooks, sync_journal, sync_pulling, team
from partners.contacts import contact_for, partner_of
from partners.models import Account, AccountDomain, Contact, Invoice, Opportunity, SyncMark, TeamReport
from partners.sync_journal import SALESFORCE
from partners.sync_websites import domain_of
from partners.team import Member
from people.models import ChannelManager
from tests.conftest import Cast
from tests.partners.conftest import Pull
from tests.partners.feed import OwnFeed, sfid
from tickets.actions import NewTicket, open_ticket
from tickets.models import Ticket
from tickets.models.ticket import Channel

ACME, BETA, GAMMA = (sfid("001", number) for number in (1, 2, 3))
ANA, BEN, CAS = (sfid("003", number) for number in (1, 2, 3))
INV = sfid("a01", 1)
DEAL = sfid("006", 1)


def acme(feed: OwnFeed, **values: Any) -> None:
    given: dict[str, Any] = {
        "type": "Partner",
        "name": "O'Brien & Söhne GmbH",
        "partner_status": "Authorized",
        "public_sector": "Yes",
        "contracted_territories": "Germany;Austria",
        "signed_contract_date": "2021-03-14",
        "website": "https://www.shop.obrien.co.uk/en",
        "owner": sfid("005", 1),
        "owner_name": "Sofia Marchetti",
        "owner_email": "sofia@desk.example.com",
        **values,
    }
    feed.put("Account", ACME, **given)


def test_first_load_is_mirrored_and_is_no_news(pull: Pull, feed: OwnFeed, cast: Cast) -> None:
    """F-08: every field of the map lands; a first load writes no event."""
    acme(feed)
    feed.put("Contact", ANA, account=ACME, name="Ana Silva", email="Ana@OBrien.co.uk")
    feed.put("Invoice", INV, account=ACME, number="INV-1", amount=12.5, date="2026-01-02", status="Paid")
    run = pull()
    account = Account.objects.get(salesforce_id=ACME)
    assert (run.state, run.problem) == ("done", "")
    assert (account.public_sector, account.contracted_territories) == (True, ["Germany", "Austria"])
    assert (account.signed_contract_date, account.website_domain) == (date(2021, 3, 14), "obrien.co.uk")
    assert account.channel_manager == cast.manager
    contact = Contact.objects.get(salesforce_id=ANA)
    assert (contact.email, contact.account) == ("ana@obrien.co.uk", account)
    assert Invoice.objects.get(account=account).amount == Decimal("12.50")
    assert run.counts["Contact"]["added"] == 1
    assert not Event.objects.filter(actor_name="Salesforce").exists()


def test_what_changed_is_told_before_and_after(pull: Pull, feed: OwnFeed, cast: Cast) -> None:
    """F-08: one event a partner, with the values; a second pull of the same changes nothing."""
    acme(feed)
    pull()
    acme(feed, partner_status="Former", owner=sfid("005", 9), owner_name="Somebody Else", owner_email="x@example.com")
    told: list[object] = []
    hooks.on_changed(listener := lambda account, before: told.append((account.name, before["partner_status"])))
    try:
        run = pull()
    finally:
        hooks._changed.remove(listener)
    event = Event.objects.get(actor_name="Salesforce")
    assert (event.verb, event.before["partner_status"], event.after["partner_status"]) == (
        "changed in Salesforce",
        "Authorized",
        "Former",
    )
    assert event.before["channel_manager"]["name"] == "Sofia Marchetti"
    assert event.after["channel_manager"] is None  # the new owner is none of ours
    assert (run.first_event, run.last_event) == (event.pk, event.pk)
    assert told == [("O'Brien & Söhne GmbH", "Authorized")]
    assert "changed" not in pull().counts["Account"]
    assert Event.objects.filter(actor_name="Salesforce").count() == 1


def test_what_is_committed_late_does_not_slip_between(pull: Pull, feed: OwnFeed) -> None:
    """F-08: a row whose time of change is older than what was read already is found by the next pull."""
    acme(feed, at=timezone.now())
    pull()
    feed.put("Account", BETA, type="Partner", name="Late Ltd", at=timezone.now() - timedelta(minutes=10))
    assert pull().counts["Account"]["added"] == 1


def test_after_a_mass_change_the_overlap_is_not_read_again_and_again(
    pull: Pull, feed: OwnFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest and a count stand for it, and it is read again as soon as they do not agree."""
    monkeypatch.setattr(sync_pulling, "LARGE", 4)
    for number in range(10):
        feed.put("Account", sfid("001", number), type="Partner", name=f"Partner {number}", at=timezone.now())
    pull()
    assert pull().counts.get("Account", {}).get("seen", 0) == 0
    feed.put("Account", sfid("001", 50), type="Partner", name="Late", at=timezone.now() - timedelta(minutes=9))
    assert pull().counts["Account"]["added"] == 1
    SyncMark.objects.filter(object_key="Account").update(updated=timezone.now() - timedelta(minutes=16))
    assert pull().counts["Account"]["seen"] == 11


def test_deleted_and_undeleted(pull: Pull, feed: OwnFeed) -> None:
    """F-08: the bin is followed in both directions; nothing is deleted here."""
    acme(feed)
    feed.put("Contact", ANA, account=ACME, name="Ana", email="ana@x.example.com")
    feed.put("Invoice", INV, account=ACME, number="INV-1")
    pull()
    for key, pk in (("Account", ACME), ("Contact", ANA), ("Invoice", INV)):
        feed.bin(key, pk)
    run = pull()
    rows: list[Any] = [Account.objects.get(), Contact.objects.get(), Invoice.objects.get()]
    assert all(row.deleted for row in rows)
    assert [run.counts[key]["removed"] for key in ("Account", "Contact", "Invoice")] == [1, 1, 1]
    acme(feed)
    feed.put("Contact", ANA)
    feed.put("Invoice", INV)
    pull()
    assert not any(type(row).objects.get(pk=row.pk).deleted for row in rows)
    verbs = list(Event.objects.filter(subject_type="partners.account").values_list("verb", flat=True))
    assert verbs == ["removed in Salesforce", "back in Salesforce"]


def deal(feed: OwnFeed, pk: str = DEAL, **values: Any) -> None:
    given: dict[str, Any] = {
        "number": "OPP-1",
        "name": "Rail, Ultimate 70",
        "account": sfid("001", 90),
        "partner": ACME,
        "owner": sfid("005", 3),
        "owner_name": "Greta Solheim",
        "isr": sfid("005", 4),
        "stage": "4-Proposal",
        "close_date": "2027-01-31",
        "amount": 83160,
        "owner_segment_geo_region_area": " Large-AMER-East-Named ",
        "stamped_account_sales_territory": "Large AMER-PNW/MW-1",
        "channel_manager": "",
        "public_sector": True,
        **values,
    }
    feed.put("Opportunity", pk, **given)


def test_opportunities_of_partners_are_mirrored(pull: Pull, feed: OwnFeed) -> None:
    """Account is the partner of the deal; keys come as they stand there; strangers' do not; a first load is silent."""
    acme(feed)
    deal(feed)
    deal(feed, sfid("006", 2), partner=sfid("001", 91))
    deal(feed, sfid("006", 3), partner="")
    deal(feed, sfid("006", 4), close_date="soon")
    run = pull()
    one = Opportunity.objects.get()
    assert one.account == Account.objects.get(salesforce_id=ACME)
    assert (one.customer_id, one.owner_name, one.isr_id) == (sfid("001", 90), "Greta Solheim", sfid("005", 4))
    assert (one.segment, one.territory) == ("Large-AMER-East-Named", "Large AMER-PNW/MW-1")
    assert (one.amount, one.close_date, one.public_sector) == (Decimal(83160), date(2027, 1, 31), True)
    assert run.counts["Opportunity"] == {"seen": 4, "added": 1, "failed": 1}
    assert not Event.objects.exists()
    deal(feed, stage="Closed Won")
    assert pull().counts["Opportunity"]["changed"] == 1
    assert Opportunity.objects.get().stage == "Closed Won"


@pytest.mark.parametrize("partner", ["", sfid("001", 91)])
def test_an_opportunity_that_lost_its_partner_is_gone_until_it_is_back(pull: Pull, feed: OwnFeed, partner: str) -> None:
    acme(feed)
    deal(feed)
    pull()
    deal(feed, partner=partner)
    assert pull().counts["Opportunity"]["removed"] == 1
    assert Opportunity.objects.get().deleted
    assert pull().quiet
    deal(feed, partner=ACME)
    pull()
    assert Opportunity.objects.get().deleted is None


def test_opportunities_follow_the_bin_a_merge_a_full_read_and_a_new_partner(pull: Pull, feed: OwnFeed) -> None:
    acme(feed)
    feed.put("Account", BETA, type="Partner", name="Old name Ltd")
    deal(feed)
    deal(feed, sfid("006", 2), partner=BETA)
    deal(feed, sfid("006", 3))
    deal(feed, sfid("006", 4), partner=GAMMA, at=feed.now - timedelta(days=30))
    pull()
    feed.bin("Opportunity", DEAL)
    feed.bin("Account", BETA, into=ACME)
    feed.put("Account", GAMMA, type="Partner", name="Newly a partner")
    pull()
    assert Opportunity.objects.get(salesforce_id=DEAL).deleted
    survivor = Account.objects.get(salesforce_id=ACME)
    assert Opportunity.objects.get(salesforce_id=sfid("006", 2)).account == survivor
    assert Opportunity.objects.get(salesforce_id=sfid("006", 4)).account == Account.objects.get(salesforce_id=GAMMA)
    feed.erase("Opportunity", sfid("006", 3))
    assert pull(full=True).counts["Opportunity"]["removed"] == 1
    assert Opportunity.objects.get(salesforce_id=sfid("006", 3)).deleted


def test_an_account_that_is_no_partner_any_more(pull: Pull, feed: OwnFeed) -> None:
    """F-08: its type says so; what we know stays, and when it comes back all that belongs to it is read."""
    acme(feed)
    pull()
    feed.put("Account", ACME, type="Customer")
    feed.put("Account", GAMMA, type="Customer", name="Never a partner")
    pull()
    assert Account.objects.get().deleted
    assert "Customer" in Event.objects.get(actor_name="Salesforce").why
    feed.put("Contact", ANA, account=ACME, name="Ana", email="ana@x.example.com", at=feed.now - timedelta(days=30))
    feed.put("Account", ACME, type="Partner", at=timezone.now())
    pull()
    assert not Account.objects.get().deleted
    assert Contact.objects.get().account == Account.objects.get()


def test_merged_accounts_hand_everything_to_the_survivor(pull: Pull, feed: OwnFeed, cast: Cast) -> None:
    """F-08: contacts, domains, invoices and tickets move; both sides tell of it."""
    acme(feed)
    feed.put("Account", BETA, type="Partner", name="Old name Ltd")
    feed.put("Contact", ANA, account=BETA, name="Ana", email="ana@old.example.com")
    feed.put("Invoice", INV, account=BETA, number="INV-1")
    pull()
    lost, survivor = Account.objects.get(salesforce_id=BETA), Account.objects.get(salesforce_id=ACME)
    AccountDomain.objects.create(account=lost, domain="old.example.com", said_by=cast.nadia)
    team.take(lost, [Member("Ana")], as_of=timezone.localdate(), by=None)
    told: list[object] = []
    hooks.on_merged(listener := lambda one, other: told.append((one, other)))
    feed.bin("Account", BETA, into=ACME)
    try:
        pull()
        pull()
    finally:
        hooks._merged.remove(listener)
    lost.refresh_from_db()
    assert lost.deleted
    assert lost.merged_into == survivor
    assert told == [(lost, survivor)]
    assert AccountDomain.objects.get(domain="old.example.com").account == survivor
    assert Invoice.objects.get().account == survivor
    assert TeamReport.objects.get().account == survivor
    # Salesforce may still show the old account on the contact for a while
    assert Contact.objects.get(salesforce_id=ANA).account == survivor
    assert Event.objects.filter(verb="merged in Salesforce").count() == 2


def test_a_chain_and_a_circle_of_merges_are_told_once(pull: Pull, feed: OwnFeed) -> None:
    """F-08: whoever was merged twice is the last survivor; what is in the bin still is no news the next time."""
    for pk, name in ((ACME, "Acme"), (BETA, "Beta"), (GAMMA, "Gamma")):
        feed.put("Account", pk, type="Partner", name=name)
    pull()
    feed.bin("Account", ACME, into=BETA)
    pull()
    feed.bin("Account", BETA, into=GAMMA)
    pull()
    told = Event.objects.count()
    assert pull().quiet
    assert Event.objects.count() == told == 4
    assert {one.merged_into.name for one in Account.objects.exclude(merged_into=None) if one.merged_into} == {"Gamma"}
    feed.bin("Account", GAMMA, into=ACME)
    pull()
    assert pull().quiet
    assert not Account.objects.filter(deleted=None).exists()


def test_an_org_without_the_field_of_merges_has_deletes(pull: Pull, feed: OwnFeed) -> None:
    """F-08: no MasterRecordId, so a merge looks like a delete."""
    acme(feed)
    pull()
    feed.bin("Account", ACME)
    del feed.rows["Account"][ACME]["merged_into"]
    pull()
    account = Account.objects.get()
    assert account.deleted
    assert account.merged_into is None


def test_somebody_the_desk_knew_is_adopted(pull: Pull, feed: OwnFeed, cast: Cast) -> None:
    """The contact of an unknown sender gets its Salesforce id; it is the same row, with its user."""
    acme(feed)
    feed.put("Contact", ANA, account=ACME, name="Katrin Vogel-Maier", email="KATRIN@northwind.example.com")
    pull()
    katrin = Contact.objects.get(pk=cast.katrin.pk)
    assert (katrin.salesforce_id, katrin.user_id) == (ANA, cast.katrin.user_id)
    assert katrin.account == Account.objects.get(salesforce_id=ACME)


def test_what_a_person_said_stays(pull: Pull, feed: OwnFeed, cast: Cast) -> None:
    """`account_said_by`: a correction is left alone."""
    Contact.objects.filter(pk=cast.katrin.pk).update(account_said_by=cast.nadia)
    acme(feed)
    feed.put("Contact", ANA, account=ACME, name="Katrin V", email=cast.katrin.email)
    pull()
    katrin = Contact.objects.get(pk=cast.katrin.pk)
    assert (katrin.name, katrin.account) == ("Katrin V", cast.northwind)


def test_one_address_is_one_person(pull: Pull, feed: OwnFeed) -> None:
    """Two contacts of Salesforce with one address: the second is a double, and the first one's place is inherited."""
    acme(feed)
    for pk in (ANA, BEN, CAS):
        feed.put("Contact", pk, account=ACME, name=pk, email="info@acme.example.com")
    pull()
    first, double, third = Contact.objects.order_by("salesforce_id")
    assert (first.double_of, double.double_of, third.double_of) == (None, first, first)
    feed.put("Contact", ANA, email="ana@acme.example.com")
    pull()
    first, double, third = Contact.objects.order_by("salesforce_id")
    assert (first.double_of, double.double_of, third.double_of) == (None, None, double)


def wrote(contact: Contact) -> NewTicket:
    return NewTicket(
        kind="general", subject="A question", requester=contact, body="…", channel=Channel.MAIL, silent=True
    )


def test_who_wrote_to_us_keeps_the_address(pull: Pull, feed: OwnFeed, cast: Cast) -> None:
    """A contact that somebody writes over with another person: requests and sign-in of the first stay the first's."""
    acme(feed)
    feed.put("Account", BETA, type="Partner", name="Beta Ltd")
    feed.put("Contact", ANA, account=ACME, name="Ana", email="ana@acme.example.com")
    pull()
    ana = contact_for("ana@acme.example.com")
    ticket = open_ticket(wrote(ana), by=SALESFORCE)
    feed.put("Contact", ANA, account=BETA, name="Bob", email="bob@beta.example.com")
    pull()
    ticket.refresh_from_db()
    bob = contact_for("bob@beta.example.com")
    assert (ticket.requester.email, ticket.requester.salesforce_id) == ("ana@acme.example.com", "")
    assert (partner_of(ticket.requester), partner_of(bob)) == (
        Account.objects.get(salesforce_id=ACME),
        Account.objects.get(salesforce_id=BETA),
    )
    assert (bob.name, bob.salesforce_id) == ("Bob", ANA)
    assert "bob@beta.example.com" in Event.objects.get(subject_id=ana.pk, verb="another address in Salesforce").why
    assert pull().quiet
    feed.put("Contact", ANA, account=ACME, name="Ana", email="ana@acme.example.com")
    pull()
    assert Contact.objects.get(salesforce_id=ANA).pk == bob.pk  # nothing hangs on Bob: the row may be written over
    assert Contact.objects.get(pk=bob.pk).double_of == ana


def test_two_who_wrote_to_us_swap_their_addresses(pull: Pull, feed: OwnFeed, cast: Cast) -> None:
    """Each address stays who it was; each id of Salesforce is there once."""
    acme(feed)
    for pk, name in ((ANA, "ana"), (BEN, "ben")):
        feed.put("Contact", pk, account=ACME, name=name, email=f"{name}@acme.example.com")
    pull()
    writers = [contact_for("ana@acme.example.com"), contact_for("ben@acme.example.com")]
    for one in writers:
        open_ticket(wrote(one), by=SALESFORCE)
    feed.put("Contact", ANA, email="ben@acme.example.com")
    feed.put("Contact", BEN, email="ana@acme.example.com")
    assert pull().counts["Contact"].get("failed", 0) == 0
    assert [Contact.objects.get(pk=one.pk).email for one in writers] == [one.email for one in writers]
    assert Contact.objects.filter(salesforce_id__in=[ANA, BEN]).count() == 2
    assert pull().quiet


def test_two_who_swap_their_addresses(pull: Pull, feed: OwnFeed) -> None:
    acme(feed)
    feed.put("Contact", ANA, account=ACME, name="Ana", email="one@acme.example.com")
    feed.put("Contact", BEN, account=ACME, name="Ben", email="two@acme.example.com")
    pull()
    feed.put("Contact", ANA, email="two@acme.example.com")
    feed.put("Contact", BEN, email="one@acme.example.com")
    run = pull()
    assert run.counts["Contact"].get("failed", 0) == 0
    assert {one.name: (one.email, one.double_of) for one in Contact.objects.all()} == {
        "Ana": ("two@acme.example.com", None),
        "Ben": ("one@acme.example.com", None),
    }


def test_one_bad_row_never_stops_the_rest(pull: Pull, feed: OwnFeed) -> None:
    """F-08: too long and malformed ones are counted and named; the others come in."""
    acme(feed)
    feed.put("Account", BETA, type="Partner", name="Odd", partner_status="x" * 41)
    feed.put("Account", GAMMA, type="Partner", name="Wrong day", signed_contract_date="31.02.2026")
    feed.put("Contact", ANA, account=ACME, name="Ana", email="not an address")
    feed.put("Contact", BEN, account=ACME, name="Ben", email="ben@acme.example.com")
    run = pull()
    assert run.state == "done"
    assert [row["name"] for row in run.rejected] == ["Odd", "Wrong day", "Ana"]
    assert "longer than 40" in run.rejected[0]["words"]
    assert run.counts["Account"] == {"seen": 3, "added": 1, "failed": 2}
    assert Contact.objects.get().name == "Ben"


def test_a_row_the_database_refuses_is_named_too(pull: Pull, feed: OwnFeed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody writes in while a batch is under way: the batch is done row by row."""
    acme(feed)
    feed.put("Contact", ANA, account=ACME, name="Ana", email="ana@acme.example.com")
    feed.put("Contact", BEN, account=ACME, name="Ben", email="ben@acme.example.com")
    own = sync_journal.Journal.write
    meanwhile = iter([True])

    def write(journal: sync_journal.Journal) -> None:
        if Contact.objects.filter(salesforce_id=ANA).exists() and next(meanwhile, False):
            with transaction.atomic():
                Contact.objects.create(email="ana@acme.example.com")
        own(journal)

    monkeypatch.setattr(sync_journal.Journal, "write", write)
    run = pull()
    assert run.state == "done"
    assert Contact.objects.count() == 2
    assert run.rejected == []


def test_a_full_read_marks_what_is_gone(pull: Pull, feed: OwnFeed, cast: Cast) -> None:
    """F-08: erased without a trace in the bin; the desk's own contacts and partners are not touched."""
    acme(feed)
    feed.put("Account", BETA, type="Partner", name="Gone Ltd")
    pull()
    feed.erase("Account", BETA)
    assert "removed" not in pull().counts.get("Account", {})
    assert pull(full=True).counts["Account"]["removed"] == 1
    assert Account.objects.get(salesforce_id=BETA).deleted
    assert Account.objects.filter(deleted=None).count() == 3  # Northwind and Bluepeak are ours alone


def test_a_user_that_sees_too_little_removes_nothing(pull: Pull, feed: OwnFeed) -> None:
    """Suspiciously many are gone at once: the run says so in words and leaves them."""
    for number in range(40):
        feed.put("Account", sfid("001", number), type="Partner", name=f"Partner {number}")
    pull()
    for number in range(30):
        feed.erase("Account", sfid("001", number))
    run = pull(full=True)
    assert "30 others" in run.problem
    assert Account.objects.filter(deleted=None).count() == 40


def test_a_failure_in_the_middle_ends_in_words_and_the_next_goes_on(
    pull: Pull, feed: OwnFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F-08: what was committed stays, the mark says how far; no partner twice, and nothing is called new."""
    feed.now = timezone.now() - timedelta(hours=2)
    for number in range(12):
        feed.put("Account", sfid("001", number), type="Partner", name=f"Partner {number}")
    feed.breaks_after = 2
    monkeypatch.setattr(sync_pulling, "BATCH", 3)
    run = pull()
    assert (run.state, run.problem) == ("failed", "Salesforce does not answer.")
    assert Account.objects.count() == 6
    mark = SyncMark.objects.get(object_key="Account")
    assert mark.modified is not None
    run = pull()
    assert (run.state, run.counts["Account"]["added"]) == ("done", 6)
    assert run.counts["Account"]["seen"] < 12
    assert not Event.objects.exists()


def test_what_belongs_to_a_new_partner_is_read_after_a_run_that_broke_off(pull: Pull, feed: OwnFeed) -> None:
    """F-08: the account came in the run that failed, its contact is older than every mark."""
    acme(feed)
    feed.put("Contact", ANA, account=ACME, name="Ana", email="ana@acme.example.com")
    pull()
    feed.put("Contact", BEN, account=BETA, name="Ben", email="ben@b.example.com", at=feed.now - timedelta(days=30))
    feed.put("Account", BETA, type="Partner", name="Beta Ltd")
    feed.put("Contact", ANA, name="Ana Silva")
    feed.breaks_after = 1
    assert pull().state == "failed"
    assert Account.objects.filter(salesforce_id=BETA).exists()
    assert pull().state == "done"
    assert Contact.objects.get(salesforce_id=BEN).account == Account.objects.get(salesforce_id=BETA)


@pytest.mark.parametrize(
    ("website", "domain"),
    [
        ("https://www.acme.co.uk/about", "acme.co.uk"),
        ("Shop.ACME.com", "acme.com"),
        ("http://münchen.example", "xn--mnchen-3ya.example"),
        ("acme.de:8443", "acme.de"),
        ("co.uk", ""),
        ("https://acme.uk.com/", "acme.uk.com"),
        ("https://www.health.nsw.gov.au", "health.nsw.gov.au"),
        ("trust.nhs.uk", "trust.nhs.uk"),
        ("https://acme.pages.dev", ""),
        ("https://sites.google.com/view/acme", ""),
        ("https://gmail.com", ""),
        ("https://www.linkedin.com/company/acme", ""),
        ("http://10.1.2.3/", ""),
        ("n/a", ""),
        ("", ""),
        ("http://[broken", ""),
        ("a..b.com", ""),
    ],
)
def test_mail_domain_of_a_website(website: str, domain: str) -> None:
    assert domain_of(website) == domain


def test_open_tickets_follow_the_partner_to_its_new_manager(pull: Pull, feed: OwnFeed, cast: Cast) -> None:
    acme(feed)
    feed.put("Contact", ANA, account=ACME, name="Ana Silva", email="ana@obrien.co.uk")
    pull()
    ana, heir = Contact.objects.get(salesforce_id=ANA), ChannelManager.objects.create(name="Ilse Heir", region="EMEA")
    new = NewTicket(kind="general", subject="Who?", requester=ana, body="Hello", channel=Channel.MAIL)
    waiting, closed = (open_ticket(new, by=Actor("Ana")) for _ in range(2))
    Ticket.objects.filter(pk=closed.pk).update(status="closed")
    assert waiting.channel_manager == cast.manager
    acme(feed, owner=sfid("005", 2), owner_name="Ilse Heir", owner_email="ilse@desk.example.com")
    pull()
    waiting.refresh_from_db()
    closed.refresh_from_db()
    assert (waiting.channel_manager, closed.channel_manager) == (heir, cast.manager)
    told = Event.objects.filter(verb="channel manager changed").get()
    assert (told.subject_id, told.after["channel_manager"]["name"]) == (waiting.pk, "Ilse Heir")
