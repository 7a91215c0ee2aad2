"""The guides themselves: what to do in which order, in words that know what is known. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nfr.guides.known import Known
from nfr.guides.links import Topic
from nfr.models import Tier
from nfr.namespaces import Namespace

ASK_FOR_MANAGER: Final = "/request/?kind=account_owner#ask"


@dataclass(frozen=True, kw_only=True)
class Document:
    """A page to read: a row of the desk's resources, in our words and with our icon."""

    slug: str
    words: str
    icon: str = "book-open"
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Button:
    """Where a step is done."""

    words: str
    address: str
    icon: str = "external-link"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to do. `place` is the way through the menus; `asks`: its button needs a namespace, which is asked."""

    slug: str
    title: str
    words: str = ""
    place: tuple[str, ...] = ()
    then: str = ""
    button: Button | None = None
    documents: tuple[Document, ...] = ()
    asks: bool = False
    tells: bool = False


@dataclass(frozen=True, kw_only=True)
class Note:
    """Good to know."""

    title: str
    words: str
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Guide:
    topic: str
    title: str
    lead: str
    steps: tuple[Step, ...]
    notes: tuple[Note, ...]

    @property
    def slugs(self) -> frozenset[str]:
        return frozenset(step.slug for step in self.steps)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A guide in a list: before anybody opens it."""

    topic: str
    title: str
    summary: str
    icon: str
    minutes: int


def entries() -> tuple[Entry, ...]:
    """All guides about licences, in the order of lists."""
    return (
        Entry(
            topic=Topic.SEATS,
            title=_("Reduce the seats in use"),
            summary=_("See who counts, remove who need not, tell us, and the renewal goes on."),
            icon="users",
            minutes=5,
        ),
        Entry(
            topic=Topic.VERSION,
            title=_("See which version you have"),
            summary=_("Premium or Ultimate: your group's billing page says it."),
            icon="layers",
            minutes=1,
        ),
        Entry(
            topic=Topic.MINUTES,
            title=_("Get more compute minutes"),
            summary=_("Your channel manager asks for them. What to look at before, and what not to buy."),
            icon="timer",
            minutes=2,
        ),
    )


def guide(topic: str, known: Known) -> Guide:
    """The guide to a topic for who is known so far."""
    return _GUIDES[topic](known)


def documents_of(found: Guide) -> set[str]:
    """The resources it names."""
    return {one.slug for step in found.steps for one in step.documents}


def with_addresses(step: Step, addresses: dict[str, str]) -> Step:
    """The step with those of its documents that have an address."""
    there = (replace(one, address=addresses.get(one.slug, "")) for one in step.documents)
    return replace(step, documents=tuple(one for one in there if one.address))


def _seats(known: Known) -> Guide:
    return Guide(
        topic=Topic.SEATS,
        title=_("Reduce the seats of your SaaS NFR"),
        lead=_("Takes about five minutes."),
        steps=(_what_counts(known), _open_seats(known), _remove(known), _tell(known)),
        notes=tuple(_seat_notes(known)),
    )


def _what_counts(known: Known) -> Step:
    free = _("Everyone with a role above Guest counts once; Guests are free on Ultimate.")
    all_count = _("Everyone in the group or a project of it counts once, Guests too: only Ultimate has them free.")
    return Step(
        slug="know",
        title=_("Know what counts"),
        words=f"{all_count if known.tier == Tier.PREMIUM else free} {_('Bots and ghost users never count.')}",
        documents=(
            Document(slug="how-seat-usage-is-determined", words=_("How seat usage is determined")),
            Document(slug="nfr-policy", words=_("NFR policy"), icon="scale"),
        ),
    )


def _open_seats(known: Known) -> Step:
    return Step(
        slug="open",
        title=_find(known.over),
        place=(_("Group"), _("Settings"), _("Usage Quotas"), _("Seats")),
        then=_("Sort by last activity, the oldest are the safe choice."),
        button=_button(_("Open Seats for %(group)s"), known.namespace, known.namespace.seats_url),
        documents=(Document(slug="view-seat-usage", words=_("View seat usage")),),
        asks=True,
    )


def _find(over: int) -> str:
    if not over:
        return _("Open the Seats tab and see who needs no seat")
    said = {"people": spelled(over)}
    return (
        ngettext("Open the Seats tab and find %(people)s person", "Open the Seats tab and find %(people)s people", over)
        % said
    )


def _remove(known: Known) -> Step:
    """On Premium a Guest takes a seat like anybody."""
    return Step(
        slug="remove",
        title=_("Remove them") if known.tier == Tier.PREMIUM else _("Remove them, or make them Guests"),
        words=_("People who came in through a shared group have to be removed from that group."),
    )


def _tell(known: Known) -> Step:
    if known.confirmed:
        words = ""
    elif known.may_confirm:
        words = _("We check the number and update your renewal. You need not send a screenshot.")
    else:
        words = _("Answer our mail about it. Have you none? Send a request with the path of your group.")
    return Step(slug="tell", title=_("Tell us that it is done"), words=words, tells=True)


