"""The group of a GitLab SaaS licence, out of whatever a person typed or copied: a path, a whole address, a clone link.

Pure. A licence is set on a top-level group, so that is what we look for; paths are GitLab's, its rules are theirs.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

from django.utils.translation import gettext as _

HOST = "gitlab.com"
_PAGES = "gitlab.io"
NEW_GROUP = f"https://{HOST}/groups/new"
MOST = 2000  # characters looked at

# Letters, digits, _ - and . ; never - or . first, nor . or .git or .atom last; two characters at least.
_SEGMENT = re.compile(r"(?![-.])(?!.*\.(?:git|atom)$)[A-Za-z0-9_.-]{1,254}[A-Za-z0-9_-]")
# What gitlab.com keeps for its own pages: no group is called so.
_RESERVED = frozenset({
    "-", ".well-known", "404.html", "422.html", "500.html", "502.html", "503.html", "admin", "api",
    "apple-touch-icon.png", "assets", "dashboard", "deploy.html", "explore", "favicon.ico", "favicon.png", "files",
    "groups", "health_check", "help", "import", "jwt", "login", "oauth", "profile", "projects", "public",
    "robots.txt", "s", "search", "sitemap", "sitemap.xml", "sitemap.xml.gz", "slash-command-logo.png", "snippets",
    "trials", "unsubscribes", "uploads", "users", "u", "v2",
})  # fmt: skip
_AROUND = " \t\r\n<>\"'`()[]{}“”‘’«»„*,;:!?。、"  # noqa: RUF001 - the quotes people's programs put
_HIDDEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_ADDRESS = re.compile(
    rf"(?:(?:https?|ssh|git)://)?(?:git@)?(?<![\w.-])(?P<host>(?:[a-z0-9-]+\.)*(?:{re.escape(HOST)}|{re.escape(_PAGES)}))"
    r"(?::\d+(?=/))?(?:(?:[/:])(?P<path>[^\s<>\"'`]*))?(?![\w.-])",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"(?:https?|ssh|git)://(?:git@)?(?P<host>[^/\s:]+)|^(?P<bare>git\.[^/\s]+|gitlab\.[^/\s]+)/", re.IGNORECASE
)
_MAIL = re.compile(r"[^\s@/]+@[^\s@/]+\.[^\s@/]+")


@dataclass(frozen=True, kw_only=True)
class Namespace:
    """What was understood. `top` is empty where there is a `problem`, a sentence that says what to write instead.

    `remark` says what we cut or where somebody should look again; `personal`: it is a person's own, not a group's.
    """

    path: str = ""
    top: str = ""
    problem: str = ""
    remark: str = ""
    personal: bool = False

    @property
    def good(self) -> bool:
        return bool(self.top)

    @property
    def key(self) -> str:
        """To compare with: gitlab.com finds a group however its letters are written."""
        return self.top.lower()

    @property
    def billing_url(self) -> str:
        """The page that names the plan; owners of the group see it."""
        return f"https://{HOST}/groups/{self.top}/-/billings" if self.top else ""

    @property
    def seats_url(self) -> str:
        """Usage quotas, tab Seats: what the handbook calls the Seats Quote Tab."""
        return f"https://{HOST}/groups/{self.top}/-/usage_quotas#seats-quota-tab" if self.top else ""

    @property
    def minutes_url(self) -> str:
        """Usage quotas, tab Pipelines: the compute minutes of the month."""
        return f"https://{HOST}/groups/{self.top}/-/usage_quotas#pipelines-quota-tab" if self.top else ""


def read(text: str) -> Namespace:
    """The namespace that `text` names, or why it names none."""
    text = _clean(text)
    if not text:
        return Namespace(problem=_("Write the path of your group, the part after gitlab.com/."))
    address = _ADDRESS.search(text)
    if address is not None and not _is_mail(text, address):
        return _of_address(address["host"].lower(), address["path"] or "")
    if _MAIL.fullmatch(text):
        return Namespace(problem=_("This is an e-mail address. Write the path of your group instead."))
    if elsewhere := _ELSEWHERE.search(text):
        return _of_another_server(elsewhere["host"] or elsewhere["bare"])
    if " " in text:
        return Namespace(problem=_the_name_is_no_path(text))
    return _of_path(text)


def _clean(text: str) -> str:
    """One line in plain characters, without what a mail program or a sentence puts around it."""
    plain = _HIDDEN.sub("", unicodedata.normalize("NFKC", text[:MOST]))
    return " ".join(plain.split()).strip(_AROUND).rstrip(".").strip(_AROUND)


def _is_mail(text: str, address: re.Match[str]) -> bool:
    """“jane@gitlab.com” is a person; “git@gitlab.com:acme/app.git” is a clone link."""
    return not address["path"] and text[: address.start("host")].endswith("@")


def _of_address(host: str, path: str) -> Namespace:
    if host.endswith(_PAGES):
        return _of_pages(host.removesuffix(_PAGES).rstrip("."))
    if host not in {HOST, f"www.{HOST}"}:
        return _of_another_server(host)
    if not _way(path):
        return Namespace(problem=_("This address names no group. Write the part that follows gitlab.com/."))
    return _of_path(path)


def _of_pages(name: str) -> Namespace:
    """acme.gitlab.io is the site of the group acme."""
    top = name.rpartition(".")[2]
    if not _SEGMENT.fullmatch(top):
        return _of_another_server(_PAGES)
    remark = _("Read from the address of a GitLab Pages site. Look whether “%(top)s” is the group.") % {"top": top}
    return Namespace(path=top, top=top, remark=remark)


def _of_another_server(host: str) -> Namespace:
    says = _("“%(host)s” is not where groups live. A SaaS licence belongs to a group on gitlab.com.")
    return Namespace(problem=says % {"host": host[:80]})


def _way(path: str) -> list[str]:
    """The segments before GitLab's own part of an address, without the `groups/` prefix."""
    bare = re.split(r"[?#]", unquote(path), maxsplit=1)[0].strip(_AROUND + "/").rstrip(".")
    segments = [part for part in bare.split("/") if part]
    if len(segments) > 1 and segments[0].lower() == "groups":
        segments = segments[1:]
    return segments[: segments.index("-")] if "-" in segments else segments


