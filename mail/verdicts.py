"""Whether a sender is who they say: what our own mail server found out, as it wrote it into the message (M-20, S-09).

Only `Authentication-Results` (RFC 8601) of the server named by the mailbox count, and only where the sender cannot have
put them: above the Received line of that server. Without such a name nothing in a message is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from mail.headers import Headers, raw_text
from mail.models import IncomingMail, Mailbox

PASS, FAIL, NONE = IncomingMail.Verdict.PASS, IncomingMail.Verdict.FAIL, IncomingMail.Verdict.NONE
# Servers known to write their results below their own Received line, and into every message (decision 0012).
BELOW_RECEIVED: Final = frozenset({"mx.google.com"})
LONGEST: Final = 16_000
BY: Final = re.compile(r"(?:^|\s)by\s+([\w.\-]+)", re.IGNORECASE)
SEAMS: Final = re.compile(r"\s*([=./])\s*")
QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*(?:"|$)')
PAIR: Final = re.compile(r'([\w.\-]+(?:/\d+)?)=("(?:[^"\\]|\\.)*"?|[^\s;]+)')
PASSED_OVER: Final = frozenset({"none", "temperror", "permerror", "neutral", "policy", "bestguesspass"})


@dataclass(frozen=True, slots=True)
class Result:
    """One method of a field: `dmarc`, `fail`, and its properties such as `header.from`."""

    method: str
    value: str
    properties: dict[str, str]


def verdict_of(headers: Headers, *, mailbox: Mailbox, from_address: str) -> tuple[str, str]:
    """The verdict on a From address and how it came about; both empty where our server says nothing."""
    ours = mailbox.authserv_id.strip().lower()
    if not ours or not from_address:
        return "", ""
    found = trusted_results(headers, ours)
    if found is None:
        return "", _("%(server)s wrote no result that can be trusted into this message.") % {"server": ours}
    verdict, why = by_dmarc(found, from_address, server=ours)
    if verdict == FAIL and any(one.method == "arc" and one.value == "pass" for one in found):
        sealer = believed_sealer(headers, mailbox, ours=ours, domain=domain_of(from_address))
        if sealer:
            return PASS, _("%(sealer)s forwarded it and found the sender genuine.") % {"sealer": sealer}
    return verdict, why


def by_dmarc(found: list[Result], from_address: str, *, server: str) -> tuple[str, str]:
    """What the DMARC results say; of several the worst, and only about the domain of From."""
    domain = domain_of(from_address)
    words = {"server": server, "domain": domain}
    about = [one for one in found if one.method == "dmarc"]
    if not about or all(one.value in PASSED_OVER for one in about):
        return NONE, _("%(server)s: %(domain)s does not say how to tell its mail.") % words
    if any(one.value not in {"pass", *PASSED_OVER} for one in about):
        return FAIL, _("%(server)s: this mail did not come from %(domain)s.") % words
    checked = {one.properties.get("header.from", "") for one in about}
    if "" in checked:
        return NONE, _("%(server)s does not say which domain it checked.") % words
    if any(domain_of(f"@{one}") != domain for one in checked):
        return FAIL, _("%(server)s checked another address than the one in From.") % words
    return PASS, _("%(server)s: it comes from %(domain)s.") % words


def trusted_results(headers: Headers, ours: str) -> list[Result] | None:
    """What our own server wrote; None when it wrote nothing, or only where a sender could have written it.

    Above its Received line every result of its name is genuine; where no such line is found, only the topmost is.
    """
    found: list[list[Result]] = []
    for name, value in headers.fields:
        if name == "received" and ours not in BELOW_RECEIVED and is_by(value, ours):
            return [result for results in found for result in results] if found else None
        if name == "authentication-results":
            server, results = read(text_of(value))
            if server == ours:
                found.append(results)
    return found[0] if found else None


def is_by(received: bytes, ours: str) -> bool:
    """Whether our server wrote this Received line: everything below it came from outside."""
    host = BY.search(without_comments(text_of(received)))
    name = host[1].lower().rstrip(".") if host else ""
    return name == ours or name.endswith(f".{ours}")


def believed_sealer(headers: Headers, mailbox: Mailbox, *, ours: str, domain: str) -> str:
    """The listed forwarder that sealed last, if it had found the sender genuine itself (RFC 8617); or nothing."""
    trusted = {str(one).strip().lower() for one in mailbox.trusted_forwarders}
    seals = {instance_of(value): value for value in reversed(list(headers.raw_all("arc-seal")))}
    instances = sorted(seals, reverse=True)
    if instances and f".{ours}".endswith(f".{tag_of(seals[instances[0]], 'd')}"):
        instances = instances[1:]  # our own server has sealed it too, on its way in
    if not instances:
        return ""
    sealer = tag_of(seals[instances[0]], "d")
    if sealer not in trusted:
        return ""
    for value in headers.raw_all("arc-authentication-results"):
        if instance_of(value) == instances[0]:
            _tag, _semicolon, rest = text_of(value).partition(";")
            verdict, _why = by_dmarc(read(rest)[1], f"@{domain}", server=sealer)
            return sealer if verdict == PASS else ""
    return ""


def instance_of(value: bytes) -> int:
    number = tag_of(value, "i")
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 3 else 0


def tag_of(value: bytes, name: str) -> str:
    """A tag of a seal: `i=1; a=rsa-sha256; d=lists.example`."""
    pairs = (piece.partition("=") for piece in text_of(value).split(";"))
    return next((after.strip().lower() for before, _sign, after in pairs if before.strip().lower() == name), "")


def read(text: str) -> tuple[str, list[Result]]:
    """Server and results of a field; comments, quoted strings, versions and odd blanks allowed."""
    pieces = list(split_quoted(without_comments(text)))
    server, *version = pieces[0].split() if pieces and pieces[0].split() else [""]
    if version and version != ["1"]:
        return "", []
    results = [result for piece in pieces[1:] if (result := read_result(piece))]
    return unquoted(server).lower().rstrip("."), results


def read_result(piece: str) -> Result | None:
    pairs = [(name.lower(), unquoted(value).lower()) for name, value in PAIR.findall(piece)]
    if not pairs:
        return None
    (method, value), *properties = pairs
    known: dict[str, str] = {}
    for name, said in properties:
        known.setdefault(name, said)
    return Result(method.partition("/")[0], value, known)


def split_quoted(text: str) -> Iterator[str]:
    """The pieces between semicolons, none of them inside quotes; blanks around `=`, `.` and `/` taken out."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\0{len(kept) - 1}\0"

    for piece in SEAMS.sub(r"\1", QUOTED.sub(keep, text.replace("\0", ""))).split(";"):
        yield re.sub(r"\0(\d+)\0", lambda match: kept[int(match[1])], piece)


def without_comments(text: str) -> str:
    """The text with each `(comment (within comments))` outside quotes turned into a blank."""
    out: list[str] = []
    depth, quoted, escaped = 0, False, False
    for char in text:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == '"' and not depth:
            quoted = not quoted
        elif char == "(" and not quoted:
            depth += 1
        elif char == ")" and depth:
            depth -= 1
            out.append(" ")
            continue
        if not depth:
            out.append(char)
    return "".join(out)


def unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", r"\1", value.strip('"'))


def domain_of(address: str) -> str:
    """The domain in the letters a server writes it in."""
    domain = address.rpartition("@")[2].strip().lower().rstrip(".")
    try:
        return domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        return domain


def text_of(value: bytes) -> str:
    return raw_text(value[:LONGEST])
