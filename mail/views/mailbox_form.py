"""The form a lead sets a mailbox with; secrets are written, never shown."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mail import hooks
from mail.headers import one_line
from mail.imap.hosts import is_loopback
from mail.mailbox_editing import FIELDS, Settings
from mail.models import Mailbox

SERVER: Final = ("imap_host", "imap_port", "imap_security", "imap_user", "imap_auth")
ISSUER: Final = ("oauth_token_url", "oauth_client_id")
MOST_LINES: Final = 50
SECRETS: Final = {"password": "imap_password", "client_secret": "oauth_client_secret"}


class LinesField(forms.CharField):
    """One value a line; cleans to a list without empty lines and repetitions."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        lines = [one_line(line).strip().lower() for line in str(value or "").splitlines()]
        return list(dict.fromkeys(filter(None, lines)))

    def validate(self, value: Any) -> None:
        if len(value) > MOST_LINES:
            raise ValidationError(_("At most %(most)d lines.") % {"most": MOST_LINES})


class SecretField(forms.CharField):
    """Written and never shown; left empty it stays as it is (None)."""

    def __init__(self, **options: Any) -> None:
        widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})
        super().__init__(required=False, max_length=4000, strip=False, widget=widget, **options)

    def clean(self, value: Any) -> str | None:
        return super().clean(value) or None


