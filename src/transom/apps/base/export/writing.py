"""Writing a user's export: JSON lines for programs, OPML and Markdown for people, and a page that explains."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

from django.db import models

from transom import __version__
from transom.apps.base.export.collecting import Keys, chunks, rows_of
from transom.apps.base.export.registry import Table, file_sets, left_out, pages, tables, target_of, to_user
from transom.apps.base.export.values import MINE, encode

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

FORMAT = 1
MANIFEST = "manifest.json"
README = "README.txt"


def export_user(user: User) -> IO[bytes]:
    """Everything of one user as a ZIP, at its start; the file goes when it is closed.

    Passwords, passkeys and open links are keys to this instance and stay here.
    """
    made = tempfile.TemporaryFile(prefix="transom-export-")  # noqa: SIM115 - the caller closes it
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        counts = _write_tables(archive, user, rows_of(user))
        for one in pages():
            archive.writestr(one.name, one.make(user))
        _write_files(archive, user)
        archive.writestr(README, _readme(counts))
        archive.writestr(MANIFEST, _manifest(counts))
    made.seek(0)
    return made


def _write_files(archive: zipfile.ZipFile, user: User) -> None:
    for one in file_sets():
        for key, path in one.of(user):
            archive.write(path, f"{one.folder}{key}{path.suffix}")


def _write_tables(archive: zipfile.ZipFile, user: User, keys: Keys) -> dict[str, int]:
    counts: dict[str, int] = {}
    written: Keys = {}
    for one in tables():
        written[one.label] = set()
        with archive.open(one.file, "w", force_zip64=True) as file:
            for key, row in _rows(one, keys[one.label], user, written):
                file.write(json.dumps(row, ensure_ascii=False, allow_nan=False).encode() + b"\n")
                written[one.label].add(key)
        counts[one.label] = len(written[one.label])
    return counts


def _rows(one: Table, keys: set[Any], user: User, written: Keys) -> Iterator[tuple[Any, dict[str, Any]]]:
    for some in chunks(keys):
        many = _many(one, some)
        for instance in one.model._base_manager.filter(pk__in=some).order_by("pk"):
            row = _row(one, instance, user, written)
            if row is not None:
                yield instance.pk, {**row, **_links_of(many, instance.pk, written)}


def _row(one: Table, instance: models.Model, user: User, written: Keys) -> dict[str, Any] | None:
    """None where a row it cannot do without went away while the export was written."""
    row: dict[str, Any] = {}
    for column in one.concrete:
        value = getattr(instance, column.attname)
        if to_user(column):
            row[column.name] = MINE if value == user.pk else None
        elif isinstance(column, models.ForeignKey) and value is not None:
            there = value in written.get(target_of(column), ())
            if not there and not column.null:
                return None
            row[column.name] = value if there else None
        else:
            row[column.name] = encode(column, value)
    return row


def _many(one: Table, keys: list[Any]) -> dict[str, tuple[str, dict[Any, list[Any]]]]:
    """By name of each many-to-many field: its target, and the keys it holds for each row."""
    found: dict[str, tuple[str, dict[Any, list[Any]]]] = {}
    for field in one.many:
        held: dict[Any, list[Any]] = {}
        pairs = one.model._base_manager.filter(pk__in=keys, **{f"{field.name}__isnull": False})
        for key, value in pairs.order_by("pk", field.name).values_list("pk", field.name):
            held.setdefault(key, []).append(value)
        found[field.name] = (target_of(field), held)
    return found


def _links_of(
    many: dict[str, tuple[str, dict[Any, list[Any]]]], key: Any, written: Keys
) -> dict[str, list[Any]]:
    return {
        name: [value for value in held.get(key, []) if value in written[target]]
        for name, (target, held) in many.items()
    }


def _manifest(counts: dict[str, int]) -> bytes:
    facts = {
        "what": "Transom export of one user",
        "format": FORMAT,
        "version": __version__,
        "made_at": datetime.now(UTC).isoformat(),
        "rows": counts,
    }
    return json.dumps(facts, indent=1).encode()


def _readme(counts: dict[str, int]) -> bytes:
    lines = [
        "Everything Transom keeps of you, in open formats.",
        "",
        "To go on elsewhere: install Transom there, then run",
        "    transom import THIS-FILE.zip",
        "while your account there is empty. What you read there goes on as it was here.",
        "",
        "For reading, and for other programs:",
        *(f"    {one.name}: {one.says}" for one in pages()),
        *(f"    {one.folder}: {one.says}, each named by the id of its row" for one in file_sets()),
        "",
        "For programs, one row a line in JSON (UTF-8; times in ISO 8601; bytes in base64; 'me' is you;",
        "numbers refer to the id of a row in another file):",
        *(f"    {one.file}: {one.says} ({counts[one.label]})" for one in tables()),
        "",
        "Not in here, on purpose:",
        *(f"    {reason}" for reason in dict.fromkeys(left_out().values())),
        "",
        "Articles are here so that your notes and lists stay whole; they belong to whoever wrote them.",
        "",
    ]
    return "\n".join(lines).encode()
