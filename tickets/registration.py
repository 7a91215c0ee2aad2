"""What the desk registers with lower floors when the process starts."""

from __future__ import annotations

import mail.hooks
from tickets import delivery, figures, general, intake, kinds, senders, shell, side


def register_everything() -> None:
    kinds.register(general.GENERAL)
    mail.hooks.register(intake.take_in)
    mail.hooks.on_outgoing(delivery.outgoing_changed)
    mail.hooks.on_bounced(delivery.came_back)
    mail.hooks.on_known(senders.was_answered)
    figures.register()
    side.register()
    shell.register()
