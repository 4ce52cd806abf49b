"""The supervisor keeps children alive, more and more patiently, and takes them with it when it goes."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from transom.interfaces.running import ports, supervisor
from transom.interfaces.running.start import has_browser
from transom.interfaces.running.supervisor import Child, Supervisor

DYING = """
import sys
open(sys.argv[1], "a").write("x")
"""
STUBBORN = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "a").write("x")
time.sleep(60)
"""


def child(tmp_path: Path, name: str, code: str) -> tuple[Child, Path]:
    (tmp_path / f"{name}_child.py").write_text(code)
    mark = tmp_path / f"{name}.mark"
    return Child(name, f"{name}_child", [str(mark)], {"PYTHONPATH": str(tmp_path)}), mark


def watched(children: list[Child]) -> tuple[Supervisor, threading.Thread]:
    watching = Supervisor(children)
    watching.start()
    watching.release()
    thread = threading.Thread(target=watching.watch)
    thread.start()
    return watching, thread


def wait_for(mark: Path, length: int) -> None:
    deadline = time.monotonic() + 60
    while not mark.exists() or len(mark.read_text()) < length:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_child_that_keeps_dying_is_started_with_growing_pauses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LOOK_EVERY", 0.02)
    one, mark = child(tmp_path, "dying", DYING)
    one.pause = 0.05
    watching, thread = watched([one])
    wait_for(mark, 3)
    watching.stop()
    thread.join(30)
    assert one.pause >= 0.2
    assert not thread.is_alive()


def test_a_child_that_will_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "PATIENCE", 0.5)
    one, mark = child(tmp_path, "stubborn", STUBBORN)
    watching, thread = watched([one])
    wait_for(mark, 1)
    watching.stop()
    thread.join(30)
    assert one.how_it_ended() == "signal 9"


def test_the_next_free_port_is_taken_unless_one_was_named() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        taken = int(other.getsockname()[1])
        with closing(ports.listen("127.0.0.1", taken, strict=False)) as found:
            assert taken < int(found.getsockname()[1]) < taken + ports.TRIES
        with pytest.raises(ports.PortTakenError, match=f"{taken} is used by another program"):
            ports.listen("127.0.0.1", taken, strict=True)


def test_a_port_that_somebody_has_on_ipv6_would_give_them_our_link() -> None:
    if not socket.has_ipv6:
        pytest.skip("this computer has no IPv6")
    try:
        other = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this computer has no IPv6 loopback")
    with closing(other), pytest.raises(ports.PortTakenError):
        ports.listen("127.0.0.1", int(other.getsockname()[1]), strict=True)


@pytest.mark.parametrize(
    ("platform", "environ", "shows"),
    [
        ("darwin", {}, True),
        ("win32", {}, True),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {}, False),
    ],
)
def test_a_browser_is_opened_only_where_there_is_a_screen(
    platform: str, environ: dict[str, str], shows: bool
) -> None:
    assert has_browser(platform, environ) is shows
