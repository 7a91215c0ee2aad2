"""Letters in force whose partner may not hold one any more: the list, and recalling one of them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from loa import letters, telling
from loa.models import Letter
from people.http import DeskRequest, desk_only
from tickets.actions import Refused


@require_safe
@desk_only
def page(request: DeskRequest) -> HttpResponseBase:
    return _page(request)


@require_POST
@desk_only
def recall(request: DeskRequest, pk: int) -> HttpResponseBase:
    letter = Letter.objects.filter(pk=pk).first()
    if letter is None:
        raise Http404(_("There is no such letter."))
    why = request.POST.get("why", "")[:2000]
    try:
        done = letters.recall(letter, by=request.user, why=why)
    except Refused as refused:
        return _page(request, wrong={pk: str(refused)}, typed={pk: why}, status=422)
    messages.success(request, _("The letter of %(company)s is recalled.") % {"company": done.company})
    if unreached := telling.why_unreached(done, telling.RECALLED):
        words = _("%(why)s The requester does not know of it: tell somebody else at the partner.")
        messages.warning(request, words % {"why": unreached})
    return redirect("loa:recall")


def _page(
    request: DeskRequest,
    *,
    wrong: dict[int, str] | None = None,
    typed: dict[int, str] | None = None,
    status: int = 200,
) -> HttpResponseBase:
    found = letters.to_recall(timezone.localdate())
    lines = [
        {
            "letter": one.letter,
            "reasons": one.reasons,
            "manager": telling.manager_of(one.letter),
            "typed": (typed or {}).get(
                one.letter.pk, " ".join(reason.words for reason in one.reasons if reason.kind == "missing")
            ),
            "wrong": (wrong or {}).get(one.letter.pk, ""),
        }
        for one in found
    ]
    lately = Letter.objects.filter(state=Letter.State.RECALLED).select_related("recalled_by", "account")
    return render(
        request, "loa/recall.html", {"lines": lines, "recalled": lately.order_by("-recalled")[:20]}, status=status
    )
