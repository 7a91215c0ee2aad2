"""A form as JSON: what a program may send to `confirm`, with the values a person would find filled in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder

from people.models import User
from tickets import steps
from tickets.models import Step
from tickets.steps.forms import may_say, prepared_or_why
from tickets.steps.reading import to_decide

_TYPES: dict[type[forms.Field], str] = {
    forms.BooleanField: "boolean",
    forms.IntegerField: "integer",
    forms.DateField: "date",
    forms.DateTimeField: "datetime",
    forms.EmailField: "email",
    forms.MultipleChoiceField: "choices",
    forms.ChoiceField: "choice",
}


def of(step: Step, *, by: User | None) -> dict[str, Any] | None:
    """Where a person has to decide now; None elsewhere. What cannot be worked out is said in `note`, without fields."""
    if not (to_decide(step) or may_say(step)):
        return None
    ready, failed = prepared_or_why(step, by=by)
    form = steps.form_of(step)(initial=dict(ready.initial))
    fields = {} if failed else form.fields
    whole = {
        "fields": [_field(name, field, form.get_initial_for_field(field, name)) for name, field in fields.items()],
        "note": str(ready.note),
        "changes": [vars(one) for one in ready.changes],
        "facts": [vars(one) for one in ready.facts],
        "link": ready.link,
        "picture": ready.picture,
    }
    plain: dict[str, Any] = json.loads(json.dumps(whole, cls=DjangoJSONEncoder))
    return plain


def _field(name: str, field: forms.Field, initial: Any) -> Mapping[str, Any]:
    choices = getattr(field, "choices", None)
    shown: dict[str, Any] = {
        "name": name,
        "label": str(field.label or name),
        "type": next((word for kind, word in _TYPES.items() if isinstance(field, kind)), "text"),
        "required": field.required,
        "initial": initial,
    }
    if choices is not None:
        shown["choices"] = [{"value": str(value), "label": str(label)} for value, label in choices]
    return shown
