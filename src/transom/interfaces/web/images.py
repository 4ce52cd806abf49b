"""Pictures by way of this computer: signed addresses, and a folder of what was fetched.

The reader's browser loads nothing from elsewhere. An address is signed with the instance's key, which is
kept across restarts, so that only pictures that stood in an item can be asked for.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from django.core import signing
from django.urls import reverse

SALT = "transom.image"
LARGEST_PICTURE = 8 * 1024 * 1024
LARGEST_CACHE = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Picture:
    """A raster picture: its bytes and the type they really are of."""

    data: bytes
    media_type: str


def picture_address(address: str) -> str:
    """The proxy's address of a remote picture."""
    return reverse("web:image", args=[signing.dumps(address, salt=SALT, compress=True)])


def remote_address(token: str) -> str | None:
    """The remote address in a signed token; None when it was not signed here."""
    try:
        address = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return address if isinstance(address, str) else None


def raster_type(data: bytes) -> str:
    """The media type of a raster picture by its first bytes; "" for anything else, SVG above all:
    a drawing can carry scripts, a raster cannot."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:6] in {b"GIF87a", b"GIF89a"}:
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and data[8:12] in {b"avif", b"avis"}:
        return "image/avif"
    return ""


class PictureCache:
    """A folder of pictures by the hash of their address; the oldest go when it grows too large."""

    def __init__(self, folder: Path, largest: int = LARGEST_CACHE) -> None:
        self._folder = folder
        self._largest = largest

    def _path(self, address: str) -> Path:
        name = hashlib.sha256(address.encode()).hexdigest()
        return self._folder / name[:2] / name

    def find(self, address: str) -> Picture | None:
        """The picture, if it was fetched before."""
        try:
            data = self._path(address).read_bytes()
        except OSError:
            return None
        kind = raster_type(data)
        return Picture(data, kind) if kind else None

    def keep(self, address: str, data: bytes) -> None:
        """Stores a picture; a full disk only means that it is fetched again next time."""
        path = self._path(address)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = path.with_suffix(f".{os.getpid()}.part")
            part.write_bytes(data)
            part.replace(path)
        except OSError:
            return
        if int(path.name[:2], 16) < 4:  # one in 64: counting the whole folder every time would be slow
            self.prune()

    def prune(self) -> None:
        """Removes the oldest pictures until the folder is within its limit."""
        files = [(path.stat().st_mtime, path.stat().st_size, path) for path in self._folder.glob("*/*")]
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if total <= self._largest:
                return
            path.unlink(missing_ok=True)
            total -= size
