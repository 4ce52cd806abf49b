"""The files that users handed in, each below its owner's folder in the data folder."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from transom.apps.library.errors import LibraryError

if TYPE_CHECKING:
    from transom.apps.accounts.models import User
    from transom.apps.library.models import Item


def media_folder(owner_id: int) -> Path:
    """Where one user's files are."""
    folder: Path = settings.OPTIONS.home / "media" / str(int(owner_id))
    return folder


def media_path(user: User, item: Item) -> Path | None:
    """The original file of something this user handed in, where one was kept; None for anybody else."""
    if item.owner_id is None or item.owner_id != user.pk:
        return None
    path = _path(item.owner_id, item.pk)
    return path if path.is_file() else None


@contextmanager
def staged(owner_id: int, raw: bytes) -> Iterator[Path | None]:
    """The bytes in a file beside where they will be kept; gone afterwards unless `keep` took it.

    So the slow part of keeping a file lies before the transaction that makes its item. Yields None for no
    bytes. Raises LibraryError where the data folder cannot be written.
    """
    if not raw:
        yield None
        return
    try:
        partial = _written(media_folder(owner_id), raw)
    except OSError as error:
        raise LibraryError(
            f"The file could not be kept: {error.strerror or error}. Make room on this computer's disk, or check "
            "that its data folder can be written, and hand it in again."
        ) from error
    try:
        yield partial
    finally:
        partial.unlink(missing_ok=True)


def _written(folder: Path, raw: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # mkstemp makes it readable by nobody else.
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def keep(partial: Path, owner_id: int, item_id: int) -> None:
    """Takes a staged file as the item's own."""
    os.replace(partial, _path(owner_id, item_id))


def files_of(user: User) -> Iterator[tuple[int, Path]]:
    """Everything this user handed in as a file, by the item's id."""
    for path in sorted(media_folder(user.pk).glob("*.pdf")):
        if path.stem.isdecimal():
            yield int(path.stem), path


def take_file(user: User, item_id: int, raw: bytes) -> None:
    """Keeps a file that came with an import. Raises ValueError where it is no PDF, LibraryError where it
    cannot be written."""
    if not raw.startswith(b"%PDF"):
        raise ValueError("it is no PDF")
    with staged(user.pk, raw) as partial:
        if partial is not None:
            keep(partial, user.pk, item_id)


def forget_media(owner_id: int | None, item_id: int) -> None:
    """Removes an item's file, where there is one."""
    if owner_id is not None:
        _path(owner_id, item_id).unlink(missing_ok=True)


def forget_all_media(instance: User, **_: Any) -> None:
    """Signal receiver: when an account is deleted, its files go with the rows, once those are really gone."""
    folder = media_folder(instance.pk)
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))


def _path(owner_id: int, item_id: int) -> Path:
    return media_folder(owner_id) / f"{int(item_id)}.pdf"
