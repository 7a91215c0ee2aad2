"""Every declared step of every registered procedure is carried out by a walk."""

from __future__ import annotations

import pytest

from tests.steps.walks import Walk, all_walks
from tickets import procedures
from tickets.models import Step


@pytest.mark.django_db
@pytest.mark.parametrize("walk", all_walks(), ids=lambda one: one.name)
def test_a_walk_does_the_steps_it_names(walk: Walk, request: pytest.FixtureRequest) -> None:
    walk.play(request)
    done = Step.objects.filter(procedure=walk.kind, state=Step.State.DONE, by_hand=False, shadow=False)
    assert walk.slugs - set(done.values_list("slug", flat=True)) == set()


def test_no_step_is_left_out() -> None:
    walked = {(walk.kind, slug) for walk in all_walks() for slug in walk.slugs}
    declared = {(one.slug, plan.slug) for one in procedures.all_procedures() for plan in one.steps}
    assert sorted(declared - walked) == [], "no walk does these steps: write one in tests/<app>/walks.py"
    assert sorted(walked - declared) == [], "these walks are of steps that are no longer declared"
