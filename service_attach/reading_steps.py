"""The steps up to “everything is there”: read the documents, keep a copy, ask the partner for what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from time import monotonic
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people import calendar
from people.calendar import Target
from service_attach import asking, correcting, keeping, proofs, reading, stages, unread, wanted
from service_attach.models import Proof, ProofDocument
from tickets import paper_reading, papers
from tickets.actions import Refused
from tickets.models import Attachment
from tickets.models.ticket import ENDED, Status
from tickets.procedures import At, Done, Fact, Prepared, Retry, Stuck, Waiting, WaitsFor
from web import nudging

READ_AGAIN: Final = "service_attach.tasks.read_again"
BEFORE_DECIDING: Final = frozenset({Proof.Stage.READING, Proof.Stage.MISSING, Proof.Stage.ASKED, Proof.Stage.ENDED})
AT_ONCE: Final = 30.0  # seconds of reading in one try
SOON: Final = timedelta(seconds=30)  # a nudge may be lost: then it is looked at again
PATIENCE: Final = Target(days=3)  # until the desk is reminded that the partner has not answered
Stage = Proof.Stage


def read(at: At) -> Done:
    """Everything the partner has sent, once for each file; what could not be read is said with its cause."""
    proof = proofs.of(at.ticket)
    if proof.stage in BEFORE_DECIDING:
        stages.move(proof, Stage.READING)
    if not paper_reading.read_for(at.ticket.pk, until=monotonic() + AT_ONCE, only_news=True):
        raise Retry(_("There are many files: the rest is read next."), seconds=1)
    papers.read_all(at.ticket)
    proof = reading.read(at.ticket)
    return Done(note=_read_words(proof), facts=facts_of(proof), picture=picture_of(proof), link=page_of(proof))


def keep(at: At) -> Done:
    """The copy stays with us under its content's hash, whatever becomes of the mail."""
    proof = proofs.of(at.ticket)
    kept = list(proof.documents.select_related("stored"))
    if not kept:
        return Done(note=_("There is no document yet."))
    words = ngettext("One document kept.", "%(n)d documents kept.", len(kept)) % {"n": len(kept)}
    return Done(note=words, facts=[_kept(one) for one in kept])


def complete(at: At) -> Done | Waiting:
    """Done when all is there; else a person reads what we could not, or the partner is asked and answers."""
    proof = proofs.of(at.ticket)
    if reading.is_stale(proof):
        nudging.nudge(READ_AGAIN, at.ticket.pk)
        return Waiting(for_whom=WaitsFor.DESK, note=_("What has come in is being read."), due=timezone.now() + SOON)
    if not proof.missing:
        asking.drop(at, why=_("Nothing is missing any more."))
        if (recognised := reading.from_scans(proof)) and at.ticket.status not in ENDED:
            stages.move(proof, Stage.MISSING)
            note = _("Recognised on a scan: %(what)s. Compare with the page, then keep the values.")
            return Waiting(for_whom=WaitsFor.DESK, note=note % {"what": wanted.named(recognised)})
        stages.move(proof, Stage.CHECKING)
        facts = facts_of(proof) if proof.corrected else ()  # else they are what the first step has shown
        return Done(note=_("Nothing is missing."), facts=facts, link=page_of(proof))
    if at.ticket.status in ENDED:
        stages.move(proof, Stage.ENDED, why=_("The ticket is resolved."))
        note = _("Resolved without %(missing)s. An answer of the partner goes on with it.")
        return Waiting(for_whom=WaitsFor.PARTNER, note=note % {"missing": wanted.named(proof.missing)})
    return _asked(at, proof) or _to_ask(at, proof)


