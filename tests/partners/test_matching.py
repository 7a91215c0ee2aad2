"""Who a sender or a typed company belongs to (issue C: evidence and score, never linked below certainty)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mail import mailboxes
from mail.models import Mailbox
from partners import domains, matching
from partners.contacts import contact_for, partner_of
from partners.models import Account, AccountDomain, AccountName, Contact
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2022, 1, 1, tzinfo=UTC)
_numbers = iter(range(1, 10_000))


def account(name: str, website: str = "", **values: object) -> Account:
    return Account.objects.create(name=name, website_domain=website, **values)


def contact(of: Account | None, email: str, **values: object) -> Contact:
    given = {"salesforce_id": f"003{next(_numbers):015d}", **values}
    return Contact.objects.create(account=of, email=email, **given)


def names(found: matching.Match) -> list[str]:
    return [one.account.name for one in found.candidates]


class TestDomains:
    def test_the_website_says_it(self) -> None:
        northwind = account("Northwind DevOps GmbH", "northwind.example")
        found = matching.match(email="New.Person+gitlab@Northwind.Example")
        assert (found.sure, found.score) == (northwind, 90)
        words = "writes from northwind.example, the website of Northwind DevOps GmbH"
        assert [(one.kind, one.words) for one in found.evidence] == [("website", words)]

    def test_a_subsidiary_is_nearer_than_its_parent(self) -> None:
        parent, child = (
            account("Northwind AG", "northwind.example"),
            account("Northwind France", "fr.northwind.example"),
        )
        assert matching.match(email="a@fr.northwind.example").sure == child
        assert matching.match(email="a@mail.fr.northwind.example").sure == child
        assert matching.match(email="a@northwind.example").sure == parent
        assert matching.match(email="a@de.northwind.example").sure == parent

    def test_two_accounts_with_one_website_are_candidates(self) -> None:
        """Doubles are never certain, nor is a parent that shares its website with a subsidiary."""
        account("Northwind DevOps GmbH", "northwind.example")
        account("Northwind DevOps GmbH", "northwind.example")
        found = matching.match(email="a@northwind.example")
        assert found.sure is None
        assert names(found) == ["Northwind DevOps GmbH"] * 2

    def test_the_name_tells_two_of_one_website_apart(self) -> None:
        account("Northwind DevOps GmbH", "northwind.example")
        france = account("Northwind France SAS", "northwind.example")
        assert matching.match(email="a@northwind.example", company="NORTHWIND FRANCE").sure == france
        assert matching.match(email="a@northwind.example", company="Northwind").sure is None

    def test_another_company_typed_leaves_no_certainty(self) -> None:
        account("Northwind DevOps GmbH", "northwind.example")
        account("Bluepeak Systems Inc.", "bluepeak.example")
        found = matching.match(email="a@northwind.example", company="Bluepeak Systems")
        assert (found.sure, len(found.candidates)) == (None, 2)

    def test_what_looks_like_a_domain_is_another_one(self) -> None:
        northwind = account("Northwind DevOps GmbH", "northwind.example")
        umlaut = account("Bücher AG", "bücher.example")
        assert matching.match(email="a@n\u043erthwind.example").sure is None
        assert matching.match(email="a@xn--nrthwind-c4h.example").account is None
        assert matching.match(email="a@northwind.example.evil.example").sure is None
        assert matching.match(email="a@evilnorthwind.example").sure is None
        assert matching.match(email="a@bücher.example").sure == umlaut
        found = matching.match(email="a@xn--bcher-kva.example")
        assert found.sure == umlaut
        assert "bücher.example" in found.evidence[0].words
        assert matching.match(email="a@northwind.example.").sure == northwind

    def test_a_domain_that_reads_like_a_name_is_a_hint(self) -> None:
        account("Northwind DevOps GmbH", "northwind.example")
        found = matching.match(email="rechnung@northwind-devops.example")
        assert (found.sure, names(found)) == (None, ["Northwind DevOps GmbH"])
        assert "reads like Northwind DevOps GmbH" in found.evidence[0].words

    @pytest.mark.parametrize("domain", ["gmail.com", "yahoo.co.jp", "mail.yahoo.fr", "gmx.de", "t-online.de", "qq.com"])
    def test_free_mail_never_matches_whatever_salesforce_says(self, domain: str) -> None:
        one = account("Sole Trader", domain)
        contact(one, f"one@{domain}")
        contact(one, f"two@{domain}")
        AccountDomain.objects.create(account=one, domain=domain)
        found = matching.match(email=f"three@{domain}")
        assert (found.account, found.certain) == (None, False)
        assert contact_for(f"three@{domain}").account is None
        assert matching.match(email=f"one@{domain}").sure == one

    def test_a_name_that_only_holds_a_providers_is_no_free_mail(self) -> None:
        assert not domains.is_free_mail("gmail.partner.example")
        assert not domains.is_free_mail("livewire.com")
        assert domains.is_free_mail("live.co.uk")
        assert not any(domains.is_usable(ending) for ending in ("co.uk", "uk.com", "nhs.uk", "nsw.gov.au"))
        assert domains.with_parents("trust.nhs.uk") == ["trust.nhs.uk"]
        assert domains.with_parents("a.b.acme.co.uk") == ["a.b.acme.co.uk", "b.acme.co.uk", "acme.co.uk"]

    @pytest.mark.usefixtures("cast")
    def test_we_and_our_colleagues_never_match(self) -> None:
        own = account("Somebody Else", "desk.example.com")
        boxes = account("The Invoices", "invoices.example.org")
        Mailbox.objects.create(name="Invoices", address="in@invoices.example.org")
        mailboxes.memory.forget()
        domains.forget()
        contact(own, "nadia@desk.example.com")
        for email in ("nadia@desk.example.com", "anybody@desk.example.com", "x@invoices.example.org", "x@gitlab.com"):
            assert matching.match(email=email).account is None, email
        assert boxes.name not in names(matching.match(email="in@invoices.example.org"))

    def test_a_colleague_in_salesforce_still_writes_for_nobody(self, cast: Cast) -> None:
        """An integration or a careless import made them a partner's contact: what they send is not that partner's."""
        domains.forget()
        one = account("Northwind AG")
        contact(one, "nadia@desk.example.com")
        assert partner_of(contact_for(cast.nadia.email)) is None


class TestContacts:
    def test_salesforces_contact_outweighs_the_domain(self) -> None:
        account("Northwind AG", "northwind.example")
        france = account("Northwind France")
        contact(france, "anna@northwind.example")
        found = matching.match(email="anna@northwind.example")
        assert (found.sure, found.score) == (france, 98 if len(found.evidence) > 1 else 96)
        assert found.evidence[0].words == "is a contact of Northwind France in Salesforce"
        assert names(found) == ["Northwind France", "Northwind AG"]

    def test_one_address_at_two_accounts_is_not_certain(self) -> None:
        """The same person twice in Salesforce: whoever they write for today, nobody knows."""
        one, two = account("Northwind AG"), account("Bluepeak Inc.")
        first = contact(one, "anna@consultant.example")
        contact(two, "anna@consultant.example", double_of=first)
        assert matching.match(email="anna@consultant.example").sure is None
        assert partner_of(contact_for("anna@consultant.example")) is None
        assert partner_of(Contact.objects.get(pk=first.pk)) is None

    def test_a_contact_that_changes_company(self) -> None:
        """Salesforce moves them; what a person said about them stays."""
        one, two = account("Northwind AG"), account("Bluepeak Inc.")
        anna = contact(one, "anna@consultant.example")
        assert partner_of(contact_for(anna.email)) == one
        Contact.objects.filter(pk=anna.pk).update(account=two)
        assert matching.match(email=anna.email).sure == partner_of(contact_for(anna.email)) == two

    def test_what_a_person_said_outweighs_all(self, cast: Cast) -> None:
        one, two = account("Northwind AG", "northwind.example"), account("Bluepeak Inc.")
        anna = contact(one, "anna@northwind.example")
        matching.remember(two, email=anna.email, by=cast.nadia)
        found = matching.match(email=anna.email)
        assert (found.sure, found.score) == (two, 100)
        assert found.evidence[0].words == "Nadia Okafor said that this person writes for Bluepeak Inc."
        matching.remember(None, email=anna.email, by=cast.nadia)
        assert matching.match(email=anna.email).sure is None
        assert contact_for(anna.email).account is None

    def test_where_most_contacts_of_one_account_write_from(self) -> None:
        one, two = account("Kitsune Software KK"), account("Koru Labs Pty Ltd")
        contact(one, "a@kitsune-mail.example")
        assert matching.match(email="new@kitsune-mail.example").sure is None
        contact(one, "b@kitsune-mail.example")
        found = matching.match(email="new@kitsune-mail.example")
        assert found.sure == one
        assert "as 2 contacts of Kitsune Software KK do" in found.evidence[0].words
        contact(two, "c@kitsune-mail.example")
        assert matching.match(email="new@kitsune-mail.example").sure is None

    def test_people_of_a_distributor_at_a_small_account_do_not_make_its_domain_theirs(self) -> None:
        """The account has a website of another name: whoever else writes from there may write for anybody."""
        small = account("Small Reseller Ltd", "small.example")
        contact(small, "boss@small.example")
        for name in ("a", "b"):
            contact(small, f"{name}@distributor.example")
        assert matching.match(email="a@distributor.example").sure == small
        found = matching.match(email="new@distributor.example")
        assert (found.account, found.sure) == (small, None)

    def test_a_website_in_another_country_is_no_other_name(self) -> None:
        one = account("Northwind AG", "northwind.example")
        contact(one, "a@northwind.co.uk")
        contact(one, "b@northwind.co.uk")
        assert matching.match(email="new@northwind.co.uk").sure == one

    def test_two_strays_of_a_large_account_do_not_make_a_domain_theirs(self) -> None:
        one = account("Northwind AG")
        for number in range(6):
            contact(one, f"p{number}@northwind.example")
        contact(one, "a@freelance.example")
        contact(one, "b@freelance.example")
        assert matching.match(email="c@freelance.example").sure is None

    def test_a_corrected_domain_takes_along_who_was_linked_by_it(self, cast: Cast) -> None:
        """Else whoever wrote before the correction writes for the wrong partner for ever; Salesforce's word stays."""
        wrong, right = account("Northwind AG", "northwind.example"), account("Northwind France")
        told, said = contact(wrong, "told@northwind.example"), contact_for("said@northwind.example")
        matching.remember(wrong, email=said.email, by=cast.lena)
        early = contact_for("early@northwind.example")
        assert partner_of(early) == wrong
        learned = matching.remember(right, domain="northwind.example", by=cast.nadia)
        assert partner_of(contact_for(early.email)) == partner_of(contact_for("new@northwind.example")) == right
        assert partner_of(contact_for(told.email)) == partner_of(contact_for(said.email)) == wrong
        matching.take_back([one.row() for one in learned], by=cast.nadia)
        assert partner_of(contact_for(early.email)) == wrong
        matching.remember(right, domain="northwind.example", by=cast.nadia)
        matching.forget(right, domain="northwind.example", by=cast.nadia)
        assert partner_of(contact_for(early.email)) == wrong  # the website says it, as before

    def test_contacts_we_linked_ourselves_prove_nothing(self) -> None:
        one = account("Northwind AG")
        for number in range(3):
            contact(one, f"p{number}@northwind.example", salesforce_id="")
        assert matching.match(email="new@northwind.example").sure is None


