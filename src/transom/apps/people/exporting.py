"""What of people goes into a user's export."""

from __future__ import annotations

from typing import Any

from transom.apps.base.export import leave_out, table
from transom.apps.people.models import (
    Affiliation,
    Decision,
    FieldView,
    Joined,
    Membership,
    Organization,
    Person,
    Pointing,
    Suggestion,
    Suppression,
)

AGAIN = "It is made again from the library."


def same_person(row: Any) -> Person | None:
    """The public person that goes by the same identity, or has it."""
    if row.founder_id is None:
        return None
    known = Membership.objects.filter(identity=row.founder_id, owner=None).select_related("person").first()
    return known.person if known else Person.objects.filter(owner=None, founder=row.founder_id).first()


table(Organization, "where people of your own sources work", of="owner", same=("key",))
table(
    Person,
    "people of your own sources, and those your rows are about",
    of="owner",
    find=same_person,
    fields=(
        "id",
        "owner",
        "actor",
        "name",
        "description",
        "role",
        "organization",
        "founder",
        "seen_at",
        "created_at",
        "described_at",
        "rule_version",
    ),
)
table(
    Membership,
    "which bylines and accounts are theirs",
    of="owner",
    with_parent="person",
    same=("identity_id",),
)
table(Affiliation, "where they work and worked", of="owner", with_parent="person")
table(Joined, "which people you see as one", of="user")
table(Decision, "what you said about who is who", of="user")
table(Suppression, "the fingerprints of people you had forgotten (of use on this computer only)", of="owner")
table(
    Suggestion,
    "whom and what you were suggested to follow, and what you did not want",
    of="user",
    fields=("id", "user", "actor", "person", "source", "site", "made_at", "refused_at", "rule_version"),
)
table(
    FieldView,
    "when your view of the field was last made (what it holds is made again)",
    of="user",
    fields=("id", "user", "actor", "made_at", "rule_version"),
)
table(
    Pointing,
    "who points most at those your field listens to, as you see it",
    of="owner",
    fields=(
        "id",
        "owner",
        "actor",
        "person",
        "source",
        "by_person",
        "by_identity",
        "by_source",
        "place",
        "share",
        "times",
        "rule_version",
    ),
)
for _label in (
    "Office",
    "Word",
    "Facet",
    "Trace",
    "BlockKey",
    "Pair",
    "Doubt",
    "Census",
    "CensusPart",
    "SourceStanding",
    "StandingRun",
    "StandingPart",
    "ReadingList",
    "Listing",
):
    leave_out(f"people.{_label}", AGAIN)
