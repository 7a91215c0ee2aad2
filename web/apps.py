"""The floor every page stands on."""

from __future__ import annotations

from django.apps import AppConfig

from web import form_words


class WebConfig(AppConfig):
    name = "web"

    def ready(self) -> None:
        form_words.install()
