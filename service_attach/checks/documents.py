"""The document itself: there is one to upload, and its content proves no other registration."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from service_attach.checks.shapes import Check, Known


def there(known: Known) -> Check:
    if known.documents:
        words = ngettext("%(count)d is kept.", "%(count)d are kept.", known.documents) % {"count": known.documents}
        return Check(slug="document", verdict="met", words=words, source=_("the ticket"))
    return Check(
        slug="document",
        verdict="missing",
        words=_("There is none to upload."),
        how=_("Ask the partner for it."),
        source=_("the ticket"),
        blocks=True,
        problem=_("there is no document with your mail."),
        way_on=_("Answer this mail with the signed document."),
    )


def reused(known: Known) -> Check:
    """By its content, whatever it is called: one statement of work for each registration, but for phases."""
    others = [one for one in known.elsewhere if one.document and not one.same_registration]
    if not others:
        words = _("No other proof has a document with the same content.")
        return Check(slug="reused", verdict="met", words=words, source=_("the desk"))
    used = next((one for one in others if one.settled), None)
    one = used or others[0]
    said = {"ticket": one.ticket, "deal": one.deal_id or _("without a Deal ID"), "document": one.document}
    if used is None:
        words = _("The content of %(document)s came with %(ticket)s as well (%(deal)s).") % said
        how = _("Look which of them it proves.")
        return Check(slug="reused", verdict="unknown", words=words, how=how, source=_("the desk"))
    return Check(
        slug="reused",
        verdict="missing",
        words=_("%(document)s proves %(deal)s already, with %(ticket)s.") % said,
        how=_("One statement of work counts once; phases of one project may be an exception."),
        source=_("the desk"),
        problem=_("the same document was submitted for %(deal)s already.") % said
        if one.same_partner
        else _("the same document was submitted already."),
        way_on=_("One document counts for one registration. Send us the one of this service."),
    )


def excluded(known: Known) -> Check | None:
    """Education, subcontracted and free services do not count (WWG25); words alone decide nothing."""
    if not known.excluded:
        return None
    listed = " ".join(f"{kind}: “{words}”." for kind, words in known.excluded)
    return Check(
        slug="excluded",
        verdict="unknown",
        words=_("The document speaks of what does not count. %(listed)s") % {"listed": listed},
        how=_("Look whether the service itself is meant."),
        source=_("the document"),
    )
