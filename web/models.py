"""Rows that belong to no domain."""

from __future__ import annotations

from django.db import models


class LoadedRow(models.Model):
    """What a data file said when it was last taken over; a row that says something else by now was edited here."""

    table = models.CharField(max_length=80)
    name = models.CharField(max_length=300)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "name"], name="one_loaded_row_per_name")]

    def __str__(self) -> str:
        return f"{self.table} {self.name}"
