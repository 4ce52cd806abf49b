"""What publishes, how it is doing, and who follows it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from transom.apps.base.owned import OwnedModel, UserRow, owned_indexes
from transom.engine.core.access import without_access


class SourceKind(models.TextChoices):
    FEED = "feed"
    PAGE = "page"
    HANDED_IN = "handed-in"
    CONNECTOR = "connector"


class SourceStatus(models.TextChoices):
    ACTIVE = "active"
    PAUSED = "paused"
    GONE = "gone"


class Source(OwnedModel):
    """Something that publishes. Public sources are shared by all users and fetched once."""

    kind = models.CharField(max_length=20, choices=SourceKind, default=SourceKind.FEED)
    address = models.TextField(help_text="Where it is fetched; empty for handed-in things.")
    host = models.CharField(max_length=253, blank=True, db_index=True)
    connector = models.CharField(max_length=60, blank=True, help_text="Which connector reads it, if any.")
    query = models.JSONField(default=dict, blank=True, help_text="What that connector is asked for.")
    site = models.TextField(blank=True)
    title = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)
    language = models.CharField(max_length=12, blank=True)
    channel = models.CharField(
        max_length=20, default="blog", help_text="blog, journal, newsletter, podcast, forum, agency, ..."
    )
    vendor = models.BooleanField(default=False)
    demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = owned_indexes("sources_source")
        constraints = [
            models.UniqueConstraint(
                fields=["connector", "address"],
                condition=Q(owner=None) & ~Q(address=""),
                name="sources_public_once",
            ),
            models.UniqueConstraint(
                fields=["owner", "connector", "address"],
                condition=~Q(owner=None) & ~Q(address=""),
                name="sources_owned_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.shown_address or "Handed in"

    @property
    def shown_address(self) -> str:
        """Its address as screens show it: without the name and password it may carry."""
        return without_access(self.address)


class SourceState(models.Model):
    """What the schedule knows about a source: validators, failures, next due time.

    Mirrors ``engine.fetch.schedule.FetchState``; validators are kept byte for byte (as Latin-1 text).
    """

    source = models.OneToOneField(Source, primary_key=True, on_delete=models.CASCADE, related_name="state")
    status = models.CharField(max_length=10, choices=SourceStatus, default=SourceStatus.ACTIVE)
    etag = models.TextField(null=True)
    last_modified = models.TextField(null=True)
    body_hash = models.CharField(max_length=64, blank=True)
    next_due_at = models.DateTimeField(db_index=True)
    last_asked_at = models.DateTimeField(
        null=True, help_text="Whatever came of it, also where this computer was cut off."
    )
    last_fetched_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_changed_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error_kind = models.CharField(max_length=30, blank=True)
    last_error = models.TextField(blank=True)
    cursor = models.TextField(blank=True, help_text="Up to where a connector has read, as JSON.")
    problems = models.TextField(blank=True, help_text="What was odd about the document, in plain words.")
    failures = models.PositiveIntegerField(default=0)
    first_failed_at = models.DateTimeField(null=True)
    gap_hours = models.FloatField(null=True, help_text="Typical hours between two publications.")
    ttl_minutes = models.PositiveIntegerField(null=True)
    update_minutes = models.PositiveIntegerField(null=True)
    redirect_target = models.TextField(blank=True)
    redirect_sightings = models.PositiveSmallIntegerField(default=0)
    redirect_first_seen_at = models.DateTimeField(null=True)
    gone_sightings = models.PositiveSmallIntegerField(default=0)
    gone_first_seen_at = models.DateTimeField(null=True)
    elapsed_ms = models.PositiveIntegerField(null=True)
    body_bytes = models.PositiveIntegerField(null=True)
    median_minutes = models.FloatField(null=True, help_text="Median reading time of its full items.")

    def __str__(self) -> str:
        return f"{self.source}: {self.status}"


class Subscription(UserRow):
    """A user follows a source."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="subscriptions")
    title = models.CharField(max_length=300, blank=True, help_text="The user's own name for it.")
    folder = models.CharField(max_length=200, blank=True)
    followed_at = models.DateTimeField()
    pack = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "source"], name="sources_follow_once")]

    def __str__(self) -> str:
        return f"{self.user} follows {self.source}"
