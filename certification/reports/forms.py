"""What the pages of the reports ask: an export, whose and of which day; which rows go; a reason; a ticket."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.reports import making
from partners.models import Account
from people.models import User
from tickets import access
from tickets.models import Ticket
from tickets.models.ticket import number_of
from web.words import filesize

LINE: Final = {"class": "input", "autocomplete": "off"}


class UploadForm(forms.Form):
    """The ticket's partner, or the one that is typed as Salesforce writes it; else the addresses in it say whose."""

    file = forms.FileField(
        label=gettext_lazy("Export of the partner portal"),
        error_messages={
            "required": gettext_lazy("Choose the export."),
            "empty": gettext_lazy("This file is empty."),
        },
    )
    partner = forms.CharField(
        label=gettext_lazy("Partner"), required=False, max_length=255, widget=forms.TextInput(LINE),
        help_text=gettext_lazy("Left empty, the addresses in the export say whose it is"),
    )  # fmt: skip
    as_of = forms.DateField(
        label=gettext_lazy("Exported on"), required=False,
        widget=forms.DateInput({**LINE, "type": "date"}, "%Y-%m-%d"),
        help_text=gettext_lazy("Left empty, the day in the file's name, or today"),
    )  # fmt: skip
    ticket = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self.user = user

    def clean_file(self) -> UploadedFile[Any]:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > making.MOST_BYTES:
            said = {"size": filesize(upload.size or 0), "most": filesize(making.MOST_BYTES)}
            raise forms.ValidationError(_("The file has %(size)s. An export may have up to %(most)s.") % said)
        return upload

    def clean_partner(self) -> Account | None:
        return partner_called(self.cleaned_data["partner"])

    def clean_ticket(self) -> Ticket | None:
        return ticket_called(self.cleaned_data["ticket"], user=self.user)


class RowsForm(forms.Form):
    """Ticked lines are left out; with `keep` all belong, with `all` none of the flagged ones does."""

    keep = forms.BooleanField(required=False)
    all = forms.BooleanField(required=False)
    lines = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, flagged: list[dict[str, Any]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.flagged = flagged
        self.fields["lines"].choices = [(str(one["line"]), "") for one in flagged]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not (given.get("keep") or given.get("all") or given.get("lines") or self.errors):
            raise forms.ValidationError(_("Tick the rows that are left out, or say that all of them belong there."))
        return given

    @property
    def leave_out(self) -> list[int]:
        if self.cleaned_data["all"]:
            return [int(one["line"]) for one in self.flagged]
        return [] if self.cleaned_data["keep"] else list(self.cleaned_data["lines"])


class PartnerForm(forms.Form):
    partner = forms.CharField(
        label=gettext_lazy("Partner"), max_length=255, widget=forms.TextInput(LINE),
        error_messages={"required": gettext_lazy("Type the partner's name as Salesforce writes it.")},
    )  # fmt: skip

    def clean_partner(self) -> Account | None:
        return partner_called(self.cleaned_data["partner"])


class AttachForm(forms.Form):
    ticket = forms.CharField(
        label=gettext_lazy("Ticket"), max_length=40, widget=forms.TextInput(LINE | {"placeholder": "PHD-1042"}),
        error_messages={"required": gettext_lazy("Say on which ticket.")},
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self.user = user

    def clean_ticket(self) -> Ticket | None:
        return ticket_called(self.cleaned_data["ticket"], user=self.user)


def partner_called(name: str) -> Account | None:
    """The living partner of that name; none where nothing is typed."""
    typed = name.replace("\x00", "").strip()
    if not typed:
        return None
    found = list(Account.objects.filter(deleted=None, merged_into=None, name__iexact=typed)[:2])
    if len(found) != 1:
        many = _("Several partners are named %(name)s. Correct it in Salesforce first.")
        none = _("No partner is named %(name)s. Type it as Salesforce writes it.")
        raise forms.ValidationError((many if found else none) % {"name": typed})
    return found[0]


def ticket_called(reference: str, *, user: User) -> Ticket | None:
    if not reference.strip():
        return None
    found = access.tickets_for(user).filter(pk=number_of(reference) or 0).first()
    if found is None:
        raise forms.ValidationError(_("There is no ticket %(reference)s.") % {"reference": reference[:40]})
    return found
