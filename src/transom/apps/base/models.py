"""Tables that every app may use: the outbox, the periodic table, and who was contacted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce


class OutboxEvent(models.Model):
    """Something that happened, written in the same transaction as the change itself.

    Later stages pick events up from here; an earlier stage never calls a later one.
    """

    topic = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["topic", "id"], condition=models.Q(handled_at=None), name="base_outbox_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic} #{self.pk}"


class PeriodicTask(models.Model):
    """When a recurring job runs next; survives a restart, so nothing runs afresh on start-up."""

    name = models.CharField(max_length=80, primary_key=True)
    every_seconds = models.PositiveIntegerField()
    next_run_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, help_text="Set while it runs, or waits to be run elsewhere.")
    last_run_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class JobRetry(models.Model):
    """A job that failed and will be tried again, or has failed for good."""

    name = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_run_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    given_up_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["next_run_at"])]

    def __str__(self) -> str:
        return f"{self.name} (tried {self.attempts} times)"


class OutgoingContact(models.Model):
    """Which hosts this instance contacted on a day and why, for the page that shows what leaves it.

    What was asked for one user alone (a link, a picture, a search for feeds, a source of their own) is theirs;
    what was asked for all, a public source, has no owner.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    host = models.CharField(max_length=253)
    purpose = models.CharField(max_length=30)
    requests = models.PositiveIntegerField(default=0)
    bytes_received = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            # An owner's absence counts as a value of its own here, which a plain unique index would not do.
            models.UniqueConstraint(
                "day", "host", "purpose", Coalesce("owner", models.Value(0)), name="base_contact_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.host} ({self.purpose})"
