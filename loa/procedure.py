"""The letter of authorization: how it is recognised, what the form asks, what we promise, and the steps it takes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from loa import after, beginning, decision_steps, forms, verifying
from people.calendar import Target
from tickets.kinds import Card, Field, Kind
from tickets.procedures import Procedure, automatic, awaited, confirmed
from tickets.recognising import by_signs, sign


def _subject(given: Mapping[str, str]) -> str:
    return _now("Letter of Authorization for %(company)s") % {"company": given.get("company", "").strip()}


LETTER_OF_AUTHORIZATION = Kind(
    slug="loa",
    title=_("Letter of Authorization"),
    short=_("LoA"),
    icon="stamp",
    handbook="#letters-of-authorization-loas",
    first_reply=Target(days=2),
    resolution=Target(days=2),
    tag="LOA",
    recognise=by_signs(
        sign(
            r"^gitlab loa ?:", subject=98
        ),  # DocuSign's own: “ GitLab LOA: [name of the person]”, leading blank included
        sign(r"\bgitlab loas?\b", subject=92, text=60),
        sign(
            r"""
            \bletters? of authori[sz]ations?\b
            \bauthori[sz]ation letters?\b
            \bmanufacturer'?s? authori[sz]ation( (form|letter))?\b
            \bautorisierungs(schreiben|bestatigung)\b
            \bherstellerautorisierung\b
            \blettre d'autorisation\b
            \bcarta de autorizac(ion|ao)\b
            \blettera di autorizzazione\b
            授権書
            授権状
            承認レター
            販売許諾(書|証)
            認定書
        """,
            subject=86,
            text=62,
            file=58,
        ),
        sign(r"\bloas?\b", subject=76, text=50, file=52, unless=r"\bleave of absence\b|\bloan\b"),
    ),
    fields=(
        Field(
            name="company",
            label=_("Company"),
            hint=_("As it stands in your partner agreement; the letter names this company"),
            autocomplete="organization",
        ),
        Field(
            name="region",
            label=_("Region of your agreement"),
            kind="select",
            choices=(
                ("AMER", _("Americas")),
                ("EMEA", _("EMEA")),
                ("APAC", _("APAC")),
                ("US PubSec", _("US public sector")),
            ),
        ),
        Field(
            name="tender",
            label=_("Tender or customer"),
            hint=_("Only if the letter has to name it; your channel manager then asks Legal for the wording"),
            kind="textarea",
            max_length=2000,
            required=False,
        ),
    ),
    subject=_subject,
    cards=(
        Card(
            slug="letter-of-authorization",
            title=_("Letter of Authorization"),
            summary=_("Show that you may resell"),
            icon="stamp",
            order=20,
        ),
    ),
)

LETTER = Procedure(
    kind="loa",
    title=_("Letter of Authorization"),
    handbook="#letters-of-authorization-loas",
    steps=(
        automatic("link", _("Send the link to the form in DocuSign"), beginning.link, only_if=beginning.no_link_needed),
        awaited("envelope", _("The partner fills in and signs the form"), beginning.envelope, hears=("envelope",)),
        automatic("read", _("Read company and requester in the envelope"), beginning.read),
        confirmed(
            "company",
            _("Say which company the letter names"),
            beginning.CompanyForm,
            beginning.name_company,
            prepare=beginning.unread,
            look=beginning.company_awaited,
            hears=("envelope",),
            only_if=beginning.company_known,
        ),
        automatic("account", _("Find the partner account"), verifying.account),
        automatic(
            "check",
            _("Check status, requirements and letters in force"),
            verifying.check,
            only_if=verifying.needless,
            handbook="#approving-letters-of-authorization",
        ),
        confirmed(
            "decide",
            _("Approve or decline"),
            forms.Decision,
            decision_steps.decide,
            prepare=decision_steps.prepare,
            look=decision_steps.look,
            hears=("envelope", "decision"),
            handbook="#approving-letters-of-authorization",
        ),
        automatic(
            "release",
            _("Let DocuSign go on to Legal"),
            decision_steps.release,
            writes=True,
            only_if=decision_steps.not_released,
        ),
        automatic(
            "void",
            _("Void the envelope with the reason"),
            decision_steps.void,
            writes=True,
            only_if=decision_steps.not_voided,
            handbook="#denying-letters-of-authorization",
        ),
        awaited("docusign", _("The decision arrives in DocuSign"), decision_steps.arrived, hears=("envelope",)),
        automatic(
            "decline_mail",
            _("Mail the requester why and what is needed"),
            decision_steps.decline_mail,
            only_if=decision_steps.no_mail,
            handbook="#denying-letters-of-authorization",
        ),
        awaited(
            "legal", _("Legal dates and signs"), after.with_legal, hears=("envelope",), only_if=after.not_with_legal
        ),
        confirmed(
            "answer",
            _("Tell the requester what happened"),
            forms.Told,
            decision_steps.answer,
            prepare=decision_steps.prepare_answer,
            only_if=decision_steps.nobody_to_tell,
        ),
        automatic("keep", _("Keep the signed letter"), after.keep, only_if=after.no_letter),
        automatic("tell", _("Tell the requester and the channel manager"), after.tell, only_if=after.no_letter),
        automatic("solve", _("Resolve the ticket"), after.solve),
    ),
)
