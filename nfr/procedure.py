"""The NFR licence: what it is called, how it is recognised, what the form asks, what we promise."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from nfr import again, facts_card, finding, hearing, namespaces, requests, topic_procedures, topics
from nfr.issuing import answering, deciding, first_steps, supporting
from partners import hooks as partner_hooks
from people.calendar import Target
from tickets import hooks, kinds, mail_rules, prepared, procedures
from tickets.kinds import Card, Field, Kind
from tickets.procedures import Procedure, automatic, awaited, confirmed
from tickets.recognising import by_signs, sign

LICENCE_TYPES = (
    ("saas", _("GitLab SaaS (gitlab.com)")),
    ("self_managed", _("Self-managed (your own server)")),
    (finding.BOTH, _("Both, one of each")),
)
TOPICS = (
    ("new", _("A new licence")),
    ("renew", _("Renew a licence")),
    ("seats", _("Seats")),
    ("version", _("Which version it has")),
    ("minutes", _("More minutes")),
)


def group_of(written: str) -> str:
    """The top-level group of a path or an address; what names none is said while the partner still has the form."""
    found = namespaces.read(written)
    if not found.top:
        raise ValueError(found.problem)
    return found.top


def _subject(given: Mapping[str, str]) -> str:
    topic = dict(TOPICS).get(given.get("nfr_topic", ""), _now("A question"))
    place = given.get("namespace", "").strip() or given.get("company", "").strip()
    subject = _now("NFR licence: %(topic)s") % {"topic": topic}
    return f"{subject} · {place}" if place else subject


NFR_LICENCE = Kind(
    slug="nfr",
    title=_("NFR licence"),
    short=_("NFR"),
    icon="key-round",
    handbook="#nfrs",
    first_reply=Target(days=2),
    resolution=Target(days=2),
    tag="NFR",
    recognise=by_signs(
        sign(
            r"""
            \bnfrs?\b
            \bnot[- ]for[- ]re-?sale\b
            \bnicht zum wiederverkauf\b
            \bnon destinee?s? a la revente\b
            \bno para (la )?reventa\b
            \bnao para revenda\b
            再販(禁止|不可)
            非売品
        """,
            subject=90,
            text=64,
            file=50,
        ),
        sign(
            r"""
            \b(demo|internal use|lab|test) licen[cs]es?\b.{0,60}\b(partner|our team|demos?|training)\b
            \bpartner (demo|lab) licen[cs]e
        """,
            subject=58,
            text=48,
        ),
    ),
    fields=(
        Field(name="nfr_topic", label=_("What you need"), kind="select", choices=TOPICS),
        Field(name="licence_type", label=_("Licence"), kind="select", choices=LICENCE_TYPES),
        Field(
            name="company",
            label=_("Company"),
            hint=_("As it stands in your partner agreement"),
            autocomplete="organization",
        ),
        Field(
            name="namespace",
            label=_("Namespace"),
            hint=_(
                "For GitLab SaaS: the top-level group with a running trial or your licence; its path or its address"
            ),
            max_length=500,
            required=False,
            understood=group_of,
            mono=True,
        ),
        Field(
            name="seats",
            label=_("Seats"),
            hint=_("Leave it empty for what the program gives on your track"),
            kind="number",
            max_length=5,
            required=False,
            pattern=r"[1-9][0-9]{0,4}",
            pattern_says=_("Write the number of seats in digits, such as 10."),
        ),
    ),
    subject=_subject,
    cards=(
        Card(
            slug="nfr-licence",
            title=_("NFR licence"),
            summary=_("New, renew, seats, version"),
            icon="key-round",
            order=30,
        ),
    ),
)

LICENCE = Procedure(
    kind="nfr",
    title=_("NFR licence"),
    handbook="#nfrs",
    steps=(
        automatic("read", _("Read what is asked for"), first_steps.read),
        confirmed(
            "topic",
            _("Know what it is about"),
            first_steps.About,
            first_steps.topic_decide,
            prepare=first_steps.topic_prepared,
            look=first_steps.topic_look,
            hears=("received", "papers", "facts", "status"),
            only_if=first_steps.topic_known,
        ),
        awaited(
            "partner",
            _("Know which partner asks"),
            first_steps.partner,
            hears=("partner", "status"),
            only_if=first_steps.no_licence_wanted,
        ),
        confirmed(
            "complete",
            _("Licence, namespace and contact are there"),
            first_steps.Missing,
            first_steps.complete_decide,
            prepare=first_steps.complete_prepared,
            look=first_steps.complete,
            hears=("sent", "replied", "received", "papers", "facts", "status"),
            only_if=first_steps.no_licence_wanted,
        ),
        automatic(
            "check",
            _("Check requirements, terms and licences"),
            deciding.check,
            only_if=first_steps.no_licence_wanted,
        ),
        confirmed(
            "decide",
            _("Ask Support, or tell the partner what is missing"),
            deciding.Decision,
            deciding.decide,
            prepare=deciding.prepare,
            look=deciding.look,
            hears=deciding.HEARS,
            only_if=first_steps.no_licence_wanted,
            anew=True,
        ),
        confirmed(
            "support",
            _("Ask Support, once for each licence"),
            supporting.Numbers,
            supporting.asked_decide,
            prepare=supporting.asked_prepared,
            look=supporting.asked_look,
            hears=("support", "status"),
            only_if=deciding.not_asked,
            anew=True,
        ),
        awaited(
            "wait",
            _("Support answers"),
            supporting.wait,
            hears=("support", "received", "status"),
            only_if=deciding.not_asked,
        ),
        confirmed(
            "outcome",
            _("Put the licence in the register"),
            supporting.Answers,
            supporting.outcome_decide,
            prepare=supporting.outcome_prepared,
            look=supporting.outcome_look,
            hears=("support", "status"),
            only_if=deciding.not_asked,
            anew=True,
        ),
        automatic("answer", _("Prepare the reply"), answering.answer, only_if=answering.only_a_question),
        awaited("send", _("Read and send the reply"), prepared.look_sent("answer"), hears=prepared.HEARS),
        awaited("resolve", _("Resolve the ticket"), answering.resolve, hears=answering.HEARS),
    ),
)


def register() -> None:
    """Called once when the process starts: the kind, its procedures, and what the request follows."""
    kinds.register(NFR_LICENCE)
    for one in (LICENCE, *topic_procedures.ALL):
        procedures.register(one)
    mail_rules.register(hearing.take)
    facts_card.register()
    procedures.choose_by(requests.KIND, topics.choose)
    hooks.on_partner_changed(requests.partner_changed)
    hooks.on_partner_changed(again.partner_changed)
    partner_hooks.on_merged(requests.follow)
