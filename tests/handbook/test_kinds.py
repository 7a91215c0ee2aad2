"""Every kind of the contract is declared, with its words, its promise and its form."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError

from invoices.procedure import INVOICE
from loa.procedure import LETTER_OF_AUTHORIZATION
from nfr.procedure import NFR_LICENCE
from portal.fields import form_field
from service_attach.procedure import DEAL_ID, PROOF_OF_EXECUTION
from tickets import kinds, topics

CONTRACT_KINDS = {
    "loa",
    "nfr",
    "purchase_order",
    "quote_request",
    "order_status",
    "service_attach",
    "certification_report",
    "invoice",
    "account_owner",
    "general",
}
CONTRACT_TOPICS = (
    "portal_access training deal_registration new_applicant rebate vendor_form locator technical programme_question"
)
CARDS = [
    "Proof of execution",
    "Letter of Authorization",
    "NFR licence",
    "Portal access",
    "Certification report",
    "Deal registration",
    "Invoice or rebate",
    "Something else",
]


def test_the_registry_holds_the_kinds_of_the_contract() -> None:
    assert {kind.slug for kind in kinds.all_kinds()} == CONTRACT_KINDS
    assert [topic.slug for topic in topics.ALL] == CONTRACT_TOPICS.split()


def test_the_form_has_its_eight_cards_in_order() -> None:
    assert [str(card.title) for _kind, card in kinds.cards()] == CARDS
    assert {card.topic for _kind, card in kinds.cards()} <= {"", *CONTRACT_TOPICS.split()}


@pytest.mark.parametrize("kind", kinds.all_kinds(), ids=lambda kind: kind.slug)
def test_a_kind_is_complete(kind: kinds.Kind) -> None:
    assert str(kind.title)
    assert str(kind.short)
    assert kind.icon
    assert len(str(kind.short)) <= 8
    assert kind.first_reply.hours or kind.first_reply.days
    assert kind.resolution.hours or kind.resolution.days
    for field in kind.fields:
        assert str(field.label)
        assert field.kind != "select" or field.choices
        assert bool(field.pattern) == bool(str(field.pattern_says))
        re.compile(field.pattern)


def test_promises_are_those_of_the_handbook() -> None:
    assert LETTER_OF_AUTHORIZATION.resolution.days == 2
    assert NFR_LICENCE.resolution.days == 2
    assert PROOF_OF_EXECUTION.first_reply.hours == 6
    assert kinds.kind_of("certification_report").resolution.days == 3
    assert INVOICE.resolution.days == 1
    assert (kinds.kind_of("general").first_reply.days, kinds.kind_of("general").resolution.days) == (1, 3)


def test_a_subject_is_made_of_what_the_form_asked() -> None:
    given = {
        "company": "Northwind",
        "customer": "Havelland",
        "deal_id": "GL-0048213",
        "nfr_topic": "seats",
        "po_no": "47",
    }
    subjects = {kind.slug: kind.subject(given) for kind in kinds.all_kinds() if kind.subject}
    assert subjects["loa"] == "Letter of Authorization for Northwind"
    assert subjects["nfr"] == "NFR licence: Seats · Northwind"
    assert subjects["service_attach"] == "Proof of execution: Havelland, GL-0048213"
    assert subjects["purchase_order"] == "Purchase order: 47, Havelland"
    assert all(kind.subject({}) is not None for kind in kinds.all_kinds() if kind.subject)


def test_of_a_namespace_its_top_level_group_is_kept() -> None:
    """A path or a whole address; what names no group is refused in the sentence that explains it."""
    [field] = [one for one in NFR_LICENCE.fields if one.name == "namespace"]
    asked = form_field(field)
    assert not field.required
    for name in ("northwind-devops", "a_b", "Team.2", "9lives", ""):
        assert asked.clean(name) == name
    for address in ("https://gitlab.com/groups/acme/lab/-/billings", "gitlab.com/acme", "acme/lab", " acme. "):
        assert asked.clean(address) == "acme"
    refused = {
        "-a": "is no path of a group", "a b": "is no path", "ä": "is no path", "https://gitlab.com/users/katrin":
        "“katrin” is a person's own namespace", "https://git.example.com/a": "A SaaS licence belongs to a group on",
        "katrin@example.com": "This is an e-mail address", "explore": "not a group",
    }  # fmt: skip
    for written, why in refused.items():
        with pytest.raises(ValidationError, match=why):
            asked.clean(written)


@pytest.mark.parametrize("deal_id", ["GL-0048213", " gl-0048213 ", "DR 4711", "2022/118", "a9W4M000000abcd"])
def test_a_deal_id_of_any_format_is_taken(deal_id: str) -> None:
    assert re.fullmatch(DEAL_ID, deal_id)


@pytest.mark.parametrize("deal_id", ["0064M00000XyZabQAF", "0064M00000XyZab", "x", "", "<script>"])
def test_the_id_of_an_opportunity_is_refused(deal_id: str) -> None:
    assert not re.fullmatch(DEAL_ID, deal_id)
