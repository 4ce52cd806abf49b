"""Rows that are public or belong to one user, and rows that only ever belong to one user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from transom.apps.accounts.models import User


M = TypeVar("M", bound=models.Model, covariant=True)


class OwnedQuerySet(models.QuerySet[M]):
    """Rows with an ``owner``: none (public) or one user."""

    def public(self) -> Self:
        """Rows that belong to nobody and are shared by all."""
        return self.filter(owner=None)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What this user may see: public rows and their own, never another's."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(owner=None) | Q(owner=user))


OwnedManager = models.Manager.from_queryset(OwnedQuerySet)


class OwnedModel(models.Model):
    """A row that is public (no owner) or one user's own.

    The actor is who wrote it: the owner, or somebody who prepares things for them.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )

    objects = OwnedManager()

    class Meta:
        abstract = True


def owned_indexes(table: str) -> list[models.Index]:
    """The indexes of an owned table by owner and by actor. They hold only the rows that have one.

    Nearly all rows are public. With these in the index, SQLite would read every public row to answer "public or
    mine", however few were asked for.
    """
    return [
        models.Index(fields=[name], condition=Q(**{f"{name}__isnull": False}), name=f"{table}_{name}")
        for name in ("owner", "actor")
    ]


class UserRow(models.Model):
    """A row that always belongs to exactly one user; it goes when the account goes."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        abstract = True
