"""Tables that name things elsewhere in the code name what is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from django.core.management import get_commands
from django.template import engines

from helpdesk.processes import BASE_DIR, QUEUES, programs
from helpdesk.schedule import SCHEDULE, Job

TEMPLATES = sorted(path.relative_to(BASE_DIR / "templates") for path in (BASE_DIR / "templates").rglob("*.*"))


@pytest.mark.parametrize("job", SCHEDULE.values(), ids=SCHEDULE.keys())
def test_every_periodic_job_is_a_task_on_a_queue_a_worker_reads(job: Job) -> None:
    current_app.loader.import_default_modules()
    assert job.task in current_app.tasks
    assert job.queue in QUEUES
    assert job.seconds > 0


def test_every_program_is_there() -> None:
    table = programs({"VAR_DIR": "/somewhere"})
    assert set(table) == {"sandbox", "web", "worker", "beat", "smtp", "fetch", "release"}
    assert {table[name].arguments[1] for name in ("smtp", "fetch", "release")} <= set(get_commands())
    assert {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} <= set(QUEUES)


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_every_template_compiles(template: Path) -> None:
    engines["django"].get_template(str(template))
