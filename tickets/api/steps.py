"""The steps of a ticket over HTTP: read, decide, try again, skip, do by hand, take back, go back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from people.models import User
from tickets import access, steps
from tickets.api import step_docs
from tickets.api.shapes import StepShape
from tickets.api.views import DeskApi, user_of
from tickets.models import Step, Ticket
from web.idempotency import idempotent
from web.problems import wrong_fields


@step_docs.STEPS
class StepList(DeskApi):
    def get(self, request: Request, reference: str) -> Response:
        ticket = _readable(request, reference)
        found = [_shown(one, ticket, by=user_of(request)) for one in steps.of(ticket)]
        return Response({"results": found, "next": None, "previous": None})


class StepVerb(DeskApi):
    """One verb; the answer is the step as it is then."""

    @idempotent
    def post(self, request: Request, reference: str, slug: str) -> HttpResponseBase:
        ticket = _readable(request, reference)
        user = user_of(request)
        if not access.may_work(user):
            raise PermissionDenied(_("Your account reads tickets; it may not change them. Nothing was changed."))
        self.do(_step_of(ticket, slug), request, user)
        ticket.refresh_from_db()
        return Response(_shown(_step_of(ticket, slug), ticket, by=user))

    def do(self, step: Step, request: Request, user: User) -> None:
        raise NotImplementedError


@step_docs.CONFIRM
class Confirm(StepVerb):
    def do(self, step: Step, request: Request, user: User) -> None:
        steps.confirm(step, checked(steps.form_of(step), given(request)), by=user)


@step_docs.RETRY
class Retry(StepVerb):
    def do(self, step: Step, request: Request, user: User) -> None:
        checked(forms.Form, given(request))
        steps.retry(step, by=user)


@step_docs.SKIP
class Skip(StepVerb):
    def do(self, step: Step, request: Request, user: User) -> None:
        steps.skip(step, why=checked(WhyForm, given(request))["why"], by=user)


@step_docs.BY_HAND
class DoneByHand(StepVerb):
    def do(self, step: Step, request: Request, user: User) -> None:
        steps.done_by_hand(step, how=checked(HowForm, given(request))["how"], by=user)


@step_docs.UNDO
class Undo(StepVerb):
    def do(self, step: Step, request: Request, user: User) -> None:
        checked(forms.Form, given(request))
        steps.undo(step, by=user)


@step_docs.GO_BACK
class GoBack(StepVerb):
    def do(self, step: Step, request: Request, user: User) -> None:
        steps.go_back(step.ticket, step.slug, by=user, why=checked(WhyForm, given(request))["why"])


class WhyForm(forms.Form):
    why = forms.CharField(max_length=2000)


class HowForm(forms.Form):
    how = forms.CharField(max_length=2000)


def _readable(request: Request, reference: str) -> Ticket:
    """Steps are the desk's and the channel managers'; a partner's own sign-in finds none."""
    user = user_of(request)
    ticket = access.ticket_for(user, reference)
    if not user.is_colleague:
        raise Http404(_("There is no such page, or you may not see it."))
    return ticket


def _step_of(ticket: Ticket, slug: str) -> Step:
    found = next((one for one in steps.of(ticket) if one.slug == slug), None)
    if found is None:
        raise Http404(_("There is no step called %(slug)s.") % {"slug": slug[:40]})
    found.ticket = ticket
    return found


def _shown(step: Step, ticket: Ticket, *, by: User) -> dict[str, Any]:
    step.ticket = ticket
    return dict(StepShape(context={"by": by}).to_representation(step))


def given(request: Request) -> Mapping[str, Any]:
    """What was sent, an object; anything else is an error."""
    if not isinstance(request.data, Mapping):
        raise wrong_fields({"non_field_errors": [_("Send an object with the fields of the form.")]})
    return request.data


def checked(form: type[forms.Form], given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The form's values; a field it does not know, or one it cannot take, is named."""
    unknown = {name: [_("There is no such field.")] for name in given if name not in form.base_fields}
    if unknown:
        raise wrong_fields(unknown)
    bound = form(given)
    if not bound.is_valid():
        raise wrong_fields({name: [str(one) for one in said] for name, said in bound.errors.items()})
    return bound.cleaned_data
