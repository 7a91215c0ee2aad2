"""Mail that no person wrote, and how often we answer at all: no answer to programs, no loops (M-16 to M-18)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from mail import envelopes, mailboxes
from mail.headers import Headers
from mail.models import AutoReply, SystemSender

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
    known = mailboxes.memory.get("senders", _system_senders)
    domain = address.lower().rpartition("@")[2]
    labels = domain.split(".")
    patterns = [address.lower(), *("@" + ".".join(labels[start:]) for start in range(len(labels)))]
    return next((known[pattern] for pattern in patterns if pattern in known), "")


def _system_senders() -> dict[str, str]:
    return {pattern.lower(): label for pattern, label in SystemSender.objects.values_list("pattern", "label")}


def may_answer(address: str, *, key: str = "") -> bool:
    """Whether an automatic answer may go to this address now."""
    return not why_no_answer(address, key=key)


def why_no_answer(address: str, *, key: str = "") -> str:
    """The reason against an automatic answer to this address; empty when there is none."""
    if not address or mailboxes.is_ours(address):
        return _("There is nobody to answer.")
    if not envelopes.can_be_sent_to(address):
        return _("No mail server takes %(address)s.") % {"address": address}
    if NEVER_READ.match(address):
        return _("Nobody reads %(address)s.") % {"address": address}
    if label := system_sender(address):
        return _("%(label)s is a program.") % {"label": label}
    return too_many(address.lower(), key=key)


def too_many(address: str, *, key: str) -> str:
    """The brake that needs no header: counts (M-18), all in one statement because every new ticket asks."""
    domain = address.rpartition("@")[2]
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNTS,
            {
                "address": address,
                "key": key,
                "domain": domain,
                "a_day": PER_SENDER_AND_KEY[1].total_seconds(),
                "an_hour": ANSWERS_PER_DOMAIN[1].total_seconds(),
                "minutes": MAILS_PER_SENDER[1].total_seconds(),
                "one_more": MAILS_PER_SENDER[0] + 1,
            },
        )
        here, there, mails = cursor.fetchone()
    if here >= PER_SENDER_AND_KEY[0]:
        return _("%(address)s already got an automatic answer here.") % {"address": address}
    if there >= ANSWERS_PER_DOMAIN[0]:
        most = ANSWERS_PER_DOMAIN[0]
        return _("%(domain)s got %(count)d automatic answers within an hour.") % {"domain": domain, "count": most}
    if mails > MAILS_PER_SENDER[0]:
        return _("%(address)s writes too fast; this may be a loop.") % {"address": address}
    return ""


# Answers to this sender on this ticket within a day, answers to the domain within an hour, mails of this sender within
# ten minutes (no more than one past the limit are looked at).
_COUNTS: Final = """
SELECT count(*) FILTER (WHERE address = %(address)s AND key = %(key)s),
       count(*) FILTER (WHERE domain = %(domain)s AND created > now() - make_interval(secs => %(an_hour)s)),
       (SELECT count(*) FROM (
            SELECT 1 FROM mail_incomingmail
            WHERE lower(from_address) = %(address)s AND received > now() - make_interval(secs => %(minutes)s)
            LIMIT %(one_more)s) AS lately)
FROM mail_autoreply
WHERE created > now() - make_interval(secs => %(a_day)s)
  AND (domain = %(domain)s OR (address = %(address)s AND key = %(key)s))
"""


def record_answer(address: str, *, key: str = "") -> None:
    """Counts an automatic answer; in the transaction that queues it."""
    AutoReply.objects.create(address=address.lower()[:254], domain=address.lower().rpartition("@")[2][:254], key=key)
