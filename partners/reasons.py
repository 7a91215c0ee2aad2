"""The sentences that say why an account was chosen."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners import domains, names
from partners.clues import Clue, Kind
from partners.models import Account


def sentence(clue: Clue, account: Account) -> str:
    return _SENTENCES[clue.kind](clue, account)


def _person(clue: Clue, account: Account) -> str:
    words = {"who": clue.who or _("Somebody"), "name": account.name}
    return _("%(who)s said that this person writes for %(name)s") % words


def _contact(_clue: Clue, account: Account) -> str:
    return _("is a contact of %(name)s in Salesforce") % {"name": account.name}


def _here(_clue: Clue, account: Account) -> str:
    return _("has written for %(name)s before") % {"name": account.name}


def _domain(clue: Clue, account: Account) -> str:
    words = {"domain": domains.as_read(clue.what), "name": account.name, "who": clue.who}
    if clue.who:
        return _("writes from %(domain)s, which belongs to %(name)s, as %(who)s said") % words
    return _("writes from %(domain)s, a mail domain of %(name)s") % words


def _website(clue: Clue, account: Account) -> str:
    words = {"domain": domains.as_read(clue.what), "name": account.name}
    return _("writes from %(domain)s, the website of %(name)s") % words


def _people(clue: Clue, account: Account) -> str:
    words = {"count": clue.count, "domain": domains.as_read(clue.what), "name": account.name}
    said = ngettext(
        "writes from %(domain)s, as %(count)d contact of %(name)s does",
        "writes from %(domain)s, as %(count)d contacts of %(name)s do",
        clue.count,
    )
    return said % words


def _other_name(clue: Clue, account: Account) -> str:
    words = {"typed": clue.what, "name": account.name, "who": clue.who or _("somebody")}
    return _("calls itself “%(typed)s”, another name of %(name)s, as %(who)s said") % words


def _name(clue: Clue, account: Account) -> str:
    words = {"typed": clue.what.strip()[:80], "name": account.name}
    if names.is_mixed(clue.what):
        return _("calls itself “%(typed)s”, written with letters of two alphabets to look like %(name)s") % words
    if clue.score >= names.SAME_CORE:
        return _("calls itself “%(typed)s”, the name of %(name)s") % words
    if names.normalised(clue.what) == names.normalised(account.name):
        return _("calls itself “%(typed)s”; %(name)s has another legal form") % words
    return _("calls itself “%(typed)s”, which reads like %(name)s") % words


def _looks(clue: Clue, account: Account) -> str:
    words = {"domain": domains.as_read(clue.what), "name": account.name}
    return _("writes from %(domain)s, which reads like %(name)s") % words


_SENTENCES: dict[Kind, Callable[[Clue, Account], str]] = {
    Kind.PERSON: _person,
    Kind.CONTACT: _contact,
    Kind.HERE: _here,
    Kind.DOMAIN: _domain,
    Kind.OTHER_NAME: _other_name,
    Kind.WEBSITE: _website,
    Kind.PEOPLE: _people,
    Kind.NAME: _name,
    Kind.LOOKS: _looks,
}
