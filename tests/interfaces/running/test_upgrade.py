"""A newer version brings the library up to date: kept before, and as it was where that fails."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.interfaces.running.instances import Library, command, running

SETTINGS = "from transom.config.settings import *\nINSTALLED_APPS = [*INSTALLED_APPS, 'later']\n"
MIGRATION = """
from django.db import migrations

def fails(apps, schema_editor):
    raise ValueError("two rows cannot be told apart")

class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sources", "0001_initial")]
    operations = [
        migrations.RunSQL("DELETE FROM sources_subscription"),
        migrations.RunSQL("CREATE TABLE later_thing (id integer)"),
        {last}
    ]
"""
FAILING = "migrations.RunPython(fails),"


@pytest.fixture
def followed(library: Library) -> Library:
    """A library in which one source is followed."""
    assert command(library.env, "follow", "--as-is", "https://shelf.example/feed.xml").returncode == 0
    return library


def later_version(library: Library, folder: Path, last: str) -> dict[str, str]:
    """The environment of a version with one more migration, which first removes what is followed."""
    package = folder / "later" / "migrations"
    package.mkdir(parents=True)
    (folder / "later" / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "0001_initial.py").write_text(MIGRATION.replace("{last}", last))
    (folder / "later_settings.py").write_text(SETTINGS)
    path = os.pathsep.join([str(folder), *filter(None, [library.env.get("PYTHONPATH")])])
    return {**library.env, "PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "later_settings"}


def subscriptions(library: Library) -> int:
    return int(str(library.execute("SELECT count(*) FROM sources_subscription")[0][0]))


def kept(library: Library) -> list[Path]:
    return list((library.home / "backups").glob("before-upgrade-*.zip"))


def test_a_copy_is_kept_before_the_library_is_changed(followed: Library, tmp_path: Path) -> None:
    done = command(later_version(followed, tmp_path / "code", ""), "migrate")
    assert done.returncode == 0, done.stderr
    assert subscriptions(followed) == 0
    assert len(kept(followed)) == 1
    restored = command(followed.env, "restore", "--yes", str(kept(followed)[0]))
    assert restored.returncode == 0, restored.stderr
    assert subscriptions(followed) == 1


def test_an_upgrade_that_fails_leaves_everything_as_it_was(followed: Library, tmp_path: Path) -> None:
    failed = command(later_version(followed, tmp_path / "code", FAILING), "migrate")
    assert failed.returncode == 1
    assert "two rows cannot be told apart" in failed.stderr
    assert "as it was before" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert subscriptions(followed) == 1
    assert command(followed.env, "sources").returncode == 0


def test_run_says_that_an_upgrade_failed_and_ends(followed: Library, tmp_path: Path) -> None:
    env = later_version(followed, tmp_path / "code", FAILING)
    failed = command(env, "run", "--no-browser")
    assert failed.returncode == 1
    assert "as it was before" in failed.stderr
    assert subscriptions(followed) == 1
    with running(followed.home, followed.url) as earlier:
        assert earlier.link


def test_a_library_of_a_newer_version_is_left_alone(library: Library) -> None:
    library.execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('library', '9999_later', '2030-01-01 00:00:00')"
    )
    for words in (["sources"], ["run", "--no-browser"]):
        refused = command(library.env, *words)
        assert refused.returncode == 1
        assert "newer Transom" in refused.stderr


def test_nothing_is_kept_where_nothing_is_to_be_done(library: Library) -> None:
    assert command(library.env, "migrate").returncode == 0
    assert kept(library) == []
