"""A decision says whether the checks proposed it, and until when something is held."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("loa", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="letterdecision",
            name="against",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="letterdecision",
            name="until",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
