"""The registration itself: which one the Deal ID means, its type, its status, nobody else's proof, who approved it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from service_attach.checks.shapes import Check, Known
from service_attach.registrations import APPROVED, SERVICE_ATTACH, WON, Registration


def number(known: Known) -> Check:
    """Exactly one registration, and what is odd about the number where it is not."""
    found = known.found
    if found.registration is None:
        words, problem = _no_registration(known)
        return Check(
            slug="deal_id",
            verdict="missing",
            words=words,
            value=found.asked,
            how=_perhaps(found.meant),
            blocks=True,
            problem=problem,
            way_on=_where_to_find_it(),
            meant=_only(found.meant, asked=found.asked),
        )
    link = found.registration.link
    others = ", ".join(one for one in found.ids if one != found.asked)
    if others:
        words = _("The proof also names %(others)s. This one is the registration it is for.") % {"others": others}
        how = _("Look in the document whether it is the right one.")
        return Check(slug="deal_id", verdict="unknown", words=words, value=found.asked, how=how, link=link)
    words = _("Exactly one registration has it.")
    return Check(slug="deal_id", verdict="met", words=words, value=found.asked, link=link)


def kind(known: Known) -> Check:
    """Two registrations may hang on one opportunity, and it is the resale one that partners quote by mistake."""
    registration = there(known)
    if registration.kind == SERVICE_ATTACH:
        return Check(slug="kind", verdict="met", words="", value=registration.kind, link=registration.link)
    said = {"type": registration.kind or _("unknown")}
    return Check(
        slug="kind",
        verdict="missing",
        words=_("A registration of this type takes no proof; it has to be Service Attach."),
        value=said["type"],
        how=_perhaps(known.found.meant),
        link=registration.link,
        blocks=True,
        problem=_("its number is of a registration of the type “%(type)s”, not of the Service Attach one.") % said,
        way_on=_where_to_find_it(),
        meant=_only(known.found.meant, asked=registration.deal_id),
    )


def status(known: Known) -> Check:
    """Only an approved one can become Closed-Won; the one that this proof has closed is where it should be."""
    registration = there(known)
    now = registration.status
    if now == APPROVED or (now == WON and known.ours):
        words = _("By this proof.") if now == WON else ""
        return Check(slug="status", verdict="met", words=words, value=now, link=registration.link)
    if now == WON:
        words = _("It is Closed-Won already, and not by this proof.")
        how = _("Look at its opportunity for a document: perhaps this proof has come before.")
        problem = _("its registration is Closed-Won already.")
        way_on = _("If this is another service, register it in the partner portal first and send us its Deal ID.")
    else:
        words = _("Only an approved registration can be closed as won.")
        how = _("The channel manager approves registrations. Look again when it is approved.")
        problem = _("its registration is “%(status)s”, not approved.") % {"status": now or _("without a status")}
        way_on = _("Ask your channel manager about it, and tell us when it is approved.")
    return Check(slug="status", verdict="missing", words=words, value=now, how=how, link=registration.link, blocks=True,
                 problem=problem, way_on=way_on)  # fmt: skip


def free(known: Known) -> Check | None:
    """One proof for each registration: what another ticket has submitted is not submitted again."""
    others = [one for one in known.elsewhere if one.same_registration]
    if not others:
        return None
    said = {"tickets": ", ".join(dict.fromkeys(one.ticket for one in others))}
    if any(one.settled for one in others):
        return Check(
            slug="free",
            verdict="missing",
            words=_("%(tickets)s is the proof of this registration already.") % said,
            source=_("the desk"),
            blocks=True,
            problem=_("we have a proof for this registration already."),
            way_on=_("If this is another service, register it in the partner portal first and send us its Deal ID."),
        )
    words = _("%(tickets)s is about the same registration. Only one of them can be submitted.") % said
    return Check(slug="free", verdict="unknown", words=words, how=_("Merge them where it is the same request."),
                 source=_("the desk"))  # fmt: skip


def manager(known: Known) -> Check:
    """Who approved it is told in Chatter; whoever cannot be mentioned has to be told otherwise."""
    registration = there(known)
    name = registration.manager_name or registration.manager_email
    if not name:
        words = _("Salesforce names nobody on the registration: the post mentions nobody.")
        return Check(slug="manager", verdict="unknown", words=words, how=_("Tell the partner's manager yourself."))
    if registration.manager_active is False:
        words = _("Not active in Salesforce any more: the post cannot mention this person.")
        how = _("Tell whoever has the partner now.")
        return Check(slug="manager", verdict="unknown", words=words, value=name, how=how, link=registration.link)
    return Check(slug="manager", verdict="met", words=_("Named on the registration."), value=name,
                 link=registration.link)  # fmt: skip


def there(known: Known) -> Registration:
    assert known.registration is not None  # `checks.run` asks only where there is one
    return known.registration


def _no_registration(known: Known) -> tuple[str, str]:
    """For the desk, and for the partner."""
    found = known.found
    said = {"asked": found.asked, "count": len(found.meant)}
    match found.kind:
        case "empty":
            return _("No Deal ID is known."), _("we find no Service Attach Deal ID in it.")
        case "opportunity":
            words = _("This is the id of an opportunity, not a Deal ID.")
            return words, _("%(asked)s is the number of an opportunity, not of a registration.") % said
        case "several":
            words = _("Salesforce has %(count)d registrations with this Deal ID.")
            return words % said, _("more than one registration has this number.")
        case "many_ids":
            words = _("The proof names %(count)d Service Attach registrations, and it can prove one.")
            numbers = ", ".join(dict.fromkeys(one.deal_id for one in found.meant))  # as they wrote them, no more
            problem = _("it names more than one Service Attach registration: %(numbers)s.") % {"numbers": numbers}
            return words % said, problem
        case _:
            return _("Salesforce has no registration with this Deal ID."), _("no registration has this number.")


def _perhaps(meant: Sequence[Registration]) -> str:
    if not meant:
        return _("Ask the partner.")
    return _("Perhaps it is %(meant)s. Look that up, or ask the partner.") % {"meant": _names(meant)}


def _only(meant: Sequence[Registration], *, asked: str) -> str:
    """The one Deal ID, where there is only one to look up instead."""
    numbers = {one.deal_id for one in meant if one.deal_id and one.deal_id.casefold() != asked.casefold()}
    return numbers.pop() if len(numbers) == 1 else ""


def _names(meant: Sequence[Registration]) -> str:
    shown = [f"{one.deal_id} ({', '.join(filter(None, (one.customer, one.status)))})" for one in meant if one.deal_id]
    return ", ".join(dict.fromkeys(shown))


def _where_to_find_it() -> str:
    return _(
        "You find its Deal ID in the partner portal under Deals, on the Service Attach registration; answer with it."
    )
