"""Letters of Authorization: from the request to the dated letter."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from web import shell


def colleague(user: Any) -> bool:
    return bool(user.is_colleague)


def colleague_of_the_desk(user: Any) -> bool:
    return bool(user.on_desk)


class LoaConfig(AppConfig):
    name = "loa"
    verbose_name = _("Letters of Authorization")

    def ready(self) -> None:
        from integrations import ledger  # noqa: PLC0415 - models exist only from here on
        from integrations.docusign import connect  # noqa: PLC0415
        from loa import arriving, cards, finding, moving, notices, overdue, pairing, procedure, returned  # noqa: PLC0415
        from loa.tailored import cards as tailored_cards  # noqa: PLC0415
        from loa.tailored import cases  # noqa: PLC0415
        from mail import hooks as mail_hooks  # noqa: PLC0415
        from partners import hooks as partner_hooks  # noqa: PLC0415
        from tickets import hooks, joining, kinds, mail_rules, procedures  # noqa: PLC0415

        kinds.register(procedure.LETTER_OF_AUTHORIZATION)
        procedures.register(procedure.LETTER)
        connect.on_change(arriving.envelope_changed)
        hooks.on_opened(arriving.opened)
        hooks.on_change_kind(pairing.why_no_other_kind)
        hooks.on_partner_changed(finding.partner_changed)
        hooks.on_partner_changed(moving.partner_named)
        mail_rules.register(notices.take)
        joining.register(arriving.of_form)
        mail_hooks.on_bounced(returned.came_back)
        mail_hooks.on_outgoing(returned.failed)
        shell.register_area(
            shell.Area(
                slug="letters",
                label=_("Letters"),
                icon="stamp",
                url_name="loa:board",
                key="L",
                order=30,
                phone=True,
                visible=colleague,
                dot=overdue.words,
            )
        )
        shell.register_command(
            shell.Command(
                label=_("PowerForms"),
                about=_("Where partners start a letter in DocuSign, and how each is decided."),
                icon="stamp",
                url_name="loa:powerforms",
                order=74,
                visible=colleague_of_the_desk,
            )
        )
        partner_hooks.on_merged(moving.follow)
        cards.register()
        ledger.on_finished(cases.written)
        tailored_cards.register()
