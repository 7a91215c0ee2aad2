"""What search reads: one vector per ticket over subject, people, partner and every message."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class TicketText(models.Model):
    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, primary_key=True, related_name="text")
    vector = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["vector"], name="ticket_text_words", fastupdate=False)]

    def __str__(self) -> str:
        return f"text of {self.pk}"
