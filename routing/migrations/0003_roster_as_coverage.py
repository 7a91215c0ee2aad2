"""Published lines become rows by place; what a person changed in them stays changed."""

from __future__ import annotations

from typing import Any

from django.db import migrations

GROUP = "group:"


def by_place(apps: Any, _schema: Any) -> None:
    entries = apps.get_model("routing", "RosterEntry").objects.all()
    coverage = apps.get_model("routing", "Coverage")
    kept = ("section", "section_title", "area", "track", "public_sector", "remark", "source", "position")
    for entry in entries:
        for code in entry.codes:
            place, _colon, part = (code, "", "") if code.startswith(GROUP) else code.partition(":")
            coverage.objects.create(
                **{name: getattr(entry, name) for name in kept},
                place=place,
                part=part,
                manager=entry.manager,
                fiscal_year="FY23",
                valid_from=entry.valid_from,
                valid_to=entry.valid_to,
            )


class Migration(migrations.Migration):
    dependencies = [("routing", "0002_who_manages")]

    operations = [
        migrations.RunPython(by_place, migrations.RunPython.noop),
        migrations.RemoveField(model_name="rosterentry", name="manager"),
        migrations.DeleteModel(name="RosterFinding"),
        migrations.DeleteModel(name="RosterEntry"),
    ]
