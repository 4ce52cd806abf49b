"""Lists the events that are here already under their date; what repeats is known as one series."""

import hashlib

from django.db import migrations
from django.db.models import F
from django.db.models.functions import Coalesce


def fill(apps, schema_editor):
    events = apps.get_model("conversations", "Event").objects
    events.filter(kind__in=["call", "consultation"]).update(listed_at=Coalesce("closes_at", "starts"))
    events.filter(listed_at=None).update(listed_at=F("starts"))
    for event in events.exclude(recurrence="").iterator(chunk_size=500):
        told = "\n".join(
            (event.kind, event.title.casefold(), event.recurrence, event.organiser, event.address)
        )
        event.series = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:40]
        event.save(update_fields=["series"])


class Migration(migrations.Migration):
    dependencies = [("conversations", "0002_conversations")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