class TestLife:
    def test_a_merged_account_is_its_survivor(self) -> None:
        last = account("Northwind AG")
        middle = account("Northwind GmbH", deleted=LONG_AGO, merged_into=last)
        first = account("Northwind", "northwind.example", merged_into=middle)
        AccountDomain.objects.create(account=first, domain="northwind.example")
        contact(first, "anna@elsewhere.example")
        assert matching.match(email="x@northwind.example").sure == last
        assert partner_of(contact_for("anna@elsewhere.example")) == last

    def test_a_deleted_account_matches_nobody(self) -> None:
        gone = account("Northwind AG", "northwind.example", deleted=LONG_AGO)
        AccountDomain.objects.create(account=gone, domain="northwind.example")
        AccountName.objects.create(account=gone, name="nw")
        contact(gone, "anna@elsewhere.example")
        for given in ({"email": "x@northwind.example"}, {"company": "Northwind AG"}, {"company": "NW"}):
            assert matching.match(**given).account is None
        assert partner_of(contact_for("anna@elsewhere.example")) is None

    def test_a_known_stranger_belongs_to_an_account_that_came_later(self) -> None:
        assert contact_for("anna@northwind.example").account is None
        northwind = account("Northwind AG", "northwind.example")
        assert contact_for("anna@northwind.example").account == northwind


