"""The doctor names what endangers the data, and what to do about it."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import timezone
from tests.interfaces.keeping.instances import KNOWN, apply_migration, make_instance

from transom.config.options import Options
from transom.interfaces.keeping.backup import make_backup
from transom.interfaces.keeping.doctor import Finding, examine, places
from transom.interfaces.keeping.doctor.places import file_system, parse_bsd_mounts, parse_mounts, synced_by

LINUX = """\
/dev/sda1 / ext4 rw 0 0
nas:/home /home nfs4 rw 0 0
/dev/sdb1 /home/ada/own\\040disk xfs rw 0 0
//box/share /mnt/box cifs rw 0 0
ada@host: /home/ada/remote fuse.sshfs rw 0 0
"""
MAC = """\
/dev/disk3s1 on / (apfs, local, journaled)
//ada@nas/work on /Volumes/work (smbfs, nodev, nosuid)
"""


@pytest.fixture
def options(tmp_path: Path) -> Options:
    options = make_instance(tmp_path / "home")
    make_backup(options, now=timezone.now())
    return options


def findings(options: Options, **how: object) -> list[Finding]:
    now = how.pop("now", timezone.now())
    return examine(options, now=now, known=how.pop("known", KNOWN))  # type: ignore[arg-type]


def bad(options: Options, **how: object) -> str:
    found = [finding for finding in findings(options, **how) if finding.bad]
    assert all(finding.what and finding.do_next for finding in found)
    return "\n".join(f"{finding.level}: {finding.says}" for finding in found)


def test_a_healthy_instance_has_nothing_to_mend(options: Options) -> None:
    assert bad(options) == ""
    assert {finding.level for finding in findings(options)} == {"fine"}


def test_no_data_folder_yet(tmp_path: Path) -> None:
    assert "Start Transom once" in bad(Options(home=tmp_path / "none"))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/transom", "ext4"),
        ("/home/ada/transom", "nfs4"),
        ("/home/ada/own disk/transom", "xfs"),
        ("/mnt/box/transom", "cifs"),
        ("/mnt/boxes/transom", "ext4"),
        ("/home/ada/remote", "fuse.sshfs"),
    ],
)
def test_the_kind_of_the_file_system_is_found(path: str, kind: str) -> None:
    assert file_system(Path(path), parse_mounts(LINUX)) == kind


def test_a_share_on_a_mac_is_found() -> None:
    assert file_system(Path("/Volumes/work/transom"), parse_bsd_mounts(MAC)) == "smbfs"
    assert file_system(Path("/Users/ada"), parse_bsd_mounts(MAC)) == "apfs"


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "9p", "smbfs"])
def test_a_network_drive_is_an_error(options: Options, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "mounts", lambda: [("/", "ext4"), (str(options.home.parent), kind)])
    assert f"network drive ({kind})" in bad(options)


@pytest.mark.parametrize(
    ("folder", "program"),
    [
        ("Dropbox", "Dropbox"),
        ("Dropbox (County)", "Dropbox"),
        ("OneDrive - County Council", "OneDrive"),
        ("Nextcloud", "Nextcloud"),
        ("Library/Mobile Documents/com~apple~CloudDocs", "iCloud"),
        ("Google Drive", "Google Drive"),
    ],
)
def test_a_synced_folder_is_known_by_its_name(tmp_path: Path, folder: str, program: str) -> None:
    assert synced_by(tmp_path / folder / "papers" / "transom") == program


@pytest.mark.parametrize(
    ("sign", "program"),
    [(".stfolder", "Syncthing"), (".sync_1a2b.db", "Nextcloud"), (".dropbox.cache", "Dropbox")],
)
def test_a_synced_folder_is_known_by_what_lies_in_it(options: Options, sign: str, program: str) -> None:
    (options.home.parent / sign).touch()
    assert f"copied elsewhere by {program}" in bad(options)


def test_an_ordinary_folder_is_not_suspected(tmp_path: Path) -> None:
    assert synced_by(tmp_path / "home" / "ada" / ".local" / "share" / "transom") == ""


def test_a_full_disk_is_an_error_and_a_tight_one_a_warning(
    options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=50 * 2**20))
    assert "error: The disk" in bad(options)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=500 * 2**20))
    assert "warning: The disk" in bad(options)


def test_a_key_that_others_can_read_is_an_error(options: Options) -> None:
    secret = options.home / "keys" / "secret"
    secret.chmod(0o644)
    assert f"error: Other users of this computer can read {secret}." in bad(options)
    assert f"chmod 600 {secret}" in bad(options)
    secret.chmod(0o600)
    options.home.chmod(0o755)
    assert f"chmod 700 {options.home}" in bad(options)


def test_a_clock_that_went_back_is_an_error(options: Options) -> None:
    assert "it went back" in bad(options, now=timezone.now() - timedelta(days=2))
    assert "long past" in bad(options, now=timezone.now().replace(year=1970))


def test_a_damaged_library_is_an_error(options: Options) -> None:
    raw = bytearray(options.database_file.read_bytes())
    raw[4096:6000] = b"\x55" * (6000 - 4096)
    for suffix in ("-wal", "-shm"):
        options.database_file.with_name(options.database_file.name + suffix).unlink(missing_ok=True)
    options.database_file.write_bytes(raw)
    assert "transom restore FILE" in bad(options)
    assert "error: The library" in bad(options)


def test_a_library_of_another_version(options: Options) -> None:
    assert "steps are missing" in bad(options, known={**KNOWN, "brief": ["0001_initial"]})
    apply_migration(options, "library", "0003_newer")
    assert "used by a newer Transom (it knows library 0003_newer)" in bad(options)


def test_without_a_recent_backup_it_asks_for_one(options: Options) -> None:
    folder = options.home / "backups"
    for path in folder.iterdir():
        os.utime(path, (0, 0))
    assert "The last backup in" in bad(options)
    shutil.rmtree(folder)
    assert "There is no backup" in bad(options)


def with_mail(options: Options, port: int, **more: str) -> Options:
    values = {"smtp_security": "none", **more}
    return Options(home=options.home, smtp_host="127.0.0.1", smtp_port=port, **values)  # type: ignore[arg-type]


def test_a_mail_server_that_is_not_there(options: Options) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert f"127.0.0.1, port {port} does not answer" in bad(with_mail(options, port))


@pytest.mark.parametrize(
    ("answers", "user", "says"),
    [
        ([b"220 hello\r\n", b"250 hello\r\n", b"221 bye\r\n"], "", ""),
        ([b"554 go away\r\n"], "", "does not answer"),
        (
            [
                b"220 hello\r\n",
                b"250-hello\r\n250 AUTH LOGIN PLAIN\r\n",
                b"535 no\r\n",
                b"535 no\r\n",
                b"221 bye\r\n",
            ],
            "ada",
            "does not let us in (535)",
        ),
    ],
)
def test_a_mail_server_that_answers(options: Options, answers: list[bytes], user: str, says: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            one, _ = server.accept()
            with one:
                for answer in answers:
                    one.sendall(answer)
                    if not one.recv(1000):
                        return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        found = bad(with_mail(options, server.getsockname()[1], smtp_user=user, smtp_password="wrong"))
    assert says in found
    assert bool(found) == bool(says)
