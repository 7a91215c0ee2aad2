"""Mail that no person wrote, and how often we answer at all: no answer to programs, no loops (M-16 to M-18)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from django.db.models import Count, Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext as _

from mail import mailboxes
from mail.headers import Headers
from mail.models import AutoReply, IncomingMail, SystemSender

DAEMONS: Final = ("mailer-daemon@", "postmaster@", "mail-daemon@", "mailerdaemon@")
NEVER_READ: Final = re.compile(r"(?:no[-_.]?reply|do[-_.]?not[-_.]?reply)(?:[-_.+][^@]*)?@", re.IGNORECASE)
PRECEDENCES: Final = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
SUPPRESS: Final = frozenset({"all", "oof", "autoreply"})
MARKS: Final = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-autorespond-to",
    "list-id",
    "list-unsubscribe",
    "x-loop",
    "x-fc-machinegenerated",
    "feedback-id",
    "x-auto-response",
)
COMMENT: Final = re.compile(r"\([^()]*\)")

PER_SENDER_AND_KEY: Final = (1, timedelta(hours=24))
MAILS_PER_SENDER: Final = (5, timedelta(minutes=10))
ANSWERS_PER_DOMAIN: Final = (20, timedelta(hours=1))


def is_automatic(
    headers: Headers, from_address: str, *, content_type: str = "", envelope_from: str | None = None
) -> str:
    """Why this mail was written by a program (RFC 3834); empty when nothing says so."""
    submitted = COMMENT.sub("", headers.get("auto-submitted")).split(";")[0].strip().lower()
    if submitted and submitted != "no":
        return _("Its header says Auto-Submitted: %(value)s.") % {"value": submitted[:60]}
    if from_address.lower().startswith(DAEMONS):
        return _("It comes from a mail server (%(address)s).") % {"address": from_address}
    if content_type == "multipart/report":
        return _("It is a report of a mail server.")
    if headers.get("return-path").replace(" ", "") == "<>" or envelope_from == "<>":
        return _("Its return address is empty.")
    return marked(headers)


def marked(headers: Headers) -> str:
    """The less official signs."""
    precedence = headers.get("precedence").lower()
    if precedence in PRECEDENCES:
        return _("Its header says Precedence: %(value)s.") % {"value": precedence}
    suppress = {word.strip().lower() for word in headers.get("x-auto-response-suppress").split(",")} & SUPPRESS
    if suppress:
        return _("Its header asks for no automatic answer.")
    mark = next((name for name in MARKS if name in headers and headers.get(name).strip().lower() != "no"), "")
    return _("It carries the header %(name)s.") % {"name": mark.title()} if mark else ""


def system_sender(address: str) -> str:
    """The name of the program that writes from this address; empty for everybody else."""
    domain = address.lower().rpartition("@")[2]
    labels = domain.split(".")
    patterns = [address.lower(), *("@" + ".".join(labels[start:]) for start in range(len(labels)))]
    found = SystemSender.objects.filter(pattern__in=patterns).order_by("-pattern").first()
    return found.label if found else ""


def may_answer(address: str, *, key: str = "") -> bool:
    """Whether an automatic answer may go to this address now."""
    return not why_no_answer(address, key=key)


def why_no_answer(address: str, *, key: str = "") -> str:
    """The reason against an automatic answer to this address; empty when there is none."""
    if not address or mailboxes.is_ours(address):
        return _("There is nobody to answer.")
    if NEVER_READ.match(address):
        return _("Nobody reads %(address)s.") % {"address": address}
    if label := system_sender(address):
        return _("%(label)s is a program.") % {"label": label}
    return too_many(address.lower(), key=key)


def too_many(address: str, *, key: str) -> str:
    """The brake that needs no header: counts (M-18)."""
    domain = address.rpartition("@")[2]
    per_sender, a_day = PER_SENDER_AND_KEY
    per_domain, an_hour = ANSWERS_PER_DOMAIN
    answers = AutoReply.objects.filter(Q(address=address, key=key) | Q(domain=domain), created__gt=Now() - a_day)
    counts = answers.aggregate(
        here=Count("pk", filter=Q(address=address, key=key)),
        domain=Count("pk", filter=Q(domain=domain, created__gt=Now() - an_hour)),
    )
    if counts["here"] >= per_sender:
        return _("%(address)s already got an automatic answer here.") % {"address": address}
    if counts["domain"] >= per_domain:
        return _("%(domain)s got %(count)d automatic answers within an hour.") % {"domain": domain, "count": per_domain}
    if possible_loop(address):
        return _("%(address)s writes too fast; this may be a loop.") % {"address": address}
    return ""


def possible_loop(address: str) -> bool:
    """More than five mails in ten minutes from one sender that no recogniser names."""
    limit, span = MAILS_PER_SENDER
    sender = IncomingMail.objects.alias(sender=Lower("from_address")).filter(sender=address.lower())
    recent = sender.filter(received__gt=Now() - span)
    return recent[: limit + 1].count() > limit


def record_answer(address: str, *, key: str = "") -> None:
    """Counts an automatic answer; in the transaction that queues it."""
    AutoReply.objects.create(address=address.lower()[:254], domain=address.lower().rpartition("@")[2][:254], key=key)
