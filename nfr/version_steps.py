"""Which version a licence has: the billing page of its group, by an address made of the namespace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nfr import (
    already,
    asking_group,
    correcting,
    evidence,
    filling,
    namespaces,
    policy,
    reading,
    requests,
    stages,
    topic_reading,
)
from nfr.guides import links
from nfr.models import Licence, LicenceRequest, Type
from tickets import notices, prepared
from tickets.models import Status
from tickets.procedures import At, Done, Fact, Prepared, Waiting

SHOWN: Final = ("namespace", "types", "tier")
SAAS: Final = "nfr-version"
OWN_SERVER: Final = "nfr-version-self-managed"
_SENT: Final = prepared.look_sent("answer")


class Group(forms.Form):
    """The group, or that there is none because the licence runs on the partner's own server."""

    button = gettext_lazy("Keep it")

    namespace = forms.CharField(
        label=gettext_lazy("Namespace"),
        max_length=255,
        required=False,
        help_text=gettext_lazy("Its path or its address"),
    )
    own_server = forms.BooleanField(
        label=gettext_lazy("The licence is self-managed: there is no group"), required=False
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not given.get("own_server") and not given.get("namespace", "").strip():
            self.add_error("namespace", _("Write the group, or say that the licence is self-managed."))
        return given


def read(at: At) -> Done:
    _request, done = topic_reading.read(at, SHOWN)
    return done


def complete(at: At) -> Done | Waiting:
    """Done when the address of the billing page is certain; else the partner is asked."""
    request = requests.of(at.ticket)
    if first := asking_group.before(at, request):
        return first
    request = filling.fill(request)
    if is_own_server(request):
        asking_group.drop(at)
        return Done(note=_("It runs on their own server: an administrator sees the version there."))
    if not request.namespace:
        return asking_group.ask(at, request, missing=())
    asking_group.drop(at)
    found = namespaces.read(request.namespace)
    page = Fact(
        name=_("Billing page"), value=found.billing_url, tone="good", source=found.remark, link=found.billing_url
    )
    return Done(note=_("The group is %(group)s.") % {"group": found.top}, facts=[page])


def complete_prepared(at: At) -> Prepared:
    request = requests.of(at.ticket)
    wrong = reading.why_no_namespace(request)
    initial = {"namespace": request.namespace, "own_server": is_own_server(request)}
    return Prepared(initial=initial, note=wrong, facts=evidence.facts(request, SHOWN))


def keep(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    assert at.by is not None  # a form is sent by somebody
    values = {"types": [Type.SELF_MANAGED], "namespace": ""} if given.get("own_server") else {
        "types": [Type.SAAS], "namespace": given["namespace"],
    }  # fmt: skip
    with requests.holding(requests.of(at.ticket)) as row:
        correcting.keep(row, values, by=at.by)
    return complete(at)


def answer(at: At) -> Done:
    """The page that shows it, what our register says, and the documentation."""
    request = requests.of(at.ticket)
    stages.move(request, stages.Stage.DECIDING)
    _offer(at, request, key=at.key)
    own = is_own_server(request)
    return Done(note=_("It says where an administrator sees it.") if own else _("It links the group's billing page."))


def sent(at: At) -> Done | Waiting:
    """Until it is sent the draft says what a person has corrected since; then we are done."""
    request = requests.of(at.ticket)
    if (key := already.standing(at, "answer")) is not None:
        _offer(at, request, key=key)
    found = _SENT(at)
    if isinstance(found, Done):
        stages.move(request, stages.Stage.DONE)
    return found


def _offer(at: At, request: LicenceRequest, *, key: str) -> None:
    own = is_own_server(request)
    given = {
        "namespace": request.namespace,
        "licence_known": known(request.licence),
        "guide_link": links.link_for(request),
    }
    to, cc = notices.answer_to(at.ticket)
    prepared.offer(
        at.ticket,
        step=key,
        response=OWN_SERVER if own else SAAS,
        values=given,
        to=to,
        cc=cc,
        then=Status.SOLVED,
    )


def is_own_server(request: LicenceRequest) -> bool:
    return request.types == [Type.SELF_MANAGED] and not request.namespace


def known(licence: Licence | None) -> str:
    """“Ultimate, 25 seats, until 30 Jun 2023”; nothing of a licence that is over."""
    today = timezone.localdate()
    if licence is None or not Licence.objects.filter(policy.in_force(today), pk=licence.pk).exists():
        return ""
    seats = _("%(n)d seats") % {"n": licence.seats} if licence.seats else ""
    ends = _("until %(day)s") % {"day": date_format(licence.ends, "j M Y")} if licence.ends else ""
    parts = [str(licence.get_tier_display()) if licence.tier else "", seats, ends]
    return ", ".join(part for part in parts if part) if licence.tier else ""
