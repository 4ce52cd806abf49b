"""By which names works refer to each other."""

from __future__ import annotations

from django.db import models


class Reference(models.Model):
    """A name that a work goes by (`own`), or one of those that it cites; as a number, see `library.store.citing`.

    What is cited is mostly not in the library: it waits here, and goes with the work that cites it.
    """

    item = models.ForeignKey(
        "library.Item", on_delete=models.CASCADE, related_name="references", db_index=False
    )
    key = models.BigIntegerField()
    own = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "own", "key"], name="library_reference_once")]
        indexes = [models.Index(fields=["key", "own"], name="library_reference_found")]

    def __str__(self) -> str:
        return f"{self.item_id} {'is' if self.own else 'cites'} {self.key}"
