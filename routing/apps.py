"""Who is the channel manager, and why."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from documents import cage
from web import shell

COMMANDS = (
    (
        _("Channel managers"),
        _("Teams, regions, users in Salesforce, and who stands in for whom."),
        "users-round",
        "directory:managers",
        61,
    ),
    (
        _("Solutions architects"),
        _("Who helps partners with the product, by region."),
        "graduation-cap",
        "directory:architects",
        62,
    ),
    (_("Roster"), _("Who looks after which place, since when and why."), "map", "routing:roster", 63),
    (
        _("Partners with a manager of their own"),
        _("Named partners, and the tables for US PubSec, alliances and GSIs."),
        "handshake",
        "directory:partners",
        64,
    ),
    (
        _("Areas and precedence"),
        _("Groups of countries, parts of states, and in which order partners are looked for."),
        "layers-2",
        "directory:areas",
        65,
    ),
    (
        _("Audit of the rules"),
        _("Gaps, overlaps, who left, owners that differ, keys no rule knows."),
        "list-checks",
        "routing_audit:page",
        66,
    ),
)


def colleague(user: Any) -> bool:
    return bool(user.is_colleague)


def desk(user: Any) -> bool:
    return bool(getattr(user, "on_desk", False))


class RoutingConfig(AppConfig):
    name = "routing"
    verbose_name = _("Routing")

    def ready(self) -> None:
        from integrations import ledger  # noqa: PLC0415 - models exist only from here on
        from partners import regions  # noqa: PLC0415
        from routing import cards, contract_regions, corrections, deal_card, owner_steps, procedure  # noqa: PLC0415
        from routing.bulk import reading  # noqa: PLC0415
        from routing.ownership import cards as ownership_cards  # noqa: PLC0415
        from routing.ownership import moving  # noqa: PLC0415
        from routing.team import panel  # noqa: PLC0415
        from tickets import kinds, procedures  # noqa: PLC0415

        cage.allow(reading.read)
        regions.register(contract_regions.agreement_of)
        kinds.register(procedure.ACCOUNT_OWNER)
        procedures.register(owner_steps.ACCOUNT_OWNER)
        cards.register()
        deal_card.register()
        ownership_cards.register()
        ledger.on_finished(moving.finished)
        ledger.not_again(moving.goes_another_way)
        panel.register()
        shell.register_command(
            shell.Command(
                label=_("Changes of the team"),
                icon="users",
                url_name="team:changes",
                order=73,
                visible=desk,
                about=_("Somebody joins, somebody leaves, territories move."),
            )
        )
        shell.register_area(
            shell.Area(
                slug="routing",
                label=_("Routing"),
                icon="route",
                url_name="routing:ask",
                key="O",
                covers=("/settings/channel-managers/", "/settings/solutions-architects/"),
                order=50,
                visible=colleague,
                warns=corrections.waiting,
            )
        )
        for label, about, icon, url_name, order in COMMANDS:
            shell.register_command(
                shell.Command(label=label, icon=icon, url_name=url_name, order=order, about=about, visible=colleague)
            )
