"""What a guide knows about whoever reads it: a licence, a request, both, or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nfr import confirming, namespaces, policy
from nfr.guides import links
from nfr.models import Licence, LicenceRequest, SeatCount, Type
from nfr.namespaces import Namespace
from partners.models import Account, Contact
from people.models import ChannelManager, User
from tickets.models import Attachment
from tickets.models.message import Visibility
from tickets.models.ticket import ACTIVE

Topic = LicenceRequest.Topic
Stage = LicenceRequest.Stage
Tone = Literal["green", "amber", "red", "grey"]
SOON: Final = 60  # days
MOST: Final = 20  # licences of one partner that a page shows


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many seats are in use, when that was counted, and by whom."""

    used: int
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class State:
    """How a licence is doing, in two or three words."""

    words: str
    tone: Tone


@dataclass(frozen=True, kw_only=True)
class Held:
    """A licence as its partner sees it."""

    licence: Licence
    state: State
    used: int | None = None
    allowed: int | None = None
    days_left: int | None = None
    request: LicenceRequest | None = None  # the reader's own about it, under way
    may_ask: bool = False  # for its renewal: about to end, or just over

    @property
    def over(self) -> int:
        return _over(self.used, self.allowed)


@dataclass(frozen=True, kw_only=True)
class Known:
    """All that a guide can fill in. Nothing of it: a guide for everybody."""

    namespace: Namespace = Namespace()  # noqa: RUF009 - frozen
    count: Count | None = None
    allowed: int | None = None
    by: date | None = None
    account: Account | None = None
    manager: ChannelManager | None = None
    request: LicenceRequest | None = None
    licence: Licence | None = None
    shown: Held | None = None
    others: tuple[Held, ...] = ()
    screenshot: Attachment | None = None
    renews_to: date | None = None
    program_seats: int | None = None  # what the track has today

    @property
    def over(self) -> int:
        return _over(self.count.used if self.count else None, self.allowed)

    @property
    def confirmed(self) -> bool:
        """The partner has said that the seats are reduced, since we last asked."""
        return self.request is not None and confirming.is_confirmed(self.request)

    @property
    def tier(self) -> str:
        """Empty where nobody knows."""
        return (self.licence.tier if self.licence else "") or (self.request.tier if self.request else "")

    @property
    def may_confirm(self) -> bool:
        """Whether there is a request that waits for the word; not where nothing had to be reduced."""
        if self.request is None or not confirming.is_awaited(self.request):
            return False
        within = self.count is not None and self.allowed is not None and not self.over
        return self.request.topic == Topic.SEATS and (self.request.stage == Stage.ASKED or not within)

    @property
    def settled(self) -> bool:
        """The last reply says it: nothing is checked any more."""
        return self.request is not None and self.request.stage == Stage.DONE

    @property
    def by_program(self) -> bool:
        """Whether the seats are those that every partner of the track has, and not an exception."""
        return self.allowed is not None and self.allowed == self.program_seats


def of_request(request: LicenceRequest) -> Known:
    """What a signed link, or the person who asked, may see of a request."""
    today = timezone.localdate()
    account = request.account
    held = list(_licences(account, today)) if account else []
    licence = request.licence or _meant(held, request)
    return Known(
        namespace=namespaces.read(request.namespace or (licence.namespace if licence else "")),
        count=_newest(request, licence),
        allowed=request.seats_allowed or (_allowed(licence) if licence else None),
        by=request.seats_by if request.seats_by is not None and request.seats_by >= today else None,
        account=account,
        manager=request.ticket.channel_manager or (account.channel_manager if account else None),
        request=request,
        licence=licence,
        shown=_held(licence, today, [request]) if licence else None,
        others=tuple(_held(one, today, []) for one in held if one != licence),
        screenshot=sent_screenshot(request),
        renews_to=_renews_to(request),
        program_seats=_program_seats(account, today),
    )


def of_licence(licence: Licence, *, account: Account, others: Iterable[Held]) -> Known:
    """What a person of the partner sees of a licence nobody has asked about."""
    today = timezone.localdate()
    return Known(
        namespace=namespaces.read(licence.namespace),
        count=_counted(licence),
        allowed=_allowed(licence),
        account=account,
        manager=account.channel_manager,
        licence=licence,
        shown=_held(licence, today, []),
        others=tuple(one for one in others if one.licence != licence),
        program_seats=_program_seats(account, today),
    )


def account_of(user: User) -> Account | None:
    """The partner somebody signs in for; none for colleagues and for who has left."""
    if user.is_colleague:
        return None
    contact = Contact.objects.filter(user=user, active=True, deleted=None)
    found = contact.select_related("account__channel_manager__user", "account__merged_into__channel_manager__user")
    account = next((one.account for one in found), None)
    return account.merged_into or account if account else None


def held_by(account: Account, *, reader: User) -> list[Held]:
    """The partner's licences, those in force first, with what the reader has asked about each. Two statements."""
    today = timezone.localdate()
    licences = list(_licences(account, today, ended_too=True)[:MOST])
    requests = list(own_requests(reader, account).filter(licence__in=licences))
    found = [_held(one, today, requests) for one in licences]
    return sorted(found, key=lambda one: (one.state.tone == "grey", one.licence.type, one.licence.pk))


def own_requests(user: User, account: Account | None) -> QuerySet[LicenceRequest]:
    """Those under way that the reader has sent, and those of their partner about which we write to them."""
    mine = Q(ticket__requester__user=user)
    if account is not None and user.email:
        address = user.email.lower()
        of_contact = Q(contact_email__lower=address) | Q(contact_email="", licence__contact_email__lower=address)
        mine |= Q(of_contact, account=account)
    found = LicenceRequest.objects.filter(mine, ticket__kind=links.KIND, ticket__status__in=ACTIVE)
    return found.select_related(*links.WITH).order_by("-pk")


