"""Dates on which one can take part, and every list they stand in."""

from __future__ import annotations

from django.db import models

from transom.apps.base.owned import OwnedModel
from transom.apps.sources.models import Source


class EventKind(models.TextChoices):
    CONFERENCE = "conference"
    CALL = "call"
    CONSULTATION = "consultation"
    MEETING = "meeting"
    WEBINAR = "webinar"


class Event(OwnedModel):
    """One date. What it says comes from the list that speaks for it, and where that is silent, from the others."""

    kind = models.CharField(max_length=20, choices=EventKind)
    title = models.CharField(max_length=300)
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True, help_text="Of whole days the last day itself.")
    time_zone = models.CharField(max_length=60, blank=True, help_text="IANA name it was given in.")
    all_day = models.BooleanField(default=False)
    place = models.CharField(max_length=300, blank=True)
    city = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=120, blank=True)
    online = models.BooleanField(default=False)
    address = models.TextField(blank=True)
    closes_at = models.DateTimeField(null=True)
    organiser = models.CharField(max_length=200, blank=True)
    recurrence = models.CharField(max_length=200, blank=True)
    credits = models.CharField(
        max_length=60, blank=True, help_text="Continuing-education credits, as written."
    )
    description = models.TextField(blank=True)
    cancelled = models.BooleanField(default=False)
    day = models.DateField(help_text="The day it starts, for finding the same event.")
    gone_at = models.DateTimeField(null=True, help_text="When the last list dropped it.")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["day", "owner"], name="conversations_event_day"),
            models.Index(fields=["starts", "id"], name="conversations_event_starts"),
            models.Index(
                fields=["closes_at"], condition=~models.Q(closes_at=None), name="conversations_event_closes"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class EventSighting(models.Model):
    """One list an event stands in. `said` is the record as the list has it, so that what was joined can be undone."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sightings")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="event_sightings")
    uid = models.CharField(max_length=64, help_text="Hash of the name it has in this list.")
    said = models.JSONField()
    starts = models.DateTimeField()
    rule = models.CharField(max_length=20, default="own", help_text="own, address, title, hand, apart.")
    rule_version = models.PositiveSmallIntegerField(default=1)
    split = models.BooleanField(default=False, help_text="Taken apart by a user: never join it again.")
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, help_text="When the list dropped it.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "uid"], name="conversations_sighting_once")]
        indexes = [models.Index(fields=["source", "starts"], name="conversations_sighting_starts")]

    def __str__(self) -> str:
        return f"{self.event_id} at {self.source_id}"
