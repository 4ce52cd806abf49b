"""Taking an export in: all of it or nothing, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from django.db import DatabaseError, models, transaction
from django.db.models import Q
from django.utils import timezone

from transom.apps.base.export.archive import Archive
from transom.apps.base.export.errors import ExportError
from transom.apps.base.export.registry import Files, Table, file_sets, tables, target_of, to_user
from transom.apps.base.export.values import MINE, decode
from transom.apps.base.owned import OwnedModel
from transom.engine.core.errors import TransomError

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

Progress = Callable[[int], None]


def import_user(
    user: User, file: Path | IO[bytes], *, vouched: bool = False, progress: Progress | None = None
) -> int:
    """Takes an export into an account that is still empty; how many rows came in.

    What is public in it becomes public here, for everybody: so where others have accounts, whoever looks
    after the instance has to vouch for the file. `progress` is told of each row. Raises ExportError, and
    then nothing was kept.
    """
    if not vouched and _others(user):
        raise ExportError(
            "Other people use this instance, and an export brings along articles that all may see. "
            "Ask whoever looks after it to take it in for you: transom import --user NAME FILE"
        )
    archive = Archive(file)
    archive.manifest()
    _refuse_unknown(archive)
    try:
        with transaction.atomic():
            _refuse_full(user)
            return _Import(user, archive, timezone.now(), progress).take_all()
    except DatabaseError as error:
        raise ExportError(
            f"This export contradicts itself or what is here, so nothing of it was kept ({error})."
        ) from error


def _others(user: User) -> bool:
    return not user.is_superuser and type(user)._default_manager.exclude(pk=user.pk).exists()


def _refuse_unknown(archive: Archive) -> None:
    known = {one.file for one in tables()}
    unknown = sorted(name for name in archive.names if name.startswith("data/") and name not in known)
    if unknown:
        raise ExportError(
            f"This export holds {unknown[0]!r:.80}, which this version does not know. It was made by a newer "
            "Transom, or by something else. Install the newest version here, then import it."
        )


def _refuse_full(user: User) -> None:
    for one in tables():
        if one.of and one.of != "pk" and not one.replaces:
            count = one.model._base_manager.filter(**{one.of: user}).count()
            if count:
                raise ExportError(
                    f"The account {user.username} is in use already ({one.says}: {count}). Take the export "
                    "into an empty one, so that nothing here is mixed up or overwritten."
                )


class _Import:
    """One import under way: which row of the file became which row here."""

    def __init__(self, user: User, archive: Archive, now: datetime, progress: Progress | None) -> None:
        self.user = user
        self.archive = archive
        self.now = now
        self.progress = progress
        self.here: dict[str, dict[Any, Any]] = {}
        self.made: dict[str, set[Any]] = {}

    def take_all(self) -> int:
        count = 0
        for one in tables():
            self.here[one.label], self.made[one.label] = {}, set()
            for number, row in self.archive.rows(one.file):
                try:
                    self._take(one, row)
                except ValueError as error:
                    raise ExportError(f"{one.file}, line {number} of this export: {error}.") from error
                count += 1
                if self.progress:
                    self.progress(1)
        for files in file_sets():
            self._take_files(files)
        return count

    def _take_files(self, one: Files) -> None:
        """Files of rows that were made just now; those of others are there already, or nobody's."""
        kept: list[int] = []
        try:
            for name in sorted(self.archive.names):
                key = self._row_of(one, name)
                if key is not None:
                    kept.append(key)
                    one.take(self.user, key, self.archive.whole(name, one.largest))
        except ValueError as error:
            self._forget(one, kept)
            raise ExportError(f"{name} in this export is damaged: {error}.") from error
        except TransomError:
            self._forget(one, kept)
            raise

    def _row_of(self, one: Files, name: str) -> int | None:
        key = PurePosixPath(name).stem
        if not name.startswith(one.folder) or not (key.isascii() and key.isdecimal()):
            return None
        here = self.here[one.label].get(int(key))
        return here if here in self.made[one.label] else None

    def _forget(self, one: Files, keys: list[int]) -> None:
        for key in keys:
            one.forget(self.user, key)

    def _take(self, one: Table, row: dict[str, Any]) -> None:
        key = row.get(one.model._meta.pk.name)
        if not isinstance(key, int | str) or key in self.here[one.label]:
            raise ValueError("its key is missing, or another row has it")
        many = {name: value for name, value in row.items() if name in {field.name for field in one.many}}
        values = dict(self._values(one, {name: row[name] for name in row if name not in many}))
        if one.of == "pk":
            self.here[one.label][key] = self._onto_user(values)
            return
        if self._came_with_another(one, values) or self._is_taken(one, values):
            return
        instance = one.model(**values)
        existing = self._existing(one, instance)
        if existing is None:
            self._make(one, instance)
        self.here[one.label][key] = (existing or instance).pk
        self._link(one, existing or instance, many)

    def _values(self, one: Table, row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        columns = {column.name: column for column in one.concrete}
        for name, raw in row.items():
            if name not in columns:
                raise ValueError(f"this version knows no {name!r:.60}; it was made by a newer one")
            yield columns[name].attname, self._value(one, columns[name], raw)

    def _value(self, one: Table, column: models.Field[Any, Any], raw: Any) -> Any:
        try:
            if to_user(column):
                return self._user(raw)
            if isinstance(column, models.ForeignKey):
                return self._reference(column, raw)
            value = decode(column, raw)
            if mention := one.mentions.get(column.name):
                return mention.moved(value, lambda label, key: self.here.get(label, {}).get(key))
            check = one.checks.get(column.name)
            return check(value) if check else value
        except ValueError as error:
            raise ValueError(f"its {column.name} {error}") from error

    def _user(self, raw: Any) -> int | None:
        if raw not in (None, MINE):
            raise ValueError("names another user")
        return self.user.pk if raw == MINE else None

    def _reference(self, column: models.ForeignKey[Any, Any], raw: Any) -> Any:
        if raw is None and column.null:
            return None
        known = self.here.get(target_of(column), {})
        if isinstance(raw, int | str) and raw in known:
            return known[raw]
        raise ValueError("refers to a row that is not in the export")

    def _onto_user(self, values: dict[str, Any]) -> int:
        values.pop("id", None)
        taken = type(self.user)._default_manager.exclude(pk=self.user.pk)
        if values.get("email") and taken.filter(email__iexact=values["email"]).exists():
            del values["email"]
        for name, value in values.items():
            setattr(self.user, name, value)
        self.user.save(update_fields=list(values))
        return self.user.pk

    def _came_with_another(self, one: Table, values: dict[str, Any]) -> bool:
        """Whether its parent was here before, with rows of its own: those stay as they are."""
        if not one.with_parent:
            return False
        column = next(column for column in one.concrete if column.name == one.with_parent)
        return values[column.attname] not in self.made[target_of(column)]

    def _is_taken(self, one: Table, values: dict[str, Any]) -> bool:
        found = one.model._base_manager
        return any(found.filter(**{name: values[name]}).exists() for name in one.skip_if_taken)

    def _existing(self, one: Table, instance: models.Model) -> models.Model | None:
        """The public row that is the same thing. Never one that anybody owns."""
        public = Q()
        if issubclass(one.model, OwnedModel):
            if getattr(instance, "owner_id", None) is not None:
                return None
            public = Q(owner=None)
        if one.find:
            return one.find(instance)
        if not one.same:
            return None
        alike = {name: getattr(instance, name) for name in one.same}
        return one.model._base_manager.filter(public, **alike).first()

    def _make(self, one: Table, instance: models.Model) -> None:
        if one.replaces:
            one.model._base_manager.filter(**{one.of: self.user}).delete()
        key = one.model._meta.pk
        if isinstance(key, models.AutoField | models.BigAutoField):
            instance.pk = None
        elif one.fresh_pk and self._must_move(one, instance):
            instance.pk = one.fresh_pk(self.now)
        # Raw: times that are set on saving keep the value they had.
        instance.save_base(raw=True, force_insert=True)
        self.made[one.label].add(instance.pk)

    def _must_move(self, one: Table, instance: models.Model) -> bool:
        sane = 0 < instance.pk <= _microseconds(self.now)
        return not sane or one.model._base_manager.filter(pk=instance.pk).exists()

    def _link(self, one: Table, instance: models.Model, many: dict[str, Any]) -> None:
        for field in one.many:
            known = self.here[target_of(field)]
            wanted = many.get(field.name, [])
            if not isinstance(wanted, list) or not all(isinstance(key, int | str) for key in wanted):
                raise ValueError(f"its {field.name} is no list of keys")
            getattr(instance, field.name).set([known[key] for key in wanted if key in known])


def _microseconds(now: datetime) -> int:
    return int(now.timestamp() * 1_000_000)
