"""Our mail came back (M-19): which one it was, for whom it is lost, and which addresses are dead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mail import addresses, bounces, hooks, matching
from mail.bounces import Bounce, Recipient
from mail.models import IncomingMail, OutgoingMail, Undeliverable
from mail.models.outgoing import Recipients
from mail.parsing import ParsedMail

REPORTS_WITHIN: Final = timedelta(days=14)
ARRIVED: Final = frozenset({"delivered", "relayed", "expanded"})
# Nobody is there: wrong mailbox, wrong domain, moved, null MX; the host does not exist. 5.1.7 and 5.1.8 are about us.
NOBODY_THERE: Final = re.compile(r"5\.1\.(?!7$|8$)\d+|5\.4\.4")
VAGUE: Final = re.compile(r"5\.(?:0\.\d+|2\.0|2\.1|4\.1|5\.\d+|7\.\d+)|")
SAYS_NOBODY: Final = re.compile(
    r"user unknown|unknown (?:user|recipient|mailbox|address)|no such (?:user|recipient|mailbox|person|address)"
    r"|(?:user|recipient|mailbox|address|account)\b.{0,60}\b(?:not found|does(?: not|n't) exist|not exist|disabled"
    r"|inactive|unknown|(?:could ?n[o']t|couldn't) be found)|invalid (?:recipient|mailbox)|no mailbox here"
    r"|not a valid mailbox"
    r"|(?:unrouteable|unroutable) address|all relevant mx records point to non-existent|domain not found|host not found"
    r"|address not found|wasn't found at|nicht gefunden|unbekannt",
    re.IGNORECASE,
)
FULL: Final = re.compile(r"5\.2\.2|quota|mailbox (?:is )?full|over ?quota|out of storage", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Loss:
    """A person our mail did not reach; `for_good`: their server says that nobody is there."""

    address: str
    status: str
    words: str
    for_good: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The mail a report is about; `proven` when the report shows something only its readers could know."""

    outgoing: OutgoingMail
    proven: bool


def find(mail: IncomingMail, parsed: ParsedMail) -> OutgoingMail | None:
    """The mail of ours that a delivery report is about."""
    found = look(mail, parsed)
    return found.outgoing if found else None


def look(mail: IncomingMail, parsed: ParsedMail) -> Found | None:
    """By the returned Message-ID or signed loop header, by the signed envelope address, else by its recipient."""
    if parsed.bounce is None:
        return None
    known = OutgoingMail.objects.filter(message_id__in=names_in(parsed, parsed.bounce)).first()
    if known is not None:
        return Found(known, proven=True)
    keys = signed_to(mail, parsed)
    signed = named_by(parsed.bounce, keys=keys) if keys else None
    if signed is not None or parsed.bounce.message_id:
        return Found(signed, proven=True) if signed else None
    latest = named_by(parsed.bounce)
    return Found(latest, proven=False) if latest else None


def names_in(parsed: ParsedMail, bounce: Bounce) -> list[str]:
    """Every Message-ID of ours the report names, as its row has it."""
    loop = bounce.loop.rpartition(";")[0].strip() if addresses.is_own_loop_header(bounce.loop) else ""
    named = [bounce.message_id, f"<{loop}>" if loop else "", *parsed.in_reply_to, *reversed(parsed.references)]
    return [mid.lower() for mid in named if mid]


def signed_to(mail: IncomingMail, parsed: ParsedMail) -> frozenset[str]:
    """The keys of the signed addresses it came to: the envelope sender of what we sent (VERP)."""
    recipients = [*mail.envelope_to, *(one.address for one in (*parsed.to, *parsed.cc))]
    traced = [value for name in matching.TRACES for value in parsed.headers.get_all(name)]
    return frozenset(key for one in [*recipients, *traced] if (key := addresses.read_token(one)))


def named_by(bounce: Bounce, *, keys: frozenset[str] = frozenset()) -> OutgoingMail | None:
    """The newest to somebody the report names, about one of these keys where there are any."""
    theirs = written_to(one.address for one in bounce.recipients[:5])
    if keys:
        theirs = theirs.filter(token_key__in=keys)
    # Without LIMIT: asked for one row in order of time, the planner may walk two weeks of mail instead of the index.
    newest = max(theirs.values_list("created", "pk"), default=None)
    return OutgoingMail.objects.get(pk=newest[1]) if newest else None


def written_to(people: Iterable[str]) -> QuerySet[OutgoingMail]:
    """What we sent within two weeks to any of these addresses; by its index."""
    named = [address.lower() for address in people if "@" in address]
    if not named:
        return OutgoingMail.objects.none()
    recent = OutgoingMail.objects.filter(created__gt=timezone.now() - REPORTS_WITHIN)
    return recent.alias(everybody=Recipients()).filter(everybody__overlap=named)


