"""What the letters' pages do, over HTTP: decide, say which partner, check again, recall (contract §5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from loa import access, api_docs, decision_part, finding, letters
from loa.api import LetterRequestDetailShape
from loa.forms import Decision
from loa.models import LetterRequest
from partners.api import Colleagues, user_of
from partners.models import Account
from people.models import User
from tickets import steps
from tickets.actions import Refused
from tickets.api.steps import checked, given
from tickets.api.views import DeskApi
from web.idempotency import idempotent
from web.problems import wrong_fields


class AccountForm(forms.Form):
    partner = forms.IntegerField(label=gettext_lazy("Partner"), min_value=1, max_value=2**63 - 1)
    remember = forms.BooleanField(label=gettext_lazy("Remember the name"), required=False)


class WhyForm(forms.Form):
    why = forms.CharField(label=gettext_lazy("Why"), max_length=2000)


class LetterVerb(DeskApi):
    """One verb of the desk; the answer is the request as it is then."""

    permission_classes: Sequence[type[BasePermission]] = [IsAuthenticated, Colleagues]
    form: type[forms.Form] = forms.Form

    @idempotent
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        user = user_of(request)
        if not user.on_desk:
            raise PermissionDenied(_("Your account reads letters; it may not decide about them. Nothing was changed."))
        row = access.request_for(user, pk)
        self.do(row, checked(self.form, given(request)), user)
        return Response(LetterRequestDetailShape(access.request_for(user, pk)).data)

    def do(self, row: LetterRequest, values: Mapping[str, Any], user: User) -> None:
        raise NotImplementedError


@api_docs.DECIDE
class Decide(LetterVerb):
    form = Decision

    def do(self, row: LetterRequest, values: Mapping[str, Any], user: User) -> None:
        part = decision_part.Part(row, user)
        if part.closed or part.step is None:
            raise Refused(part.closed or _("Nothing can be decided here now."))
        steps.confirm(part.step, values, by=user)


@api_docs.ACCOUNT
class ChooseAccount(LetterVerb):
    form = AccountForm

    def do(self, row: LetterRequest, values: Mapping[str, Any], user: User) -> None:
        account = Account.objects.filter(pk=values["partner"]).first()
        if account is None:
            raise wrong_fields({"partner": [_("There is no partner with this id.")]})
        finding.choose_account(row, account, by=user, remember=values["remember"])


@api_docs.CHECK_AGAIN
class CheckAgain(LetterVerb):
    def do(self, row: LetterRequest, values: Mapping[str, Any], user: User) -> None:  # noqa: ARG002 - it takes nothing
        finding.check_again(row, by=user)


@api_docs.RECALL
class Recall(LetterVerb):
    form = WhyForm

    def do(self, row: LetterRequest, values: Mapping[str, Any], user: User) -> None:
        letter = letters.of_request(row)
        if letter is None:
            raise Http404(_("No letter has come of this request."))
        letters.recall(letter, by=user, why=values["why"])
