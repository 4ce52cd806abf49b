"""Who the community listens to, how it looks from where a user stands, and whom they may want to follow.

Part of `people.models`, which is where to import them from. What is here is made again from the library, but for
what users refused.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from transom.apps.base.owned import OwnedModel, UserRow, owned_indexes
from transom.apps.library.models import Identity
from transom.apps.people.models import Person
from transom.apps.sources.models import Source


class SourceStanding(models.Model):
    """How much the community listens to a public source; see Person.standing."""

    source = models.OneToOneField(
        Source, primary_key=True, on_delete=models.CASCADE, related_name="people_standing"
    )
    standing = models.FloatField(help_text="0 to 1.")

    def __str__(self) -> str:
        return f"{self.source_id}: {self.standing:.2f}"


class Pointing(OwnedModel):
    """Who points most at a person or a source: somebody, or another source. Without an owner it is everybody's
    view, made of public rows alone; with one, that user's.
    """

    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="pointed_to")
    source = models.ForeignKey(Source, null=True, on_delete=models.CASCADE, related_name="+")
    by_person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    by_identity = models.ForeignKey(Identity, null=True, on_delete=models.CASCADE, related_name="+")
    by_source = models.ForeignKey(Source, null=True, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField(help_text="1 for whoever gives most.")
    share = models.FloatField(help_text="The part of the rank that comes from there, 0 to 1.")
    times = models.PositiveIntegerField(help_text="How often they pointed.")
    items = models.JSONField(default=list, help_text="The latest few items in which they did.")
    rule_version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["person", "owner", "place"], name="people_pointing_person"),
            models.Index(fields=["source", "owner", "place"], name="people_pointing_source"),
            *owned_indexes("people_pointing"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id or self.source_id} is pointed to {self.times} times"


class StandingRun(models.Model):
    """When standing was last made, and what was read for it."""

    at = models.DateTimeField()
    last_link = models.BigIntegerField(default=0)
    last_endorsement = models.BigIntegerField(default=0)
    nodes = models.PositiveIntegerField(default=0)
    arcs = models.PositiveIntegerField(default=0)
    everything_at = models.DateTimeField(help_text="When all was last read; since then what was new.")
    complete = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.nodes} nodes on {self.at:%Y-%m-%d %H:%M}"


class StandingPart(models.Model):
    """A piece of what a run leaves for the next, compressed."""

    run = models.ForeignKey(StandingRun, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="people_run_part_once")]

    def __str__(self) -> str:
        return f"part {self.number} of {self.run_id}"


class FieldView(UserRow):
    """The field as one user stands to it: who is listened to there, and the map. Keys only, never names."""

    keys = models.BinaryField(
        default=bytes, help_text="Nodes as `standing.nodes` numbers them, ascending, int64."
    )
    values = models.BinaryField(default=bytes, help_text="The standing of each, float32.")
    made_at = models.DateTimeField()
    map = models.JSONField(default=dict, blank=True)
    rule_version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user"], name="people_field_view_once")]

    def __str__(self) -> str:
        return f"the field of {self.user_id}"


class Suggestion(UserRow):
    """Somebody or something the user may want to follow, with the reasons; kept when refused, so that it never
    comes again. A site nobody follows yet goes by its address.
    """

    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    source = models.ForeignKey(Source, null=True, on_delete=models.CASCADE, related_name="+")
    site = models.TextField(blank=True, help_text="An address to look for a feed at.")
    score = models.FloatField(default=0)
    reasons = models.JSONField(default=list, help_text="{code, n, people, sources, label}; the best first.")
    made_at = models.DateTimeField()
    refused_at = models.DateTimeField(null=True)
    rule_version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "person"],
                condition=Q(person__isnull=False),
                name="people_suggested_person_once",
            ),
            models.UniqueConstraint(
                fields=["user", "source"],
                condition=Q(source__isnull=False),
                name="people_suggested_source_once",
            ),
            models.UniqueConstraint(
                fields=["user", "site"], condition=~Q(site=""), name="people_suggested_site_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["user", "-score", "-id"], condition=Q(refused_at=None), name="people_suggested_best"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id or self.source_id or self.site} for {self.user_id}"


class ReadingList(models.Model):
    """When a public source was last asked for the reading list it publishes, and where that is."""

    source = models.OneToOneField(Source, primary_key=True, on_delete=models.CASCADE, related_name="+")
    address = models.TextField(blank=True, help_text="Empty where it publishes none.")
    looked_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.address or 'no list'} of {self.source_id}"


class Listing(models.Model):
    """A feed on the reading list that a public source publishes (a blogroll): the source would have it read."""

    by = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    address = models.TextField(help_text="The feed's address.")
    title = models.CharField(max_length=300, blank=True)
    site = models.TextField(blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "address"], name="people_listed_once")]

    def __str__(self) -> str:
        return f"{self.address} on a list of {self.by_id}"
