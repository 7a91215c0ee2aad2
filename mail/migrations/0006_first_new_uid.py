from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0005_lost_claims")]

    operations = [
        migrations.AddField("fetchstate", "first_new", models.BigIntegerField(blank=True, null=True)),
    ]
