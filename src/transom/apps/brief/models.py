"""The finite list for a day or a week, what the user said about it, and where it was delivered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from transom.apps.base.owned import UserRow
from transom.apps.library.models import Identity, Item
from transom.apps.participation.models import Opportunity
from transom.apps.sources.models import Source


class Edition(models.TextChoices):
    DAY = "day"
    WEEK = "week"


class BriefState(models.TextChoices):
    MAKING = "making"
    FINAL = "final"


class Section(models.TextChoices):
    READ = "read"
    DO = "do"
    KNOW = "know"
    LEFT_OUT = "left-out"


class Brief(UserRow):
    """One edition for one user. A day is the user's own, in their time zone."""

    edition = models.CharField(max_length=5, choices=Edition, default=Edition.DAY)
    day = models.DateField(help_text="The day, or the first day of the week.")
    budget_minutes = models.FloatField()
    state = models.CharField(max_length=6, choices=BriefState, default=BriefState.MAKING)
    covers_from = models.DateTimeField()
    started_at = models.DateTimeField()
    final_at = models.DateTimeField(null=True)
    shown_at = models.DateTimeField(null=True)
    away_days = models.PositiveSmallIntegerField(default=0)
    network_down = models.BooleanField(default=False)
    considered = models.PositiveIntegerField(default=0, help_text="How many things it was chosen from.")
    left_out = models.PositiveIntegerField(default=0)
    left_out_minutes = models.FloatField(default=0)
    judged_at = models.DateTimeField(null=True, help_text="When what was passed over in it was noted.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "edition", "day"], name="brief_edition_once")]

    def __str__(self) -> str:
        return f"{self.edition} {self.day}"


class BriefLine(models.Model):
    """One line of a brief: something to read, to do, to know, or a sample of what was left out."""

    brief = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="lines")
    section = models.CharField(max_length=8, choices=Section)
    position = models.PositiveSmallIntegerField()
    item = models.ForeignKey(Item, null=True, on_delete=models.CASCADE, related_name="brief_lines")
    opportunity = models.ForeignKey(
        Opportunity, null=True, on_delete=models.CASCADE, related_name="brief_lines"
    )
    also = models.ForeignKey(
        Item,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Something else that tells the story of a line to read.",
    )
    text = models.TextField(blank=True, help_text="For lines to know that are about no single item.")
    # A question names the two identities it asks about: question:KEY:KEY. Rows of before named none.
    leads_to = models.CharField(
        max_length=60,
        blank=True,
        help_text="Of a line to know: person:KEY, conversation:CLUSTER or question.",
    )
    minutes = models.FloatField(default=0)
    about = models.BooleanField(default=False)
    value = models.FloatField(default=0)
    reasons = models.JSONField(default=list, help_text="Structured reasons, see engine.rank.explain.")
    features = models.JSONField(default=dict, help_text="The features as they were, to learn from.")
    returned = models.BooleanField(default=False, help_text="Was in an earlier brief, unopened.")
    touched_at = models.DateTimeField(null=True, help_text="When the user last did anything with it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brief", "section", "position"], name="brief_line_place"),
            models.UniqueConstraint(
                fields=["brief", "section", "item"],
                condition=Q(section="read") & ~Q(item=None),
                name="brief_line_item_once",
            ),
        ]
        ordering = ["section", "position"]

    def __str__(self) -> str:
        return f"{self.section} {self.position}"


class Signal(models.TextChoices):
    OPENED = "opened"
    FINISHED = "finished"
    SAVED = "saved"
    ACTED = "acted"
    PASSED_OVER = "passed-over"
    DISMISSED = "dismissed"
    LESS = "less"
    MORE = "more"
    WRONG_REASON = "wrong-reason"


class Feedback(UserRow):
    """One thing the user said or did about an item, complete in itself.

    The value model is rebuilt from these rows alone, so deleting a row undoes it exactly; and what was
    learned stays when the item itself expires.
    """

    item = models.ForeignKey(Item, null=True, on_delete=models.SET_NULL, related_name="feedback")
    line = models.ForeignKey(BriefLine, null=True, on_delete=models.SET_NULL, related_name="feedback")
    signal = models.CharField(max_length=20, choices=Signal)
    feature = models.CharField(max_length=40, blank=True, help_text="For a wrong reason: which.")
    features = models.JSONField(default=dict, help_text="The item's features as they were.")
    at = models.DateTimeField()
    title = models.TextField(
        blank=True, help_text="The item's title, for the page that shows what was learned."
    )
    source = models.ForeignKey(Source, null=True, on_delete=models.SET_NULL, related_name="+")
    author = models.ForeignKey(Identity, null=True, on_delete=models.SET_NULL, related_name="+")
    channel = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=20, blank=True)
    terms = models.BinaryField(default=bytes, help_text="As engine.rank.terms.pack gives them.")

    class Meta:
        indexes = [
            models.Index(fields=["user", "at"], name="brief_feedback_log"),
            models.Index(fields=["user", "item", "signal"], name="brief_feedback_item"),
        ]

    def __str__(self) -> str:
        return f"{self.signal} {self.item_id}"


class Learning(UserRow):
    """How far the log of one user has taken in what they read and did elsewhere than in the brief."""

    absorbed_until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user"], name="brief_learning_once")]

    def __str__(self) -> str:
        return f"learning of {self.user_id} until {self.absorbed_until}"


class FeedAddress(UserRow):
    """The private, revocable address of a user's brief as a feed; only the token's hash is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"feed address of {self.user_id}"


class Delivery(models.Model):
    """A brief on its way by mail: each edition once, late rather than twice."""

    brief = models.OneToOneField(Brief, on_delete=models.CASCADE, related_name="delivery")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(
        null=True, help_text="Set just before the text goes out: from here on it may have arrived."
    )
    sent_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"delivery of {self.brief}"
