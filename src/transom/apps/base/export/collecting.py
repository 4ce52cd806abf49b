"""Which rows go into a user's export: their own, and whatever those refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from transom.apps.base.export.registry import Table, tables, target_of
from transom.apps.base.owned import OwnedModel

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

AT_ONCE = 500
Keys = dict[str, set[Any]]


def rows_of(user: User) -> Keys:
    """The keys of all rows to export, by table."""
    known = {one.label: one for one in tables()}
    found: Keys = {label: set() for label in known}
    waiting: Keys = {one.label: set(_own(one, user)) for one in known.values()}
    while fresh := {label: keys - found[label] for label, keys in waiting.items() if keys - found[label]}:
        waiting = {}
        for label, keys in fresh.items():
            visible = set(_visible(known[label], keys, user))
            found[label] |= visible
            _add(waiting, _referred(known[label], visible, known))
            _add(waiting, _brought_along(label, visible, known))
    return found


def _own(one: Table, user: User) -> Iterable[Any]:
    if not one.of:
        return []
    wanted = user.pk if one.of == "pk" else user
    return one.model._base_manager.filter(**{one.of: wanted}).values_list("pk", flat=True)


def _visible(one: Table, keys: set[Any], user: User) -> Iterator[Any]:
    """Never a row that belongs to somebody else, whatever refers to it."""
    for some in chunks(keys):
        rows = one.model._base_manager.filter(pk__in=some)
        if issubclass(one.model, OwnedModel):
            rows = rows.filter(Q(owner=None) | Q(owner=user))
        yield from rows.values_list("pk", flat=True)


def _referred(one: Table, keys: set[Any], known: dict[str, Table]) -> Iterator[tuple[str, Any]]:
    for link in [*one.links(), *one.many]:
        if target_of(link) in known:
            for some in chunks(keys):
                values = one.model._base_manager.filter(pk__in=some).values_list(link.name, flat=True)
                yield from ((target_of(link), value) for value in values if value is not None)
    for name, mention in one.mentions.items():
        for some in chunks(keys):
            for value in one.model._base_manager.filter(pk__in=some).values_list(name, flat=True):
                yield from mention.within(value)


def _brought_along(label: str, keys: set[Any], known: dict[str, Table]) -> Iterator[tuple[str, Any]]:
    for one in known.values():
        if one.with_parent and target_of(field_of(one.model, one.with_parent)) == label:
            for some in chunks(keys):
                rows = one.model._base_manager.filter(**{f"{one.with_parent}__in": some})
                yield from ((one.label, key) for key in rows.values_list("pk", flat=True))


def _add(waiting: Keys, found: Iterable[tuple[str, Any]]) -> None:
    for label, key in found:
        waiting.setdefault(label, set()).add(key)


def field_of(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    """A column of a model by its name."""
    return next(one for one in model._meta.concrete_fields if one.name == name)


def chunks(keys: Iterable[Any], size: int = AT_ONCE) -> Iterator[list[Any]]:
    """The keys in their order, some hundred at a time, as databases limit the length of a query."""
    ordered = iter(sorted(keys))
    while some := list(islice(ordered, size)):
        yield some