def _of_path(path: str) -> Namespace:
    segments = _way(path)
    if not segments:
        return Namespace(problem=_("This address names no group. Write the part that follows gitlab.com/."))
    if person := _person(segments):
        return _personal(person)
    segments[0] = segments[0].removeprefix("@")
    segments[-1] = re.sub(r"\.(git|atom|wiki)$", "", segments[-1])
    top = segments[0]
    if top.lower() in _RESERVED:
        says = _("“%(top)s” is a page of gitlab.com, not a group. Write the path of your group.")
        return Namespace(problem=says % {"top": top})
    if not _SEGMENT.fullmatch(top):
        return Namespace(problem=_the_name_is_no_path(top))
    return Namespace(path="/".join(segments), top=top, remark=_remark(segments))


def _person(segments: list[str]) -> str:
    """Whose own place this is, where the address says so."""
    if segments[0].startswith("~"):
        return segments[0].lstrip("~")
    return segments[1] if segments[0].lower() in {"users", "u"} and len(segments) > 1 else ""


def _personal(name: str) -> Namespace:
    says = _(
        "“%(name)s” is a person's own namespace; it cannot carry a licence. Create a group (%(address)s), move your "
        "projects there, and send us its path."
    )
    return Namespace(path=name, personal=True, problem=says % {"name": name[:80], "address": NEW_GROUP})


def _remark(segments: list[str]) -> str:
    top = segments[0]
    if len(segments) > 1:
        says = _("“%(path)s” lies inside the group “%(top)s”. Licences are set on the top-level group.")
        return says % {"path": "/".join(segments)[:120], "top": top}
    if top.isdigit():
        return _("This is only a number, maybe the group's ID. The path stands in the group's address.")
    return ""


def _the_name_is_no_path(text: str) -> str:
    says = _(
        "“%(text)s” is no path of a group. Open the group on gitlab.com and copy what follows gitlab.com/ in its "
        "address: letters, digits, dashes, dots, underscores."
    )
    return says % {"text": text[:80]}
