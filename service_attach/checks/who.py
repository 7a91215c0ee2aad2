"""Partner and customer as the document names them, beside the registration; and whether the sender is that partner."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from partners import names
from service_attach.checks.registration import there
from service_attach.checks.shapes import Check, Known, Verdict


def partner(known: Known) -> Check:
    registration = there(known)
    theirs = [registration.partner_name, *known.other_names]
    return _compared("partner", known.partner_name, theirs, known=known)


def customer(known: Known) -> Check:
    registration = there(known)
    return _compared("customer", known.customer_name, [registration.customer], known=known)


def sender(known: Known) -> Check:
    """Whoever writes should be the partner that registered the deal; a name alone can be copied."""
    registration = there(known)
    if not known.sender_name:
        words = _("The ticket has no partner yet.")
        return Check(slug="sender", verdict="unknown", words=words, how=_("Set the partner of the ticket."),
                     source=_("the ticket"))  # fmt: skip
    if not known.sender_id or not registration.partner_id:
        words = _("Whether the sender is the partner of the registration cannot be told by Salesforce's ids.")
        return Check(slug="sender", verdict="unknown", words=words, value=known.sender_name, source=_("the ticket"))
    if known.is_theirs:
        words = _("The partner that registered the deal.")
        return Check(slug="sender", verdict="met", words=words, value=known.sender_name, source=_("the ticket"))
    words = _("The registration is of %(partner)s.") % {"partner": registration.partner_name or _("another partner")}
    return Check(
        slug="sender",
        verdict="missing",
        words=words,
        value=known.sender_name,
        how=_("Make sure that the sender may speak for that partner."),
        source=_("the ticket"),
        problem=_("the registration belongs to another partner."),
        way_on=_("Send us the Deal ID of your own Service Attach registration."),
    )


def _compared(slug: str, written: str, theirs: Sequence[str], *, known: Known) -> Check:
    """The same words in any spelling are the same company; another legal form, or a likeness, wants a look."""
    link, named = there(known).link, [one for one in theirs if one.strip()]
    if not written.strip() or not named:
        words = _("The registration names none.") if written.strip() else _("Not known from the document.")
        return Check(slug=slug, verdict="unknown", words=words, value=written.strip(), link=link)
    alike, name = max((names.likeness(written, one), one) for one in named)
    said = {"name": named[0], "percent": round(100 * alike / names.SAME)}
    if name != named[0]:
        said["name"] = f"{named[0]} ({name})"
    if alike >= names.SAME_CORE:
        return _named(slug, "met", written, _("“%(name)s” on the registration.") % said, link=link)
    if names.is_mixed(written) or not alike:
        return _other(slug, written, named[0], _("“%(name)s” on the registration: another name.") % said, known=known)
    if names.taken_apart(written).spelt & names.taken_apart(name).spelt:
        words = _("“%(name)s” on the registration: the same name with another legal form.") % said
        return _named(slug, "unknown", written, words, link=link)
    words = _("“%(name)s” on the registration, %(percent)d %% alike.") % said
    return _named(slug, "unknown", written, words, link=link)


def _named(slug: str, verdict: Verdict, written: str, words: str, *, link: str) -> Check:
    how = _("Look whether it is the same company.") if verdict == "unknown" else ""
    return Check(slug=slug, verdict=verdict, words=words, value=written, how=how, link=link)


def _other(slug: str, written: str, theirs: str, words: str, *, known: Known) -> Check:
    """Who the other one is hears only the partner whose registration it is."""
    said = {"written": written, "theirs": theirs if known.is_theirs else _("another one")}
    if slug == "partner":
        problem = _("the document names %(written)s as the partner, the registration %(theirs)s.") % said
    else:
        problem = _("the document names %(written)s as the customer, the registration %(theirs)s.") % said
    return Check(
        slug=slug,
        verdict="missing",
        words=words,
        value=written,
        how=_("Look whether the document belongs to another registration."),
        link=there(known).link,
        problem=problem,
        way_on=_("Tell us which of them is right, or send us the Deal ID that the document belongs to."),
    )
