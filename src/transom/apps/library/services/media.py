"""The files that users handed in, each below its owner's folder in the data folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from transom.apps.library.models import Item


def media_folder(owner_id: int) -> Path:
    """Where one user's files are."""
    folder: Path = settings.OPTIONS.home / "media" / str(int(owner_id))
    return folder


def media_path(item: Item) -> Path | None:
    """The original file of a handed-in item, where one was kept."""
    if item.owner_id is None:
        return None
    path = _path(item.owner_id, item.pk)
    return path if path.is_file() else None


def keep_media(owner_id: int, item_id: int, raw: bytes) -> None:
    """Keeps a file whole or not at all."""
    path = _path(owner_id, item_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(".part")
    partial.write_bytes(raw)
    os.replace(partial, path)


def forget_media(owner_id: int | None, item_id: int) -> None:
    """Removes an item's file, where there is one."""
    if owner_id is not None:
        _path(owner_id, item_id).unlink(missing_ok=True)


def _path(owner_id: int, item_id: int) -> Path:
    return media_folder(owner_id) / f"{int(item_id)}.pdf"
