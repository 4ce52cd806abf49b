"""Where the data lies: disks that are full, shared over a network or copied by another program, open to all."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from transom.config.options import FILE_NAME, Options
from transom.interfaces.keeping import database
from transom.interfaces.keeping.doctor.finding import Finding, error, fine, warning

MB = 1024 * 1024
TOO_LITTLE = 200 * MB
LITTLE = 1024 * MB

# Locks and memory maps do not work between the computers that share these, so a database breaks there.
NETWORK = frozenset(
    "nfs nfs3 nfs4 cifs smb smb2 smb3 smbfs sshfs fuse.sshfs afpfs afs webdav davfs davfs2 fuse.davfs2 9p ncpfs "
    "ceph fuse.ceph glusterfs fuse.glusterfs fuse.rclone fuse.gvfsd-fuse fuse.s3fs lustre beegfs drvfs".split()
)
# Names of folders and of the files that programs leave in a folder they copy elsewhere.
SYNCED_NAMES = {
    "dropbox": "Dropbox",
    "onedrive": "OneDrive",
    "icloud drive": "iCloud",
    "icloud": "iCloud",
    "mobile documents": "iCloud",
    "com~apple~clouddocs": "iCloud",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "pcloud drive": "pCloud",
    "megasync": "MEGA",
    "syncthing": "Syncthing",
    "cloudstorage": "a cloud drive",
}
SYNCED_SIGNS = {
    ".dropbox": "Dropbox",
    ".dropbox.cache": "Dropbox",
    ".stfolder": "Syncthing",
    ".stignore": "Syncthing",
    ".nextcloudsync.log": "Nextcloud",
    ".owncloudsync.log": "ownCloud",
    ".tmp.drivedownload": "Google Drive",
    ".tmp.driveupload": "Google Drive",
}
SYNCED_PATTERNS = {
    ".sync_*.db": "Nextcloud",
    "._sync_*.db": "Nextcloud",
    ".849C9593-D756-4E56-8D6E-42412F2A707B": "OneDrive",
}
MOVE = "Name a folder on this computer's own disk in TRANSOM_HOME, and move the data there while Transom is stopped."


def examine_places(options: Options) -> Iterator[Finding]:
    """All findings about the data folder."""
    home = options.home
    if not home.is_dir():
        yield warning(f"There is no data folder {home} yet.", "Start Transom once: transom run")
        return
    yield from _network(home)
    yield from _synced(home)
    yield from _room(options)
    yield from _permissions(home)


def _network(home: Path) -> Iterator[Finding]:
    kind = file_system(home, mounts())
    if kind in NETWORK or str(home).startswith("\\\\"):
        yield error(
            f"The data folder {home} is on a network drive ({kind or 'shared folder'}), where a database is damaged "
            "sooner or later.",
            MOVE,
        )
    else:
        yield fine(f"The data folder {home} is on a disk of this computer.")


def mounts() -> list[tuple[str, str]]:
    """Folder and kind of every file system in use; none where this system does not tell."""
    if sys.platform == "win32":
        return []
    table = Path("/proc/self/mounts")
    if table.exists():
        return parse_mounts(table.read_text(encoding="utf-8", errors="replace"))
    try:
        done = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.SubprocessError):
        return []
    return parse_bsd_mounts(done.stdout)


def parse_mounts(text: str) -> list[tuple[str, str]]:
    """Linux: `device folder kind options 0 0`, with blanks as octal escapes."""
    rows = [line.split(" ") for line in text.splitlines()]
    return [(_unescaped(row[1]), row[2]) for row in rows if len(row) > 2]


def _unescaped(folder: str) -> str:
    for code, plain in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        folder = folder.replace(code, plain)
    return folder


def parse_bsd_mounts(text: str) -> list[tuple[str, str]]:
    """macOS: `device on /folder (kind, options)`."""
    found = []
    for line in text.splitlines():
        _device, _, rest = line.partition(" on ")
        folder, _, kind = rest.rpartition(" (")
        if folder and kind:
            found.append((folder, kind.partition(",")[0].rstrip(")")))
    return found


def file_system(path: Path, table: list[tuple[str, str]]) -> str:
    """The kind of the file system that holds a path; "" where unknown. Later mounts hide earlier ones."""
    best, kind = -1, ""
    for folder, name in table:
        inside = path == Path(folder) or Path(folder) in path.parents
        if inside and len(folder) >= best:
            best, kind = len(folder), name
    return kind


def _synced(home: Path) -> Iterator[Finding]:
    program = synced_by(home)
    if program:
        yield error(
            f"The data folder {home} is copied elsewhere by {program}, which reads and replaces files while they "
            "are written: the database would be damaged, and what is private would leave this computer.",
            f"{MOVE} To have copies elsewhere, let it copy backups: transom backup FOLDER",
        )


def synced_by(home: Path) -> str:
    """The program that keeps this folder, or one above it, the same elsewhere; "" where none shows."""
    for folder in [home, *home.parents]:
        name = folder.name.lower()
        plain = name.partition(" - ")[0].partition(" (")[0]
        known = SYNCED_NAMES.get(name) or SYNCED_NAMES.get(plain) or _by_sign(folder)
        if known:
            return known
    return ""


def _by_sign(folder: Path) -> str:
    try:
        for sign, program in SYNCED_SIGNS.items():
            # In a home folder .dropbox holds that program's settings; in its own folder it is a file.
            if (folder / sign).exists() and not (sign == ".dropbox" and (folder / sign).is_dir()):
                return program
        return next((name for one, name in SYNCED_PATTERNS.items() if any(folder.glob(one))), "")
    except OSError:
        return ""


def _room(options: Options) -> Iterator[Finding]:
    folders = {options.home}
    if database.is_sqlite(options):
        folders.add(database.sqlite_file(options).parent)
    for folder in sorted(folders):
        yield _room_in(folder, database_size(options))


def database_size(options: Options) -> int:
    """Bytes of the database file; 0 where a server keeps the data."""
    if not database.is_sqlite(options):
        return 0
    path = database.sqlite_file(options)
    return path.stat().st_size if path.exists() else 0


def _room_in(folder: Path, size: int) -> Finding:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as problem:
        return error(
            f"The disk of {folder} cannot be read ({problem.strerror}).", "Check whether it is there."
        )
    left = f"The disk that holds {folder} has {free // MB} MB left"
    if free < TOO_LITTLE:
        return error(f"{left}: Transom may stop at any time.", "Make room there.")
    if free < max(LITTLE, 2 * size):
        return warning(f"{left}, which is little for backups and upgrades.", "Make room there.")
    return fine(f"{left}.")


def _permissions(home: Path) -> Iterator[Finding]:
    if sys.platform == "win32":
        return
    try:
        yield from _of_owner(home)
        private = [home, home / "keys", home / "keys" / "secret", home / FILE_NAME]
        loose = [path for path in private if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    except OSError as problem:
        yield error(f"{home} cannot be read ({problem.strerror}).", "Run this as the user who runs Transom.")
        return
    for path in loose:
        yield _loose(path)
    if not loose:
        yield fine("Only you can read the data folder and its keys.")
    if not os.access(home, os.W_OK | os.X_OK):
        yield error(f"You may not write to {home}.", "Run this as the user who runs Transom.")


def _of_owner(home: Path) -> Iterator[Finding]:
    if home.stat().st_uid != os.getuid():
        yield warning(
            f"{home} belongs to another user of this computer.",
            "Run Transom as that user, or correct its owner.",
        )


def _loose(path: Path) -> Finding:
    mode = "700" if path.is_dir() else "600"
    what = f"Other users of this computer can read {path}."
    make = error if path.name == "secret" else warning
    return make(what, f"Take that right from them: chmod {mode} {path}")
