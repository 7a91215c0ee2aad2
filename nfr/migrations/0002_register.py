from django.db import migrations

WORDS = "For a renewal: “Open Reqs Met?” is Yes"


def drop_hint(apps, schema_editor):
    """Renewals have a gate of their own; the hint at the gate of first licences goes, unless somebody changed it."""
    gates = apps.get_model("partners", "Gate").objects
    gates.filter(gate="nfr", check_kind="open_reqs", words=WORDS, advisory=True, valid_until=None).delete()


class Migration(migrations.Migration):

    dependencies = [
        ("nfr", "0001_initial"),
        ("partners", "0007_teams"),
    ]

    operations = [
        migrations.RunPython(drop_hint, migrations.RunPython.noop, elidable=True),
    ]
