"""From a kind's declared field to the form field that reads it; every error is one plain sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from documents import limits
from documents.models import StoredFile
from portal.uploads import Upload
from tickets.kinds import Field, Words

LONGEST_TEXT = 20_000
MOST = 1_000_000_000
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
_TOO_LONG = ngettext_lazy(
    "Up to %(limit_value)d character fits here; this has %(show_value)d.",
    "Up to %(limit_value)d characters fit here; this has %(show_value)d.",
    "limit_value",
)


def words(label: Words) -> dict[str, Any]:
    """What a field says when it is missing or wrong."""
    return {
        "required": _("%(label)s is missing.") % {"label": label},
        "max_length": _TOO_LONG,
        "null_characters_not_allowed": _("This holds a character that cannot be stored. Type it again without it."),
    }


class Line(forms.CharField):
    """One line of text, however it was pasted. No maxlength in the page: a browser would cut a paste without a word."""

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value) or "").split())

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class Understood(Line):
    """A line of which only what was meant is kept: of a whole address the part that counts."""

    understood: Callable[[str], str]

    def clean(self, value: Any) -> str:
        written = str(super().clean(value))
        try:
            return self.understood(written) if written else ""
        except ValueError as why:
            raise ValidationError(str(why)) from why


class Text(forms.CharField):
    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


def files_in(files: Mapping[str, Any], name: str) -> list[Upload]:
    """The files that were posted under one name."""
    if isinstance(files, MultiValueDict):
        return list(files.getlist(name))
    return [files[name]] if name in files else []


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(
        self,
        data: Mapping[str, Any],  # noqa: ARG002 - Django's signature
        files: MultiValueDict[str, Upload],
        name: str,
    ) -> list[Upload]:
        return files_in(files, name)


class Files(forms.Field):
    """Several files; those a draft already holds count too."""

    widget = ManyFiles
    kept: Sequence[StoredFile] = ()

    def clean(self, value: list[Upload]) -> list[Upload]:
        refused = [sentence for file in value if (sentence := limits.refuse(file))]
        if refused:
            raise ValidationError(refused)
        if self.required and not value and not self.kept:
            raise ValidationError(str(self.error_messages["required"]))
        return value


def form_field(field: Field) -> forms.Field:
    """The form field for one declared field."""
    return _MAKERS[field.kind](field)


def _common(field: Field) -> dict[str, Any]:
    return {
        "label": field.label,
        "help_text": field.hint,
        "required": field.required,
        "error_messages": words(field.label),
    }


def _attributes(field: Field) -> dict[str, str]:
    return {"autocomplete": field.autocomplete or "off"}


def _checks(field: Field) -> list[RegexValidator]:
    return [RegexValidator(rf"\A(?:{field.pattern})\Z", str(field.pattern_says) or None)] if field.pattern else []


def _line(field: Field) -> forms.Field:
    widget = forms.TextInput(attrs=_attributes(field))
    shape = Understood if field.understood else Line
    made = shape(max_length=field.max_length, validators=_checks(field), widget=widget, **_common(field))
    if isinstance(made, Understood) and field.understood:
        made.understood = field.understood
    return made


def _text(field: Field) -> forms.Field:
    return Text(max_length=max(field.max_length, 2000), widget=forms.Textarea(attrs={"rows": 3}), **_common(field))


def _select(field: Field) -> forms.Field:
    made = forms.ChoiceField(choices=[("", _("Choose")), *field.choices], **_common(field))
    made.error_messages["invalid_choice"] = _("Choose one of the list.")
    return made


def _date(field: Field) -> forms.Field:
    def within(value: date) -> None:
        if not EARLIEST <= value < LATEST:
            raise ValidationError(_("The year is out of reach. Write a date such as 2023-01-20."))

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "min": str(EARLIEST), "max": "2099-12-31"})
    made = forms.DateField(widget=widget, validators=[within], **_common(field))
    made.error_messages["invalid"] = _("This is not a date. Write it as 2023-01-20.")
    return made


def _number(field: Field) -> forms.Field:
    made = forms.IntegerField(min_value=0, max_value=MOST, validators=_checks(field), **_common(field))
    made.error_messages |= {
        "invalid": _("Write a whole number."),
        "min_value": _("Write a number of 0 or more."),
        "max_value": _("Write a number up to %(limit_value)s."),
    }
    return made


def _checkbox(field: Field) -> forms.Field:
    return forms.BooleanField(**_common(field))


def _email(field: Field) -> forms.Field:
    made = forms.EmailField(max_length=254, **_common(field))
    made.error_messages["invalid"] = _("This is not an e-mail address. Write one such as name@example.com.")
    made.widget.attrs["autocomplete"] = field.autocomplete or "off"
    return made


def _files(field: Field) -> forms.Field:
    return Files(**_common(field))


_MAKERS: dict[str, Callable[[Field], forms.Field]] = {
    "text": _line,
    "textarea": _text,
    "select": _select,
    "date": _date,
    "number": _number,
    "checkbox": _checkbox,
    "email": _email,
    "files": _files,
}
