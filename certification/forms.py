"""What people say about a report: who the asker is, which export, which rows belong, who gets the table."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.recipients import Person
from web.choices import Option

GO_ON: Final = "go_on"
ASK: Final = "ask"
REFUSE: Final = "refuse"
KEEP: Final = "keep"
LEAVE_OUT: Final = "leave_out"
ADMIN: Final = "admin"
OTHER: Final = "other"
REASON: Final = 300


class Named(forms.ChoiceField):
    """One of what was offered; which these are, only the decision knows: it reads the rows."""

    widget = forms.RadioSelect

    def valid_value(self, value: str) -> bool:
        return len(value) <= REASON


class Lines(forms.MultipleChoiceField):
    """Numbers of lines; which these are, only the decision knows."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: str) -> bool:
        return value.isascii() and value.isdecimal() and len(value) < 10


class Belongs(forms.Form):
    button = gettext_lazy("Decide")

    do = forms.ChoiceField(
        label=gettext_lazy("Who asks"),
        choices=(
            (GO_ON, gettext_lazy("They belong to the partner: go on")),
            (ASK, gettext_lazy("Ask who they are, and who administers the portal")),
            (REFUSE, gettext_lazy("They do not: say that the table is not sent")),
        ),
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label=gettext_lazy("How you know"), max_length=REASON, required=False, help_text=gettext_lazy("To go on")
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("do") == GO_ON and not given.get("why", "").strip():
            self.add_error("why", _("Say how you know that they belong to the partner."))
        return given


class Export(forms.Form):
    """A report made already, or a file of the ticket that may be the export."""

    button = gettext_lazy("Use this one")

    use = Named(label=gettext_lazy("Already here"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["use"].choices = (self.initial or {}).get("offered", ())  # type: ignore[attr-defined]


class Foreign(forms.Form):
    """Ticked rows are left out; none ticked says that all belong there."""

    button = gettext_lazy("Decide")

    do = forms.ChoiceField(
        label=gettext_lazy("These rows"),
        choices=(
            (LEAVE_OUT, gettext_lazy("Leave out those that are ticked")),
            (KEEP, gettext_lazy("All of them belong to the partner")),
        ),
        widget=forms.RadioSelect,
    )
    lines = Lines(label=gettext_lazy("Rows of another company"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["lines"].choices = (self.initial or {}).get("offered", ())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("do") == LEAVE_OUT and not given.get("lines"):
            self.add_error("lines", _("Tick the rows that are left out, or say that all of them belong there."))
        return given


class Recipient(forms.Form):
    button = gettext_lazy("Prepare the reply")

    to = Named(label=gettext_lazy("Who gets the table"))
    email = forms.EmailField(label=gettext_lazy("Another administrator"), required=False, max_length=254)
    why = forms.CharField(label=gettext_lazy("How you know"), max_length=REASON, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["to"].choices = (self.initial or {}).get("offered", ())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Whoever the export does not mark needs a reason."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("to") == OTHER:
            if not given.get("email") and "email" not in self.errors:
                self.add_error("email", _("Write the address of the administrator."))
            if not given.get("why", "").strip():
                self.add_error("why", _("Say how you know that they administer the portal."))
        return given


class Facts(forms.Form):
    company = forms.CharField(
        label=gettext_lazy("Partner company"), max_length=255, required=False,
        widget=forms.TextInput({"class": "input", "autocomplete": "off"}),
    )  # fmt: skip
    admin_email = forms.EmailField(
        label=gettext_lazy("Portal administrator"), max_length=254, required=False,
        widget=forms.EmailInput({"class": "input", "autocomplete": "off"}),
    )  # fmt: skip


def offered(people: list[Person], *, asker: Person) -> list[tuple[str, str]]:
    """The administrators of the export, then somebody else, who is typed."""
    marked = [
        (one.email, Option(title=one.name or one.email, about=[one.email, _("Administrator in the export")]))
        for one in people
    ]
    return [
        *marked,
        (OTHER, Option(title=_("Somebody else"), about=[_("Asked by %(email)s") % {"email": asker.email}])),
        (ASK, Option(title=_("Ask who administers the portal"))),
    ]
