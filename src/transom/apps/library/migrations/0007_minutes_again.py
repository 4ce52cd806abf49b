"""Has minutes read from their beginning once more: who was at a meeting was not kept before."""

from typing import Any

from django.db import migrations


def forget_how_far(apps: Any, schema_editor: Any) -> None:
    states = apps.get_model("sources", "SourceState").objects
    states.filter(source__connector="minutes").update(cursor="")


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0006_attendances"),
        ("sources", "0004_owned_indexes"),
    ]

    operations = [migrations.RunPython(forget_how_far, migrations.RunPython.noop)]