class TestNames:
    def test_a_name_in_other_words_is_certain_when_alone(self) -> None:
        one = account("O'Brien & Söhne GmbH")
        found = matching.match(company="  OBRIEN und Soehne ")
        assert (found.sure, found.evidence[0].kind) == (one, "name")

    def test_doubles_and_near_names_are_candidates(self) -> None:
        account("Bluepeak Systems Inc.")
        account("Bluepeak Systems, Inc")
        assert matching.match(company="Bluepeak Systems Inc.").sure is None
        found = matching.match(company="Bluepaek Sistems")
        assert (found.sure, len(found.candidates)) == (None, 2)
        assert found.score < matching.CERTAIN

    def test_two_legal_forms_are_two_companies(self) -> None:
        account("Acme GmbH")
        account("Acme Inc.")
        assert matching.match(company="Acme").sure is None
        found = matching.match(company="Acme Ltd")
        assert (found.sure, len(found.candidates)) == (None, 2)
        assert "has another legal form" in found.evidence[0].words

    def test_letters_of_another_alphabet_are_said(self) -> None:
        account("Northwind DevOps GmbH")
        found = matching.match(company="N\u043erthwind DevOps GmbH")
        assert found.sure is None
        assert "two alphabets" in found.evidence[0].words

    def test_another_name_that_was_taught(self, cast: Cast) -> None:
        one = account("Meridian GSI Consulting")
        matching.remember(one, name="MGC Holding, Inc.", by=cast.nadia)
        found = matching.match(company="mgc holding")
        assert found.sure == one
        assert "another name of Meridian GSI Consulting, as Nadia Okafor said" in found.evidence[0].words

    @pytest.mark.parametrize("typed", ["", "  ", "---", "\x00", "'; DROP TABLE", "%", "a" * 5000, "😀"])
    def test_nonsense_finds_nothing(self, typed: str) -> None:
        account("Northwind DevOps GmbH")
        assert matching.match(company=typed).account is None
        assert matching.match(email=typed).account is None


