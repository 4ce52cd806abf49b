"""`transom run`, as its user sees it: from an empty folder to the first page, and what can go wrong on the way."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from tests.interfaces.cli.site import Site
from tests.interfaces.running.instances import Browser, Instance, Library, command, running, wait_until
from tests.servers.postgres import free_port

from transom.interfaces.running import lease


def test_an_empty_folder_becomes_a_running_transom_and_its_link_leads_in_once(
    tmp_path: Path, database: str
) -> None:
    with running(tmp_path / "new" / "home", database) as fresh:
        browser = fresh.signed_in()
        page = browser.get(f"{fresh.address}/")
        assert browser.address.endswith("/welcome/")
        assert "minutes" in page
        again = Browser()
        again.get(fresh.link)
        with pytest.raises(urllib.error.HTTPError) as refused:
            again.post(fresh.link)
        assert refused.value.code == 403


def test_health_says_that_the_worker_lives(held: Instance) -> None:
    def healthy() -> bool:
        try:
            with urllib.request.urlopen(f"{held.address}/health") as answer:
                return bool(json.load(answer)["status"] == "ok")
        except urllib.error.HTTPError:
            return False

    wait_until(healthy, "health says ok")


def test_a_second_start_shows_the_way_into_the_first(held: Instance) -> None:
    first = held.address
    second = command(held.env, "run", "--no-browser", "--port", str(free_port()))
    assert second.returncode == 0, second.stderr
    assert "running already" in second.stdout
    link = next(word for word in second.stdout.split() if "/sign-in/" in word)
    assert link.startswith(first)
    browser = Browser()
    browser.get(link)
    browser.post(link)
    assert browser.address.startswith(f"{first}/")


def test_a_worker_that_dies_is_started_again(instance: Instance) -> None:
    assert instance.link
    wait_until(lambda: instance.child("worker") > 0, "a worker")
    dead = instance.child("worker")
    os.kill(dead, signal.SIGKILL)
    wait_until(lambda: instance.child("worker") not in (0, dead), "another worker")
    assert "worker process ended (signal 9)" in instance.printed


def test_ctrl_c_ends_everything_and_leaves_no_process(instance: Instance) -> None:
    assert instance.link
    wait_until(lambda: instance.child("worker") > 0, "a worker")
    pids = [instance.child("web"), instance.child("worker")]
    assert instance.stop() == 0
    assert "Transom has stopped." in instance.printed
    assert "Traceback" not in instance.printed
    assert "Fatal" not in instance.printed
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_no_process_outlives_a_killed_supervisor(instance: Instance) -> None:
    assert instance.link
    wait_until(lambda: instance.child("worker") > 0, "a worker")
    pids = [instance.child("web"), instance.child("worker")]
    os.kill(instance.process.pid, signal.SIGKILL)
    wait_until(lambda: not any(_lives(pid) for pid in pids), "web and worker end")


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_only_this_user_of_the_computer_may_read_the_data_folder(held: Instance) -> None:
    assert held.link
    home = Path(held.env["TRANSOM_HOME"])
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "keys" / "secret").stat().st_mode) == 0o600


def test_what_happens_is_kept_in_the_data_folder_as_json(instance: Instance) -> None:
    assert instance.link
    wait_until(lambda: instance.child("worker") > 0, "a worker")
    os.kill(instance.child("worker"), signal.SIGKILL)
    log = Path(instance.env["TRANSOM_HOME"]) / "logs" / "run.log"
    wait_until(lambda: log.exists() and "worker process ended" in log.read_text(), "a line in the log")
    assert json.loads(log.read_text().splitlines()[0])["name"] == "transom.run"


def test_names_other_than_localhost_are_refused(held: Instance) -> None:
    request = urllib.request.Request(f"{held.address}/health", headers={"Host": "rebound.example"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 400
    assert f'href="{held.address}"' in refused.value.read().decode()
    log = Path(held.env["TRANSOM_HOME"]) / "logs" / "web.log"
    assert "rebound.example" not in held.printed + (log.read_text() if log.exists() else "")


def test_a_port_that_was_named_and_is_taken_is_said_so(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = int(other.getsockname()[1])
        with running(tmp_path, "", port=port) as instance:
            assert instance.process.wait(60) == 1
            wait_until(lambda: "is used by another program" in instance.printed, "the reason")
            assert str(port) in instance.printed
            assert "Traceback" not in instance.printed


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with running(tmp_path / "file", "") as instance:
        assert instance.process.wait(60) == 1
        wait_until(lambda: "data folder" in instance.printed, "the reason")
        assert "TRANSOM_HOME" in instance.printed
        assert "Traceback" not in instance.printed


def test_a_command_joins_the_worker_that_is_at_work(library: Library) -> None:
    with Site() as site:
        allowed = {"allowed_private": site.host, "unspaced_hosts": "127.0.0.1"}
        with running(library.home, library.url, **allowed) as started:
            assert started.link
            wait_until(lambda: lease.is_held(library.home / lease.WORKER), "a worker")
            followed = command(started.env, "follow", f"{site.url}/feed.xml")
            assert followed.returncode == 0, followed.stderr
            refreshed = command(started.env, "refresh", "shelf")
            assert refreshed.returncode == 0, refreshed.stderr
            assert "The worker fetches 1 source" in refreshed.stderr
            assert library.execute("SELECT count(*) FROM library_item") == [(2,)]
