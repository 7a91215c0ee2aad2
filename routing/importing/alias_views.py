"""The pages of aliases: colleagues read what is explained and what waits for it, leads explain."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.http import DeskRequest, colleagues_only, leads_only
from routing.dating import Refused
from routing.importing import aliases
from routing.importing.forms import AliasForm
from routing.models import KeyAlias
from web.http import respond
from web.toasts import toast


@require_safe
@colleagues_only
def all_aliases(request: DeskRequest) -> HttpResponseBase:
    """What is explained, and what waits for it."""
    today = timezone.localdate()
    context = {
        "aliases": KeyAlias.objects.select_related("said_by"),
        "unknown": aliases.unknown(today),
        "empty": aliases.empty(today),
        "may_act": request.user.leads,
    }
    return respond(request, "routing/mapping/aliases.html", context)


@require_http_methods(["GET", "POST"])
@leads_only
def new_alias(request: DeskRequest) -> HttpResponseBase:
    """`?table=&key=&means=` fill it in."""
    start = {name: request.GET.get(name, "")[:255] for name in ("table", "key", "means")}
    form = AliasForm(request.POST) if request.method == "POST" else AliasForm(initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            alias = aliases.add(**form.cleaned_data, by=request.user, on=timezone.localdate())
        except Refused as refused:
            form.add_error("means", str(refused))
        else:
            words = _("“%(key)s” means %(means)s from now on.") % {"key": alias.key, "means": alias.means}
            toast(request, words, undo=reverse("routing:alias_remove", args=[alias.pk]))
            return redirect("routing:aliases")
    return respond(request, "routing/mapping/alias.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@leads_only
def remove_alias(request: DeskRequest, pk: int) -> HttpResponseBase:
    alias = get_object_or_404(KeyAlias, pk=pk)
    aliases.remove(alias, by=request.user)
    toast(request, _("“%(key)s” has no meaning any more.") % {"key": alias.key})
    return redirect("routing:aliases")
