"""Not-for-Resale licences: new, renewed, too many seats."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NfrConfig(AppConfig):
    name = "nfr"
    verbose_name = _("NFR licences")

    def ready(self) -> None:
        from nfr import procedure  # noqa: PLC0415 - reads the desk's rows, which exist only from here on
        from nfr.guides import variable  # noqa: PLC0415
        from nfr.register import joining  # noqa: PLC0415

        procedure.register()
        variable.register()
        joining.register()