class MailboxForm(forms.ModelForm[Mailbox]):
    """Every field of a mailbox; what it means together is checked in `clean`."""

    aliases = LinesField(
        label=gettext_lazy("Other addresses that end here"), required=False, help_text=gettext_lazy("One a line.")
    )
    trusted_forwarders = LinesField(
        label=gettext_lazy("Forwarders we believe"),
        required=False,
        help_text=gettext_lazy("Domains whose ARC seal counts, one a line."),
    )
    default_tags = LinesField(label=gettext_lazy("Tags"), required=False, help_text=gettext_lazy("One a line."))
    default_kind = forms.ChoiceField(label=gettext_lazy("Type of request"), required=False)
    default_priority = forms.ChoiceField(label=gettext_lazy("Priority"), required=False)
    imap_port = forms.IntegerField(
        label=gettext_lazy("Port"),
        initial=993,
        min_value=1,
        max_value=65_535,
        error_messages={
            name: gettext_lazy("A port is a number from 1 to 65535; IMAP has 993.")
            for name in ("required", "invalid", "min_value", "max_value")
        },
    )
    oauth_token_url = forms.URLField(
        label=gettext_lazy("Token address"), max_length=500, required=False, assume_scheme="https"
    )
    password = SecretField(label=gettext_lazy("Password"))
    client_secret = SecretField(label=gettext_lazy("Client secret"))
    refresh_token = SecretField(label=gettext_lazy("Refresh token"))
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Mailbox
        fields = FIELDS
        labels = {"is_default": gettext_lazy("The default mailbox: every mail without one counts for it")}
        help_texts = {
            "authserv_id": gettext_lazy("As it stands first in its Authentication-Results; empty: we believe nobody."),
            "sender_name": gettext_lazy("Empty: the name of the desk."),
            "imap_host": gettext_lazy("Empty: mail only comes through the SMTP door."),
            "imap_folder": gettext_lazy("Empty: INBOX."),
        }
        widgets = {"signature": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = hooks.upstairs[0] if hooks.upstairs else None
        nothing = [("", _("As its text says"))]
        self.fields["default_kind"].choices = [*nothing, *(asked.kinds() if asked else [])]  # type: ignore[attr-defined]
        self.fields["default_priority"].choices = [*nothing, *(asked.priorities() if asked else [])]  # type: ignore[attr-defined]
        self.before = {name: getattr(self.instance, name) for name in (*SERVER, *ISSUER, "address", "is_default")}
        for name, kept in {**SECRETS, "refresh_token": "oauth_refresh_token"}.items():
            if getattr(self.instance, kept):
                self.fields[name].help_text = _("One is stored. Left empty, it stays.")

    def clean_address(self) -> str:
        address = one_line(str(self.cleaned_data["address"])).strip().lower()
        _as_address(address)
        if "+" in address.partition("@")[0]:
            raise ValidationError(_("Leave out what follows the +: we use that for answers."))
        return address

    def clean_aliases(self) -> list[str]:
        aliases: list[str] = self.cleaned_data["aliases"]
        for alias in aliases:
            _as_address(alias)
        return aliases

    def clean_is_default(self) -> bool:
        wanted = bool(self.cleaned_data["is_default"])
        if self.before["is_default"] and not wanted:
            raise ValidationError(_("One mailbox is the default. Open another one and make it that."))
        return wanted

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        self._addresses_are_free(given)
        if given.get("imap_host"):
            self._server_is_whole(given)
        if given.get("imap_after") == Mailbox.After.MOVE:
            target, folder = given.get("imap_moved_to", ""), given.get("imap_folder") or "INBOX"
            if not target or target.lower() == folder.lower():
                self.add_error("imap_moved_to", _("Name another folder than the one mail is fetched from."))
        return given

    def _get_validation_exclusions(self) -> set[str]:
        """Addresses are checked above, in sentences; a new default makes the old one give way when it is saved."""
        known: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # the stubs leave it out
        return {*known, "address", "is_default"}

    def settings(self) -> Settings:
        given = self.cleaned_data
        fields = {name: given[name] for name in FIELDS}
        return Settings(fields=fields, **{name: given[name] for name in (*SECRETS, "refresh_token")})

    def _addresses_are_free(self, given: dict[str, Any]) -> None:
        """No mail may belong to two mailboxes."""
        taken = {
            address.lower(): other.address
            for other in Mailbox.objects.exclude(pk=self.instance.pk)
            for address in (other.address, *other.aliases)
        }
        for name in ("address", "aliases"):
            value = given.get(name) or []
            for address in [value] if isinstance(value, str) else value:
                if address in taken:
                    words = {"address": address, "mailbox": taken[address]}
                    self.add_error(name, _("%(address)s ends in the mailbox %(mailbox)s already.") % words)

    def _server_is_whole(self, given: dict[str, Any]) -> None:
        host = str(given["imap_host"])
        if given.get("imap_security") == Mailbox.Security.PLAIN and not is_loopback(host):
            self.add_error("imap_security", _("Without encryption from this machine only: choose TLS or STARTTLS."))
        if not given.get("imap_user"):
            self.add_error("imap_user", _("Type the name the mailbox is signed in with, often its address."))
        if given.get("imap_auth") == Mailbox.Auth.OAUTH2:
            self._issuer_is_whole(given)
        elif not given.get("password"):
            self._secret_stays("password", "imap_password", SERVER, given)

    def _issuer_is_whole(self, given: dict[str, Any]) -> None:
        for name in ISSUER:
            if not given.get(name):
                self.add_error(name, _("Sign-in with OAuth 2 needs this."))
        if not str(given.get("oauth_token_url") or "https:").startswith("https:"):
            self.add_error("oauth_token_url", _("The address begins with https://, because secrets go there."))
        if self.instance.oauth_client_secret and not given.get("client_secret"):
            self._secret_stays("client_secret", "oauth_client_secret", (*SERVER, *ISSUER), given)
        if not given.get("refresh_token"):
            self._secret_stays("refresh_token", "oauth_refresh_token", (*SERVER, *ISSUER), given)

    def _secret_stays(self, name: str, kept: str, bound_to: tuple[str, ...], given: dict[str, Any]) -> None:
        """A stored secret goes only where it was given for: another server, another secret (S-15)."""
        if not getattr(self.instance, kept):
            self.add_error(name, _("The mail server asks for it."))
        elif any(given.get(one) != self.before[one] for one in bound_to if one in given):
            self.add_error(
                name, _("The server or the sign-in changed. Type it again, so that it goes nowhere by accident.")
            )


def _as_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError(_("“%(address)s” is not an e-mail address.") % {"address": address[:80]}) from None
