"""What has to be known before a licence can be decided about, and how a partner is asked for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nfr import reading, whom
from nfr.models import LicenceRequest, Type
from tickets.kinds import Words

TYPE, NAMESPACE, TRIAL, CONTACT = "types", "namespace", "trial", "contact"
TITLES: Final[dict[str, Words]] = {
    TYPE: gettext_lazy("which licence"),
    NAMESPACE: gettext_lazy("the namespace"),
    TRIAL: gettext_lazy("a running trial"),
    CONTACT: gettext_lazy("the contact"),
}
_TO_PARTNERS: Final[dict[str, Words]] = {
    TYPE: gettext_lazy(
        "Which licence you need: GitLab SaaS (a group on gitlab.com), self-managed (your own server), or both"
    ),
    NAMESPACE: gettext_lazy(
        "The path of your top-level group on gitlab.com, the part after gitlab.com/, while a trial runs on it"
    ),
    TRIAL: gettext_lazy(
        "A running trial on %(namespace)s, as the one before has ended: https://gitlab.com/-/trials/new"
    ),
    CONTACT: gettext_lazy("Name and e-mail address of the person who gets the licence key"),
}


def missing(request: LicenceRequest) -> list[str]:
    """In the order it is asked for. Whether a trial runs may stay open: Support sees it."""
    found = [] if request.types else [TYPE]
    if Type.SAAS in request.types and not request.namespace:
        found.append(NAMESPACE)
    if needs_trial(request) and request.namespace and reading.trial_of(request) == "over":
        found.append(TRIAL)
    if Type.SELF_MANAGED in request.types and not all(whom.gets_licence(request)):
        found.append(CONTACT)
    return found


def needs_trial(request: LicenceRequest) -> bool:
    """A SaaS licence is set on the group of a trial; one that is renewed is there already."""
    return Type.SAAS in request.types and request.topic != LicenceRequest.Topic.RENEW


def named(names: Iterable[str]) -> str:
    """“which licence and the namespace”."""
    return get_text_list([str(TITLES[name]) for name in names], _("and"))


def to_partner(request: LicenceRequest, names: Iterable[str]) -> str:
    """One line for each, with the way to it."""
    said = {"namespace": f"gitlab.com/{request.namespace}"}
    return "\n".join(str(_TO_PARTNERS[name]) % said for name in names)