def _seat_notes(known: Known) -> Iterator[Note]:
    used = known.count.used if known.count and known.over else None
    yield Note(
        title=_("It still says %(used)d") % {"used": used} if used else _("It still says the old number"),
        words=_("The Seats tab is nearly live. The billing page refreshes once a day."),
    )
    yield Note(
        title=_("Somebody cannot be removed"),
        words=_("They belong to a group that was invited. Remove them there, or end the invitation."),
    )
    yield _which_plan(known)
    yield Note(title=_("More minutes or seats?"), words=_manager_can(known, _("ask for an exception")))
    yield _no_add_ons()


def _version(known: Known) -> Guide:
    return Guide(
        topic=Topic.VERSION,
        title=_("See which version your SaaS NFR has"),
        lead=_("Takes a minute."),
        steps=(
            Step(
                slug="billing",
                title=_("Open your group's billing page"),
                place=(_("Group"), _("Settings"), _("Billing")),
                then=_("Only an Owner of the group sees it."),
                button=_button(_("Open Billing for %(group)s"), known.namespace, known.namespace.billing_url),
                documents=(Document(slug="view-saas-subscription", words=_("View your GitLab SaaS subscription")),),
                asks=True,
            ),
            Step(
                slug="read",
                title=_("Read the name of the plan"),
                words=_("It says Premium or Ultimate beside the group's name, and when it ends."),
            ),
            Step(
                slug="compare",
                title=_("Does it say something else?"),
                words=_(
                    "Free or a trial means that the licence is not set, or is over. Tell us, with the group's path."
                ),
                tells=True,
            ),
        ),
        notes=(
            Note(
                title=_("Is your group inside another one?"),
                words=_("The plan is set on the top-level group. That is the group whose billing page counts."),
            ),
            Note(
                title=_("Your own name in the address?"),
                words=_("A personal namespace cannot carry an NFR licence. Create a group first."),
            ),
            _no_add_ons(),
        ),
    )


def _minutes(known: Known) -> Guide:
    return Guide(
        topic=Topic.MINUTES,
        title=_("More compute minutes for your SaaS NFR"),
        lead=_("The help desk cannot add minutes. Your channel manager can ask for them."),
        steps=(
            Step(
                slug="used",
                title=_("See what used them"),
                place=(_("Group"), _("Settings"), _("Usage Quotas"), _("Pipelines")),
                then=_("The count begins again every month."),
                button=_button(_("Open Pipelines for %(group)s"), known.namespace, known.namespace.minutes_url),
                asks=True,
            ),
            Step(
                slug="runners",
                title=_("Use runners of your own where you can"),
                words=_("Jobs on your own runners use no minutes."),
            ),
            Step(
                slug="manager",
                title=_ask_manager(known),
                words=_("Say how many minutes you need, what for, and until when."),
                button=_to_manager(known),
                documents=(
                    Document(
                        slug="nfr-requests-for-gitlab-saas",
                        words=_("For channel managers: NFR requests for GitLab SaaS"),
                        icon="file-text",
                    ),
                ),
            ),
        ),
        notes=(
            _no_add_ons(),
            Note(title=_("More seats?"), words=_manager_can(known, _("ask for an exception"))),
            _which_plan(known),
        ),
    )


def _ask_manager(known: Known) -> str:
    if known.manager is None:
        return _("Write to your channel manager")
    return _("Write to %(manager)s") % {"manager": known.manager.name}


def _to_manager(known: Known) -> Button:
    """By mail to who is known; else the request that finds out who it is."""
    user = known.manager.user if known.manager else None
    if user is not None and user.is_active:
        words = _("Write to %(address)s") % {"address": user.email}
        return Button(words=words, address=f"mailto:{user.email}", icon="mail")
    return Button(words=_("Find your channel manager"), address=ASK_FOR_MANAGER, icon="user-round-search")


def _manager_can(known: Known, what: str) -> str:
    if known.manager is None:
        return _("Your channel manager can %(what)s.") % {"what": what}
    return _("Your channel manager %(manager)s can %(what)s.") % {"manager": known.manager.name, "what": what}


def _which_plan(known: Known) -> Note:
    where = known.namespace.billing_url
    words = _("Your billing page names the plan:") if where else _("The billing page of your group names the plan.")
    return Note(title=_("Premium or Ultimate?"), words=words, address=where)


def _no_add_ons() -> Note:
    return Note(
        title=_("Do not buy add-ons"),
        words=_("A purchase on this namespace ends the NFR plan: the group falls back to Free."),
    )


def _button(words: str, namespace: Namespace, address: str) -> Button | None:
    return Button(words=words % {"group": namespace.top}, address=address) if address else None


def spelled(number: int) -> str:
    """Up to nine in letters."""
    words = (
        _("one"), _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"), _("eight"), _("nine"),
    )  # fmt: skip
    return words[number - 1] if 1 <= number <= len(words) else str(number)


_GUIDES: Final[dict[str, Callable[[Known], Guide]]] = {
    Topic.SEATS: _seats,
    Topic.VERSION: _version,
    Topic.MINUTES: _minutes,
}
