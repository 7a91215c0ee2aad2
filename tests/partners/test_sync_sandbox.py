"""The mirror against the vendors' sandbox, by the real library: pages, bin, merges, faults, what is never asked."""

from __future__ import annotations

from typing import Any

import pytest

from integrations import breaker
from integrations.salesforce.client import client
from journal.models import Event
from partners import sync_running
from partners.models import Account, Certification, Contact, Invoice, Opportunity, SyncRun
from partners.sync_feed import Salesforce
from people.models import ChannelManager
from tests.sandbox_desk import VendorSandbox

NORTHWIND, ATELIER, BLUEPEAK = (f"0018dQx0000000{number}ABA" for number in (1, 2, 4))
HELVIA, HELVIA_ITALIA = "0018dQx00000017ABA", "0018dQx00000018ABA"
KATRIN = "0038dQx00000001ABA"


def pull(*, full: bool = False) -> SyncRun:
    run = sync_running.run(SyncRun.objects.create(full=full, state=SyncRun.State.WAITING).pk)
    assert run is not None
    return run


@pytest.fixture
def loaded(db: Any, sandbox: VendorSandbox) -> VendorSandbox:
    """The seed, in pages of 200, is here."""
    breaker.close("salesforce")
    ChannelManager.objects.create(name="Sofia Marchetti")
    sandbox.ask("/salesforce/settings", {"page_size": 200})
    run = pull()
    assert (run.state, run.problem, run.rejected) == ("done", "", [])
    return sandbox


def test_the_seed_is_mirrored(loaded: VendorSandbox) -> None:
    """F-08: partners only, awkward names, 18-character ids; bank and tax fields are never asked for."""
    assert Account.objects.count() == 29
    assert not Account.objects.filter(name="Havelland Klinik AG").exists()
    obrien = Account.objects.get(name="O'Brien & Söhne GmbH")
    assert obrien.website_domain == "obrien-soehne.example"
    assert Account.objects.get(name="Mail Only Consulting").website_domain == ""
    assert Account.objects.get(name="株式会社さくらソフト").owner_name
    northwind = Account.objects.get(salesforce_id=NORTHWIND)
    assert northwind.channel_manager == ChannelManager.objects.get(name="Sofia Marchetti")
    assert {account.pk for account in Account.objects.filter(name="Doppel Digital AG")} == {
        contact.account_id for contact in Contact.objects.filter(name__endswith="Doppel")
    }  # two whose ids differ by the case of letters alone
    twins = Contact.objects.filter(email="beat.roth@helvia.example").order_by("salesforce_id")
    assert [one.double_of for one in twins] == [None, twins[0]]
    assert not Contact.objects.filter(name="Einsam").exists()
    assert Invoice.objects.filter(account=northwind).exists()
    assert not Event.objects.filter(actor_name="Salesforce").exists()
    asked = " ".join(f"{one['query']} {one['path']}" for one in loaded.requests("salesforce")).lower()
    assert "systemmodstamp" in asked
    assert not any(word in asked for word in ("iban", "tax", "vat", "bank"))


def test_opportunities_come_by_their_partner(loaded: VendorSandbox) -> None:
    """Keys whole, dirt and all; the owner's name; what changed, was deleted or lost its partner is followed."""
    found = {one.number: one for one in Opportunity.objects.select_related("account")}
    assert len(found) == 28
    named = found["OPP-240106"]
    assert named.account is not None
    assert (named.account.salesforce_id, named.customer_id) == (BLUEPEAK, "0018dQx00000106ABA")
    assert (named.segment, named.territory) == ("Large-AMER-East-Named", "Large-AMER-East-Named-4")
    assert (named.owner_name, named.manager_there) == ("Greta Solheim", "0058dQx00000020ABA")
    assert found["OPP-240105"].territory == "Large AMER-PNW/MW-1"
    assert (found["OPP-240115"].segment, found["OPP-240115"].territory) == ("", "")
    assert found["OPP-240118"].public_sector is True
    client().update("Opportunity", named.salesforce_id, {"StageName": "Closed Won"})
    client().update("Opportunity", found["OPP-240101"].salesforce_id, {"ImpartnerPRM__PartnerAccount__c": None})
    client().send("DELETE", f"sobjects/Opportunity/{found['OPP-240102'].salesforce_id}", {}, about="delete")
    run = pull()
    assert (run.counts["Opportunity"]["changed"], run.counts["Opportunity"]["removed"]) == (1, 2)
    assert Opportunity.objects.get(number="OPP-240106").stage == "Closed Won"
    gone = Opportunity.objects.exclude(deleted=None).values_list("number", flat=True)
    assert sorted(gone) == ["OPP-240101", "OPP-240102"]
    assert "removed" not in pull(full=True).counts["Opportunity"]