class TestRemembering:
    @pytest.mark.parametrize("domain", ["gmail.com", "mail.yahoo.co.uk", "gitlab.com", "co.uk", "localhost", ""])
    def test_a_domain_of_everybody_is_refused(self, cast: Cast, domain: str) -> None:
        assert not domain or matching.why_not_domain(domain)
        if domain:
            with pytest.raises(matching.CannotRemember):
                matching.remember(cast.northwind, domain=domain, by=cast.nadia)
        assert AccountDomain.objects.count() == 2

    def test_a_shared_domain_is_refused(self, cast: Cast) -> None:
        account("A", "shared.example")
        account("B", "shared.example")
        with pytest.raises(matching.CannotRemember, match="Several partners share"):
            matching.remember(cast.northwind, domain="shared.example", by=cast.nadia)
        for number in range(4):
            contact([cast.northwind, cast.bluepeak][number % 2], f"p{number}@people.example")
        assert matching.why_not_domain("people.example")

    def test_it_is_journalled_once_and_can_be_taken_back(self, cast: Cast) -> None:
        stranger = contact_for("anna@new.example")
        AccountDomain.objects.create(account=cast.bluepeak, domain="new.example", said_by=cast.lena)
        learned = matching.remember(
            cast.northwind, email=stranger.email, domain="New.Example", name="New Ltd", by=cast.nadia, why="PHD-1"
        )
        assert [(one.what, one.key) for one in learned] == [
            ("person", "anna@new.example"), ("domain", "new.example"), ("name", "new")
        ]  # fmt: skip
        assert matching.match(email="b@new.example").sure == cast.northwind
        assert matching.remember(cast.northwind, email=stranger.email, domain="new.example", by=cast.lena) == []
        matching.take_back([one.row() for one in learned], by=cast.nadia)
        stranger.refresh_from_db()
        assert (stranger.account, stranger.account_said_by) == (None, None)
        assert (AccountDomain.objects.get(domain="new.example").account, AccountName.objects.count()) == (
            cast.bluepeak, 0
        )  # fmt: skip


def test_a_match_takes_few_statements_and_names_are_found_by_the_index(cast: Cast) -> None:
    """However many accounts there are; 50,000 are measured in decision 19."""
    Account.objects.bulk_create(Account(name=f"Company {number} GmbH") for number in range(300))
    matching.match(email="warm@up.example")
    with CaptureQueriesContext(connection) as seen:
        matching.match(email="a@northwind.example.com", company="Northwind DevOps")
    assert len(seen) <= 3
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM partners_account WHERE partner_name_keys(name) @> partner_name_keys('northwind')"
        )
        assert "account_by_name_keys" in str(cursor.fetchall())


def test_a_known_contact_takes_one_statement(cast: Cast) -> None:
    """Mail intake stays as quick as it was."""
    for email in (cast.katrin.email, "zoe@gmail.com"):
        contact_for(email)
        with CaptureQueriesContext(connection) as seen:
            contact_for(email)
        assert len(seen) == 1, email
