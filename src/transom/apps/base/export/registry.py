"""Which tables hold a user's rows, and how they go into an export: every app says so in ``exporting``.

A table is exported by rows that belong to the user (`of`), by rows that others refer to, and by rows that
come with their parent (`with_parent`). Whatever is not exported is named too, with the reason; a test
asks that of every model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.utils.module_loading import autodiscover_modules

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from transom.apps.accounts.models import User

Row = models.Model
FILES = "files/"
Check = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Mention:
    """Keys of other rows inside a text. `labels` are the tables they are of; `within` finds the (label, key) in a
    value; `moved` gives the value with the keys that rows have here, by a function of (label, key) that answers None
    for what did not come along.
    """

    labels: tuple[str, ...]
    within: Callable[[Any], Iterable[tuple[str, Any]]]
    moved: Callable[[Any, Callable[[str, Any], Any]], Any]


@dataclass(frozen=True, slots=True)
class Table:
    """One model of the export.

    `says` tells in plain words what it holds. `of` is the lookup that leads to the user; "" where rows come
    along only because others refer to them. `with_parent` names the foreign key whose row brings it along.
    `fields` are the only ones kept ("" in none: all). `same` finds the public row that is there already, by
    the values of these fields; `find` does it where fields are not enough. `fresh_pk` makes keys for a model
    that does not count its own. `replaces` rows stand where the account has one from the start. `checks`
    tidy what comes in: each gets a field's value and gives the one to keep. `mentions` are the fields in whose text
    keys of other rows stand.
    """

    model: type[models.Model]
    says: str
    of: str = ""
    with_parent: str = ""
    fields: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    find: Callable[[Any], models.Model | None] | None = None
    fresh_pk: Callable[[datetime], int] | None = None
    replaces: bool = False
    checks: Mapping[str, Check] = field(default_factory=dict)
    mentions: Mapping[str, Mention] = field(default_factory=dict)
    skip_if_taken: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def file(self) -> str:
        """Its name in the archive."""
        return f"data/{self.label}.jsonl"

    @property
    def concrete(self) -> list[models.Field[Any, Any]]:
        """The columns that are exported, the key among them."""
        columns = self.model._meta.concrete_fields
        return [one for one in columns if not self.fields or one.name in self.fields]

    @property
    def many(self) -> list[models.ManyToManyField[Any, Any]]:
        return [] if self.fields else list(self.model._meta.many_to_many)

    def links(self) -> list[models.ForeignKey[Any, Any]]:
        """Its foreign keys, but for those to users."""
        return [one for one in self.concrete if isinstance(one, models.ForeignKey) and not to_user(one)]


@dataclass(frozen=True, slots=True)
class Page:
    """A further file of the export, for people and other programs; it is not read when taken in."""

    name: str
    says: str
    make: Callable[[User], bytes]


@dataclass(frozen=True, slots=True)
class Files:
    """Files that belong to rows of one model, by the row's key; they come back with the row.

    `of` finds a user's files, `take` keeps one for a row that was made (ValueError: it is none of these),
    `forget` removes it when the whole is refused.
    """

    model: type[models.Model]
    says: str
    of: Callable[[User], Iterable[tuple[int, Path]]]
    take: Callable[[User, int, bytes], None]
    forget: Callable[[User, int], None]
    largest: int

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def folder(self) -> str:
        """Where they are in the archive."""
        return f"{FILES}{self.label}/"


_tables: dict[str, Table] = {}
_left_out: dict[str, str] = {}
_pages: dict[str, Page] = {}
_files: dict[str, Files] = {}


def table(model: type[models.Model], says: str, **how: Any) -> Table:
    """Registers a model for the export; see `Table`."""
    one = Table(model, says, **how)
    _tables[one.label] = one
    return one


def leave_out(label: str, why: str) -> None:
    """Says that a model is not exported, and why."""
    _left_out[label.lower()] = why


def page(name: str, says: str, make: Callable[[User], bytes]) -> None:
    """Registers a further file of the export."""
    _pages[name] = Page(name, says, make)


def files(model: type[models.Model], says: str, **how: Any) -> None:
    """Registers files that belong to rows of a model; see `Files`."""
    one = Files(model, says, **how)
    _files[one.label] = one


@cache
def _discover() -> None:
    autodiscover_modules("exporting")


def tables() -> list[Table]:
    """All exported tables; each stands after those it refers to."""
    _discover()
    done: dict[str, Table] = {}
    for model in apps.get_models():
        if one := _tables.get(model._meta.label_lower):
            _place(one, done, ())
    return list(done.values())


def _place(one: Table, done: dict[str, Table], above: tuple[str, ...]) -> None:
    if one.label in done:
        return
    if one.label in above:
        raise ValueError(f"{one.label} refers to itself by way of {' and '.join(above)}")
    for other in _referred(one):
        if other in _tables and other != one.label:
            _place(_tables[other], done, (*above, one.label))
    done[one.label] = one


def _referred(one: Table) -> Iterable[str]:
    for link in [*one.links(), *one.many]:
        yield target_of(link)
    for mention in one.mentions.values():
        yield from mention.labels


def left_out() -> dict[str, str]:
    """Label of every model that is not exported, with the reason."""
    _discover()
    return dict(_left_out)


def file_sets() -> list[Files]:
    _discover()
    return [_files[label] for label in sorted(_files)]


def pages() -> list[Page]:
    _discover()
    return [_pages[name] for name in sorted(_pages)]


def target_of(link: models.Field[Any, Any]) -> str:
    """The label of the model that a foreign key or a many-to-many field points to."""
    model = link.related_model
    if model is None or isinstance(model, str):
        raise TypeError(f"{link} points to no model")
    return str(model._meta.label_lower)


def to_user(link: models.Field[Any, Any]) -> bool:
    """Whether a field points to users."""
    from django.contrib.auth import get_user_model

    return link.is_relation and link.related_model is get_user_model()
