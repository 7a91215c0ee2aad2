"""Every address, every role, a foreign object (S-12). An address without a line here fails the build."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from documents.storing import store
from journal.record import Actor
from people.roles import Role
from tests.conftest import Cast
from tickets.actions import NewTicket, note, open_ticket, upload
from tickets.models import Ticket
from tickets.models.ticket import Channel
from tickets.tracking import token_for

OPEN = "anybody"
SIGNED_IN = "whoever signed in"
COLLEAGUES = "desk and channel managers"
DESK = "desk"
LEADS = "leads"
TICKET = "who may read the ticket, and is a colleague"
WORK = "the desk, on a ticket"
OWN = "the partner whose ticket it is"
PARTNERS = "partners"
API = "who may read the ticket, over the API"
ADMIN = "administrators"
SIGNED = "a vendor, by its signature"

RULES = {
    "": SIGNED_IN,
    "request/": OPEN,
    "request/received/": OPEN,
    "request/draft/": OPEN,
    "request/draft/files/": OPEN,
    "request/track/<str:token>/": OPEN,  # the link itself is the key; tests/portal holds forged and expired ones
    "request/track/<str:token>/files/<int:pk>/": OPEN,
    "request/track/<str:token>/letter/": OPEN,  # the link again; tests/portal/test_letters.py
    "request/track/<str:token>/new-link/": OPEN,
    "guides/": OPEN,
    "guides/nfr/": OPEN,
    "guides/nfr/<slug:topic>/": OPEN,
    "guides/nfr/<slug:topic>/done/": OPEN,  # kept in the visitor's own browser, or with their own request
    "guides/nfr/<slug:topic>/<str:token>/": OPEN,  # the link is the key: forged and void ones in tests/portal
    "guides/nfr/<slug:topic>/<str:token>/done/": OPEN,
    "guides/nfr/<slug:topic>/<str:token>/reduced/": OPEN,
    "guides/nfr/<slug:topic>/<str:token>/question/": OPEN,
    "guides/nfr/<slug:topic>/<str:token>/screenshot/": OPEN,
    "portal/": PARTNERS,
    "portal/letters/<int:pk>/": SIGNED_IN,  # one's own only; tests/portal/test_letters.py
    "portal/<str:reference>/": OWN,
    "queue/": COLLEAGUES,
    "queue/filters/": COLLEAGUES,
    "queue/choices/<slug:name>/": COLLEAGUES,
    "queue/give-back/<str:reference>/": WORK,
    "queue/<slug:view>/": COLLEAGUES,
    "queue/<slug:view>/news/": COLLEAGUES,
    "search/": COLLEAGUES,
    "tickets/new/": DESK,
    "tickets/new/partners/": DESK,
    "loa/legal/new/<str:reference>/": WORK,
    "loa/legal/<int:pk>/": COLLEAGUES,
    "loa/legal/<int:pk>/<slug:verb>/": COLLEAGUES,
    "loa/problem/<str:reference>/": WORK,
    "nfr/requests/<str:reference>/facts/": WORK,
    "orders/<str:reference>/facts/": WORK,
    "orders/<str:reference>/order-ops/": WORK,
    "tasks/": DESK,
    "tasks/<int:pk>/": DESK,
    "tasks/<int:pk>/tick/": DESK,
    "tasks/<int:pk>/<slug:what>/": DESK,
    "procedures/": DESK,
    "procedures/<slug:kind>/": DESK,
    "procedures/<slug:kind>/<slug:slug>/shadow/": LEADS,
    "resources/": SIGNED_IN,  # a partner sees what is meant for partners; tests/handbook
    "responses/": COLLEAGUES,
    "responses/new/": LEADS,
    "responses/<slug:slug>/": COLLEAGUES,
    "responses/<slug:slug>/edit/": LEADS,
    "responses/<slug:slug>/reviewed/": LEADS,
    "responses/<slug:slug>/retire/": LEADS,
    "responses/<slug:slug>/restore/": LEADS,
    "tickets/<str:reference>/": TICKET,
    "tickets/<str:reference>/updates/": TICKET,
    "tickets/<str:reference>/history/": TICKET,
    "tickets/<str:reference>/change/<slug:what>/": WORK,
    "tickets/<str:reference>/steps/<slug:slug>/<slug:verb>/": WORK,
    "tickets/<str:reference>/partners/": WORK,
    "tickets/<str:reference>/partner/<int:event>/take-back/": WORK,
    "tickets/<str:reference>/messages/": TICKET,
    "tickets/<str:reference>/draft/": TICKET,
    "tickets/<str:reference>/prepared/withdraw/": WORK,
    "tickets/<str:reference>/responses/": WORK,
    "tickets/<str:reference>/responses/<slug:slug>/": WORK,
    "tickets/<str:reference>/attachments/": TICKET,
    "tickets/<str:reference>/attachments/<int:pk>/": TICKET,
    "tickets/<str:reference>/attachments/<int:pk>/remove/": TICKET,
    "tickets/<str:reference>/files/<int:pk>/pages/<int:page>/": TICKET,
    "tickets/<str:reference>/files/<int:pk>/pages/<int:page>/picture/": TICKET,
    "tickets/<str:reference>/messages/<int:pk>/layout/": TICKET,
    "tickets/<str:reference>/messages/<int:pk>/original/": TICKET,
    "tickets/<str:reference>/messages/<int:pk>/original/file/": TICKET,
    "tickets/<str:reference>/messages/<int:pk>/mail/": TICKET,
    "tickets/<str:reference>/messages/<int:pk>/try-again/": WORK,
    "tickets/<str:reference>/messages/<int:pk>/accept/": WORK,
    "tickets/<str:reference>/messages/<int:pk>/own-ticket/": WORK,
    "partners/": COLLEAGUES,
    "partners/<int:pk>/": COLLEAGUES,
    "partners/<int:pk>/people/": COLLEAGUES,
    "partners/<int:pk>/remember/": COLLEAGUES,
    "partners/<int:pk>/forget/": COLLEAGUES,
    "service-attach/": COLLEAGUES,
    "service-attach/export/": COLLEAGUES,
    "service-attach/<int:pk>/": COLLEAGUES,  # a channel manager those of their partners; tests/service_attach
    "service-attach/<int:pk>/correct/": DESK,
    "nfr/": COLLEAGUES,
    "nfr/export/": COLLEAGUES,
    "nfr/new/": DESK,
    "nfr/import/": DESK,
    "nfr/import/<uuid:pk>/": DESK,
    "nfr/<int:pk>/": COLLEAGUES,  # a channel manager those of their partners; tests/nfr
    "nfr/<int:pk>/change/": DESK,
    "nfr/<int:pk>/renew/": DESK,
    "nfr/<int:pk>/end/": DESK,
    "nfr/<int:pk>/goes-on/": DESK,
    "nfr/<int:pk>/count/": DESK,
    "settings/nfr/": COLLEAGUES,
    "settings/nfr/new/": LEADS,
    "settings/nfr/<int:pk>/": LEADS,
    "settings/nfr/<int:pk>/end/": LEADS,
    "loa/": COLLEAGUES,
    "loa/export/": COLLEAGUES,
    "loa/<int:pk>/": COLLEAGUES,  # a channel manager those of their partners; tests/loa
    "loa/letters/<int:pk>/file/": COLLEAGUES,
    "loa/<int:pk>/decide/": DESK,
    "loa/<int:pk>/decide/anew/": DESK,
    "loa/<int:pk>/docusign/": DESK,
    "loa/<int:pk>/docusign/<str:token>/": DESK,  # who asked, once, within a minute; tests/loa
    "loa/<int:pk>/back/": DESK,
    "loa/<int:pk>/record/": DESK,
    "loa/forms/": DESK,
    "loa/forms/<int:pk>/": LEADS,
    "loa/recall/": DESK,
    "loa/recall/<int:pk>/": DESK,
    "loa/<int:pk>/checks/again/": DESK,
    "loa/<int:pk>/account/": DESK,
    "routing/": COLLEAGUES,
    "routing/changes/upload/": DESK,
    "routing/changes/upload/<uuid:pk>/": DESK,
    "routing/changes/<int:pk>/result/": COLLEAGUES,
    "routing/changes/<int:pk>/loader/": COLLEAGUES,
    "routing/changes/<int:pk>/file/": COLLEAGUES,
    "routing/audit/": COLLEAGUES,
    "routing/audit/export/": COLLEAGUES,
    "routing/audit/prepare/<slug:slug>/": DESK,
    "routing/roster.md": COLLEAGUES,
    "routing/team/": DESK,
    "routing/team/new/": DESK,
    "routing/team/<int:pk>/": DESK,
    "routing/team/<int:pk>/impartner/": DESK,
    "routing/team/<int:pk>/<slug:what>/": DESK,
    "routing/changes/": COLLEAGUES,
    "routing/changes/new/": DESK,
    "routing/changes/<int:pk>/": COLLEAGUES,
    "routing/changes/<int:pk>/do/<slug:verb>/": DESK,
    "routing/keep/": COLLEAGUES,
    "routing/decisions/<int:pk>/": COLLEAGUES,
    "routing/decisions/<int:pk>/wrong/": COLLEAGUES,
    "routing/corrections/": LEADS,
    "routing/corrections/<int:pk>/": LEADS,
    "routing/tickets/<str:reference>/reply/": WORK,
    "routing/tickets/<str:reference>/note/": TICKET,
    "routing/roster/": COLLEAGUES,
    "routing/roster/new/": LEADS,
    "routing/partner-rules/": COLLEAGUES,
    "routing/partner-rules/new/": LEADS,
    "routing/key-rules/new/": LEADS,
    "routing/rules/<slug:kind>/<int:pk>/": COLLEAGUES,
    "routing/rules/<slug:kind>/<int:pk>/change/": LEADS,
    "routing/rules/<slug:kind>/<int:pk>/end/": LEADS,
    "routing/rules/<slug:kind>/<int:pk>/take-back/": LEADS,
    "routing/areas/": COLLEAGUES,
    "routing/areas/groups/new/": LEADS,
    "routing/areas/groups/<int:pk>/": LEADS,
    "routing/areas/parts/new/": LEADS,
    "routing/areas/parts/<int:pk>/": LEADS,
    "routing/areas/precedence/<int:pk>/": LEADS,
    "routing/mapping/": COLLEAGUES,
    "routing/mapping/export/": COLLEAGUES,
    "routing/mapping/history/": COLLEAGUES,
    "routing/mapping/import/": LEADS,
    "routing/mapping/aliases/": COLLEAGUES,
    "routing/mapping/aliases/new/": LEADS,
    "routing/mapping/aliases/<int:pk>/remove/": LEADS,
    "routing/mapping/<int:pk>/": COLLEAGUES,
    "routing/mapping/<int:pk>/changes/": COLLEAGUES,
    "routing/mapping/<int:pk>/file/": COLLEAGUES,
    "routing/mapping/<int:pk>/confirm/": LEADS,
    "routing/mapping/<int:pk>/undo/": LEADS,
    "routing/mapping/<int:pk>/drop/": LEADS,
    "routing/mapping/<int:pk>/name/": LEADS,
    "routing/mapping/<int:pk>/read-again/": LEADS,
    "partners/changes/": COLLEAGUES,
    "partners/refresh/": COLLEAGUES,  # reading everything again is for leads; tests/partners
    "settings/vendors/": COLLEAGUES,
    "settings/vendors/<slug:vendor>/try/": DESK,
    "settings/vendors/actions/<int:pk>/again/": LEADS,
    "settings/vendors/actions/<int:pk>/cancel/": LEADS,
    "certification/reports/": DESK,  # home addresses: not even channel managers
    "certification/reports/<int:pk>/": DESK,
    "certification/reports/<int:pk>/file/": DESK,
    "certification/reports/<int:pk>/export/": DESK,
    "certification/reports/<int:pk>/partner/": DESK,
    "certification/reports/<int:pk>/rows/": DESK,
    "certification/reports/<int:pk>/attach/": DESK,
    "certification/reports/<int:pk>/withdraw/": DESK,
    "certification/requests/<str:reference>/facts/": WORK,
    "certification/": COLLEAGUES,
    "certification/export/": COLLEAGUES,
    "certification/short/": COLLEAGUES,
    "certification/newly-met/": COLLEAGUES,
    "certification/newly-lost/": COLLEAGUES,
    "certification/left/": COLLEAGUES,
    "certification/partners/<int:pk>/": COLLEAGUES,
    "certification/history/": COLLEAGUES,
    "certification/import/": DESK,
    "certification/import/<uuid:pk>/": DESK,
    "certification/assign/": DESK,
    "certification/release/": DESK,
    "certification/<int:pk>/file/": COLLEAGUES,
    "certification/<int:pk>/look-again/": DESK,
    "certification/<int:pk>/withdraw/": DESK,
    "certification/<int:pk>/put-back/": DESK,
    "quarantine/": DESK,
    "quarantine/decide/": DESK,
    "quarantine/<int:pk>/": DESK,
    "quarantine/<int:pk>/original/": DESK,
    "quarantine/<int:pk>/release/": DESK,
    "quarantine/<int:pk>/ticket/": DESK,
    "quarantine/<int:pk>/discard/": DESK,
    "quarantine/<int:pk>/put-back/": DESK,
    "recorder/": DESK,
    "recorder/<uuid:pk>/try-again/": DESK,
    "mailboxes/": DESK,
    "mailboxes/new/": LEADS,
    "mailboxes/brake/release/": LEADS,
    "mailboxes/brake/limit/": LEADS,
    "mailboxes/try-again/": LEADS,
    "mailboxes/undeliverable/<int:pk>/clear/": LEADS,
    "mailboxes/<int:pk>/": LEADS,
    "mailboxes/<int:pk>/switch/": LEADS,
    "mailboxes/<int:pk>/try/": LEADS,
    "mailboxes/<int:pk>/reconcile/": LEADS,
    "hooks/docusign/": SIGNED,  # tests/integrations/docusign holds good, wrong and missing signatures
    "sign-in/": OPEN,
    "sign-out/": OPEN,
    "sign-up/": OPEN,
    "password/change/": SIGNED_IN,
    "password/set/": SIGNED_IN,
    "password/reset/": OPEN,
    "password/reset/sent/": OPEN,
    "^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": OPEN,
    "password/reset/done/": OPEN,
    "sign-in/again/": SIGNED_IN,
    "sign-in/inactive/": OPEN,
    "settings/profile/": SIGNED_IN,
    "settings/channel-managers/": COLLEAGUES,
    "settings/channel-managers/new/": LEADS,
    "settings/channel-managers/<int:pk>/": COLLEAGUES,
    "settings/channel-managers/<int:pk>/edit/": LEADS,
    "settings/channel-managers/<int:pk>/away/": LEADS,
    "settings/channel-managers/<int:pk>/away/<int:absence>/": LEADS,
    "settings/channel-managers/<int:pk>/away/<int:absence>/off/": LEADS,
    "settings/solutions-architects/": COLLEAGUES,
    "settings/solutions-architects/new/": LEADS,
    "settings/solutions-architects/<int:pk>/": COLLEAGUES,
    "settings/solutions-architects/<int:pk>/edit/": LEADS,
    "settings/solutions-architects/<int:pk>/away/": LEADS,
    "settings/solutions-architects/<int:pk>/away/<int:absence>/": LEADS,
    "settings/solutions-architects/<int:pk>/away/<int:absence>/off/": LEADS,
    "settings/requirements/": COLLEAGUES,
    "settings/requirements/new/<slug:gate>/": LEADS,
    "settings/requirements/<int:pk>/": LEADS,
    "settings/requirements/<int:pk>/end/": LEADS,
    "settings/out-of-office/": DESK,
    "settings/out-of-office/new/": DESK,
    "settings/out-of-office/<int:pk>/": DESK,
    "settings/out-of-office/<int:pk>/edit/": DESK,
    "settings/out-of-office/<int:pk>/end/": DESK,
    "settings/out-of-office/<int:pk>/resume/": DESK,
    "settings/out-of-office/<int:pk>/group/": DESK,
    "theme/": OPEN,
    "styleguide/": OPEN,  # local mode only
    "api/v1/tickets/": API,
    "api/v1/tickets/<str:reference>/": API,
    "api/v1/tickets/<str:reference>/messages/": API,
    "api/v1/tickets/<str:reference>/events/": API,
    "api/v1/tickets/<str:reference>/steps/": API,
    "api/v1/tickets/<str:reference>/steps/<slug:slug>/confirm/": API,
    "api/v1/tickets/<str:reference>/steps/<slug:slug>/retry/": API,
    "api/v1/tickets/<str:reference>/steps/<slug:slug>/skip/": API,
    "api/v1/tickets/<str:reference>/steps/<slug:slug>/done-by-hand/": API,
    "api/v1/tickets/<str:reference>/steps/<slug:slug>/undo/": API,
    "api/v1/tickets/<str:reference>/steps/<slug:slug>/go-back/": API,
    "api/v1/tickets/<str:reference>/recognition/": API,
    "api/v1/tickets/<str:reference>/prepared-reply/": API,
    "api/v1/tickets/<str:reference>/prepared-reply/withdraw/": API,
    "api/v1/tickets/<str:reference>/attachments/": API,
    "api/v1/tickets/<str:reference>/attachments/<int:pk>/": API,
    "api/v1/attachments/<int:pk>/": API,
    "api/v1/nfr-licences/": COLLEAGUES,
    "api/v1/nfr-licences/<int:pk>/": COLLEAGUES,
    "api/v1/nfr-licences/<int:pk>/count/": DESK,
    "api/v1/nfr-licences/<int:pk>/end/": DESK,
    "api/v1/partners/": COLLEAGUES,
    "api/v1/partners/<int:pk>/": COLLEAGUES,
    "api/v1/partners/<int:pk>/standing/": COLLEAGUES,
    "api/v1/certification-reports/": DESK,
    "api/v1/certification-reports/<int:pk>/": DESK,
    "api/v1/certification-reports/<int:pk>/file/": DESK,
    "api/v1/certification-reports/<int:pk>/partner/": DESK,
    "api/v1/certification-reports/<int:pk>/rows/": DESK,
    "api/v1/certification-reports/<int:pk>/attach/": DESK,
    "api/v1/certification-reports/<int:pk>/withdraw/": DESK,
    "api/v1/service-attach/": COLLEAGUES,
    "api/v1/service-attach/<int:pk>/": COLLEAGUES,
    "api/v1/service-attach/<int:pk>/correct/": COLLEAGUES,
    "api/v1/loa-requests/": COLLEAGUES,
    "api/v1/loa-requests/<int:pk>/": COLLEAGUES,
    "api/v1/loa-requests/<int:pk>/decide/": COLLEAGUES,
    "api/v1/loa-requests/<int:pk>/account/": COLLEAGUES,
    "api/v1/loa-requests/<int:pk>/check-again/": COLLEAGUES,
    "api/v1/loa-requests/<int:pk>/recall/": COLLEAGUES,
    "api/v1/routing/ownership-changes/": COLLEAGUES,
    "api/v1/routing/ownership-changes/<int:pk>/": COLLEAGUES,
    "api/v1/routing/ownership-changes/<int:pk>/rows/": COLLEAGUES,
    "api/v1/routing/ownership-changes/<int:pk>/approve/": COLLEAGUES,  # who may what: tests/routing/test_bulk_api.py
    "api/v1/routing/ownership-changes/<int:pk>/pause/": COLLEAGUES,
    "api/v1/routing/ownership-changes/<int:pk>/resume/": COLLEAGUES,
    "api/v1/routing/ownership-changes/<int:pk>/retry/": COLLEAGUES,
    "api/v1/routing/ownership-changes/<int:pk>/undo/": COLLEAGUES,
    "api/v1/routing/account/": COLLEAGUES,
    "api/v1/routing/opportunity/": COLLEAGUES,
    "api/v1/requests/": OPEN,
    "api/v1/schema/": OPEN,
    "api/docs/": OPEN,
}
# Which of the cast may pass, for a ticket that is Omar's (no channel manager, not Sofia's, not Katrin's).
PASS = {
    OPEN: {"nobody", "omar", "katrin", "sofia", "nadia", "lena", "ada"},
    SIGNED_IN: {"omar", "katrin", "sofia", "nadia", "lena", "ada"},
    PARTNERS: {"omar", "katrin"},
    COLLEAGUES: {"sofia", "nadia", "lena", "ada"},
    DESK: {"nadia", "lena", "ada"},
    LEADS: {"lena", "ada"},
    TICKET: {"nadia", "lena", "ada"},
    WORK: {"nadia", "lena", "ada"},
    OWN: {"omar"},
    SIGNED: set(),
}
CLOSED = {302, 401, 403, 404, 405}  # 405 says nothing about the object


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if path != "admin/":
                yield from addresses(entry, path)
        elif isinstance(entry, URLPattern):
            yield path


@dataclass(frozen=True)
class Foreign:
    """Omar's ticket with a file on a message and a file on a note."""

    ticket: Ticket
    public_file: int
    note_file: int

    def fill(self, path: str, *, file: int | None = None) -> str:
        pieces = {
            "<str:reference>": self.ticket.reference,
            "<str:token>": token_for(self.ticket),
            "<int:pk>": str(file or self.public_file),
            "<slug:view>": "all",
            "<slug:name>": "partner",
            "<slug:what>": "status",
            "<slug:topic>": "seats",
            "<slug:slug>": "portal-access",
            "<slug:gate>": "loa",
            "<slug:kind>": "coverage",
            "<int:absence>": "1",
            "<uuid:pk>": "b2f0c5de-6a1e-4f0a-9d8c-0a4b8f1f7a11",
        }
        for piece, value in pieces.items():
            path = path.replace(piece, value)
        return "/" + path.replace("^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", "password/reset/1-set/")


