"""How a user stands to people."""

from __future__ import annotations

from django.db import models

from transom.apps.base.owned import UserRow
from transom.apps.people.models import Person


class Tie(UserRow):
    """A user and a person: whether they know each other, and whether the user follows them.

    It names the person by the key they had then; who that is by now, `people.selectors` says.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="ties")
    known = models.BooleanField(default=False)
    followed = models.BooleanField(default=False)
    noted_at = models.DateTimeField(help_text="When any of this last changed.")
    note = models.TextField(blank=True, help_text="The user's own words; nobody else's to read.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "person"], name="network_tie_once")]
        indexes = [models.Index(fields=["user", "-noted_at", "-id"], name="network_tie_latest")]

    def __str__(self) -> str:
        return f"{self.user_id} and {self.person_id}"
