"""What colleagues teach the desk about a partner: a mail domain, another name; and take back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partners import access, matching, panels
from partners.models import Account
from partners.panels import Page
from people.http import DeskRequest, colleagues_only
from web.http import respond, wants_part
from web.toasts import toast, toast_error

PANEL = "known"
LONGEST = 255


@require_POST
@colleagues_only
def remember(request: DeskRequest, pk: int) -> HttpResponseBase:
    account, domain, name = _asked(request, pk)
    refused = "" if domain or name else _("Type a mail domain or a name. Nothing was changed.")
    try:
        for one in matching.remember(account, domain=domain, name=name, by=request.user):
            words = _("“%(words)s” stands for %(partner)s now.") % {"words": domain or name, "partner": account}
            toast(request, words, undo=_back(one, account))
    except matching.CannotRemember as error:
        refused = f"{error} {_('Nothing was changed.')}"
    return _answer(request, account, refused=refused)


@require_POST
@colleagues_only
def forget(request: DeskRequest, pk: int) -> HttpResponseBase:
    account, domain, name = _asked(request, pk)
    if matching.forget(account, domain=domain, name=name, by=request.user):
        words = _("“%(words)s” does not stand for %(partner)s any more.") % {
            "words": domain or name,
            "partner": account,
        }
        toast(request, words, undo=_address("partners:remember", account.pk, domain=domain, name=name))
    return _answer(request, account)


def _asked(request: DeskRequest, pk: int) -> tuple[Account, str, str]:
    """Whose, and what: from the form, or from the address when it is an undo."""
    account = access.account_for(request.user, pk)
    if not access.may_teach(request.user):
        raise PermissionDenied
    given = {**request.GET.dict(), **request.POST.dict()}
    domain, name = (given.get(key, "").replace("\x00", "").strip()[:LONGEST] for key in ("domain", "name"))
    return account, domain.rpartition("@")[2].removeprefix("www."), "" if domain else name


def _back(learned: matching.Learned, account: Account) -> str:
    """What makes it as it was: the partner it stood for before gets it again, or nobody."""
    said = {"domain": "", "name": "", learned.what: learned.key}
    before = learned.before.get("account")
    if before:
        return _address("partners:remember", before, domain=said["domain"], name=said["name"])
    return _address("partners:forget", account.pk, domain=said["domain"], name=said["name"])


def _address(view: str, pk: int, *, domain: str, name: str) -> str:
    said = {"domain": domain} if domain else {"name": name}
    return f"{reverse(view, args=[pk])}?{urlencode(said)}"


def _answer(request: DeskRequest, account: Account, *, refused: str = "") -> HttpResponseBase:
    """The card as it is now; without htmx the partner's page."""
    if not wants_part(request):
        if refused:
            toast_error(request, refused)
        return redirect("partners:partner", account.pk)
    page = Page(account=account, user=request.user)
    shown = {"page": page, "one": panels.one(page, PANEL), "refused": refused}
    return respond(request, "partners/partner.html", shown, part="panel", status=422 if refused else 200)
