"""Who reads which guide, and what is known for them: by a signed link, by sign-in, or nobody."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from nfr import namespaces
from nfr.guides import known, links, progress, steps
from nfr.guides.known import Held, Known
from nfr.guides.steps import Guide, Step
from nfr.models import LicenceRequest, Type
from people.models import User
from portal.http import user_of
from tickets.models import Resource

State = Literal["done", "current", "later"]
COOKIE: Final = "guide_done"
_COOKIE_LIFE = 90 * 24 * 3600
_LONGEST = 600


@dataclass(frozen=True, kw_only=True)
class Line:
    """A step as the page draws it."""

    step: Step
    number: int
    state: State


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A guide in front of somebody."""

    guide: Guide
    known: Known
    done: frozenset[str]
    token: str = ""
    user: User | None = None
    written: str = ""  # as the namespace form had it

    @property
    def may_act(self) -> bool:
        """A colleague looks, and speaks for nobody."""
        return self.user is None or not self.user.is_colleague

    @property
    def own_request(self) -> bool:
        """Whether who has signed in is who asked."""
        request = self.known.request
        return request is not None and self.user is not None and request.ticket.requester.user_id == self.user.pk

    def lines(self) -> list[Line]:
        """Its steps, the first one not done being where the reader is."""
        addresses = _addresses(steps.documents_of(self.guide), self.user)
        here = progress.current(self.guide, self.done)
        return [
            Line(
                step=steps.with_addresses(step, addresses),
                number=number,
                state="done" if step.slug in self.done else "current" if step.slug == here else "later",
            )
            for number, step in enumerate(self.guide.steps, start=1)
        ]


def topic_of(slug: str) -> str:
    """The topic with a guide of that name; else 404."""
    if slug not in links.GUIDED:
        raise Http404(_("There is no such guide."))
    return slug


def by_link(http: HttpRequest, topic: str, token: str) -> Reading | None:
    """The guide with the numbers of the link's request; None for a link that is void. Raises `LinkExpired`."""
    request = links.request_by(token)
    return _of_request(http, topic, request) if request is not None else None


def by_person(http: HttpRequest, topic: str) -> Reading:
    """The guide with the numbers of whoever has signed in: of their request under way, else of a licence."""
    user = user_of(http)
    account = known.account_of(user) if user is not None else None
    if user is None:
        return _reading(http, topic, Known(), user=None)
    held = known.held_by(account, reader=user) if account is not None else []
    chosen = _chosen(held, http.GET.get("licence", ""))
    request = known.own_request(user, topic, account=account, licence=chosen.licence if chosen else None)
    if request is not None:
        return _of_request(http, topic, request)
    if account is None:
        return _reading(http, topic, Known(), user=user)
    if chosen is None:
        return _reading(http, topic, Known(account=account, manager=account.channel_manager), user=user)
    running = [one for one in held if one.state.tone != "grey"]
    return _reading(http, topic, known.of_licence(chosen.licence, account=account, others=running), user=user)


def stranger(http: HttpRequest, topic: str) -> Reading:
    """The guide for everybody."""
    return _reading(http, topic, Known(), user=user_of(http))


def ticked(found: Reading, slug: str, *, done: bool) -> Reading:
    """The same with one step done, or not."""
    if slug not in found.guide.slugs:
        return found
    return replace(found, done=found.done | {slug} if done else found.done - {slug})


def remember(response: HttpResponseBase, http: HttpRequest, guide: Guide, slug: str, *, done: bool) -> None:
    """Keeps a step in the reader's own browser."""
    names = progress.changed(_names(http.COOKIES), progress.name(guide, slug), done=done)
    response.set_cookie(
        COOKIE,
        ",".join(names)[:_LONGEST],
        max_age=_COOKIE_LIFE,
        path=links.HOME,
        secure=http.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def _of_request(http: HttpRequest, topic: str, request: LicenceRequest) -> Reading:
    return _reading(http, topic, known.of_request(request), user=user_of(http), token=links.token_for(request))


def _reading(http: HttpRequest, topic: str, found: Known, *, user: User | None, token: str = "") -> Reading:
    written = http.GET.get("namespace", "")[: namespaces.MOST]
    if written:
        found = replace(found, namespace=namespaces.read(written))
    guide = steps.guide(topic, found)
    request = found.request
    done = progress.done_of(request, guide) if request is not None else _in_browser(http.COOKIES, guide)
    if found.confirmed and topic == links.Topic.SEATS:
        done = guide.slugs
    return Reading(guide=guide, known=found, done=done, token=token, user=user, written=written)


def _chosen(held: Collection[Held], number: str) -> Held | None:
    """The licence asked for; else the first SaaS one that runs."""
    named = next((one for one in held if str(one.licence.pk) == number), None)
    return named or next((one for one in held if one.licence.type == Type.SAAS and one.state.tone != "grey"), None)


def _addresses(slugs: Collection[str], user: User | None) -> dict[str, str]:
    """Where the documents are that this reader may open."""
    rows = Resource.objects.filter(slug__in=slugs).exclude(address="")
    if user is None or not user.is_colleague:
        rows = rows.filter(audience=Resource.Audience.PARTNER)
    return dict(rows.values_list("slug", "address"))


def _names(cookies: Mapping[str, Any]) -> list[str]:
    return [name for name in str(cookies.get(COOKIE, ""))[:_LONGEST].split(",") if name]


def _in_browser(cookies: Mapping[str, Any], guide: Guide) -> frozenset[str]:
    names = _names(cookies)
    return frozenset(step.slug for step in guide.steps if progress.name(guide, step.slug) in names)
