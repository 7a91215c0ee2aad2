"""The request form: what one card asks, a few words, files, and who asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import limits
from mail import mailboxes
from people.models import User
from portal.answers import COMPANY, MESSAGE, SUBJECT
from portal.cards import fields_of
from portal.fields import LONGEST_TEXT, Files, Line, Text, files_in, form_field, words
from portal.models import DraftFile
from portal.uploads import Upload
from tickets import companies
from tickets.kinds import Card, Field, Kind

IDENTITY = ("name", "email", COMPANY)
FILES = "files"
COMPANY_NAMES = frozenset(companies.COMPANY_NAMES)


class RequestForm(forms.Form):
    """Made for one card. `kept` are the files a draft holds already; a reader who has signed in is who they are."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, Upload] | None = None,
        *,
        chosen: tuple[Kind, Card],
        user: User | None = None,
        kept: Sequence[DraftFile] = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.kind, self.card = chosen
        self.declared = fields_of(*chosen)
        self.user = user
        self.kept = kept
        super().__init__(data, files, auto_id="id_%s", initial={**(initial or {}), **_known_of(user)})
        self._ask()
        self._give_files()

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields of the request itself."""
        return [self[name] for name in self.fields if name not in self._who]

    @property
    def identity(self) -> list[forms.BoundField]:
        return [self[name] for name in self._who]

    @property
    def mono(self) -> frozenset[str]:
        return frozenset(field.name for field in self.declared if field.mono)

    def text_names(self) -> list[str]:
        """The fields a draft keeps as text."""
        return [name for name, field in self.fields.items() if not isinstance(field, Files)]

    def uploads(self) -> Iterator[tuple[str, Upload]]:
        """The files of this post that may be kept, whatever else is wrong with it."""
        for name, field in self.fields.items():
            if isinstance(field, Files):
                yield from ((name, upload) for upload in files_in(self.files, name) if not limits.refuse(upload))

    def clean_name(self) -> str:
        return self.user.name or self.user.email if self.user else str(self.cleaned_data["name"])

    def clean_email(self) -> str:
        if self.user:
            return self.user.email
        email = str(self.cleaned_data["email"]).strip().lower()
        if mailboxes.is_ours(email):
            raise ValidationError(_("This is our own address. Write yours, so that we can answer you."))
        return email

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        for name in COMPANY_NAMES & cleaned.keys():
            cleaned[name] = _company_of(self.user) or cleaned[name]
        together = [upload for _name, upload in self.uploads()] + [part.stored for part in self.kept]
        places = [name for name, field in self.fields.items() if isinstance(field, Files)]
        if places and not self.errors.keys() & set(places) and (refused := limits.refuse_together(together)):
            self.add_error(places[0], refused)
        return cleaned

    @property
    def _who(self) -> list[str]:
        own = {field.name for field in self.declared}
        return [name for name in IDENTITY if name in self.fields and name not in own]

    def _ask(self) -> None:
        for field in self.declared:
            self.fields[field.name] = form_field(field)
        own = {field.name for field in self.declared}
        if SUBJECT not in own and (self.kind.subject is None or not own):
            self.fields[SUBJECT] = Line(label=_("Subject"), max_length=200, error_messages=words(_("Subject")))
        if MESSAGE not in own:
            self.fields[MESSAGE] = _message(required=not own)
        if not any(field.kind == "files" for field in self.declared):
            self.fields[FILES] = form_field(_ANY_FILES)
        self.fields["name"] = form_field(_NAME)
        self.fields["email"] = form_field(_EMAIL)
        if not own & COMPANY_NAMES:
            self.fields[COMPANY] = form_field(_COMPANY)
        self._fix_known()

    def _fix_known(self) -> None:
        """What the sign-in says is shown, not asked."""
        fixed = {"name", "email"} if self.user else set()
        if _company_of(self.user):
            fixed |= COMPANY_NAMES
        for name in fixed & self.fields.keys():
            self.fields[name].widget.attrs["readonly"] = True
            self.fields[name].help_text = _("From your sign-in")

    def _give_files(self) -> None:
        for name, field in self.fields.items():
            if isinstance(field, Files):
                field.kept = [part.stored for part in self.kept if part.field == name]


_NAME = Field(name="name", label=gettext_lazy("Your name"), autocomplete="name")
_EMAIL = Field(
    name="email",
    label=gettext_lazy("Your e-mail"),
    hint=gettext_lazy("Our answers go there"),
    kind="email",
    autocomplete="email",
)
_COMPANY = Field(name=COMPANY, label=gettext_lazy("Your company"), required=False, autocomplete="organization")
_ANY_FILES = Field(name=FILES, label=gettext_lazy("Files"), kind="files", required=False)


def _message(*, required: bool) -> Text:
    label = _("What do you need?") if required else _("Anything we should know")
    widget = forms.Textarea(attrs={"rows": 5 if required else 3})
    said = words(label) | {"required": _("Write what you need.")}
    return Text(label=label, required=required, max_length=LONGEST_TEXT, widget=widget, error_messages=said)


def _known_of(user: User | None) -> dict[str, str]:
    if user is None:
        return {}
    company = _company_of(user)
    return {"name": user.name or user.email, "email": user.email} | (
        dict.fromkeys(COMPANY_NAMES, company) if company else {}
    )


def _company_of(user: User | None) -> str:
    """The partner behind a sign-in; an address somebody typed proves nothing and gets nothing."""
    contact = getattr(user, "contact", None) if user else None
    return contact.account.name if contact and contact.account else ""


def as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
