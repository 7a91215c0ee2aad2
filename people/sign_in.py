"""How allauth behaves here: nobody signs up by themselves, and everybody lands where they work."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from web.clients import client_ip


class DeskAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator; a partner's account comes with their contact."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Behind proxies everybody is counted by their own address, not by the proxy's (S-24)."""
        return client_ip(request)
