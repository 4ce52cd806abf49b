"""People, the identities they are seen under, where they work, and what resolution keeps between its runs.

What users see are Person, Membership, Organization and Affiliation. Trace, BlockKey, Pair, Doubt and Census are
what `engine.resolve` needs to go on from yesterday; all of it can be made again from the library.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from transom.apps.base.owned import OwnedModel, UserRow, owned_indexes
from transom.apps.library.models import Identity

VERSION = 1
"""Of the rules that make people of identities; raised when they change, so that all are made anew."""


class Organization(OwnedModel):
    """Where people work, by its name as folded in `key`."""

    name = models.CharField(max_length=300)
    key = models.CharField(max_length=120, help_text="The name's letters and digits, folded.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(owner=None), name="people_organization_public_once"
            ),
            models.UniqueConstraint(
                fields=["owner", "key"], condition=~Q(owner=None), name="people_organization_owned_once"
            ),
        ]
        indexes = owned_indexes("people_organization")

    def __str__(self) -> str:
        return self.name


class Person(OwnedModel):
    """The practitioner behind identities. Goes by the smallest of their identities, so that it keeps its key
    when others come and go; one that was found to be another's points there, and comes back when parted.

    What is shown of a public person comes from public identities alone.
    """

    name = models.CharField(max_length=200)
    description = models.CharField(max_length=300, blank=True, help_text="Offices they hold, as said.")
    role = models.CharField(max_length=300, blank=True, help_text="What they do where they work now.")
    organization = models.ForeignKey(
        Organization, null=True, on_delete=models.SET_NULL, related_name="people"
    )
    founder = models.ForeignKey(Identity, null=True, on_delete=models.SET_NULL, related_name="+")
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="merged", db_index=False
    )
    standing = models.FloatField(null=True, help_text="Who the community listens to, 0 to 1.")
    seen_at = models.DateTimeField(help_text="When something of theirs was last published; else first seen.")
    created_at = models.DateTimeField()
    described_at = models.DateTimeField(null=True)
    rule_version = models.PositiveSmallIntegerField(default=VERSION)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["founder"], condition=Q(owner=None), name="people_founder_once"),
            models.UniqueConstraint(
                fields=["owner", "founder"], condition=~Q(owner=None), name="people_owned_founder_once"
            ),
        ]
        indexes = [
            *owned_indexes("people_person"),
            # Of those who are somebody else: with all, SQLite would list everybody by it.
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="people_merged_into"
            ),
            models.Index(
                F("standing").desc(),
                F("id").desc(),
                condition=Q(merged_into=None, standing__isnull=False),
                name="people_standing_first",
            ),
            models.Index(
                F("seen_at").desc(),
                F("id").desc(),
                condition=Q(merged_into=None, standing=None),
                name="people_by_last_seen",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(OwnedModel):
    """An identity is this person's. A row with an owner holds for that user alone, and before the public one:
    it names an identity of their own, or one that they see otherwise than everybody.
    """

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    rule_version = models.PositiveSmallIntegerField(default=VERSION)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["identity"], condition=Q(owner=None), name="people_member_once"),
            models.UniqueConstraint(
                fields=["owner", "identity"], condition=~Q(owner=None), name="people_owned_member_once"
            ),
        ]
        indexes = owned_indexes("people_membership")

    def __str__(self) -> str:
        return f"{self.identity_id} is {self.person_id}"


class Joined(UserRow):
    """For this user a public person is another one: they said so, or something of their own says so."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="joined_away")
    into = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="joined")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "person"], name="people_joined_once")]

    def __str__(self) -> str:
        return f"{self.person_id} is {self.into_id} for {self.user_id}"


class Affiliation(OwnedModel):
    """A person works or worked somewhere, as one of their identities says."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="affiliations")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="affiliations")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=300, blank=True)
    since = models.DateField(null=True, help_text="As said; empty where nobody said.")
    until = models.DateField(null=True, help_text="As said, or when it was no longer said.")
    noticed_at = models.DateTimeField(help_text="When it was first seen here.")

    class Meta:
        indexes = [
            *owned_indexes("people_affiliation"),
            models.Index(fields=["-noticed_at", "-id"], name="people_noticed"),
            models.Index(fields=["-since"], condition=~Q(since=None), name="people_since"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.organization_id}"


class Office(models.Model):
    """An account holds an office, for example chair of a group; `role` is empty for that it was read at all."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="offices", db_index=False)
    role = models.CharField(max_length=300)
    noticed_at = models.DateTimeField()
    at_first = models.BooleanField(help_text="Said already when the account was first read.")
    left_at = models.DateTimeField(null=True, help_text="When it was no longer said.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["identity", "role"], name="people_office_once")]
        indexes = [
            models.Index(fields=["-noticed_at"], condition=Q(at_first=False), name="people_office_new"),
        ]

    def __str__(self) -> str:
        return f"{self.role} held by {self.identity_id}"


class Word(models.Model):
    """A folded word of a person's name, or of what they do: how the directory finds them."""

    NAME, ROLE = "name", "role"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="words", db_index=False)
    of = models.CharField(max_length=4)
    word = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "of", "word"], name="people_word_once")]
        indexes = [
            # By its beginning too, whatever PostgreSQL's collation.
            models.Index(
                fields=["of", "word", "person"],
                name="people_word_found",
                opclasses=["varchar_pattern_ops", "varchar_pattern_ops", "int8_ops"],
            )
        ]

    def __str__(self) -> str:
        return self.word


