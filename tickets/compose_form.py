"""What a composer posts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from tickets import recipients
from tickets.models import Draft, Status

MAX_TEXT = 100_000
MAX_ENCLOSED = 1000
KINDS = (Draft.Kind.REPLY, Draft.Kind.NOTE)
THEN = (Status.OPEN, Status.PENDING_PARTNER, Status.PENDING_INTERNAL, Status.ON_HOLD, Status.SOLVED)


class PlainField(forms.CharField):
    """Text without NUL, as typed."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(str(value).replace("\x00", "")) if value else "")


class PeopleField(PlainField):
    """A line of addresses; its clean value is a list of recipients."""

    def clean(self, value: Any) -> Any:
        return recipients.parse(super().clean(value))


class ComposeForm(forms.Form):
    """What a composer posts; the same for replies and notes."""

    data: QueryDict

    kind = forms.ChoiceField(choices=[(one.value, one.label) for one in KINDS])
    body = PlainField(
        required=False,
        strip=False,
        max_length=MAX_TEXT,
        error_messages={
            "max_length": gettext_lazy(
                "The text has more than %(limit_value)d characters. Shorten it, or attach it as a file."
            )
        },
    )
    to = PeopleField(required=False, max_length=recipients.MAX_LINE)
    cc = PeopleField(required=False, max_length=recipients.MAX_LINE)
    seen = forms.IntegerField(required=False, min_value=0)
    submission = PlainField(required=False, max_length=64)
    response = PlainField(required=False, max_length=80)
    history = forms.ChoiceField(required=False, choices=Draft.History.choices)
    prepared = forms.IntegerField(required=False, min_value=1)
    despite = PlainField(required=False, max_length=2 * recipients.MAX_LINE)
    then = forms.ChoiceField(required=False, choices=[("", ""), *[(one.value, one.label) for one in THEN]])

    @property
    def kind_value(self) -> str:
        return Draft.Kind.NOTE if self.data.get("kind") == Draft.Kind.NOTE else Draft.Kind.REPLY

    @property
    def begun_with(self) -> int | None:
        """The prepared reply whose text was there."""
        return number(self.data.get("prepared")) or None

    @property
    def enclosed(self) -> list[int]:
        """Which of its files go along."""
        return [pk for text in self.data.getlist("enclosed")[:MAX_ENCLOSED] if (pk := number(text))]

    @property
    def sentences(self) -> list[str]:
        return [str(sentence) for errors in self.errors.values() for sentence in errors]


def number(value: object) -> int:
    """0 for what is none."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
