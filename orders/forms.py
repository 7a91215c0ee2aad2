"""What a person decides about a request that went astray: which opportunity, which document."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from integrations.salesforce import ids
from web.choices import Option

OTHER, NONE = "other", "none"
OPPORTUNITY: Final = "006"
ORDER_OPS: Final = _("None: Partner Order Operations looks for it")
NOBODY: Final = _("None: say in the answer who is their seller")


class OneOf(forms.ChoiceField):
    """Choices that only the row knows: here anything of the right shape passes, the decision looks it up."""

    widget = forms.RadioSelect

    def valid_value(self, value: Any) -> bool:
        text = str(value)
        return text in {OTHER, NONE} or ids.may_be_id(text, prefix=OPPORTUNITY) or (text.isascii() and text.isdigit())


class OpportunityForm(forms.Form):
    """`initial["candidates"]` are rows of `finding.Candidate.as_json`; `public_sector` is never Order Operations'."""

    button = _("Use this opportunity")

    opportunity = OneOf(label=_("Opportunity"), error_messages={"required": _("Choose one.")})
    other = forms.CharField(
        label=_("Number, id or link of another one"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"class": "input", "autocomplete": "off"}),
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        rows = self.initial.get("candidates", ())
        self.fields["opportunity"].choices = [  # type: ignore[attr-defined]
            *((row["id"], _line(row)) for row in rows),
            (OTHER, _("Another one: say which below")),
            (NONE, NOBODY if self.initial.get("public_sector") else ORDER_OPS),
        ]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("opportunity") == OTHER and not given.get("other", "").strip():
            self.add_error("other", ValidationError(_("Say which one: its number, its id or a link to it.")))
        return given


class DocumentForm(forms.Form):
    """`initial["files"]` are pairs of an attachment's number and its name."""

    button = _("Go on")

    document = OneOf(label=_("Document"), error_messages={"required": _("Choose one.")})

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["document"].choices = [  # type: ignore[attr-defined]
            *self.initial.get("files", ()),
            (NONE, _("None of these: attach nothing")),
        ]


def _line(row: dict[str, Any]) -> Option:
    """Its name and number; below it how it stands, and what speaks for and against it."""
    amount = _money(row["amount"])
    stands = " · ".join(filter(None, (row["customer"], row["stage"], amount)))
    why = " ".join(str(reason["words"]) for reason in row["reasons"])
    return Option(title=f"{row['name']} {row['number']}".strip(), about=(stands, why), link=row["link"])


def _money(text: str) -> str:
    return number_format(Decimal(text), decimal_pos=0, use_l10n=True, force_grouping=True) if text else ""
