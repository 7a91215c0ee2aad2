"""A form says what is wrong in the desk's own words, also where it has no sentence of its own."""

from __future__ import annotations

import pytest
from django import forms


class Plain(forms.Form):
    words = forms.CharField(max_length=3)
    seats = forms.IntegerField(min_value=1, max_value=10)
    amount = forms.DecimalField(min_value=0)
    day = forms.DateField()
    mail = forms.EmailField()
    tier = forms.ChoiceField(choices=[("premium", "Premium")])
    own = forms.IntegerField(error_messages={"required": "Say how many."})


GOOD = {"words": "one", "seats": "10", "amount": "0", "day": "2022-11-18", "mail": "a@b.example", "tier": "premium"}


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("words", "", "Fill this in."),
        ("words", "four", "Write at most 3 characters; these are 4."),
        ("seats", "0", "Write 1 or more."),
        ("seats", "11", "Write 10 or less."),
        ("seats", "ten", "Write the number in digits, such as 10."),
        ("amount", "-1", "Write 0 or more."),
        ("amount", "much", "Write the number in digits, such as 10."),
        ("day", "soon", "This is not a day of the calendar. Write it as 2022-11-18."),
        ("mail", "a@", "This is not an e-mail address. Write one such as name@example.com."),
        ("tier", "", "Choose one of these."),
        ("tier", "gold", "Choose one of these."),
        ("own", "", "Say how many."),
    ],
)
def test_what_is_wrong_is_said_in_our_words(name: str, given: str, sentence: str) -> None:
    assert Plain(GOOD | {"own": "1", name: given}).errors == {name: [sentence]}
