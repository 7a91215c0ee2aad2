"""`check_vendors`, the map of fields, and where a token may go (contract §1, §6, §7)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from integrations import checks, http, registry
from integrations.configuration import BadSetting
from integrations.errors import VendorError
from integrations.models import Vendor
from integrations.salesforce import auth, checking, fields, links, problems
from integrations.salesforce.client import client
from tests.integrations.salesforce.conftest import NORTHWIND
from tests.integrations.settings_of_vendors import with_field_map
from tests.sandbox_desk import VendorSandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def salesforce_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "checkers", {"salesforce": checking.check})


def missing() -> dict[str, str]:
    return {finding.subject: finding.words for finding in checking.check() if not finding.ok}


def test_all_is_found_line_by_line(
    org: VendorSandbox, salesforce_only: None, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("check_vendors")
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "All is found."
    assert "signed in as integration@example.com" in lines[0]
    named = sum(len(one.names) for one in fields.everything().values() if one.object_name)
    assert (
        len(lines) == 1 + named + 1 + len(checking.RIGHTS) + 1
    )  # the sign-in, fields, certifications, rights, the end
    assert all(line.startswith("ok ") for line in lines[:-1])


def test_what_is_not_found_is_said_with_what_may_be_meant_and_ends_with_1(
    org: VendorSandbox, salesforce_only: None, settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_field_map(
        settings,
        tmp_path,
        """
        [Account]
        partner_status = "Partners_Partner_Stats__c"
        owner = "Name"
        contracted_territories = "Website"
        """,
    )
    with pytest.raises(SystemExit) as ended:
        call_command("check_vendors")
    assert ended.value.code == 1
    said = capsys.readouterr().out
    assert "Did you mean Partners_Partner_Status__c?" in said
    assert "its type is string, not reference." in said
    assert "its type is url, not multipicklist." in said
    assert said.rstrip().endswith("3 not found or not as needed.")


def test_a_missing_object_values_and_rights_are_said(org: VendorSandbox, settings: Any, tmp_path: Path) -> None:
    with_field_map(
        settings,
        tmp_path,
        """
        [Registration]
        object = "VartopiaDRS__Registrations__c"
        [Case]
        request_id = "Subject"
        type = "Status"
        [Account]
        partner_type = "Partner_Track__c"
        """,
    )
    said = missing()
    assert "Did you mean VartopiaDRS__Registration__c?" in said["Registration"]
    assert "external id" in said["Case.request_id"]
    assert "it has no value “Legal Request”." in said["Case.type"]
    assert "it has no value “Channel”." in said["Account.partner_type"]


def test_a_refused_sign_in_is_one_line(org: VendorSandbox, settings: Any) -> None:
    settings.SALESFORCE = replace(settings.SALESFORCE, username="nobody@example.com")
    (only,) = checking.check()
    assert not only.ok
    assert "hasn't approved this consumer" in only.words


def test_the_password_flow_signs_in_too(org: VendorSandbox, settings: Any) -> None:
    """Legacy; never by SOAP (vendors.md §2.1)."""
    given = {"private_key": "", "password": "partner-desk-demo" + "sandbox", "consumer_secret": "partner-help-desk"}
    settings.SALESFORCE = replace(settings.SALESFORCE, **given)
    assert client().limits()
    paths = {one["path"] for one in org.requests("salesforce")}
    assert "/services/oauth2/token" in paths
    assert not any("Soap" in path for path in paths)


def test_a_key_that_is_none_is_said(org: VendorSandbox, settings: Any) -> None:
    settings.SALESFORCE = replace(settings.SALESFORCE, private_key="-----BEGIN NONSENSE-----")
    with pytest.raises(VendorError) as caught:
        client().limits()
    assert caught.value.kind == "auth"
    assert "NONSENSE" not in caught.value.words


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[Acount]\nname = 'Name'", "Acount is not one of the objects. Did you mean Account?"),
        ("[Account]\npartner_statu = 'X__c'", "Did you mean Account.partner_status?"),
        ("[Account]\ntrack = 'X Y'", "must be an API name"),
        ("[Account]\ntrack = 7", "must be an API name"),
        ("[Account]\nwebsite = 'Partner_Account_IBAN_Number__c'", "never read"),
        ("[Account]\nwebsite = 'Partner_VAT_Tax_ID__c'", "never read"),
        ("Account = 3", "as a table"),
        ("[Account", "is not TOML"),
        ("[Certification]\nobject = 'C__c'", "needs account, title"),
        ("[Certification]\ntitle = 'T__c'\naccount = 'A__c'", "needs object"),
    ],
)
def test_a_map_that_cannot_be_used_is_one_sentence(settings: Any, tmp_path: Path, text: str, sentence: str) -> None:
    with_field_map(settings, tmp_path, text)
    with pytest.raises(BadSetting, match="SALESFORCE_FIELD_MAP") as caught:
        fields.everything()
    assert sentence in str(caught.value)
    (error,) = checks.field_map_is_usable()
    assert error.msg == str(caught.value)
    assert [finding.words for finding in checking.check()] == [str(caught.value)]


def test_a_map_that_is_not_there_is_one_sentence(settings: Any, tmp_path: Path) -> None:
    settings.SALESFORCE = replace(settings.SALESFORCE, field_map=tmp_path / "nowhere.toml")
    with pytest.raises(BadSetting, match="cannot be read"):
        fields.everything()


def test_no_default_names_a_bank_or_tax_field() -> None:
    """Issue C."""
    for one in fields.DEFAULTS.values():
        assert not any(fields.NEVER.search(name) for name in one.names.values())


def test_a_token_goes_to_salesforce_only() -> None:
    """S-06: a forged answer to the sign-in must not send it elsewhere."""
    for good in ("acme.my.salesforce.com", "na1.salesforce.com", "acme--uat.sandbox.my.salesforce.com"):
        assert auth.TRUSTED.fullmatch(good)
    for bad in ("salesforce.com.example.com", "evilsalesforce.com", "127.0.0.1", "x.example/.salesforce.com"):
        assert not auth.TRUSTED.fullmatch(bad)


def test_nothing_but_https_is_spoken_without_a_server_of_ones_own() -> None:
    """Contract §6."""
    session = http.session(Vendor.SALESFORCE, judge=problems.judge, watch=problems.watch)
    assert not session.trust_env
    with pytest.raises(VendorError) as caught:
        session.get("http://127.0.0.1:9/services/data")
    assert caught.value.code == "NOT_HTTPS"


def test_links_lead_to_the_record(settings: Any) -> None:
    page = f"/lightning/r/Account/{NORTHWIND}/view"
    for base, domain, origin in (
        ("http://127.0.0.1:8001", "login", "http://127.0.0.1:8001"),
        ("", "login", "https://login.salesforce.com"),
        ("", "acme.my", "https://acme.lightning.force.com"),
    ):
        settings.SALESFORCE = replace(settings.SALESFORCE, base_url=base, domain=domain)
        assert links.record_url("Account", NORTHWIND[:15]) == origin + page
    assert links.record_url("Account", "nonsense") == links.record_url("Certification", NORTHWIND) == ""