def test_changed_deleted_and_merged_in_salesforce(loaded: VendorSandbox) -> None:
    """F-08: each is followed by the next pull, and the one after that has nothing to do."""
    client().update("Account", NORTHWIND, {"Partners_Partner_Status__c": "Former", "Name": "Northwind & Söhne"})
    client().update("Account", ATELIER, {"Type": "Customer"})
    client().send("DELETE", f"sobjects/Account/{BLUEPEAK}", {}, about="delete Account")
    loaded.ask("/salesforce/merge", {"master": HELVIA, "loser": HELVIA_ITALIA})
    new = client().create("Account", {"Name": "Neu GmbH", "Type": "Partner"})
    contact = client().create("Contact", {"LastName": "Neumann", "Email": "n@neu.example", "AccountId": new})
    run = pull()
    assert (run.state, run.problem) == ("done", "")
    northwind = Account.objects.get(salesforce_id=NORTHWIND)
    assert (northwind.name, northwind.partner_status) == ("Northwind & Söhne", "Former")
    assert Account.objects.get(salesforce_id=ATELIER).deleted
    assert Account.objects.get(salesforce_id=BLUEPEAK).deleted
    lost, survivor = (Account.objects.get(salesforce_id=one) for one in (HELVIA_ITALIA, HELVIA))
    assert lost.merged_into == survivor
    assert not lost.contacts.exists()
    assert Contact.objects.get(name="Paolo Ferri").account == survivor
    assert Contact.objects.get(salesforce_id=contact).account == Account.objects.get(salesforce_id=new)
    told = Event.objects.get(verb="changed in Salesforce", subject_id=northwind.pk)
    assert (told.before["name"], told.after["name"]) == ("Northwind DevOps GmbH", "Northwind & Söhne")
    events = Event.objects.count()
    again = pull()
    assert not any(counts.get(what) for counts in again.counts.values() for what in ("added", "changed", "removed"))
    assert Event.objects.count() == events


def test_who_becomes_a_partner_brings_everybody_along(loaded: VendorSandbox) -> None:
    """Contacts and invoices that changed long before the account became a partner's."""
    assert Contact.objects.filter(account__salesforce_id=NORTHWIND).count() == 2
    Contact.objects.filter(account__salesforce_id=NORTHWIND).delete()
    Account.objects.filter(salesforce_id=NORTHWIND).delete()
    client().update("Account", NORTHWIND, {"Type": "Partner"})
    pull()
    assert Contact.objects.filter(account__salesforce_id=NORTHWIND).count() == 2
    assert Invoice.objects.filter(account__salesforce_id=NORTHWIND).exists()


def test_pages_and_an_expired_locator(db: Any, sandbox: VendorSandbox) -> None:
    """F-08: 450 more in pages of 200; the pages of a query end in between and it is asked anew."""
    sandbox.ask("/salesforce/settings", {"page_size": 200})
    sandbox.ask("/salesforce/bulk", {"accounts": 450, "contacts": 450})
    feed = Interrupting(sandbox)
    run = sync_running.run(SyncRun.objects.create(state=SyncRun.State.WAITING).pk, feed=feed)
    assert run is not None
    assert (run.state, run.problem) == ("done", "")
    assert feed.times > 0
    assert Account.objects.count() == 29 + 450
    assert Contact.objects.count() == 36 + 450


def test_down_in_the_middle_and_up_again(db: Any, sandbox: VendorSandbox) -> None:
    """F-08: the vendor's words end the run, what came stays, the next one goes on; nothing comes twice."""
    breaker.close("salesforce")
    sandbox.fault("salesforce", "503", times=0, match="Contact")
    run = pull()
    assert run.state == "failed"
    assert "Salesforce" in run.problem
    assert Account.objects.count() in {0, 29}
    sandbox.fault("salesforce")
    breaker.close("salesforce")
    run = pull()
    assert run.state == "done"
    assert (Account.objects.count(), Contact.objects.count()) == (29, 36)
    assert not Event.objects.filter(actor_name="Salesforce").exists()


def test_certifications_where_the_map_names_them(loaded: VendorSandbox, settings: Any, tmp_path: Any) -> None:
    """Contract §7: no default object; with one, they come with the person and their partner."""
    assert not Certification.objects.exists()
    names = tmp_path / "map.toml"
    names.write_text(
        '[Certification]\nobject = "Certification__c"\ntitle = "Title__c"\n'
        'account = "Account__c"\ncontact = "Contact__c"\n'
        'passed = "Passed__c"\nexpires = "Expires__c"\n'
    )
    settings.SALESFORCE = type(settings.SALESFORCE)(**{**vars(settings.SALESFORCE), "field_map": names})
    run = pull()
    assert (run.state, run.problem) == ("done", "")
    katrins = Certification.objects.filter(contact__salesforce_id=KATRIN)
    assert Certification.objects.count() == run.counts["Certification"]["added"] > 0
    assert all(one.account == Account.objects.get(salesforce_id=NORTHWIND) for one in katrins)


class Interrupting(Salesforce):
    """The real feed, with the vendor forgetting its running queries now and then."""

    def __init__(self, sandbox: VendorSandbox) -> None:
        self.sandbox, self.times = sandbox, 0

    def changed(self, key: str, *, since: Any) -> Any:
        for number, page in enumerate(super().changed(key, since=since)):
            if number == 1:
                self.sandbox.ask("/salesforce/expire", {"cursors": True})
                self.times += 1
            yield page