def is_about_us(mail: IncomingMail, parsed: ParsedMail, bounce: Bounce) -> bool:
    """A signed address or id proves it; a report that names neither message nor recipient gets the benefit of doubt."""
    if not bounce.message_id and not bounce.recipients:
        return True
    named = [bounce.message_id, *parsed.in_reply_to, *parsed.references]
    return bool(signed_to(mail, parsed)) or any(map(addresses.is_own_message_id, named))


def rows_of(bounce: Bounce | None) -> list[dict[str, str]]:
    """What the row of the report keeps of it."""
    return [asdict(one) for one in bounce.recipients] if bounce else []


def loss(recipient: Recipient) -> Loss | None:
    """What a recipient's line means for us; None when the mail has arrived or is only late."""
    late = recipient.status.startswith("4.")
    if recipient.action in {*ARRIVED, "delayed"} or recipient.status.startswith("2."):
        return None
    if late and recipient.action != "failed":
        return None
    words = recipient.diagnostic or _("Their server gave no reason.")
    temporary = late or bool(FULL.search(f"{recipient.status} {words}"))
    gone = bool(NOBODY_THERE.fullmatch(recipient.status)) or (
        bool(VAGUE.fullmatch(recipient.status)) and bool(SAYS_NOBODY.search(words))
    )
    return Loss(recipient.address, recipient.status, words[:500], for_good=gone and not temporary)


def mark(mail: IncomingMail, parsed: ParsedMail) -> None:
    """Writes on our mail whom it did not reach, and tells who sent it; a report that comes twice changes nothing."""
    if mail.bounce_of is None or parsed.bounce is None:
        return
    with transaction.atomic():
        outgoing = OutgoingMail.objects.select_for_update(of=("self",)).get(pk=mail.bounce_of.pk)
        sent_to = {address.lower(): address for address in outgoing.recipients}
        known = {address.lower() for address in outgoing.bounced}
        losses = [one for recipient in parsed.bounce.recipients if (one := loss(recipient))]
        if not any(one.address.lower() in sent_to for one in parsed.bounce.recipients):
            losses = unnamed(outgoing, parsed, losses)
            sent_to |= {one.address.lower(): one.address for one in losses}
        fresh = [one for one in losses if one.address.lower() in sent_to and one.address.lower() not in known]
        if not fresh:
            return
        at = timezone.now().isoformat()
        outgoing.bounced = outgoing.bounced | {sent_to[one.address.lower()]: noted(one, at=at) for one in fresh}
        outgoing.save(update_fields=["bounced"])
        found = look(mail, parsed)
        for one in fresh:
            if one.for_good and found is not None and found.proven:
                give_up(one)
        hooks.bounced(outgoing, {sent_to[one.address.lower()]: one.for_good for one in fresh})


def unnamed(outgoing: OutgoingMail, parsed: ParsedMail, losses: Sequence[Loss]) -> list[Loss]:
    """A failure that names nobody we wrote to (passed on, or cut off): somebody did not get it, never for good."""
    if not losses and not (parsed.bounce and not parsed.bounce.recipients and bounces.says_failure(parsed.body_text)):
        return []
    people = outgoing.recipients
    whom = people[0] if len(people) == 1 else _("one of %(addresses)s") % {"addresses": shortened(people)}
    said = " ".join(f"{one.address}: {one.words}" for one in losses) or _("Their server gave no reason.")
    return [Loss(whom, losses[0].status if losses else "", said[:500], for_good=False)]


def shortened(people: Sequence[str]) -> str:
    return ", ".join(people[:3]) + (" …" if len(people) > 3 else "")


def refused(outgoing: OutgoingMail) -> dict[str, bool]:
    """Whom a server refused while we were talking to it, and whether nobody is there; those addresses are dead."""
    losses = [spoken(address, reply) for address, reply in outgoing.refused.items()]
    for one in losses:
        if one.for_good:
            give_up(one)
    return {one.address: one.for_good for one in losses}


def spoken(address: str, reply: str) -> Loss:
    """The same judgement over `550 5.1.1 No such user` as over a report of it."""
    status = bounces.status_in(reply)
    known = loss(Recipient(address, "failed", status if status.startswith(("4.", "5.")) else "", reply))
    return known or Loss(address, status, reply[:500], for_good=False)


def noted(one: Loss, *, at: str) -> dict[str, Any]:
    return {"status": one.status, "words": one.words, "for_good": one.for_good, "at": at}


def give_up(one: Loss) -> None:
    """The address is dead until somebody writes from it."""
    now = timezone.now()
    values = {"status": one.status[:20], "words": one.words, "last": now}
    known = Undeliverable.objects.filter(address__lower=one.address.lower())
    if not known.update(times=F("times") + 1, **values):
        row = Undeliverable(address=one.address.lower()[:254], since=now, **values)
        Undeliverable.objects.bulk_create([row], ignore_conflicts=True)


def is_alive(address: str) -> None:
    """Somebody wrote from it: it takes mail after all."""
    Undeliverable.objects.filter(address__lower=address.lower()).delete()
