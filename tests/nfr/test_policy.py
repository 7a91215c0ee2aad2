"""The NFR matrix (domain §2.13), whole: track by seats by what the partner has by certificate; and the odd cases."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from nfr import policy, terms
from nfr.models import Licence, Terms, Type
from nfr.policy import Offer
from partners.models import Account, Certification, Contact, Gate
from partners.standing import Reason, Standing

ON = date(2022, 11, 18)
OPEN = Terms(track="Open", seats=10, months=12, renewal=Terms.Renewal.REQUEST, valid_from=date(2022, 2, 1))
SELECT = Terms(track="Select", seats=25, months=12, renewal=Terms.Renewal.AUTOMATIC, valid_from=date(2022, 2, 1))
ROWS = [OPEN, SELECT]
MET = Standing(state="met")
COURSE = "https://training.example.com/"
NUDGE = Reason(
    kind="missing", words="Nobody has passed Solution Architect Core.", how="One person passes it.", link=COURSE
)
NUDGED = Standing(state="met", hints=(NUDGE,))  # the certificate is a hint …
REFUSED = Standing(state="missing", reasons=(NUDGE,))  # … or a lead has made it a requirement
UNKNOWN = Standing(state="unknown", reasons=(Reason(kind="unknown", words="No dashboard."),))


def saas(pk: int = 1, *, ends: date | None = date(2023, 6, 30), **more: object) -> Licence:
    values = {"type": Type.SAAS, "seats": 10, "starts": date(2022, 7, 1), "namespace": "acme", **more}
    return Licence(pk=pk, ends=ends, **values)


def own(pk: int = 2, **more: object) -> Licence:
    return saas(pk, **{"type": Type.SELF_MANAGED, "namespace": "", "licence_ref": "L-1", **more})  # type: ignore[arg-type]


def wish(
    track: str = "Open",
    *,
    standing: Standing = MET,
    existing: tuple[Licence, ...] = (),
    seats: int | None = 10,
    type: str = Type.SAAS,
    renewing: Licence | None = None,
    under_way: tuple[str, ...] = (),
) -> Offer:
    account = Account(name="Acme", track=track)
    row = terms.of_track(ROWS, track)
    return policy.judge(
        account, terms=row, standing=standing, existing=existing, type=type, seats=seats, on=ON, renewing=renewing,
        under_way=under_way,
    )  # fmt: skip


CAPS = {"Open": 10, "Select": 25, "Technology": None, "": None}
EXISTING = {"none": (), "one of the type": (saas(),), "expired": (), "of the other type": (own(),)}
CERTIFICATES = {"SA": MET, "PSE": MET, "none, a nudge": NUDGED, "none, refused": REFUSED}


def expected(track: str, seats: str, existing: str, certificate: str) -> str:
    if certificate == "none, refused":
        return "missing"
    if not track:
        return "unknown"
    if track == "Technology" or seats == "cap + 1" or existing == "one of the type":
        return "exception"
    return "yes"


def test_the_matrix() -> None:
    """Which of an expired licence is left out: `licences_of` does not give it (see below)."""
    for track, seats, existing, certificate in product(CAPS, ("none said", "cap", "cap + 1"), EXISTING, CERTIFICATES):
        cap = CAPS[track] or 10
        asked = {"none said": 0, "cap": cap, "cap + 1": cap + 1}[seats]
        offer = wish(track, seats=asked, existing=EXISTING[existing], standing=CERTIFICATES[certificate])
        case = (track, seats, existing, certificate)
        assert offer.verdict == expected(*case), case
        if offer.terms is None:
            assert (offer.seats_allowed, offer.ends) == (None, None), case
            continue
        assert offer.seats == (asked or cap), case
        assert offer.ends == (date(2023, 6, 30) if EXISTING[existing] else date(2023, 11, 18)), case
        assert any("Nobody has passed" in one for one in offer.sentences) == certificate.startswith("none"), case


def test_what_is_beyond_and_what_is_missing_are_both_said() -> None:
    offer = wish(seats=11, standing=REFUSED, existing=(saas(),))
    assert offer.verdict == "missing"
    assert [reason.words for reason in offer.missing] == [NUDGE.words]
    assert len(offer.beyond) == 2
    assert offer.sentences[0] == f"{NUDGE.words} {NUDGE.how} {COURSE}"
    assert wish(standing=UNKNOWN, seats=11).verdict == "unknown"
    assert "11 seats are asked for; the program gives 10 on the track Open." in wish(seats=11).beyond
    assert wish("Technology").beyond == ("The program names no NFR licence for the track Technology.",)


OVER = saas(seats_used=13)
FULL = saas(seats_used=10)
LAPSED = saas(7, ends=date(2022, 10, 31), starts=date(2021, 11, 1))
GIVEN_BACK = saas(8, ended=date(2022, 9, 1))
RENEWED = saas(3, starts=date(2023, 7, 1), ends=date(2024, 6, 30), replaces_id=1)
EXTRA = saas(4, exception="A university.", exception_by="A director", seats=40)


@pytest.mark.parametrize(
    ("renewing", "existing", "verdict", "starts", "ends"),
    [
        (FULL, (FULL,), "yes", date(2023, 7, 1), date(2024, 6, 30)),
        (OVER, (OVER,), "missing", date(2023, 7, 1), date(2024, 6, 30)),
        (LAPSED, (), "yes", ON, date(2023, 11, 18)),
        (LAPSED, (own(),), "yes", ON, date(2023, 6, 30)),  # begun anew beside another one: with the oldest
        (FULL, (FULL, RENEWED), "exception", date(2023, 7, 1), date(2024, 6, 30)),
        (FULL, (FULL, EXTRA), "yes", date(2023, 7, 1), date(2024, 6, 30)),
        (EXTRA, (FULL, EXTRA), "exception", date(2023, 7, 1), date(2024, 6, 30)),
        (LAPSED, (FULL,), "exception", ON, date(2023, 6, 30)),
        (GIVEN_BACK, (), "yes", ON, date(2023, 11, 18)),  # not from the end it would have had
    ],
)
def test_renewals(renewing: Licence, existing: tuple[Licence, ...], verdict: str, starts: date, ends: date) -> None:
    offer = wish(renewing=renewing, existing=existing)
    assert (offer.verdict, offer.starts, offer.ends) == (verdict, starts, ends)


def test_what_a_renewal_says() -> None:
    over = wish(renewing=OVER, existing=(OVER,)).missing[0]
    assert "13 seats are in use, 10 are allowed" in over.words
    assert "Remove 3 users" in over.how
    assert over.link.endswith("/guides/nfr/seats/?namespace=acme")
    assert wish("Select", renewing=OVER, existing=(OVER,), seats=None).verdict == "yes"  # 25 now
    was_select = saas(seats=25, seats_used=20)
    (lowered,) = wish(renewing=was_select, existing=(was_select,), seats=None).missing
    assert "20 seats are in use, 10 are allowed" in lowered.words  # what it was granted once does not count
    assert wish(renewing=EXTRA, existing=(EXTRA,), seats=None).verdict == "exception"  # 40 are approved anew or not
    assert wish("Select", renewing=FULL, existing=(FULL,)).hints == (
        "On this track a licence in good standing is renewed without a request.",
    )
    none = Terms(track="Open", seats=10, renewal=Terms.Renewal.NONE)
    account = Account(name="Acme", track="Open")
    offer = policy.judge(
        account, terms=none, standing=MET, existing=(FULL,), type=Type.SAAS, seats=10, on=ON, renewing=FULL
    )
    assert (offer.verdict, offer.beyond) == ("exception", ("The program renews no licence on the track Open.",))


def test_a_licence_that_another_ticket_asks_for_is_not_asked_for_twice() -> None:
    """Neither yes nor a matter for the channel manager: what becomes of the first is not known yet."""
    twice = wish(under_way=("PHD-7",))
    assert twice.verdict == "unknown"
    assert "PHD-7" in twice.missing[0].words
    assert wish(under_way=("PHD-7",), existing=(own(),)).verdict == "unknown"
    assert wish(under_way=("PHD-7",), existing=(saas(),)).verdict == "exception"  # it has one anyway
    assert wish(under_way=("PHD-7",), existing=(saas(),), renewing=saas()).verdict == "unknown"


@pytest.mark.parametrize(
    ("existing", "ends"),
    [
        ((own(), own(5, ends=date(2023, 9, 30))), date(2023, 6, 30)),  # the oldest, not the one that lasts longest
        ((own(ends=None), own(5, ends=date(2023, 9, 30))), date(2023, 9, 30)),  # nobody knows when the oldest ends
        ((own(), own(6, ends=date(2024, 6, 30), starts=date(2023, 7, 1), replaces_id=2)), date(2024, 6, 30)),
        ((own(starts=date(2022, 12, 1)),), date(2023, 11, 18)),  # has not begun
    ],
)
def test_an_add_on_ends_with_the_oldest(existing: tuple[Licence, ...], ends: date) -> None:
    assert wish(existing=existing).ends == ends


def test_the_last_day_of_a_month_and_an_end_that_is_near() -> None:
    soon = wish(existing=(own(ends=date(2022, 11, 23)),))
    assert soon.ends == date(2022, 11, 23)
    assert soon.hints == ("That is in 5 days: renew the oldest licence first.",)
    assert wish(existing=(own(ends=date(2022, 11, 23)),), renewing=LAPSED).hints == soon.hints
    leap = policy.judge(
        Account(track="Open"), terms=OPEN, standing=MET, existing=(), type=Type.SAAS, seats=5, on=date(2024, 2, 29)
    )
    assert leap.ends == date(2025, 2, 28)


CERTIFIED = [  # what somebody has passed, whether a lead has made it a requirement, what becomes of it, is it told
    ("Solution Architect Core", True, "yes", False),
    ("PSE Certified 2021", True, "yes", False),
    ("Solution Architect Core", False, "yes", False),
    ("", False, "yes", True),
    ("", True, "unknown", True),
]


def test_terms_are_dated_rows_and_the_gates_decide(handbook: None) -> None:
    """From the files as loaded: Select renews by itself until February 2024; renewals have their own gate."""
    account = Account.objects.create(name="Acme", track="select", partner_status="Authorized", partner_type="Channel")
    for on, seats, renewal in (
        (date(2022, 1, 31), None, None),
        (date(2022, 11, 18), 25, "automatic"),
        (date(2024, 1, 31), 25, "automatic"),
        (date(2024, 2, 1), 25, "request"),
    ):
        row = policy.terms_for(account, on=on)
        assert (row and row.seats, row and row.renewal) == (seats, renewal), on
    assert policy.terms_for(Account(track="Technology"), on=ON) is None
    assert policy.terms_for(Account(track=""), on=ON) is None
    expired = Licence.objects.create(account=account, type=Type.SAAS, starts=date(2021, 1, 1), ends=date(2022, 1, 1))
    Licence.objects.create(account=account, type=Type.SAAS, starts=date(2022, 1, 1), ended=ON)
    first = policy.offer(account, type=Type.SAAS, seats=25, on=ON)
    assert (first.verdict, first.existing) == ("yes", ())
    later = date(2024, 3, 1)
    renewal_now = policy.offer(account, type=Type.SAAS, seats=25, on=later, renewing=expired)
    assert renewal_now.verdict == "unknown"  # no dashboard says whether “Open Reqs Met?”
    assert policy.offer(account, type=Type.SAAS, seats=25, on=later).verdict == "yes"
    gate = Gate.objects.get(gate="nfr", check_kind="certifications")
    for title, required, verdict, nudges in CERTIFIED:
        Gate.objects.filter(pk=gate.pk).update(advisory=not required)
        Certification.objects.all().delete()
        if title:
            person = Contact.objects.create(name="Omar", account=account)
            Certification.objects.create(account=account, contact=person, title=title, salesforce_id="a1")
        found = policy.offer(account, type=Type.SAAS, seats=25, on=ON)
        assert (found.verdict, any("Solution Architect" in one for one in found.sentences)) == (verdict, nudges), title
    account.partner_status = "Terminated"
    refused = policy.offer(account, type=Type.SAAS, seats=26, on=ON)
    assert refused.verdict == "missing"
    assert refused.missing[0].how
