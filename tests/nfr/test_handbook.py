"""Each line of the handbook's “NFRs”, and the step, the words and the address that do it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pytest

from nfr import topics
from tickets import procedures
from tickets.models import Resource, Response

USAGE: Final = "https://docs.gitlab.com/ee/subscriptions/gitlab_com/"
POLICY: Final = (
    "https://about.gitlab.com/handbook/resellers/channel-working-with-GitLab/#not-for-resale-nfr-program-and-policy"
)
DOCUMENT: Final = "https://docs.google.com/document/d/1aZUEN4Wo5_FiP3Q0nC5mE9na1CG-PylZJ7MNcJ2teao/edit?usp=sharing"


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the handbook; what does it, and the response that says it with these words."""

    says: str
    procedure: str
    step: str
    response: str = ""
    words: tuple[str, ...] = ()
    resource: str = ""


LINES: Final = (
    Line(
        says="Let the partner know how many seats are in use, and copy the screenshot from support if it was provided.",
        procedure="nfr-seats",
        step="draft",
        response="nfr-reduce-seats",
        words=("{{ seats_used }} are in use", "The attached {{ screenshot }}"),
    ),
    Line(
        says="Link the NFR Policy",
        procedure="nfr-seats",
        step="draft",
        response="nfr-reduce-seats",
        words=(POLICY,),
        resource="nfr-policy",
    ),
    Line(
        says="Determining Seat Usage",
        procedure="nfr-seats",
        step="draft",
        response="nfr-reduce-seats",
        words=(f"{USAGE}#how-seat-usage-is-determined",),
        resource="how-seat-usage-is-determined",
    ),
    Line(
        says="See a complete view of usage",
        procedure="nfr-seats",
        step="draft",
        response="nfr-reduce-seats",
        words=(f"{USAGE}#view-seat-usage",),
        resource="view-seat-usage",
    ),
    Line(
        says="Let them know they can confirm or remove users on the “Seats Quote Tab.”",
        procedure="nfr-seats",
        step="draft",
        response="nfr-reduce-seats",
        words=("/-/usage_quotas#seats-quota-tab, tab Seats", "Confirm who needs a seat, and remove the others"),
    ),
    Line(
        says="Once the partner replies that they have decreased their seats, update the support ticket for the NFR.",
        procedure="nfr-seats",
        step="reduced",
    ),
    Line(says="… update the support ticket for the NFR.", procedure="nfr-seats", step="update"),
    Line(
        says="direct them to the “Group Billing Page”: gitlab.com/groups/[Namespace]/-/billings",
        procedure="nfr-version",
        step="answer",
        response="nfr-version",
        words=("https://gitlab.com/groups/{{ namespace }}/-/billings",),
    ),
    Line(
        says="View your GitLab SaaS subscription",
        procedure="nfr-version",
        step="answer",
        response="nfr-version",
        words=(f"{USAGE}#view-your-gitlab-saas-subscription",),
        resource="view-saas-subscription",
    ),
    Line(
        says="If a CAM needs help requesting additional minutes …, please refer them to NFR Requests for GitLab SaaS.",
        procedure="nfr-minutes",
        step="answer",
        response="nfr-minutes-manager",
        words=(DOCUMENT,),
        resource="nfr-requests-for-gitlab-saas",
    ),
    Line(
        says="The Partner Help Desk is not enabled to handle or process requests for more minutes.",
        procedure="nfr-minutes",
        step="answer",
        response="nfr-minutes",
        words=("The help desk cannot add minutes", "{{ cam }} can ask for more minutes"),
    ),
)


@pytest.fixture(scope="module")
def declared() -> dict[str, set[str]]:
    return {one.slug: {plan.slug for plan in one.steps} for one in procedures.all_procedures()}


def test_every_line_is_done_by_a_step_that_says_it(handbook: None, declared: dict[str, set[str]]) -> None:
    """That each of these steps is carried out, `topic_walks` shows."""
    bodies = dict(Response.objects.active().values_list("slug", "body"))
    addresses = dict(Resource.objects.values_list("slug", "address"))
    for line in LINES:
        assert line.step in declared[line.procedure], line.says
        for words in line.words:
            assert words in bodies[line.response], (line.says, words)
        if line.resource:
            assert any(addresses[line.resource] in one for one in line.words), (line.says, line.resource)


def test_each_topic_of_the_handbook_takes_its_own_procedure() -> None:
    asked = {
        "seats": ("NFR seats", "Support says that 13 of 10 seats are in use. How do we reduce them?"),
        "version": ("Which version is our NFR?", "Is it Premium or Ultimate?"),
        "minutes": ("NFR", "Our group has used all of its compute minutes. Can you add 10,000 minutes?"),
    }
    for variant, (subject, text) in asked.items():
        assert topics.variant_of(topics.topic_of(subject, text, {})) == variant
        assert procedures.procedure_of(f"nfr-{variant}") is not None
        assert topics.variant_of(topics.topic_of("", "", {"nfr_topic": variant})) == variant
