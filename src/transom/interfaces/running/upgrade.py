"""Bringing the database to what this code expects: backed up first, and back as it was on failure."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from transom.config.options import Options
from transom.engine.core.errors import TransomError
from transom.interfaces.keeping import backup, database, restore

log = logging.getLogger("transom.run")

LABEL = "before-upgrade"
KEPT = 3
Say = Callable[[str], None]


class UpgradeError(TransomError):
    """The database could not be brought to what this code expects."""


def bring_up_to_date(options: Options, *, now: datetime, say: Say) -> bool:
    """Applies what migrations there are to apply; whether there were any. Needs Django set up.

    A database with data in it is backed up before, and restored should a migration fail. Raises TransomError.
    """
    restore.finish_interrupted(options)
    waiting, applied = _plan()
    _refuse_newer(options, applied)
    if not waiting:
        return False
    saved: Path | None = None
    if applied:
        say("Keeping a copy of the library before it is brought up to date ...")
        saved = backup.make_backup(options, now=now, label=LABEL)
    try:
        if _is_empty():
            _make()
        else:
            _migrate()
    except Exception as error:
        raise _go_back(options, saved, error, now) from error
    backup.prune(options, LABEL, KEPT)
    return True


def known_migrations() -> dict[str, list[str]]:
    """Every migration this code has, by app."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None, ignore_no_migrations=True)
    known: dict[str, list[str]] = {}
    for app, name in loader.disk_migrations:
        known.setdefault(app, []).append(name)
    for migration in loader.disk_migrations.values():
        for app, name in migration.replaces:
            known.setdefault(app, []).append(name)
    return known


def _plan() -> tuple[list[str], dict[str, list[str]]]:
    """Migrations to apply, and those applied by app. Raises UpgradeError where the database cannot be read."""
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        raise UpgradeError(why_unreadable(error)) from error
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    applied: dict[str, list[str]] = {}
    for app, name in executor.loader.applied_migrations:
        applied.setdefault(app, []).append(name)
    return [str(migration) for migration, _backwards in plan], applied


def why_unreadable(error: Exception) -> str:
    from django.conf import settings

    text = str(error).strip()
    place = settings.DATABASES["default"]["NAME"]
    if "locked" in text:
        return (
            f"Another program keeps the database {place} locked. Close it (a database viewer, a copy tool), "
            "then start again."
        )
    if "unable to open" in text or "readonly" in text:
        return f"The database {place} cannot be opened for writing. Check the permissions of its folder."
    if "full" in text or "disk I/O" in text:
        return f"The disk that holds the database {place} is full or failing. Make room, then start again."
    return f"The database {place} cannot be used: {text}. Run: transom doctor"


def _refuse_newer(options: Options, applied: dict[str, list[str]]) -> None:
    known = known_migrations() if applied else {}
    for app, names in applied.items():
        unknown = set(names) - set(known.get(app, []))
        if app in known and unknown:
            raise UpgradeError(
                f"The library in {options.home} was used by a newer Transom (it knows {app} {min(unknown)}). "
                "Install that version again, or restore a backup made before: transom restore FILE",
                permanent=True,
            )


def _is_empty() -> bool:
    from django.db import connection

    return not connection.introspection.table_names()


def _make() -> None:
    """Makes all tables as the models have them, and notes that every migration is applied.

    Going through the migrations one by one comes to the same (a test compares the two) and takes ten times as long,
    while somebody waits for their first page.
    """
    from django.apps import apps
    from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    told: dict[str, Any] = {
        "verbosity": 0,
        "interactive": False,
        "db": connection.alias,
        "apps": apps,
        "plan": plan,
    }
    emit_pre_migrate_signal(**told)
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        executor.recorder.ensure_schema()
        for migration, _backwards in plan:
            for app, name in ((migration.app_label, migration.name), *migration.replaces):
                executor.recorder.record_applied(app, name)
    emit_post_migrate_signal(**told)


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def _go_back(options: Options, saved: Path | None, error: Exception, now: datetime) -> TransomError:
    from django.db import connections

    reason = f"{type(error).__name__}: {error}"
    connections.close_all()
    if saved is None:
        _forget_half_made(options)
        return UpgradeError(f"The library could not be made: {reason}. {_advice(error)}")
    restore.swap_in(options, saved, known=known_migrations(), now=now)
    return UpgradeError(
        f"The library could not be brought up to date: {reason}. It is as it was before; nothing is lost. "
        f"Go back to the version of Transom you had. A copy from just before is in {saved}."
    )


def _advice(error: Exception) -> str:
    text = str(error)
    if "full" in text or "disk I/O" in text:
        return "The disk is full or failing: make room, then start again."
    return "Start again; should it fail once more, run: transom doctor"


def _forget_half_made(options: Options) -> None:
    """A database that never held anything goes, so that the next start begins afresh."""
    if not database.is_sqlite(options):
        return
    path = database.sqlite_file(options)
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def is_up_to_date(options: Options) -> bool:
    """Whether nothing is to be migrated. Raises UpgradeError for a library of a newer Transom."""
    waiting, applied = _plan()
    _refuse_newer(options, applied)
    return not waiting