def decide(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    """A person has looked: what they typed stands, what they left empty is asked for."""
    assert at.by is not None  # a form is sent by somebody
    with proofs.holding(proofs.of(at.ticket)) as row:
        if row.stage in correcting.OVER:
            raise Refused(_("This proof is in Salesforce already."))
        correcting.keep(row, given, by=at.by)
    return complete(at)


def prepare(at: At) -> Prepared:
    """The values as they were read, and the page that shows the documents beside them."""
    proof = proofs.known(at.ticket)
    if proof is None:
        raise Stuck(_("Nothing has been read yet."))
    beside = Fact(name=_("Documents"), value=_("Read them beside the values"), link=page_of(proof))
    return Prepared(initial=initial(proof), note=at.step.note, facts=[*unread.facts(at.ticket), beside])


def initial(proof: Proof) -> dict[str, Any]:
    """The first values of the forms that correct a proof."""
    signed = {True: "yes", False: "no", None: ""}[proof.signed]
    return {**{name: getattr(proof, name) for name in wanted.FIELDS}, wanted.SIGNATURE: signed}


def facts_of(proof: Proof) -> list[Fact]:
    """The handbook's three, each with where it stands."""
    return [_fact(proof, name) for name in wanted.NAMED]


def picture_of(proof: Proof) -> str:
    """The page on which the Deal ID, or another of the values, stands; of a scan its first page.

    Empty where the document has no pages to look at: a Word file is text.
    """
    documents = keeping.documents_of(proof.ticket)
    attachments = {str(one.stored_id): one for one in documents if unread.has_pages(one)}
    for name in reversed(wanted.NAMED):
        best = reading.best(proof, name)
        if best is not None and best.get("stored") in attachments:
            return papers.picture_url(attachments[best["stored"]], int(best.get("page") or 1))
    first: Attachment | None = next(iter(attachments.values()), None)
    return papers.picture_url(first) if first is not None else ""


def page_of(proof: Proof) -> str:
    return reverse("service_attach:proof", args=[proof.pk])


def _asked(at: At, proof: Proof) -> Waiting | None:
    """Somebody has asked: the partner has the turn until they write."""
    message = asking.sent(at)
    if message is None and at.ticket.status != Status.PENDING_PARTNER:
        return None
    if message is not None and (proof.asked is None or proof.asked < message.created):
        proof.asked = message.created
        proof.save(update_fields=["asked"])
    stages.move(proof, Stage.ASKED)
    since = message.created if message is not None else at.step.ready or timezone.now()
    remind = calendar.add(since, PATIENCE, calendar.hours_of(at.ticket.region))
    return Waiting(for_whom=WaitsFor.PARTNER, note=_("Asked for: %(what)s.") % _what(proof), remind=remind)


def _to_ask(at: At, proof: Proof) -> Waiting:
    """A person looks first where a document could not be read: it may well say what we did not find."""
    stages.move(proof, Stage.MISSING)
    if not correcting.looked_at(proof) and (cause := unread.cause(at.ticket)):
        asking.drop(at, why=cause)
        return Waiting(for_whom=WaitsFor.DESK, note=_("%(cause)s Type what it says.") % {"cause": cause})
    note = _("Not found: %(what)s. Ask the partner, or type what you know.")
    if asking.offer(at, proof):
        note = _("Not found: %(what)s. The question is drafted in the composer. Send it, or type what you know.")
    return Waiting(for_whom=WaitsFor.DESK, note=note % _what(proof))


def _what(proof: Proof) -> dict[str, str]:
    return {"what": wanted.named(proof.missing)}


def _fact(proof: Proof, name: str) -> Fact:
    value, best = getattr(proof, name), reading.best(proof, name)
    if not value:
        return Fact(name=wanted.title(name), value=_("not found"), tone="bad")
    if best is None:
        return Fact(name=wanted.title(name), value=value)
    tone = "" if best["sure"] >= reading.SURE else "unsure"
    said = {"source": str(best["source"]), "link": str(best["link"]), "quote": str(best["quote"])}
    if other := reading.contradicted(proof, name):
        tone, said["quote"] = "unsure", _("The partner has written since: %(other)s") % {"other": other}
    return Fact(name=wanted.title(name), value=value, tone=tone, **said)


def _kept(one: ProofDocument) -> Fact:
    value = one.name if one.proves else _("%(name)s, came along") % {"name": one.name}
    return Fact(name=_("Proof") if one.proves else _("Document"), value=value)


def _read_words(proof: Proof) -> str:
    """“Signed 18 Nov, services to 20 Jan 2027.” What else was read, in one line; what could not be, first."""
    said: Sequence[str] = [
        *filter(None, [unread.cause(proof.ticket)]),
        *([_signed_words(proof)] if proof.documents.exists() else []),
        *([_("Services to %(day)s.") % {"day": _day(proof.services_end)}] if proof.services_end else []),
    ]
    return " ".join(said)


def _signed_words(proof: Proof) -> str:
    if proof.signed is None:
        return _("Whether it is signed cannot be told from its text.")
    if not proof.signed:
        return _("It is not signed.")
    return _("Signed %(day)s.") % {"day": _day(proof.signed_on)} if proof.signed_on else _("Signed.")


def _day(day: Any) -> str:
    return date_format(day, "j M Y")
