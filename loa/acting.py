"""From the decision form to what is done: asked once more before a void, and led on to DocuSign where it is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from loa import access, deciding, forms, opening, texts
from loa.decision_part import Part
from loa.models import LetterDecision, LetterRequest, Mode
from people.models import User
from tickets import steps
from tickets.actions import Refused

What, How = LetterDecision.What, LetterDecision.How
VOID = "void"  # the button's own value: decline, by ending it for everybody
FILL = "fill"  # a person's own reasons are put into both texts, and nothing is decided yet


@dataclass(kw_only=True)
class Asked:
    """What a person sent, and the part of the page that answers it."""

    request: LetterRequest
    by: User
    form: forms.Decision | None
    part: Part


@dataclass(frozen=True, kw_only=True)
class Acted:
    """Where it goes on: with a token to DocuSign's page, else to the letter's with these words."""

    words: str
    address: str
    token: str = ""


def read(request: LetterRequest, by: User, given: Mapping[str, Any] | None) -> Asked:
    form = None if given is None else forms.Decision(_with_reasons(request, _with_act(given)))
    return Asked(request=request, by=by, form=form, part=Part(request, by, form))


def act(asked: Asked) -> Acted | None:
    """None where the page has to be shown: nothing was sent, or something is missing; `asked.part` says what."""
    if asked.form is None:
        return None
    if asked.form.data.get("act") == FILL:
        if asked.part.lacks_reasons:
            asked.part = replace(asked.part, refused=_("Write why it is declined: it stands in both texts."))
        return None
    if not asked.form.is_valid():
        asked.part = replace(asked.part, refused=_("Nothing was decided yet: see what is marked below."))
        return None
    given = asked.form.cleaned_data
    how = deciding.way_of(asked.request, given["what"], void=given["void"])
    if how == How.VOID and not given["sure"]:
        _ask_again(asked, given)
        return None
    try:
        return _done(asked, given, how)
    except Refused as refused:
        asked.part = replace(asked.part, refused=str(refused))
        return None


def _ask_again(asked: Asked, given: Mapping[str, Any]) -> None:
    """The second question, once the texts are whole; the reason as DocuSign takes it, still to be changed."""
    try:
        deciding.check_decline(given["reason_text"], How.VIEW, forms.draft_of(given))
    except Refused as refused:
        asked.part = replace(asked.part, refused=str(refused))
    else:
        asked.part = replace(asked.part, sure=True)


def _done(asked: Asked, given: Mapping[str, Any], how: str) -> Acted:
    part = asked.part
    if part.step is None:
        raise Refused(part.closed or _("Nothing can be decided here now."))
    steps.confirm(part.step, given, by=asked.by)
    request = access.request_for(asked.by, asked.request.pk)
    address = reverse("deciding:decide", args=[request.pk])
    token = opening.open_in_docusign(request, by=asked.by) if how == How.VIEW else ""
    return Acted(words=_words(given["what"]), address=address, token=token)


def _words(what: str) -> str:
    return {
        What.APPROVE.value: _("Approved. DocuSign lets it go on to Legal."),
        What.DECLINE.value: _("Declined. The e-mail leaves when DocuSign has confirmed it."),
        What.HOLD.value: _("Held. It comes back by itself."),
    }[what]


def _with_reasons(request: LetterRequest, given: dict[str, Any]) -> dict[str, Any]:
    """A person's own reasons stand in both texts from then on, and are read and changed there."""
    reasons = str(given.get("reasons", ""))[: forms.MOST_OF_REASONS]
    if not reasons.strip():
        return given
    filled = {
        name: texts.with_reasons(str(given[name]).replace("\r\n", "\n"), reasons)
        for name in ("reason_text", "subject", "body")
        if name in given
    }
    if request.mode == Mode.WORKFLOW_GATE and "reason_text" in filled:
        filled["reason_text"] = texts.shortened(filled["reason_text"], request)
    return given | filled


def _with_act(given: Mapping[str, Any]) -> dict[str, Any]:
    """A button may say more than the choice above it."""
    plain = {name: given[name] for name in given}
    said = str(plain.get("act", ""))
    if said == What.HOLD and "hold_why" in plain:
        plain["why"] = plain["hold_why"]
    if said in What.values:
        plain["what"] = said
    if said == FILL:
        plain["what"] = What.DECLINE.value
    if said == VOID:
        plain |= {"what": What.DECLINE.value, "void": "on"}
    return plain
