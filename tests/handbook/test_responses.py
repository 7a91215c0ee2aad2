"""The response texts: complete, fillable, in our voice, and edited without losing anything."""

from __future__ import annotations

import pytest

from journal.record import Actor, events_of
from tests.conftest import Cast
from tickets import kinds, response_editing, responses
from tickets.actions import NewTicket, open_ticket
from tickets.loading import response_rows
from tickets.models import Response, Ticket
from tickets.models.ticket import Channel
from tickets.response_editing import Outdated, Text
from tickets.responses import TICKET_VARIABLES, Variable, faults_in, render, samples_of, unresolved_in, variables_of

# Topic of domain.md §3.9 → the texts that serve it and the variables it names.
TOPICS: dict[int, tuple[str, str]] = {
    1: ("order-ops-copied-quote", ""),
    2: ("order-ops-copied-po", ""),
    3: ("order-ops-copied-status", ""),
    4: ("redirect-quote", "seller isr cam opp_name missing_items"),
    5: ("redirect-po", "seller cam po_no quote_no attachments"),
    6: ("redirect-status", "seller opp_stage"),
    7: ("loa-denial-docusign", "reason_codes"),
    8: ("loa-denial", "requester cam trainings_needed portal_link"),
    9: ("loa-in-review", "due_date"),
    10: ("loa-tailored", "cam"),
    11: ("nfr-approved", "licence_type seats end_date"),
    12: ("nfr-not-eligible", "missing"),
    13: ("nfr-needs-namespace", ""),
    14: ("nfr-reduce-seats", "seats_used seats_allowed namespace screenshot"),
    15: ("nfr-version", "namespace"),
    16: ("nfr-minutes", "cam"),
    17: ("nfr-exception", "cam"),
    18: ("poe-missing", "missing_fields"),
    19: ("poe-submitted", "deal_id customer"),
    20: ("poe-problem", "deal_id problem"),
    21: ("poe-chatter", "deal_id opp_link"),
    22: ("certification-report", "report_date certified_counts"),
    23: ("portal-access-register portal-access-reset portal-access-inactive", ""),
    24: ("deal-registration-access", ""),
    25: ("invoice-sent invoice-which", ""),
    26: ("rebate-timing", ""),
    27: ("new-channel-manager", "old_cam new_cam date"),
    28: ("out-of-office-family-and-friends", "date"),
    29: ("out-of-office-offsite", "start_date end_date_away"),
    30: ("technical-support", ""),
    31: ("closing-no-answer", ""),
}
ROWS = [Response(**row) for row in response_rows()]
COMMON = {"partner_name", "contact_first_name", "sender_name", "case_no"}


def by_slug(slug: str) -> Response:
    return next(row for row in ROWS if row.slug == slug)


@pytest.mark.parametrize("number", TOPICS)
def test_every_topic_has_its_text(number: int) -> None:
    slugs, variables = TOPICS[number]
    for slug in slugs.split():
        declared = {variable.name for variable in variables_of(by_slug(slug))}
        assert set(variables.split()) <= declared


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.slug)
def test_a_text_declares_what_it_uses_and_uses_what_it_declares(row: Response) -> None:
    used = set(unresolved_in(f"{row.subject}\n{row.body}"))
    assert used == {variable.name for variable in variables_of(row)}
    assert not faults_in(row.body, known=used)
    assert not row.is_reply or used >= COMMON
    assert {*row.kinds} <= {kind.slug for kind in kinds.all_kinds()}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.slug)
def test_a_text_reads_well_with_sample_values(row: Response) -> None:
    filled = render(row, samples_of(row))
    assert filled.unresolved == ()
    assert "{{" not in filled.subject + filled.body
    assert not {"please", "successfully"} & set(filled.body.lower().split())
    assert "!" not in filled.body
    assert "\n\n\n" not in filled.body
    assert all(len(line) < 600 for line in filled.body.splitlines())


def test_the_tickets_own_variables_are_marked_so() -> None:
    for row in ROWS:
        for variable in variables_of(row):
            assert (variable.source == "ticket") == (variable.name in TICKET_VARIABLES), variable.name
            assert variable.sample


def test_an_unfilled_variable_stays_and_is_reported() -> None:
    filled = render(by_slug("redirect-quote"), {"case_no": "PHD-1042", "seller": "  "})
    assert "{{ seller }}" in filled.body
    assert filled.subject == "PHD-1042: your quote request for {{ opp_name }}"
    assert filled.unresolved == (
        "opp_name", "contact_first_name", "seller", "partner_name", "cam", "sender_name"
    )  # fmt: skip
    assert unresolved_in(filled.body) == (
        "contact_first_name", "seller", "partner_name", "cam", "sender_name"
    )  # fmt: skip


def test_an_optional_variable_takes_its_paragraph_with_it() -> None:
    row = by_slug("redirect-quote")
    assert "still needs" not in render(row, {}).body
    assert (
        "still needs:\n- Start date\n- Sold-to contact"
        in render(row, {"missing_items": "Start date\n\n Sold-to contact "}).body
    )


