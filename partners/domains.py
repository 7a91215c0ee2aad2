"""Mail domains: which may say whose people write from them, and which never do."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from mail import loops, mailboxes
from people.models import User
from people.roles import STAFF_ROLES
from web.memory import Memory

FREE_MAIL: Final = Path(__file__).parent / "data" / "free_mail.txt"
ENDINGS: Final = Path(__file__).parent / "data" / "public_endings.txt"
MOST_LABELS = 8
_SECOND_LEVEL: Final = frozenset("co com net org edu gov gob gouv ac or ne go in id nom mil gen ltd plc sch".split())  # noqa: SIM905 - a list of words reads best as words
_memory = Memory(seconds=10)


def domain_of(email: str) -> str:
    """The domain of an address as it goes over the wire; "" when there is none. A tag before the @ says nothing."""
    return as_ascii(email.rpartition("@")[2]) if "@" in email else ""


def as_ascii(domain: str) -> str:
    """In lower case, letters of other alphabets as `xn--…`: one that only looks like another stays another."""
    plain = domain.strip().strip(".").lower()
    try:
        return plain if plain.isascii() else plain.encode("idna").decode()
    except UnicodeError:
        return ""


def as_read(domain: str) -> str:
    """As a person knows it: `bücher.example` for `xn--bcher-kva.example`."""
    try:
        return domain.encode("ascii").decode("idna") if "xn--" in domain else domain
    except UnicodeError:
        return domain


def with_parents(domain: str) -> list[str]:
    """The domain and those above it, the longest first, down to what somebody can register; none when unusable."""
    if not is_usable(domain):
        return []
    labels = domain.split(".")[-MOST_LABELS:]
    above = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    return [one for one in above if is_usable(one)]


def is_usable(domain: str) -> bool:
    """A domain that can belong to one company: not free mail, not ours, not a program's, no public ending."""
    if "." not in domain or is_suffix(domain) or is_free_mail(domain):
        return False
    return not is_ours(domain) and not is_of_programs(domain)


def why_not(domain: str) -> str:
    """Why nobody belongs to one company by this domain, in words; "" when they may."""
    words = {"domain": as_read(domain)}
    if is_free_mail(domain):
        return _("Anybody can have an address at %(domain)s.") % words
    if is_ours(domain):
        return _("%(domain)s is ours.") % words
    if is_of_programs(domain):
        return _("Programs write from %(domain)s, for many partners.") % words
    return "" if is_usable(domain) else _("%(domain)s is not a domain of one company.") % words


def is_suffix(domain: str) -> bool:
    """Many register below it: `com`, `co.uk`, `uk.com`, `nsw.gov.au`."""
    labels = domain.split(".")
    if len(labels) < 2 or domain in _endings():
        return True
    return len(labels) == 2 and labels[0] in _SECOND_LEVEL and len(labels[1]) == 2


def registered(host: str) -> str:
    """The part of a host that somebody registered: `acme.co.uk` of `www.shop.acme.co.uk`; "" when there is none."""
    labels = host.split(".")
    above = (".".join(labels[start:]) for start in range(len(labels) - 2, -1, -1))
    return next((one for one in above if not is_suffix(one)), "")


def is_free_mail(domain: str) -> bool:
    """Anybody may have an address there, or below it."""
    plain, families = _free_mail()
    labels = domain.split(".")
    ends = {".".join(labels[start:]) for start in range(len(labels))}
    if not ends.isdisjoint(plain):
        return True
    return any(label in families and _is_ending(labels[at + 1 :]) for at, label in enumerate(labels))


def _is_ending(labels: list[str]) -> bool:
    """What may follow the name of a family: `com`, `co.jp`."""
    return len(labels) == 1 or (len(labels) == 2 and is_suffix(".".join(labels)))


def is_of_programs(domain: str) -> bool:
    """What DocuSign or a portal sends on behalf of others comes from there."""
    return bool(loops.system_sender(f"@{domain}"))


def is_ours(domain: str) -> bool:
    """One of our mailboxes or of our colleagues is there."""
    return domain in _memory.get("ours", _ours)


def is_nobodys(email: str) -> bool:
    """An address that writes for no partner, or for any of them: a colleague's, or a program's (DocuSign, a portal)."""
    return is_colleague(email) or bool(loops.system_sender(email))


def is_colleague(email: str) -> bool:
    """Somebody of the vendor, whatever Salesforce knows them as."""
    return email.strip().lower() in _memory.get("colleagues", _colleagues)


@cache
def _free_mail() -> tuple[frozenset[str], frozenset[str]]:
    """Domains as they stand, and names with any ending."""
    found = _lines(FREE_MAIL)
    families = {line.removesuffix(".*") for line in found if line.endswith(".*")}
    return frozenset(line for line in found if not line.endswith(".*")), frozenset(families)


@cache
def _endings() -> frozenset[str]:
    return _lines(ENDINGS)


def _lines(file: Path) -> frozenset[str]:
    lines = {line.strip() for line in file.read_text(encoding="utf-8").splitlines()}
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _ours() -> frozenset[str]:
    own = {*mailboxes.own_addresses(), settings.ORDER_OPS_ADDRESS, f"@{settings.MAIL_DOMAIN}"}
    return frozenset(domain_of(address) for address in (*own, *_colleagues())) - {""}


def _colleagues() -> frozenset[str]:
    found = User.objects.filter(is_active=True, role__in=STAFF_ROLES).values_list("email", flat=True)
    return frozenset(address.lower() for address in found)


def forget() -> None:
    """What the process remembers of us."""
    _memory.forget()