def own_request(
    user: User, topic: str, *, account: Account | None, licence: Licence | None = None
) -> LicenceRequest | None:
    """The newest of them about a topic. Its numbers are shown once the desk has told them to the partner."""
    found = own_requests(user, account).filter(topic=topic)
    if licence is not None:
        found = found.filter(Q(licence=licence) | Q(licence=None))
    return found.exclude(asked=None).first() if topic == Topic.SEATS else found.first()


def sent_screenshot(request: LicenceRequest) -> Attachment | None:
    """Support's picture, once a person has sent it to the partner: until then nobody has looked what it shows."""
    if request.screenshot is None:
        return None
    sent = request.ticket.attachments.filter(message__visibility=Visibility.REPLY)
    return sent.filter(stored=request.screenshot.stored_id).select_related("stored").first()


def state_of(licence: Licence, *, on: date, request: LicenceRequest | None = None) -> State:
    """Pure: how it is on a day; `request` is one about it, under way."""
    over, left = _over(licence.seats_used, _allowed(licence)), _left(licence, on)
    if (licence.ended is not None and licence.ended <= on) or (left is not None and left < 0):
        return State(words=_("Ended"), tone="grey")
    if request is not None:
        renewal = request.topic == Topic.RENEW or (left is not None and left <= SOON)
        return State(words=_("Renewal waiting") if renewal else _("Request under way"), tone="amber")
    if over:
        return State(words=ngettext("%(n)d seat too many", "%(n)d seats too many", over) % {"n": over}, tone="red")
    if licence.starts is not None and licence.starts > on:
        return State(words=_("Not begun"), tone="grey")
    if left is not None and left <= SOON and not _renewed(licence):
        return State(words=ngettext("Ends in %(n)d day", "Ends in %(n)d days", left) % {"n": left}, tone="amber")
    return State(words=_("Renewed") if _renewed(licence) else _("In order"), tone="green")


def _licences(account: Account, on: date, *, ended_too: bool = False) -> QuerySet[Licence]:
    """The partner's own, the ones that have been renewed left out once the renewal runs."""
    found = Licence.objects.filter(account=account).exclude(renewal__starts__lte=on)
    found = found.select_related("renewal")
    return found.order_by("-ends", "pk") if ended_too else found.filter(policy.not_over(on)).order_by("type", "pk")


def _held(licence: Licence, on: date, requests: Iterable[LicenceRequest]) -> Held:
    request = next((one for one in requests if one.licence_id == licence.pk), None)
    left = (licence.ends - on).days if licence.ends else None
    near = left is not None and -SOON <= left <= SOON and licence.ended is None
    return Held(
        licence=licence,
        state=state_of(licence, on=on, request=request),
        used=licence.seats_used,
        allowed=_allowed(licence),
        days_left=left if left is not None and left >= 0 else None,
        request=request,
        may_ask=near and request is None and not _renewed(licence),
    )


def _left(licence: Licence, on: date) -> int | None:
    """How many days it is still theirs."""
    days = [(day - on).days for day in (licence.ends, licence.ended) if day is not None]
    return min(days, default=None)


def _renewed(licence: Licence) -> bool:
    return getattr(licence, "renewal", None) is not None


def _meant(held: Iterable[Licence], request: LicenceRequest) -> Licence | None:
    """The one SaaS licence on the request's namespace; without a namespace the only one there is."""
    key = namespaces.read(request.namespace).key
    saas = [one for one in held if one.type == Type.SAAS and (not key or one.namespace.lower() == key)]
    return saas[0] if len(saas) == 1 else None


def _allowed(licence: Licence) -> int | None:
    return licence.seats if licence.seats is not None else licence.seats_allowed


def _program_seats(account: Account | None, on: date) -> int | None:
    terms = policy.terms_for(account, on=on)
    return terms.seats if terms is not None else None


def _over(used: int | None, allowed: int | None) -> int:
    return max(0, used - allowed) if used is not None and allowed is not None else 0


def _newest(request: LicenceRequest, licence: Licence | None) -> Count | None:
    """What the register says, who said it too; the request's own number where that is newer."""
    counted = _counted(licence) if licence else None
    if request.seats_used is None:
        return counted
    said = request.counted or request.created
    if counted is not None and counted.at is not None and counted.at >= said:
        return counted
    return Count(used=request.seats_used, at=request.counted, by=_counter(licence, request.seats_used))


def _counted(licence: Licence) -> Count | None:
    if licence.seats_used is None:
        return None
    return Count(used=licence.seats_used, at=licence.seats_counted, by=_counter(licence, licence.seats_used))


def _counter(licence: Licence | None, used: int) -> str:
    """Who counted so many: nobody is named where it was the partner, or where the register does not say."""
    newest = licence.counts.filter(used=used).order_by("-counted", "-pk").first() if licence is not None else None
    return str(newest.get_source_display()) if newest is not None and newest.source != SeatCount.Source.PARTNER else ""


def _renews_to(request: LicenceRequest) -> date | None:
    """The end Support was asked for, where it is later than today's."""
    asked = request.support_requests.exclude(ends=None).order_by("-pk").first()
    ends = request.licence.ends if request.licence else None
    return asked.ends if asked is not None and (ends is None or asked.ends is None or asked.ends > ends) else None
