"""The form a lead edits a response in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets import kinds as registry
from tickets import response_editing
from tickets.models import Response
from tickets.models.response import Audience, Topic
from tickets.response_editing import Text


class ResponseForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=160)
    topic = forms.ChoiceField(label=_("Topic"), choices=Topic.choices)
    audience = forms.ChoiceField(label=_("Use"), choices=Audience.choices)
    purpose = forms.CharField(
        label=_("When to use it"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    kinds = forms.MultipleChoiceField(
        label=_("Offered first on these tickets"),
        required=False,
        choices=lambda: [(kind.slug, kind.title) for kind in registry.all_kinds()],
        widget=forms.CheckboxSelectMultiple,
    )
    subject = forms.CharField(label=_("Subject"), max_length=200)
    body = forms.CharField(
        label=_("Text"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_("Markdown. A variable is written {{ name }}."),
    )
    variables = forms.CharField(
        label=_("Variables"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=_("One a line: name: what it is (list, optional). What the ticket fills by itself needs no line."),
    )
    owner_name = forms.CharField(label=_("Owner"), max_length=120)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, response: Response | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.response = response

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        declared, unreadable = response_editing.declared_in(given.get("variables", ""))
        for sentence in unreadable:
            self.add_error("variables", sentence)
        subject, body = given.get("subject", ""), given.get("body", "")
        for sentence in response_editing.faults(subject, body, declared):
            self.add_error("body", sentence)
        given["declared"] = response_editing.complete(subject, body, declared, before=self.response)
        return given

    def text(self) -> Text:
        given = self.cleaned_data
        return Text(
            **{name: given[name] for name in response_editing.EDITED},
            variables=given["declared"],
        )


def initial_of(response: Response) -> dict[str, Any]:
    values = {name: getattr(response, name) for name in response_editing.EDITED}
    return values | {"variables": response_editing.declarations_of(response), "version": response.version}
