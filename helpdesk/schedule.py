"""Every periodic job, in one table; beat only nudges, the rows in the database say what is due."""

from __future__ import annotations

from typing import NamedTuple, TypedDict

from celery.schedules import crontab


class Job(NamedTuple):
    task: str
    seconds: float
    queue: str
    hour: int | None = None  # of UTC, for what is done once a day


SCHEDULE: dict[str, Job] = {
    "answers nobody asks for again": Job("web.tasks.forget_idempotency_keys", 3600, "bulk"),
    "request forms nobody came back for": Job("portal.tasks.sweep_drafts", 3600, "bulk"),
    "mail left lying": Job("mail.tasks.sweep_mail", 60, "mail"),
    "out of office begins or is over": Job("mail.tasks.tell_about_away", 300, "bulk"),
    "mailboxes nobody fetches": Job("mail.tasks.fetch_unattended", 60, "mail"),
    "mailboxes against what is stored": Job("mail.tasks.reconcile_mailboxes", 3600, "mail"),
    "what changed in Salesforce": Job("partners.tasks.sync_changes", 180, "bulk"),
    "all of Salesforce": Job("partners.tasks.sync_everything", 86400, "bulk", hour=3),
    "users of channel managers in Salesforce": Job("partners.tasks.link_people", 3600, "bulk"),
    "dashboard lines whose partner came later": Job("partners.tasks.link_dashboard_lines", 900, "bulk"),
    "rules by partner whose partner came later": Job("routing.tasks.link_partner_rules", 900, "bulk"),
    "writes at vendors left lying": Job("integrations.tasks.sweep", 30, "default"),
    "changes of owners left lying": Job("routing.ownership.tasks.sweep", 30, "bulk"),
    "news of DocuSign left lying": Job("integrations.docusign.tasks.sweep_notices", 60, "default"),
    "news that DocuSign could not bring": Job("integrations.docusign.tasks.reconcile", 900, "bulk"),
    "what DocuSign's notices of long ago said": Job("integrations.docusign.tasks.forget_notices", 86400, "bulk"),
    "calls to vendors of long ago": Job("integrations.tasks.forget_calls", 86400, "bulk"),
    "letters nobody signed and whose ticket ended": Job("loa.tasks.withdraw_ended", 3600, "bulk"),
    "letters checked while Salesforce was away": Job("loa.tasks.check_again", 180, "bulk"),
    "cases that Legal has": Job("loa.tailored.tasks.follow", 900, "bulk"),
    "letters of before the desk": Job("loa.tasks.read_past_letters", 900, "bulk"),
    "changes of the team whose day has come": Job("routing.team.tasks.apply_due", 300, "bulk"),
    "general questions about forms and payments left lying": Job("invoices.tasks.pass_on_left_lying", 300, "bulk"),
    "steps left lying": Job("tickets.tasks.sweep_steps", 30, "steps"),
    "papers nobody has read yet": Job("tickets.tasks.read_unread_papers", 60, "bulk"),
    "steps that wait for hours": Job("tickets.tasks.look_again", 300, "bulk"),
    "reminders of steps that wait": Job("tickets.tasks.remind", 300, "bulk"),
    "letters that end, and partners that may hold none any more": Job(
        "loa.tasks.look_at_letters", 86400, "bulk", hour=4
    ),
    "NFR licences that end soon": Job("nfr.register.tasks.look_at_licences", 86400, "bulk", hour=4),
    "exports of long ago": Job("certification.tasks.forget_files", 86400, "bulk", hour=4),
    "files without a row": Job("mail.tasks.sweep_files", 86400, "bulk"),
}


class BeatEntry(TypedDict):
    task: str
    schedule: float | crontab
    options: dict[str, str | float]


def beat_schedule() -> dict[str, BeatEntry]:
    """The table as Celery reads it; a nudge nobody took before the next one is dropped."""
    return {
        name: {"task": job.task, "schedule": _when(job), "options": {"queue": job.queue, "expires": job.seconds}}
        for name, job in SCHEDULE.items()
    }


def _when(job: Job) -> float | crontab:
    return job.seconds if job.hour is None else crontab(hour=job.hour, minute=20)
