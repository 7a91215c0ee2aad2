"""What the register's pages ask: a licence, why it ends, how many seats are in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nfr import namespaces
from nfr.models import Licence, SeatCount, Tier, Type
from nfr.register import writing
from partners.dashboard import linking
from partners.matching import match
from partners.models import Account

LIVING: Final = Q(deleted=None, merged_into=None)
MOST_SEATS: Final = 100_000
COLUMNS: Final = (
    "type", "tier", "seats", "seats_allowed", "namespace", "licence_ref", "contact_name", "contact_email", "starts",
    "ends", "support_ticket", "exception", "exception_by", "note",
)  # fmt: skip


def day_field(label: Any, *, required: bool = False) -> forms.DateField:
    wrong = gettext_lazy("This is not a day of the calendar. Write it as 2022-11-18.")
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": wrong, "required": gettext_lazy("Say which day.")},
    )


def seats_field(label: Any, *, required: bool = False, fewest: int = 1) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=fewest,
        max_value=MOST_SEATS,
        error_messages={
            "invalid": gettext_lazy("Write the number in digits, such as 10."),
            "required": gettext_lazy("Say how many."),
        },
    )


class LicenceForm(forms.Form):
    """A licence by hand, or corrected. `partner` is a name; where several may be meant, `account` is chosen among them.

    `key` is asked for nowhere, and nobody is to write it into the note.
    """

    partner = forms.CharField(
        label=gettext_lazy("Partner"),
        max_length=255,
        help_text=gettext_lazy("As Salesforce writes it, or a name we know"),
        error_messages={"required": gettext_lazy("Say whose licence it is.")},
    )
    account = forms.TypedChoiceField(
        label=gettext_lazy("Which one is meant?"),
        required=False,
        widget=forms.RadioSelect,
        coerce=int,
        empty_value=None,
    )
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=Type.choices)
    tier = forms.ChoiceField(
        label=gettext_lazy("Tier"), required=False, choices=[("", gettext_lazy("Not known")), *Tier.choices]
    )
    seats = seats_field(gettext_lazy("Seats granted"))
    seats_allowed = seats_field(gettext_lazy("Seats the program allows"))
    namespace = forms.CharField(
        label=gettext_lazy("Namespace"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("SaaS: the top-level group; a whole address is understood"),
    )
    licence_ref = forms.CharField(
        label=gettext_lazy("Licence id"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("What the licence server calls it. Never the key itself."),
    )
    contact_name = forms.CharField(label=gettext_lazy("Contact"), required=False, max_length=200)
    contact_email = forms.EmailField(
        label=gettext_lazy("Contact's e-mail"),
        required=False,
        max_length=254,
        error_messages={"invalid": gettext_lazy("This is no e-mail address.")},
    )
    starts = day_field(gettext_lazy("Start"))
    ends = day_field(gettext_lazy("End"))
    support_ticket = forms.CharField(label=gettext_lazy("Support's ticket"), required=False, max_length=40)
    exception = forms.CharField(
        label=gettext_lazy("Why it stands outside the program"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    exception_by = forms.CharField(label=gettext_lazy("Exception approved by"), required=False, max_length=200)
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )
    why = forms.CharField(label=gettext_lazy("Why it is corrected"), required=False, max_length=500)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, licence: Licence | None = None, **more: Any) -> None:
        super().__init__(data, initial={**_initial(licence), **more})
        self.licence = licence
        self.remark = ""
        self._unknown = licence.partner_name if licence and licence.account_id is None else ""
        self._offer_choices()

    @property
    def asks_which(self) -> bool:
        return bool(self._choices)

    def choose(self, account: int) -> None:
        """The partner with this id is meant, whatever others are called like it."""
        self.fields["account"].choices = [(str(account), "")]  # type: ignore[attr-defined]

    def clean_namespace(self) -> str:
        given: str = self.cleaned_data["namespace"].strip()
        if not given:
            return ""
        found = namespaces.read(given)
        if not found.good:
            raise forms.ValidationError(found.problem)
        self.remark = found.remark
        return found.top

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "partner" in given:
            given["account"] = self._account(given["partner"], given.get("account"))
        starts, ends = given.get("starts"), given.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", _("The end is before the start."))
        if given.get("exception") and not given.get("exception_by"):
            self.add_error("exception_by", _("Say who approved the exception."))
        if given.get("exception_by") and not given.get("exception"):
            self.add_error("exception", _("Say why it stands outside the program."))
        return given

    @property
    def values(self) -> dict[str, Any]:
        """By the columns of a licence; call it when the form is valid."""
        account = self.cleaned_data["account"]
        kept = {} if account else {"partner_name": self.cleaned_data["partner"]}
        return {name: self.cleaned_data[name] for name in COLUMNS} | {"account": account} | kept

    def _account(self, name: str, chosen: int | None) -> Account | None:
        """The one chosen; the one the licence has while its name is left alone; the only one the name can mean."""
        if chosen:
            account = Account.objects.filter(LIVING, pk=chosen).first()
            if account is None:
                self.add_error("partner", _("This partner is not there any more."))
            return account
        now = self.licence.account if self.licence else None
        if now is not None and now.name == name.strip():
            return now
        found = linking.known().account_of(name)
        if found is None and self._stays_unknown(name):
            return None
        if found is None:
            none = _("No partner is named %(name)s. Write it as Salesforce does.") % {"name": name}
            self.add_error("partner", _("Say below which partner is meant.") if self._choices else none)
            return None
        return Account.objects.get(pk=found)

    def _stays_unknown(self, name: str) -> bool:
        """A line of a list whose partner nobody has said may be corrected without saying it."""
        row = self.licence
        return row is not None and row.account_id is None and row.partner_name == name.strip()

    def _offer_choices(self) -> None:
        """Partners with a name like the one that was typed, once it means no single one."""
        given = self.data.get("partner", "") if self.is_bound else self._unknown
        typed = str(given).replace("\x00", "").strip()[:255]
        known = bool(typed) and linking.known().account_of(typed) is not None
        found = () if known or not typed else match(company=typed).candidates[:6]
        self._choices: Sequence[tuple[str, str]] = [(str(one.account.pk), one.account.name) for one in found]
        field = self.fields["account"]
        field.choices = self._choices  # type: ignore[attr-defined]


class EndForm(forms.Form):
    on = day_field(gettext_lazy("Not theirs any more from"), required=True)
    end_why = forms.CharField(
        label=gettext_lazy("Why"), max_length=300, error_messages={"required": gettext_lazy("Say why it ends early.")}
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CountForm(forms.Form):
    used = seats_field(gettext_lazy("Seats in use"), required=True, fewest=0)
    source = forms.ChoiceField(
        label=gettext_lazy("Who says so"), choices=SeatCount.Source.choices, initial=SeatCount.Source.DESK
    )
    counted = day_field(gettext_lazy("On"))

    def clean_counted(self) -> date | None:
        day: date | None = self.cleaned_data["counted"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("The day is still to come."))
        return day


def _initial(licence: Licence | None) -> dict[str, Any]:
    if licence is None:
        return {}
    partner = licence.account.name if licence.account else licence.partner_name
    said = {name: getattr(licence, name) for name in COLUMNS}
    return said | {"partner": partner, "seen": writing.version_of(licence)}
