"""What Django says of a field that is wrong, in our words, for every form that has no better sentence of its own."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


def install() -> None:
    """Once, before any form is made: a field copies these sentences when it is made."""
    number = {
        "invalid": _("Write the number in digits, such as 10."),
        "min_value": _("Write %(limit_value)s or more."),
        "max_value": _("Write %(limit_value)s or less."),
    }
    forms.Field.default_error_messages["required"] = _("Fill this in.")
    forms.CharField.default_error_messages = {
        "max_length": _("Write at most %(limit_value)d characters; these are %(show_value)d.")
    }
    forms.IntegerField.default_error_messages = {**forms.IntegerField.default_error_messages, **number}
    forms.DecimalField.default_error_messages = {**forms.DecimalField.default_error_messages, **number}
    forms.DateField.default_error_messages = {
        "invalid": _("This is not a day of the calendar. Write it as 2022-11-18.")
    }
    forms.EmailField.default_error_messages = {
        "invalid": _("This is not an e-mail address. Write one such as name@example.com.")
    }
    choose = _("Choose one of these.")
    forms.ChoiceField.default_error_messages = {"required": choose, "invalid_choice": choose}
    forms.ModelChoiceField.default_error_messages = {"invalid_choice": choose}
