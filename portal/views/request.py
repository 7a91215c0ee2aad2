"""The request form: choose a card, answer what it asks, send."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_safe

from documents import limits
from loa import links, pairing
from nfr.guides import links as guide_links
from nfr.guides import steps
from partners.models import Contact
from portal import drafts, throttle, words
from portal.cards import card_of, fields_of
from portal.drafts import Visitor
from portal.forms import COMPANY_NAMES, RequestForm
from portal.http import for_reader, unlisted, user_of
from portal.models import RequestDraft
from portal.requests import join_or_submit, request_of
from tickets import kinds, tracking
from tickets.kinds import Card, Kind
from web.http import respond

HONEYPOT = "leave_this_empty"
# Handled by others, and still taken: named in the notice below the cards.
ELSEWHERE = ("purchase_order", "quote_request", "order_status")
# What every card asks goes along when another card is chosen.
SHARED = ("name", "email", "subject", "message", *COMPANY_NAMES)


@dataclass(frozen=True, kw_only=True)
class Page:
    """Everything the page shows."""

    visitor: Visitor
    chosen: tuple[Kind, Card] | None = None
    form: RequestForm | None = None
    key: str = ""
    wrong: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def shown(self, request: HttpRequest) -> HttpResponse:
        response = respond(request, "portal/request.html", self._context(request), part="swap", status=self.status)
        for name, value in self.headers.items():
            response.headers[name] = value
        return response

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        kind, card = self.chosen or (None, None)
        user = user_of(request)
        contact = getattr(user, "contact", None)
        return {
            "cards": kinds.cards(),
            "kind": kind,
            "card": card,
            "on_tile": self.chosen in kinds.cards(),
            "form": self.form,
            "key": self.key,
            "wrong": self.wrong,
            "first_answer": words.first_answer(kind, _region(contact)) if kind else None,
            "account": contact.account if contact else None,
            "files_hint": limits.hint(),
            "most": limits.MAX_FILE_BYTES,
            "honeypot": HONEYPOT,
            "order_ops": settings.ORDER_OPS_ADDRESS,
            "aside_kinds": [kinds.kind_of(slug) for slug in ELSEWHERE if kinds.known(slug)],
            "finds_owner": kinds.known("account_owner"),
            "seller_page": words.seller_page(kind.notice) if kind and kind.notice else None,
            "guides": steps.entries() if kind and kind.slug == guide_links.KIND else (),
            "docusign_form": links.blank_form(contact) if kind and kind.slug == pairing.KIND else "",
        }


@ensure_csrf_cookie
@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def request_form(request: HttpRequest) -> HttpResponseBase:
    visitor = Visitor.of(request)
    if request.method == "POST":
        return _posted(request, visitor)
    named = request.GET.get("kind", "")
    chosen = card_of(named)
    if chosen is None and named:
        wrong = _("There is no such request. Choose what you need.")
        return Page(visitor=visitor, wrong=wrong, status=404).shown(request)
    return _opened(request, visitor, chosen).shown(request)


@unlisted
@for_reader
@require_safe
def received(request: HttpRequest) -> HttpResponseBase:
    """What a program that filled the hidden field sees."""
    return render(request, "portal/received.html")


def _opened(request: HttpRequest, visitor: Visitor, chosen: tuple[Kind, Card] | None) -> Page:
    """The form as this visitor left it."""
    if chosen is None:
        return Page(visitor=visitor)
    draft, last = visitor.latest(chosen[1].slug), visitor.latest()
    shared = {name: value for name, value in (last.fields if last else {}).items() if name in SHARED}
    initial = {**shared, **(draft.fields if draft else {}), **_said_by_link(request, chosen)}
    form = RequestForm(chosen=chosen, user=user_of(request), kept=drafts.files_of(draft), initial=initial)
    return Page(visitor=visitor, chosen=chosen, form=form, key=draft.key if draft else drafts.new_key())


def _said_by_link(request: HttpRequest, chosen: tuple[Kind, Card]) -> dict[str, str]:
    """What a link to the form knows already, such as the licence it is about; the reader may change it."""
    named = ((one, request.GET.get(one.name, "")) for one in fields_of(*chosen))
    return {one.name: value.replace("\x00", "")[: one.max_length] for one, value in named if value}


def _posted(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    chosen = card_of(request.POST.get("kind", ""))
    if request.POST.get(HONEYPOT):
        return redirect("portal:received")
    if chosen is None:
        return Page(visitor=visitor, wrong=_("Choose what you need first."), status=422).shown(request)
    key = drafts.key_in(request.POST)
    draft = visitor.posted(key)
    form = RequestForm(request.POST, request.FILES, chosen=chosen, user=user_of(request), kept=drafts.files_of(draft))
    if wait := throttle.by_caller(request, throttle.ATTEMPTS):
        return _held_up(request, visitor, form, key, wait)
    if "remove" in request.POST:
        return _without_file(request, visitor, form, key)
    if not form.is_valid():
        return _refused(request, visitor, form, key)
    return _sent(request, visitor, form, key, draft)


def _sent(
    request: HttpRequest, visitor: Visitor, form: RequestForm, key: str, draft: RequestDraft | None
) -> HttpResponseBase:
    new = request_of(form)
    if wait := throttle.refused_for(request, email="" if form.user else new.email):
        return _held_up(request, visitor, form, key, wait)
    once = key or request.POST.get("csrfmiddlewaretoken", "")  # a form without its key is still one page's form
    ticket, shown = join_or_submit(new, user=form.user, key=once)
    drafts.sent(draft)
    return redirect(tracking.path_for(ticket) if shown else "portal:received")


def _refused(request: HttpRequest, visitor: Visitor, form: RequestForm, key: str) -> HttpResponseBase:
    """The page again with what is wrong; text and files are kept in the draft."""
    key = key or drafts.new_key()
    draft = _kept(visitor, form, key)
    drafts.add_files(draft, form.uploads())
    again = _again(form, draft)
    response = Page(visitor=visitor, chosen=(form.kind, form.card), form=again, key=key, status=422).shown(request)
    visitor.remember(request, response)
    return response


def _without_file(request: HttpRequest, visitor: Visitor, form: RequestForm, key: str) -> HttpResponseBase:
    draft = _kept(visitor, form, key or drafts.new_key())
    drafts.add_files(draft, form.uploads())
    drafts.take_out(draft, request.POST["remove"])
    response = redirect(f"{request.path}?kind={form.card.slug}")
    visitor.remember(request, response)
    return response


def _held_up(request: HttpRequest, visitor: Visitor, form: RequestForm, key: str, wait: int) -> HttpResponseBase:
    again = RequestForm(chosen=(form.kind, form.card), user=form.user, kept=form.kept, initial=dict(form.data.items()))
    return Page(
        visitor=visitor,
        chosen=(form.kind, form.card),
        form=again,
        key=key or drafts.new_key(),
        wrong=throttle.sentence(wait),
        status=429,
        headers={"Retry-After": str(wait)},
    ).shown(request)


def _kept(visitor: Visitor, form: RequestForm, key: str) -> RequestDraft:
    texts = {name: form.data.get(name, "") for name in form.text_names()}
    return visitor.keep(key=key, card=form.card.slug, fields=texts)


def _again(form: RequestForm, draft: RequestDraft) -> RequestForm:
    """The same form with the same errors, showing the files the draft holds now; NUL would not survive the page."""
    form.kept = drafts.files_of(draft)
    form.data = {name: value.replace("\x00", "") for name, value in form.data.items()}
    return form


def _region(contact: Contact | None) -> str:
    return contact.account.region if contact and contact.account else ""
