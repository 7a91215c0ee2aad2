"""Purchase orders, quotes and order status that reach the desk by mistake."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        # These read the desk's rows, which exist only from here on.
        from orders import cards, facts_card, procedure  # noqa: PLC0415
        from tickets import kinds, procedures  # noqa: PLC0415

        for kind in (procedure.PURCHASE_ORDER, procedure.QUOTE_REQUEST, procedure.ORDER_STATUS):
            kinds.register(kind)
        for one in procedure.PROCEDURES:
            procedures.register(one)
        cards.register()
        facts_card.register()
