"""`manage.py make_token EMAIL`: prints a new API token of that person, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from people import tokens
from people.models import ApiToken, User


class Command(BaseCommand):
    help = "Makes an API token and prints it; only its digest is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="what it is for")
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default=ApiToken.Scope.WRITE)
        parser.add_argument("--days", type=int, default=0, help="days until it expires; 0 = never")

    def handle(self, *_args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody active signs in as {options['email']}.")
        expires = timezone.now() + timedelta(days=options["days"]) if options["days"] else None
        self.stdout.write(tokens.issue(user, name=options["name"], scope=options["scope"], expires=expires))
