"""What several people discuss, and the dates on which one can take part with every list they stand in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce

from transom.apps.base.owned import OwnedModel, UserRow, owned_indexes
from transom.apps.library.models import Item
from transom.apps.sources.models import Source


class EventKind(models.TextChoices):
    CONFERENCE = "conference"
    CALL = "call"
    CONSULTATION = "consultation"
    MEETING = "meeting"
    WEBINAR = "webinar"


CLOSING = (EventKind.CALL, EventKind.CONSULTATION)
"""Kinds that are about a closing date."""


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
    floating = models.BooleanField(
        default=False,
        help_text="The hours are the place's own, whose time zone was not given; kept as if UTC.",
    )
    series = models.CharField(max_length=40, blank=True, help_text="What all its repetitions share.")
    listed_at = models.DateTimeField(
        null=True, help_text="When it closes, of what one must answer; else when it starts."
    )
    day = models.DateField(help_text="The day it starts, for finding the same event.")
    gone_at = models.DateTimeField(null=True, help_text="When the last list dropped it.")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["day", "owner"], name="conversations_event_day"),
            models.Index(fields=["starts", "id"], name="conversations_event_starts"),
            models.Index(fields=["listed_at", "id"], name="conversations_event_listed"),
            *owned_indexes("conversations_event"),
            models.Index(
                fields=["series", "listed_at"],
                condition=models.Q(series__gt=""),
                name="conversations_event_series",
            ),
            models.Index(
                fields=["closes_at"],
                condition=models.Q(closes_at__isnull=False),
                name="conversations_event_closing",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **values: Any) -> None:
        """Lists it under its date where nobody said otherwise."""
        if self.listed_at is None:
            self.listed_at = self.closes_at if self.kind in CLOSING and self.closes_at else self.starts
        super().save(*args, **values)


class EventSighting(models.Model):
    """One list an event stands in. `said` is the record as the list has it, so that what was joined can be undone."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sightings")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="event_sightings")
    uid = models.CharField(max_length=64, help_text="Hash of the name it has in this list.")
    said = models.JSONField()
    starts = models.DateTimeField()
    rule = models.CharField(
        max_length=20, default="own", help_text="own, address, title, article, hand, apart."
    )
    rule_version = models.PositiveSmallIntegerField(default=1)
    split = models.BooleanField(default=False, help_text="Taken apart by a user: never join it again.")
    item = models.ForeignKey(
        Item,
        null=True,
        on_delete=models.CASCADE,
        related_name="dates",
        help_text="Where an article is the date itself, and its source the list.",
    )
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, help_text="When the list dropped it.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "uid"], name="conversations_sighting_once")]
        indexes = [models.Index(fields=["source", "starts"], name="conversations_sighting_starts")]

    def __str__(self) -> str:
        return f"{self.event_id} at {self.source_id}"


class SavedEvent(UserRow):
    """A date the user keeps: it goes into their calendar's feed."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="saved")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "event"], name="conversations_saved_once")]

    def __str__(self) -> str:
        return f"{self.user_id} saved {self.event_id}"


class Scope(models.TextChoices):
    SAVED = "saved"
    ALL = "all"


class CalendarAddress(UserRow):
    """The private, revocable address of a user's dates as a calendar; only the token's hash is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=5, choices=Scope, default=Scope.SAVED)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"calendar address of {self.user_id}"


class Conversation(OwnedModel):
    """Items by two or more independent people about the same thing within a window, as screens show it.

    `cluster` is the id of the item that founded it and never changes. A public row is made of public items alone.
    Where a user's own items take part, an owned row with the same cluster stands for both: their overlay.
    """

    cluster = models.BigIntegerField()
    headline = models.TextField()
    original = models.ForeignKey(Item, null=True, on_delete=models.SET_NULL, related_name="+")
    people = models.PositiveIntegerField(help_text="Independent ones, as far as is known.")
    items = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    latest_at = models.DateTimeField()
    per_day: models.JSONField[list[int], list[int]] = models.JSONField(
        default=list, help_text="Items a day in UTC, from the first one's to the latest one's."
    )
    growth = models.FloatField(default=0, help_text="As engine.graph.conversations.growth.")
    heat = models.FloatField(default=0, help_text="As engine.graph.heat, when it was last looked at.")
    targets: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        default=list, help_text="What members point at: address and how many items do."
    )
    rule_version = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, help_text="When nothing could join it any more.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cluster"], condition=models.Q(owner=None), name="conversations_public_once"
            ),
            models.UniqueConstraint(
                fields=["owner", "cluster"],
                condition=models.Q(owner__isnull=False),
                name="conversations_owned_once",
            ),
        ]
        indexes = [
            *owned_indexes("conversations_talk"),
            models.Index(
                fields=["-heat", "-id"], condition=models.Q(closed_at=None), name="conversations_hottest"
            ),
            models.Index(fields=["-latest_at", "-id"], name="conversations_latest"),
        ]

    def __str__(self) -> str:
        return self.headline


class Membership(OwnedModel):
    """Where the grouping put an item: the cluster it is in, alone or with others; none for a roundup.

    It has the owner of its item. An item without a row was not looked at yet.
    """

    item = models.OneToOneField(Item, primary_key=True, on_delete=models.CASCADE, related_name="membership")
    cluster = models.BigIntegerField(null=True)
    rule = models.CharField(max_length=20, help_text="founded, joined, merged, roundup.")
    rule_version = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            *owned_indexes("conversations_membership"),
            models.Index(fields=["cluster"], name="conversations_members_of"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} in {self.cluster}"


class Grouping(models.Model):
    """Counts the batches that were placed, for all or for one owner, so that two workers never place at once."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(Coalesce("owner", models.Value(0)), name="conversations_grouping_once")
        ]

    def __str__(self) -> str:
        return f"grouping of {self.owner_id or 'all'}"


class ThemeMonth(models.Model):
    """What was found in one month, against the year before it: of public items alone, so that it is nobody's."""

    month = models.DateField(unique=True, help_text="Its first day.")
    labels: models.JSONField[list[str], list[str]] = models.JSONField(help_text="The months, as 2026-03.")
    sources: models.JSONField[list[int], list[int]] = models.JSONField(
        help_text="How many sources published in each of them."
    )
    known = models.PositiveIntegerField(help_text="Items it was found in.")
    rule_version = models.PositiveSmallIntegerField(default=1)
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"themes of {self.month:%Y-%m}"


class Theme(models.Model):
    """Words that rose or faded together, how often in each month, and articles that show it."""

    of = models.ForeignKey(ThemeMonth, on_delete=models.CASCADE, related_name="themes")
    place = models.PositiveSmallIntegerField(help_text="The surest first.")
    phrase = models.CharField(max_length=120, blank=True, help_text="What several sources call it.")
    words: models.JSONField[list[str], list[str]] = models.JSONField(
        help_text="As most articles write them; where it has no phrase, the two it goes by first."
    )
    terms: models.JSONField[list[int], list[int]] = models.JSONField()
    counts: models.JSONField[list[int], list[int]] = models.JSONField(
        help_text="Sources with one of them, by month."
    )
    odds = models.FloatField(help_text="Above 0 it rose, below 0 it faded.")
    z = models.FloatField(help_text="How surely, in standard deviations.")
    samples: models.JSONField[list[int], list[int]] = models.JSONField(
        help_text="Ids of articles that show it."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "place"], name="conversations_theme_place")]

    def __str__(self) -> str:
        return self.phrase or ", ".join(self.words[:2])
