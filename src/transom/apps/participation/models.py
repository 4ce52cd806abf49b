"""What the user could do, and the ledger of what they did."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from transom.apps.base.owned import UserRow
from transom.apps.conversations.models import Event
from transom.apps.library.models import Item


class OpportunityKind(models.TextChoices):
    PASS_ON = "pass-on"  # noqa: S105
    CALENDAR = "calendar"
    ATTEND = "attend"
    JOIN = "join"
    SUBMIT = "submit"
    RESPOND = "respond"


class ActionState(models.TextChoices):
    PLANNED = "planned"
    DRAFTED = "drafted"
    SENT = "sent"
    SEEN = "seen"
    ANSWERED = "answered"
    DECLINED = "declined"


class Opportunity(UserRow):
    """Something concrete this user could do, in so many minutes: about an item, or about a date of the calendar."""

    kind = models.CharField(max_length=20, choices=OpportunityKind)
    item = models.ForeignKey(Item, null=True, on_delete=models.CASCADE, related_name="opportunities")
    event = models.ForeignKey(Event, null=True, on_delete=models.CASCADE, related_name="opportunities")
    minutes = models.FloatField()
    deadline = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    rule = models.CharField(max_length=40, help_text="What made it.")
    rule_version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "item"], name="participation_offer_once"),
            models.UniqueConstraint(
                fields=["user", "event"],
                condition=models.Q(event__isnull=False),
                name="participation_date_once",
            ),
            models.CheckConstraint(
                condition=models.Q(item__isnull=False, event=None) | models.Q(item=None, event__isnull=False),
                name="participation_about_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.item or self.event}"


class Recipient(UserRow):
    """Somebody the user passed things on to; offered again next time."""

    name = models.CharField(max_length=150, blank=True)
    email = models.EmailField()
    last_used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "email"], name="participation_recipient_once")]

    def __str__(self) -> str:
        return self.name or self.email


class Action(UserRow):
    """An opportunity the user took up (or turned down): the ledger."""

    opportunity = models.ForeignKey(Opportunity, null=True, on_delete=models.SET_NULL, related_name="actions")
    item = models.ForeignKey(Item, null=True, on_delete=models.SET_NULL, related_name="actions")
    event = models.ForeignKey(Event, null=True, on_delete=models.SET_NULL, related_name="actions")
    kind = models.CharField(max_length=20, choices=OpportunityKind)
    state = models.CharField(max_length=10, choices=ActionState)
    how = models.CharField(max_length=20, help_text="own mail, copied, file")
    text = models.TextField(blank=True)
    recipients: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    minutes = models.FloatField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at"], name="participation_ledger")]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"
