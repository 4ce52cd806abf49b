"""What `transom run` does, in order: lock, port, children, database, first user, link, watch."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from socket import socket

from transom import __version__
from transom.config.options import Options, secret_key
from transom.engine.core.errors import TransomError
from transom.interfaces.running import instance, lease, ports
from transom.interfaces.running.supervisor import Child, Supervisor

DEFAULT_PORT = 8017
WEB = "transom.interfaces.running.web"
WORKER = "transom.interfaces.jobs.worker"

Say = Callable[[str], None]
Prepare = Callable[[datetime], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to run: options, whether the port may move, and what comes beside web and worker."""

    options: Options
    strict_port: bool = False
    open_browser: bool = True
    worker: bool = True
    extra: Sequence[Child] = ()
    environ: Mapping[str, str] | None = None
    prepare: Prepare | None = None
    each_look: Callable[[Supervisor], None] | None = None


def run(plan: Plan, say: Say) -> int:
    """Runs until stopped; the exit code. Joins an instance that runs on this data folder already."""
    os.environ.setdefault("TRANSOM_PROCESS", "run")
    home = make_home(plan.options)
    lock = lease.Lease(home / lease.SUPERVISOR)
    try:
        lock.take()
    except lease.LeaseTakenError as taken:
        return _join(plan, taken, say)
    with lock:
        return _run(plan, say)


def make_home(options: Options) -> Path:
    """Makes the data folder and the key in it. Raises TransomError."""
    try:
        options.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret_key(options)
    except OSError as error:
        raise TransomError(
            f"The data folder {options.home} cannot be made or written: {error.strerror or error}. "
            "Correct its permissions, or name another one in TRANSOM_HOME.",
            permanent=True,
        ) from error
    return options.home


def _run(plan: Plan, say: Say) -> int:
    options = plan.options
    sock = ports.listen(options.host, options.port, strict=plan.strict_port or options.port != DEFAULT_PORT)
    port = int(sock.getsockname()[1])
    if port != options.port and options.port:
        say(f"Port {options.port} is used by another program; taking {port}.")
    plan = replace(plan, options=replace(options, port=port))
    supervisor = Supervisor([*plan.extra, *_children(plan, sock)])
    supervisor.listen_to_signals()
    try:
        supervisor.start()
        entrance = _prepare(plan, say)
        supervisor.release()
        address = _address(options, port)
        instance.announce(options.home, instance.Running(os.getpid(), address, __version__))
        _welcome(plan, address, entrance, say)
        look = plan.each_look
        supervisor.watch((lambda: look(supervisor)) if look else None)
    finally:
        supervisor.end()
        instance.withdraw(options.home)
        sock.close()
    say("Transom has stopped.")
    return 0


def _children(plan: Plan, sock: socket) -> list[Child]:
    environ = {"TRANSOM_HOME": str(plan.options.home), **(plan.environ or {})}
    if sys.platform == "win32":
        port = sock.getsockname()[1]
        sock.close()
        web = Child("web", WEB, ["--host", plan.options.host, "--port", str(port)], environ, early=True)
    else:
        # The socket stays with the supervisor: were the web process to die, requests wait and are not refused.
        sock.set_inheritable(True)
        descriptor = sock.fileno()
        web = Child("web", WEB, ["--fd", str(descriptor)], environ, pass_fds=(descriptor,), early=True)
    worker = [Child("worker", WORKER, ["--supervised"], environ)] if plan.worker else []
    return [web, *worker]


def _prepare(plan: Plan, say: Say) -> str:
    """Database and first user; the path of a one-time link, or "" where everybody signs in by password."""
    from transom.interfaces.cli.setting_up import set_up_django

    set_up_django()
    from django.db import connections
    from django.utils import timezone

    from transom.apps.accounts import services as accounts
    from transom.interfaces.running.upgrade import bring_up_to_date

    now = timezone.now()
    bring_up_to_date(plan.options, now=now, say=say)
    user = accounts.first_user()
    if plan.prepare:
        plan.prepare(now)
    token = "" if accounts.why_password(user) else accounts.new_sign_in_link(user, now)
    connections.close_all()
    return f"/sign-in/{token}/" if token else ""


def _address(options: Options, port: int) -> str:
    return options.public_address.rstrip("/") or f"http://localhost:{port}"


def _welcome(plan: Plan, address: str, entrance: str, say: Say) -> None:
    if entrance:
        say(f"\nTransom is running. Come in (this link works once):\n\n    {address}{entrance}\n")
        say("Ctrl-C stops it. A new link: transom open")
    else:
        say(f"\nTransom is running at {address}/ (everybody signs in with a password or a passkey).")
        say("Ctrl-C stops it. A first or new password: transom open --password")
    if plan.open_browser and has_browser():
        webbrowser.open(address + (entrance or "/"))


def has_browser(platform: str = sys.platform, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a browser can show up on a screen here."""
    if platform in {"darwin", "win32"}:
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def _join(plan: Plan, taken: lease.LeaseTakenError, say: Say) -> int:
    """Somebody started Transom twice: the second shows the way into the first."""
    running = instance.find_running(plan.options.home)
    if running is None:
        raise TransomError(
            f"Transom is just starting or stopping on {plan.options.home} (process {taken.pid}). "
            "Wait a moment, then try again."
        ) from taken
    say(f"Transom is running already on {plan.options.home}.")
    entrance = new_entrance(running.address)
    say(f"\n    {entrance}\n")
    if plan.open_browser and has_browser():
        webbrowser.open(entrance)
    return 0


def new_entrance(address: str, username: str = "") -> str:
    """A one-time sign-in link for the only (or the named) user of the instance at this address.

    Where everybody signs in by password: the address itself.
    """
    from transom.interfaces.cli.setting_up import set_up_django

    set_up_django()
    from django.utils import timezone

    from transom.apps.accounts import services as accounts

    user = accounts.only_user(username) if username else accounts.first_user()
    if accounts.why_password(user):
        return f"{address}/"
    return f"{address}/sign-in/{accounts.new_sign_in_link(user, timezone.now())}/"


def now_utc() -> datetime:
    """The time, aware, in UTC: for what happens before Django is there."""
    return datetime.now(UTC)
