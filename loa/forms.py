"""What a person fills in to decide about a letter, on its page, on the ticket and by the API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loa.mails import Draft
from loa.models import LetterDecision, LetterRequest, Mode
from loa.texts import Mail, Texts
from tickets import recipients

What = LetterDecision.What
TEXT: Final = {"class": "input", "rows": 4}
MOST_OF_REASONS: Final = 2000
LINE: Final = {"class": "input", "autocomplete": "off"}


class People(forms.CharField):
    """A line of names and addresses."""

    def clean(self, value: Any) -> Any:
        line = super().clean(value)
        found = recipients.parse(line)
        if self.required and not found:
            raise ValidationError(self.error_messages["required"], code="required")
        return found


class Decision(forms.Form):
    """`sure` is the second word before a void; `seen` the decision that the page knew."""

    what = forms.ChoiceField(label=_("Decision"), choices=What.choices, error_messages={"required": _("Choose first.")})
    void = forms.BooleanField(label=_("Void the envelope with the reason"), required=False)
    sure = forms.BooleanField(label=_("End it for everybody"), required=False)
    why = forms.CharField(label=_("Why"), required=False, max_length=2000, widget=forms.Textarea({**TEXT, "rows": 3}))
    until = forms.DateField(
        label=_("Comes back on"), required=False, widget=forms.DateInput({"type": "date", "class": "input"})
    )
    reason_text = forms.CharField(
        label=_("Reason for DocuSign"), required=False, max_length=2000, widget=forms.Textarea(TEXT)
    )
    to = People(label=_("To"), required=False, max_length=2000, widget=forms.TextInput(LINE))
    cc = People(label=_("Cc"), required=False, max_length=2000, widget=forms.TextInput(LINE))
    subject = forms.CharField(label=_("Subject"), required=False, max_length=300, widget=forms.TextInput(LINE))
    body = forms.CharField(
        label=_("E-mail"), required=False, max_length=20_000, widget=forms.Textarea({**TEXT, "rows": 14})
    )
    response = forms.SlugField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def clean_reason_text(self) -> str:
        return str(self.cleaned_data["reason_text"]).replace("\r\n", "\n").strip()

    def clean_until(self) -> datetime | None:
        """The morning of that day."""
        day = self.cleaned_data["until"]
        if day is None:
            return None
        if day <= timezone.localdate():
            raise ValidationError(_("Choose a day after today."))
        return timezone.make_aware(datetime.combine(day, time(8)))


class Told(forms.Form):
    """What the requester is told when a letter ended without us."""

    to = People(label=_("To"), max_length=2000, widget=forms.TextInput(LINE))
    cc = People(label=_("Cc"), required=False, max_length=2000, widget=forms.TextInput(LINE))
    subject = forms.CharField(label=_("Subject"), max_length=300, widget=forms.TextInput(LINE))
    body = forms.CharField(label=_("E-mail"), max_length=20_000, widget=forms.Textarea({**TEXT, "rows": 14}))
    response = forms.SlugField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


def draft_of(given: Mapping[str, Any]) -> Draft:
    """The mail in the checked values of either form."""
    return Draft(
        to=given["to"],
        cc=given["cc"],
        subject=given["subject"],
        body=given["body"].replace("\r\n", "\n"),
        response=given.get("response") or "",
        version=given.get("version") or 0,
    )


def initial(request: LetterRequest, offered: Texts) -> dict[str, Any]:
    """The first values: what is under way as it was written, else both texts as they are offered."""
    proposed = {What.APPROVE.value: What.APPROVE, What.DECLINE.value: What.DECLINE}.get(request.proposal, What.HOLD)
    whole = not offered.reason.unresolved  # only what is whole is made shorter
    reason = offered.void_reason if whole and request.mode == Mode.WORKFLOW_GATE else offered.reason.body
    return {"what": proposed.value, "reason_text": reason, **initial_of_mail(offered.mail)}


def initial_of_mail(mail: Mail) -> dict[str, Any]:
    return {
        "to": recipients.line(mail.to),
        "cc": recipients.line(mail.cc),
        "subject": mail.text.subject,
        "body": mail.text.body,
        "response": mail.text.response,
        "version": mail.text.version,
    }


def initial_of_decision(decision: LetterDecision | None) -> dict[str, Any]:
    """What was written for a decision before, so that nothing is written twice."""
    if decision is None:
        return {}
    first: dict[str, Any] = {"what": decision.what, "why": decision.why} if decision.settled is None else {}
    if decision.mail:
        draft = Draft.from_json(decision.mail)
        mail = {"to": recipients.line(draft.to), "cc": recipients.line(draft.cc), "subject": draft.subject}
        first |= {"reason_text": decision.reason_text, **mail, "body": draft.body}
    return first