def test_a_list_inside_a_sentence_is_joined() -> None:
    row = Response(
        subject="s",
        body="We have {{ files }} here.",
        variables=[Variable(name="files", label="f", list=True).as_json()],
    )
    assert render(row, {"files": "a.pdf\nb.pdf"}).body == "We have a.pdf, b.pdf here."


def test_a_value_is_never_read_for_variables() -> None:
    row = Response(subject="s", body="{{ a }} {{ b }}", variables=[Variable(name=n, label=n).as_json() for n in "ab"])
    filled = render(row, {"a": "{{ b }}", "b": "two\nlines"})
    assert (filled.body, filled.unresolved) == ("{{ b }} two lines", ())


def test_braces_in_code_are_code() -> None:
    assert unresolved_in("Set `{{ image }}` or\n```\n{{ tag }}\n```\nfor {{ customer }} and {{Partner Name}}") == (
        "customer",
        "Partner Name",
    )


def test_faults_are_sentences() -> None:
    assert faults_in("{{ seler }}", known=["seller"]) == [
        "“{{ seler }}” is no variable of this response. Declare it under Variables, or correct its name."
    ]
    assert faults_in("{{ seller", known=["seller"]) == [
        "Two braces stand alone. A variable is written {{ name }}, on one line."
    ]
    assert faults_in("{{ seller }} {{ case_no }}", known=["seller"]) == []


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Katrin Vogel", "Katrin"),
        ("Vogel, Katrin", "Katrin"),
        ("  Aïssatou   Diallo", "Aïssatou"),
        ("上田 正", "上田 正"),
        ("Łukasz", "Łukasz"),
        ("Vogel,", "Vogel,"),
        ("", ""),
    ],
)
def test_first_names(name: str, first: str) -> None:
    assert responses.first_name(name) == first


def ticket_of(cast: Cast) -> Ticket:
    new = NewTicket(
        kind="nfr", subject="NFR", requester=cast.katrin, body="Seats?", channel=Channel.FORM,
        fields={"namespace": "northwind-devops", "licence_type": "saas", "seats": 25, "files": ["x"], "Bad Name": "y"},
    )  # fmt: skip
    return open_ticket(new, by=Actor(str(cast.katrin)))


def test_a_ticket_fills_its_own_variables(cast: Cast, handbook: None) -> None:
    ticket = ticket_of(cast)
    values = responses.values_for(ticket, cast.nadia)
    assert values["partner_name"] == "Northwind DevOps GmbH"
    assert values["contact_first_name"] == "Katrin"
    assert values["sender_name"] == "Nadia Okafor"
    assert values["case_no"] == ticket.reference
    assert values["cam"] == "Sofia Marchetti"
    assert values["order_ops"] == "partnerorderops@gitlab.com"
    assert values["namespace"] == "northwind-devops"
    assert values["licence_type"] == "GitLab SaaS (gitlab.com)"
    assert values["seats"] == "25"
    assert values["due_date"]
    assert not {"files", "Bad Name", "attachments"} & set(values)
    filled = render(Response.objects.get(slug="nfr-version"), values)
    assert filled.unresolved == ()
    assert "https://gitlab.com/groups/northwind-devops/-/billings" in filled.body


def text_of(row: Response, **changes: str) -> Text:
    values = {name: getattr(row, name) for name in response_editing.EDITED} | changes
    declared, faults = response_editing.declared_in(response_editing.declarations_of(row))
    assert faults == []
    variables = response_editing.complete(values["subject"], values["body"], declared, before=row)
    return Text(**values, variables=variables)


def test_an_edit_is_a_new_version_with_an_event(cast: Cast, handbook: None) -> None:
    row = Response.objects.get(slug="redirect-po")
    edited = response_editing.edit(
        row, text_of(row, body="Hello {{ contact_first_name }}, {{ seller }}."), by=cast.lena, seen_version=1
    )
    assert edited.version == 2
    assert [variable.name for variable in variables_of(edited)] == ["case_no", "po_no", "contact_first_name", "seller"]
    assert variables_of(edited)[3].sample == "Daniel Brandt"
    old = edited.versions.get()
    assert (old.version, old.body, old.edited_by) == (1, row.body, "Lena Brandt")
    event = events_of(edited).get()
    assert (event.verb, event.actor, event.before["version"], event.after["version"]) == (
        "response edited",
        cast.lena,
        1,
        2,
    )
    with pytest.raises(Outdated, match="newer version, 2"):
        response_editing.edit(row, text_of(row, body="Other"), by=cast.lena, seen_version=1)


def test_an_edit_that_changes_nothing_is_no_version(cast: Cast, handbook: None) -> None:
    for row in Response.objects.all():
        same = response_editing.edit(row, text_of(row), by=cast.lena, seen_version=row.version)
        assert same.version == 1, row.slug
        assert not events_of(row).exists()


def test_declarations_are_read_back_and_wrong_ones_named() -> None:
    declared, faults = response_editing.declared_in(
        "seller: Seller\n items : What is left (list, optional)\nBad line\nx: y (big)"
    )
    assert [(v.name, v.label, v.list, v.optional) for v in declared] == [
        ("seller", "Seller", False, False),
        ("items", "What is left", True, True),
    ]
    assert [fault[:18] for fault in faults] == ["Write “Bad line” a", "Write “x: y (big)”"]
