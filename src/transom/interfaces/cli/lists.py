"""Commands that take lists in and give them out: import, export."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from transom.engine.core.errors import ParseError, TransomError
from transom.interfaces.cli.console import count, print_json, progress, read_input, tell
from transom.interfaces.cli.parser import Arguments
from transom.interfaces.cli.setting_up import user_named

if TYPE_CHECKING:
    from transom.apps.accounts.models import User
    from transom.engine.parse import Outline

ZIP_START = b"PK\x03\x04"
MOST_NAMED = 20


def take_in(arguments: Arguments) -> int:
    """Takes in a reading list or a whole export, whichever the file is."""
    raw = read_input(arguments.file)
    user = user_named(arguments.user)
    if raw.startswith(ZIP_START):
        return _take_in_everything(user, raw)
    return _take_in_list(user, _outlines(raw, arguments.file), arguments)


def _outlines(raw: bytes, name: str) -> list[Outline]:
    from transom.engine.parse import Outline, parse_opml

    try:
        return list(parse_opml(raw))
    except ParseError as error:
        lines = [line.strip() for line in raw.decode("utf-8", "replace").splitlines()]
        addresses = [line for line in lines if line and not line.startswith("#")]
        if not addresses or any(" " in line or "<" in line or "." not in line for line in addresses):
            raise TransomError(
                f"{name} is neither a reading list (OPML), nor one address a line, nor an export (ZIP): "
                f"{error.message}"
            ) from error
        return [Outline(title="", feed_url=address) for address in addresses]


def _take_in_list(user: User, outlines: list[Outline], arguments: Arguments) -> int:
    from transom.apps.sources.services import import_outlines

    result = import_outlines(user, outlines, now=datetime.now(UTC))
    if arguments.json:
        print_json({"followed": result.followed, "already": result.already, "refused": result.refused})
        return 1 if result.refused else 0
    print(f"{count(result.followed, 'source')} followed now, {result.already} followed already.")
    for address, why in result.refused[:MOST_NAMED]:
        tell(f"  ! {address}: {why}")
    if len(result.refused) > MOST_NAMED:
        tell(f"  ... and {len(result.refused) - MOST_NAMED} more.")
    if result.followed:
        tell("They are fetched by the worker, or now: transom refresh")
    return 1 if result.refused else 0


def _take_in_everything(user: User, raw: bytes) -> int:
    from transom.apps.base.export import import_user

    with tempfile.TemporaryDirectory(prefix="transom-import-") as folder:
        path = Path(folder) / "export.zip"
        path.write_bytes(raw)
        # Whoever may write into the data folder looks after the instance, and vouches for the file.
        with progress("Taking in the export:") as shown:
            rows = import_user(user, path, vouched=True, progress=shown.add)
    print(f"Everything in this export is here now: {count(rows, 'row')}.")
    return 0


def give_out(arguments: Arguments) -> int:
    """Writes the reading list as OPML, or everything as a ZIP."""
    everything = arguments.everything or arguments.file.lower().endswith(".zip")
    if everything and not arguments.file:
        raise TransomError("Name the file to write: transom export --everything NAME.zip")
    target = Path(arguments.file).expanduser() if arguments.file else None
    if target and target.exists():
        raise TransomError(f"{target} exists already and was left as it is. Name another file.")
    user = user_named(arguments.user)
    if everything and target:
        return _give_everything(user, target)
    return _give_list(user, target)


def _give_list(user: User, target: Path | None) -> int:
    from transom.apps.sources.services import export_outlines
    from transom.engine.parse import write_opml

    outlines = export_outlines(user)
    raw = write_opml(outlines, title="Transom", now=datetime.now(UTC))
    if target is None:
        sys.stdout.buffer.write(raw)
        return 0
    _write(target, raw)
    print(f"{count(len(outlines), 'source')} written to {target}.")
    return 0


def _write(target: Path, raw: bytes) -> None:
    try:
        with open(target, "xb", opener=_private) as file:
            file.write(raw)
    except OSError as error:
        raise TransomError(f"{target} cannot be written: {error.strerror or error}.") from error


def _private(path: str, flags: int) -> int:
    """A reading list may hold secret addresses: only this user of the computer may read it."""
    return os.open(path, flags, 0o600)


def _give_everything(user: User, target: Path) -> int:
    from transom.apps.base.export import export_user

    made = export_user(user)
    try:
        with open(target, "xb", opener=_private) as file:
            shutil.copyfileobj(made, file)
    except OSError as error:
        raise TransomError(f"{target} cannot be written: {error.strerror or error}.") from error
    print(f"Everything that is yours is in {target}. An empty Transom takes it in: transom import {target}")
    return 0