class Facet(models.Model):
    """Something public by which the directory narrows: a channel, an organisation, a group, a region."""

    CHANNEL, ORGANIZATION, GROUP, REGION = "channel", "organisation", "group", "region"

    kind = models.CharField(max_length=12)
    value = models.CharField(max_length=120, help_text="Folded.")
    label = models.CharField(max_length=200)
    count = models.PositiveIntegerField(default=0, help_text="How many people it is true of.")
    people = models.ManyToManyField(Person, related_name="facets")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="people_facet_once")]
        indexes = [models.Index(fields=["kind", "-count", "value"], name="people_facet_largest")]

    def __str__(self) -> str:
        return self.label


class Decision(UserRow):
    """A user's answer whether two identities are one person; none (`same` empty) for "don't know".

    `everybody`: it counts for all. Only whoever looks after the instance may say so, or its only user.
    """

    a = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    b = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    same = models.BooleanField(null=True)
    everybody = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "a", "b"], name="people_decided_once")]

    def __str__(self) -> str:
        return f"{self.a_id} and {self.b_id}: {self.same}"


class Suppression(OwnedModel):
    """Somebody was forgotten: by these fingerprints they are left out when they are fetched again."""

    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest"], condition=Q(owner=None), name="people_suppressed_once"
            ),
            models.UniqueConstraint(
                fields=["owner", "digest"], condition=~Q(owner=None), name="people_owned_suppressed_once"
            ),
        ]
        indexes = owned_indexes("people_suppression")

    def __str__(self) -> str:
        return self.digest[:12]


class Trace(models.Model):
    """An identity was compared with all others; `fingerprint` tells whether what it says has changed since."""

    identity = models.OneToOneField(
        Identity, primary_key=True, on_delete=models.CASCADE, related_name="trace"
    )
    fingerprint = models.CharField(max_length=32)
    said = models.CharField(max_length=32, blank=True, help_text="Of what is shown of it.")
    somebody = models.BooleanField(default=True, help_text="False for offices, programs and joint bylines.")
    rule_version = models.PositiveSmallIntegerField(default=VERSION)

    def __str__(self) -> str:
        return f"trace of {self.identity_id}"


class BlockKey(models.Model):
    """A key of `engine.resolve.block` under which an identity is found, as `block.number` writes it."""

    key = models.BigIntegerField()
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="block_keys")

    class Meta:
        indexes = [models.Index(fields=["key", "identity"], name="people_key_found")]

    def __str__(self) -> str:
        return f"{self.key} of {self.identity_id}"


class Pair(models.Model):
    """What is known of two identities (a < b), in bits: see `engine.resolve.Pair`."""

    a = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+", db_index=False)
    b = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    who = models.FloatField()
    activity = models.FloatField(default=0)
    organization = models.FloatField(default=0)
    company = models.FloatField(default=0)
    joined = models.BooleanField(default=False)
    parted = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["a", "b"], name="people_pair_once")]

    def __str__(self) -> str:
        return f"{self.a_id} and {self.b_id}: {self.who:.1f}"


class Doubt(models.Model):
    """A question whose answer is worth something: see `engine.resolve.Question`."""

    a = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+", db_index=False)
    b = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    probability = models.FloatField()
    settles = models.PositiveIntegerField()
    worth = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["a", "b"], name="people_doubt_once")]
        indexes = [models.Index(fields=["-worth", "id"], name="people_doubt_worth")]

    def __str__(self) -> str:
        return f"{self.a_id} and {self.b_id}?"


class Census(models.Model):
    """How common names and addresses were when all public identities were last counted."""

    taken_at = models.DateTimeField()
    identities = models.PositiveIntegerField()
    last = models.BigIntegerField(default=0, help_text="The largest key of an identity then.")
    complete = models.BooleanField(default=False, help_text="All its parts are there.")

    def __str__(self) -> str:
        return f"{self.identities} on {self.taken_at:%Y-%m-%d}"


class CensusPart(models.Model):
    """A piece of the counts, compressed: a write of all at once would hold up everybody else."""

    census = models.ForeignKey(Census, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["census", "number"], name="people_part_once")]

    def __str__(self) -> str:
        return f"part {self.number} of {self.census_id}"


from transom.apps.people.field_models import (  # noqa: E402  (they refer to the above)
    FieldView,
    Listing,
    Pointing,
    ReadingList,
    SourceStanding,
    StandingPart,
    StandingRun,
    Suggestion,
)

__all__ = [
    "FieldView",
    "Listing",
    "Pointing",
    "ReadingList",
    "SourceStanding",
    "StandingPart",
    "StandingRun",
    "Suggestion",
]
