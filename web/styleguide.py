"""What the style guide shows: every component with believable, invented content, in every state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from web.glyphs import STATUS_WORDS

COLOURS = (
    "canvas",
    "surface",
    "surface-2",
    "surface-3",
    "line",
    "line-strong",
    "field",
    "ink",
    "ink-2",
    "ink-3",
    "accent",
    "accent-hover",
    "accent-tint",
    "accent-line",
    "inverse",
    "red",
    "red-tint",
    "amber",
    "amber-tint",
    "green",
    "green-tint",
    "violet",
    "note",
)
TRACKS = ("Select", "Open", "US PubSec", "GSI", "Alliance", "Technology", "")
PEOPLE = ("Nadia Okafor", "Jonas Brandt", "Mei-Lin Hsu", "Katrin Vogel", "Sofia Marchetti", "Tomás Ruiz")


@dataclass(frozen=True, kw_only=True)
class Row:
    number: int
    status: str
    subject: str
    preview: str
    icon: str
    kind: str
    partner: str
    track: str
    region: str
    manager: str
    assignee: str
    share: float
    state: str
    left: timedelta
    clock: str
    unread: bool = False
    files: bool = False
    draft: bool = False
    writing: str = ""

    @property
    def first_name(self) -> str:
        return self.assignee.partition(" ")[0]

    @property
    def at(self) -> datetime:
        return timezone.now() + self.left


class ExampleForm(forms.Form):
    partner = forms.CharField(label="Partner", disabled=True, help_text="From your sign-in")
    customer = forms.CharField(label="Customer", help_text="As written on the document")
    deal = forms.CharField(label="Service Attach Deal ID")
    kind = forms.ChoiceField(label="Service", choices=[("a", "Assessment"), ("m", "Migration"), ("t", "Training")])
    ends = forms.DateField(label="Services end on", widget=forms.DateInput(attrs={"type": "date"}))
    signed = forms.ChoiceField(
        label="Who signed", choices=[("c", "The customer"), ("b", "Both sides")], widget=forms.RadioSelect
    )
    copy = forms.BooleanField(label="Send me a copy", required=False)
    more = forms.CharField(label="Anything we should know", required=False, widget=forms.Textarea(attrs={"rows": 3}))


def examples() -> dict[str, Any]:
    now = timezone.now()
    sent = {"customer": "", "deal": "GL-0047790", "kind": "m", "ends": "", "signed": "c", "more": "Phase two follows."}
    form = ExampleForm(sent, initial={"partner": "Northwind DevOps GmbH"})
    form.add_error("deal", "GL-0047790 is a resale registration. Send the Service Attach Deal ID.")
    return {
        "colours": COLOURS,
        "tracks": TRACKS,
        "people": PEOPLE,
        "statuses": list(STATUS_WORDS),
        "clean_form": ExampleForm(initial={"partner": "Northwind DevOps GmbH", "deal": "GL-0048213"}),
        "wrong_form": form,
        "times": [
            now - timedelta(minutes=1),
            now - timedelta(hours=4),
            now - timedelta(days=5),
            now - timedelta(days=400),
        ],
        "groups": [
            ("Overdue", True, ROWS[:2]),
            ("Due today", False, ROWS[2:6]),
            ("Tomorrow and later", False, ROWS[6:]),
        ],
        "minute_ago": now - timedelta(minutes=1),
        "hours_ago": now - timedelta(hours=4, minutes=40),
    }


ROWS = [
    Row(
        number=1051, status="open", subject="Our SaaS NFR shows 13 of 10 seats", kind="NFR", icon="key-round",
        preview="We removed two colleagues on Friday but the billing page still counts them", region="US Northeast",
        partner="Bluepeak Systems Inc.", track="Open", manager="Joel Whitaker", assignee="Mei-Lin Hsu",
        share=1, state="over", left=timedelta(hours=-1, minutes=-5), clock="resolution",
    ),
    Row(
        number=1063, status="open", subject="GitLab LOA: Aïssatou Diallo", kind="LoA", icon="stamp", unread=True,
        preview="Letter for the Port Autonome tender, closing Thursday 12:00", region="Africa", writing="Jonas Brandt",
        partner="Sahel Tech Sarl", track="Open", manager="Karim Benali", assignee="Nadia Okafor",
        share=1, state="over", left=timedelta(minutes=-26), clock="with PHD",
    ),
    Row(
        number=1078, status="open", subject="SOW for pipeline migration at Havelland Klinik", kind="PoE", files=True,
        icon="file-check", unread=True, preview="Attached is the signed SOW. Our Service Attach registration is in",
        partner="Northwind DevOps GmbH", track="Select", region="DACH", manager="Sofia Marchetti",
        assignee="Nadia Okafor", share=0.78, state="soon", left=timedelta(hours=1, minutes=20), clock="first reply",
    ),
    Row(
        number=1080, status="new", subject="PO 4500128837 for renewal, please confirm", kind="Order mail", unread=True,
        icon="receipt-text", files=True, preview="Hello partner support, please process the enclosed purchase order",
        partner="Copperline Cloud LLC", track="US PubSec", region="US West", manager="Dana Lindholm", assignee="",
        share=0.7, state="soon", left=timedelta(hours=1, minutes=45), clock="first reply",
    ),
    Row(
        number=1074, status="pending_internal", subject="GitLab LOA: Haruka Mori", kind="LoA", icon="stamp",
        preview="Approved by PHD 09:41. Legal adds date and stamp", partner="Kitsune Software KK", track="Select",
        region="Japan", manager="Kenji Mori", assignee="Tomás Ruiz", share=0.3, state="rest",
        left=timedelta(hours=4, minutes=50), clock="with Legal",
    ),
    Row(
        number=1069, status="open", subject="Which channel manager owns our Ridgeway deal?", kind="Owner", icon="route",
        preview="The opportunity moved to a named territory and nobody answers", partner="Harbor Public Sector LLC",
        track="GSI", region="Federal", manager="Valeria Osorio", assignee="Nadia Okafor", share=0.42, state="rest",
        left=timedelta(hours=5, minutes=30), clock="resolution",
    ),
    Row(
        number=1066, status="open", subject="Certification list for our team", kind="Certification", draft=True,
        icon="graduation-cap", preview="For the partner review on 1 December we need the names", region="France",
        partner="Atelier Nuage SAS", track="Select", manager="Claire Aubert", assignee="Jonas Brandt", share=0.12,
        state="rest", left=timedelta(days=1), clock="resolution",
    ),
    Row(
        number=1058, status="pending_partner", subject="PoE without a Deal ID", kind="PoE", icon="file-check",
        preview="Asked for the Service Attach registration", partner="Meridian GSI Consulting", track="",
        region="UK", manager="Erik Halvorsen", assignee="Mei-Lin Hsu", share=0, state="paused",
        left=timedelta(days=2), clock="with partner",
    ),
]  # fmt: skip
