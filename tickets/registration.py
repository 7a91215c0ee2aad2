"""What the desk registers with lower floors when the process starts."""

from __future__ import annotations

from django.urls import reverse

import mail.hooks
import partners.hooks
from integrations import ledger
from mail.hooks import Upstairs
from tickets import (
    delivery,
    figures,
    general,
    general_steps,
    hooks,
    intake,
    kinds,
    partner_merges,
    partner_owners,
    partner_page,
    procedures,
    rereading,
    senders,
    shell,
    side,
)
from tickets.models import Priority
from tickets.models.ticket import number_of
from tickets.steps import progress, wake


def register_everything() -> None:
    kinds.register(general.GENERAL)
    procedures.register(general_steps.GENERAL)
    hooks.lend(progress.LENT)
    hooks.on_papers_read(rereading.papers_read)
    ledger.on_finished(wake.written)
    mail.hooks.register(intake.take_in)
    mail.hooks.lend(Upstairs(open_new=intake.open_new, address_of=_address_of, kinds=_kinds, priorities=_priorities))
    mail.hooks.on_outgoing(delivery.outgoing_changed)
    mail.hooks.on_again(delivery.tried_again)
    mail.hooks.on_bounced(delivery.came_back)
    mail.hooks.on_known(senders.was_answered)
    partners.hooks.on_merged(partner_merges.follow)
    partners.hooks.on_changed(partner_owners.follow)
    partners.hooks.on_writers(partner_merges.requesters)
    figures.register()
    side.register()
    partner_page.register()
    shell.register()


def _address_of(ref: str) -> str:
    return "" if number_of(ref) is None else reverse("tickets:ticket", args=[ref])


def _kinds() -> list[tuple[str, str]]:
    return [(kind.slug, str(kind.title)) for kind in kinds.all_kinds()]


def _priorities() -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in Priority.choices]
