"""One message is one, also when two boxes of ours get it."""

from __future__ import annotations

from django.db import migrations, models

# The copy that came second keeps its outcome; it only gives up the key.
LET_GO = """
UPDATE mail_incomingmail AS later SET dedupe_key = NULL
WHERE EXISTS (SELECT 1 FROM mail_incomingmail AS first WHERE first.dedupe_key = later.dedupe_key AND first.id < later.id)
"""


class Migration(migrations.Migration):
    dependencies = [("mail", "0006_first_new_uid")]

    operations = [
        migrations.RemoveConstraint("incomingmail", "incomingmail_once_per_mailbox"),
        migrations.RunSQL(LET_GO, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "incomingmail", models.UniqueConstraint(fields=("dedupe_key",), name="incomingmail_once")
        ),
    ]