@pytest.fixture
def foreign(cast: Cast) -> Foreign:
    new = NewTicket(kind="general", subject="Omar's", requester=cast.omar, body="Secret", channel=Channel.FORM)
    ticket = open_ticket(new, by=Actor("Omar"))
    shown = upload(ticket, stored=store(b"%PDF-1.4", name="a.pdf"), filename="a.pdf", by=cast.nadia)
    shown.message = ticket.messages.get()
    shown.save()
    hidden = upload(ticket, stored=store(b"%PDF-1.4", name="b.pdf"), filename="b.pdf", by=cast.nadia)
    note(ticket, by=cast.nadia, body="Hidden note", attachments=[hidden])
    ticket.refresh_from_db()
    return Foreign(ticket, shown.pk, hidden.pk)


def client_of(cast: Cast, who: str) -> Client:
    client = Client()
    if who != "nobody":
        person = getattr(cast, who)
        client.force_login(person.user if hasattr(person, "account") else person)
    return client


def test_every_address_has_a_rule() -> None:
    assert set(addresses()) == set(RULES)


@pytest.mark.parametrize("who", ["nobody", "omar", "katrin", "sofia", "nadia", "lena", "ada"])
def test_who_passes_which_door(cast: Cast, foreign: Foreign, handbook: None, who: str) -> None:
    """GET and POST of every address; who may not pass gets nothing of it and changes nothing."""
    client = client_of(cast, who)
    events = foreign.ticket.last_event
    for path, rule in RULES.items():
        if rule == API or path in {"sign-out/", "portal/<str:reference>/"}:
            continue
        for method in (client.get, client.post):
            answer = method(foreign.fill(path))
            if who not in PASS[rule]:
                assert answer.status_code in CLOSED, f"{who} {path}: {answer.status_code}"
                assert b"Hidden note" not in answer.content
            else:
                assert answer.status_code not in {401, 500}, f"{who} {path}: {answer.status_code}"
                assert answer.status_code != 403 or rule == OPEN or method == client.post, (
                    f"{who} {path}: {answer.status_code}"
                )
    foreign.ticket.refresh_from_db()
    if who not in PASS[WORK]:
        assert foreign.ticket.last_event == events


