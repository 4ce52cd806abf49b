"""An empty database is made in one go, and holds just what every migration after another would have made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.interfaces.running.instances import Library, new_database, new_library
from tests.schemas import tidy

ROOT = Path(__file__).resolve().parents[3]
COLUMNS = """
    SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, is_identity
    FROM information_schema.columns WHERE table_schema = 'public'
"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), condeferrable FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
"""
WIDER = ("auth_group_permissions", "id")
"""Django's migrations give the key of this table, which nothing here uses, another width than its models do."""
NOTED = ("django_migrations", "auth_permission", "django_content_type")


def schema(library: Library) -> set[tuple[str, ...]]:
    """Everything the database says of its tables, whatever the order of their columns."""
    if library.url:
        indexes = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        asked = (COLUMNS, CONSTRAINTS, indexes)
        found = {tuple(map(str, row)) for one in asked for row in library.execute(one)}
        return {row for row in found if row[:2] != WIDER}
    rows = library.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {(str(kind), str(name), *tidy(str(kind), str(made))) for kind, name, made in rows}


@pytest.mark.django_db(databases=[])
def test_it_is_what_all_migrations_come_to(tmp_path: Path) -> None:
    with new_library(tmp_path / "made") as made, new_database() as url:
        step_by_step = Library(tmp_path / "migrated", url)
        step_by_step.home.mkdir()
        subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"],
            env=step_by_step.env,
            cwd=ROOT,
            check=True,
        )
        assert schema(made) ^ schema(step_by_step) == set()
        assert len(schema(made)) > 200
        for table in NOTED:
            counted = f"SELECT count(*) FROM {table}"  # noqa: S608
            assert made.execute(counted) == step_by_step.execute(counted)
            assert made.execute(counted)[0][0]
