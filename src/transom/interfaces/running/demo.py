"""The demo: Transom in a data folder of its own, with an invented community served beside it."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from transom.config.options import DEMO_FILE, DEMO_HOST, Options, demo_home, load
from transom.engine.core.errors import TransomError
from transom.interfaces.running import lease, ports
from transom.interfaces.running.start import Plan, Prepare
from transom.interfaces.running.supervisor import Child

HOST = DEMO_HOST
FIRST_PORT = 8765
FILE = DEMO_FILE
SERVER = "transom.interfaces.running.demo_server"
# What belongs to the operator's own instance and must not reach invented people, nor be reached by them.
OWN_ALONE = ("DATABASE_URL", "PUBLIC_ADDRESS", "SMTP_HOST", "TASKS")


@dataclass(frozen=True, slots=True)
class Demo:
    """What a demo keeps: where its community stands, and when it was first started (ISO 8601, UTC)."""

    port: int
    epoch: str


def demo_plan(own: Options, *, fresh: bool = False) -> Plan:
    """How to run the demo; sets this process's environment to the demo's. Raises TransomError."""
    home = demo_home(own.home)
    if fresh:
        _forget(home)
    demo = _remembered(home) or _new(home)
    _require_port(demo, home)
    for name in OWN_ALONE:
        os.environ.pop(f"TRANSOM_{name}", None)
    environ = {
        "TRANSOM_HOME": str(home),
        "TRANSOM_DEMO_PORT": str(demo.port),
        "TRANSOM_ALLOWED_PRIVATE": f"{HOST}:{demo.port}",
        "TRANSOM_UNSPACED_HOSTS": HOST,
    }
    os.environ.update(environ)
    arguments = ["--host", HOST, "--port", str(demo.port), "--epoch", demo.epoch]
    return Plan(load(), extra=[Child("demo", SERVER, arguments, environ)], environ=environ)


def settle_in(job: str, minutes: int) -> Prepare:
    """Answers the first page's two questions and follows the community, where nobody has done so yet."""

    def prepare(now: datetime) -> None:
        from transom.apps.accounts import services as accounts
        from transom.apps.accounts.models import profile_of
        from transom.demo.following import demo_interests, follow_demo

        user = accounts.first_user()
        if profile_of(user).set_up_at is None:
            follow_demo(user, now=now)
            cares = demo_interests(now)
            accounts.save_profile(user, job=job, minutes=[minutes] * 7, now=now, interests=cares)

    return prepare


def _forget(home: Path) -> None:
    if lease.is_held(home / lease.SUPERVISOR):
        raise TransomError(
            f"The demo is running on {home}. Stop it (Ctrl-C where it runs), then start it afresh."
        )
    if home.exists() and not (home / FILE).exists():
        raise TransomError(
            f"{home} holds something else than a demo, and was left as it is. Move it away first."
        )
    shutil.rmtree(home, ignore_errors=True)


def _remembered(home: Path) -> Demo | None:
    try:
        return Demo(**json.loads((home / FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise TransomError(
            f"{home / FILE} cannot be read. Start the demo afresh: transom demo --fresh"
        ) from error


def _new(home: Path) -> Demo:
    with closing(ports.listen(HOST, FIRST_PORT, strict=False)) as sock:
        demo = Demo(int(sock.getsockname()[1]), datetime.now(UTC).isoformat(timespec="seconds"))
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / FILE).write_text(json.dumps(asdict(demo)), encoding="utf-8")
    return demo


def _require_port(demo: Demo, home: Path) -> None:
    """The community's addresses name its port, so it cannot move once it is followed."""
    if lease.is_held(home / lease.SUPERVISOR):
        return  # it is the demo itself that has the port; starting twice shows the way into the first
    try:
        ports.listen(HOST, demo.port, strict=True).close()
    except ports.PortTakenError as error:
        raise TransomError(
            f"The demo community lives on port {demo.port}, which another program uses now. Stop that program, "
            "or start the demo afresh on another port: transom demo --fresh"
        ) from error
