"""How many pictures of the web a mail's layout wants, instead of whether it wants any; nothing was kept there yet."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("tickets", "0003_draft_history")]

    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.RemoveField(model_name="message", name="remote_images"),
        migrations.AddField(
            model_name="message", name="remote_images", field=models.PositiveIntegerField(default=0)
        ),
    ]
