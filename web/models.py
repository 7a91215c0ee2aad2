"""Rows that belong to no domain."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class LoadedRow(models.Model):
    """What a data file said when it was last taken over; a row that says something else by now was edited here."""

    table = models.CharField(max_length=80)
    name = models.CharField(max_length=300)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "name"], name="one_loaded_row_per_name")]

    def __str__(self) -> str:
        return f"{self.table} {self.name}"


class IdempotencyKey(models.Model):
    """A key a caller sent with a POST, what it was sent with, and the answer it got (web.idempotency)."""

    owner = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    created = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="one_idempotency_key_per_owner")]
        indexes = [models.Index(fields=["created"], name="idempotency_key_by_age")]

    def __str__(self) -> str:
        return f"{self.owner} {self.key}"
