"""Meetings, and who was there: as sources tell it that keep lists of who came."""

from __future__ import annotations

from django.db import models

from transom.apps.base.owned import OwnedModel, owned_indexes
from transom.apps.sources.models import Source


class Meeting(OwnedModel):
    """A past date of which a source says who was there. `uid` is what the source's calendar knows it by."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="meetings", db_index=False)
    uid = models.CharField(max_length=64, help_text="Hash of the name it has at its source.")
    title = models.CharField(max_length=300)
    group = models.CharField(max_length=200, blank=True, help_text="Whose meeting it was.")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "uid"], name="library_meeting_once")]
        indexes = [
            *owned_indexes("library_meeting"),
            models.Index(fields=["source", "-at"], name="library_meeting_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.at:%Y-%m-%d}"


class Attendance(models.Model):
    """Somebody was at a meeting, with what was said of them there. It belongs to whom the meeting does."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances", db_index=False)
    identity = models.ForeignKey("library.Identity", on_delete=models.CASCADE, related_name="attendances")
    organisation = models.CharField(max_length=300, blank=True, help_text="Where they work, as said there.")
    role = models.CharField(max_length=60, blank=True, help_text="For example: chair.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "identity"], name="library_attended_once")]

    def __str__(self) -> str:
        return f"{self.identity_id} was at {self.meeting_id}"
