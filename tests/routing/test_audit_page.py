"""The page of the audit: kinds, fixes for who may fix, its files, and a change of owners made from a finding."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from people.models import User
from routing import book
from routing.models import OwnershipChange
from tests.conftest import Cast
from tests.routing.test_audit import account, deal, handbook, key_rule, named, owned

assert handbook  # a fixture
PAGE = "/routing/audit/"


@pytest.fixture
def desk(cast: Cast, handbook: None) -> Client:
    """Of a lead: whoever may put everything right."""
    return client_of(cast.lena)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"{PAGE}{query}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def rows(client: Client, query: str = "") -> list[list[str]]:
    answer: Any = client.get(f"{PAGE}export/{query}")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_findings_stand_under_their_kinds_with_a_fix(desk: Client, cast: Cast) -> None:
    """And only with fixes that the reader may do."""
    account("<b>Rancher", "US", subdivision="WY")
    shown = page(desk)
    assert "Wyoming" in shown
    assert "Gap: missing from all US lists" in shown
    assert "&lt;b&gt;Rancher" in shown
    assert "/routing/roster/new/?place=US-WY" in shown
    assert "our assumption" in shown
    gaps = page(desk, "?kind=gap")
    assert "Wyoming" in gaps
    assert "our assumption" not in gaps
    assert page(desk, "?kind=nothing-like-that").count("audit-row") == shown.count("audit-row")
    assert "Set the border" in page(client_of(cast.nadia))
    assert "/routing/roster/new/" not in page(client_of(cast.nadia))
    part = desk.get(f"{PAGE}?kind=split", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Pennsylvania" in part


def test_more_of_a_kind_are_behind_its_name(desk: Client) -> None:
    key_rule("Large-EMEA-EMEA-DACH", "Jags Bewas")
    partner = account("Northwind", "DE")
    for number in range(30):
        deal(partner, f"Odd {number}")
    assert "Show 5 more" in page(desk)
    whole = page(desk, "?kind=keys")
    assert whole.count('class="audit-row"') == 30
    assert "/routing/mapping/aliases/new/?table=segment&amp;key=Odd+29" in whole


def test_the_files_hold_every_finding_and_every_partner(desk: Client) -> None:
    owned("=HYPERLINK(1)", "Japan", "Amit Kaul", contracted_territories=["Japan", "Korea"])
    owned("Second", "Japan", "Amit Kaul")
    owned("Right", "Japan", "Masa Ueda")
    findings = rows(desk, "?kind=owner")
    assert findings[0][:3] == ["Kind", "Where", "Track"]
    assert [row[1] for row in findings[1:]] == ["Amit Kaul → Masa Ueda"]
    assert len(rows(desk)) > 20
    slug = next(part for part in page(desk, "?kind=owner").split('"') if "/prepare/" in part).rstrip("/").split("/")[-1]
    partners = rows(desk, f"?finding={slug}")
    assert [row[0] for row in partners[1:]] == ["'=HYPERLINK(1)", "Second"]
    assert partners[1][7:10] == ["Amit Kaul", "Masa Ueda", "Japan;Korea"]
    assert desk.get(f"{PAGE}export/?finding=no-such").status_code == 404
    assert desk.get(f"{PAGE}export/?finding=gap-us-wy").status_code == 404


def test_the_opportunities_of_a_key_are_a_file(desk: Client) -> None:
    key_rule("Large-EMEA-EMEA-DACH", "Jags Bewas")
    partner, gsi = account("Northwind", "DE"), account("Meridian", "US", partner_type="GSI")
    deal(partner, "Odd", number="OPP-1")
    deal(gsi, "Odd", number="OPP-2")
    assert [row[0] for row in rows(desk, "?finding=keys-segment-Odd")[1:]] == ["OPP-1"]
    assert [row[0] for row in rows(desk, f"?finding=keys-partner-{gsi.pk}")[1:]] == ["OPP-2"]


def test_a_change_of_owners_is_prepared_from_a_finding(desk: Client, cast: Cast) -> None:
    """Rows for every partner that moves that way, in preview: nothing is written before it is approved."""
    wrong = [owned(f"Wrong {number}", "Japan", "Amit Kaul", partner_type="Channel") for number in range(3)]
    owned("Right", "Japan", "Masa Ueda")
    old, new = wrong[0].channel_manager_id, named("Masa Ueda").pk
    path = f"{PAGE}prepare/owner-{old}-{new}/"
    assert path in page(desk)
    assert client_of(cast.sofia).post(path).status_code == 403
    assert path not in page(client_of(cast.sofia))
    answer = desk.post(path)
    change = OwnershipChange.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/routing/changes/{change.pk}/")
    assert (change.kind, change.state, change.asked_by) == ("bulk", "preview", cast.lena)
    assert {row.account for row in change.rows.all()} == set(wrong)
    assert {row.new_owner_name for row in change.rows.all()} == {"Masa Ueda"}
    for one in wrong:
        one.deleted = timezone.now()
        one.save()
    book.forget()
    assert desk.post(path)["Location"] == PAGE
    assert OwnershipChange.objects.count() == 1