@pytest.mark.parametrize("who", ["nobody", "katrin", "sofia"])
def test_a_foreign_ticket_does_not_exist_over_the_api(cast: Cast, foreign: Foreign, who: str) -> None:
    client = client_of(cast, who)
    for path, rule in RULES.items():
        if rule != API or "<" not in path:
            continue
        for file in (foreign.public_file, foreign.note_file):
            answer = client.get(foreign.fill(path, file=file))
            assert answer.status_code in ({401, 403} if who == "nobody" else {404, 405}), f"{who} {path}"
    listed = client.get("/api/v1/tickets/")
    assert foreign.ticket.reference.encode() not in listed.content


def test_the_owner_reads_everything_but_notes(cast: Cast, foreign: Foreign) -> None:
    client = client_of(cast, "omar")
    base = f"/api/v1/tickets/{foreign.ticket.reference}/"
    texts = [client.get(base + piece).content for piece in ("", "messages/", "events/")]
    assert b"Secret" in texts[1]
    assert not any(b"Hidden note" in text for text in texts)
    assert client.get(f"{base}attachments/{foreign.public_file}/").status_code == 200
    assert client.get(f"{base}attachments/{foreign.note_file}/").status_code == 404
    tracking = client.get(f"/request/track/{token_for(foreign.ticket)}/")
    assert b"Secret" in tracking.content
    assert b"Hidden note" not in tracking.content
    assert client.get(f"/request/track/{token_for(foreign.ticket)}/files/{foreign.note_file}/").status_code == 404


def test_a_channel_manager_reads_their_partners_ticket_and_only_writes_notes(cast: Cast) -> None:
    new = NewTicket(kind="general", subject="Ours", requester=cast.katrin, body="Hello", channel=Channel.FORM)
    ticket = open_ticket(new, by=Actor("Katrin"))
    client = client_of(cast, "sofia")
    assert cast.sofia.role == Role.CHANNEL_MANAGER
    assert client.get(f"/tickets/{ticket.reference}/").status_code == 200
    base = f"/api/v1/tickets/{ticket.reference}/"
    json_type = "application/json"
    assert (
        client.post(
            f"{base}messages/", {"visibility": "note", "body": "They moved"}, content_type=json_type
        ).status_code
        == 201
    )
    assert (
        client.post(
            f"{base}messages/", {"visibility": "reply", "body": "Hi", "to": ["a@b.example"]}, content_type=json_type
        ).status_code
        == 403
    )
    assert client.patch(base, {"status": "solved"}, content_type=json_type).status_code == 403
    assert client.post(f"/tickets/{ticket.reference}/change/status/", {"to": "solved"}).status_code in {403, 404}
