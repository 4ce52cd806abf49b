"""A process that forks children which read one connector's source, so that killing many of them is cheap.

    python -m tests.apps.sources.connectors.nursery HOME BASE

"start" forks a child that reads on and on and prints its process id; "wait" waits for its end; "once" is one round.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(home: Path, base: str) -> None:
    os.environ["TRANSOM_HOME"], os.environ["DJANGO_SETTINGS_MODULE"] = str(home), "transom.config.settings"
    os.environ.pop("TRANSOM_DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    from tests.apps.library.refresh.nursery import _forked

    from transom.apps.sources.models import Source, SourceKind, SourceState

    source = Source.objects.create(
        kind=SourceKind.CONNECTOR,
        connector="datatracker",
        query={"group": "stacks", "at": base},
        address=f"{base}/group/stacks/about/",
        host="127.0.0.1",
        channel="standards body",
    )
    from django.utils import timezone

    SourceState.objects.create(source=source, next_due_at=timezone.now())
    connections.close_all()
    port = int(base.rpartition(":")[2])
    child = 0
    print("ready", flush=True)
    for line in sys.stdin:
        command = line.strip()
        if command == "start":
            child = _forked(lambda: _read_on(source.pk, port))
            print(child, flush=True)
        elif command == "wait":
            os.waitpid(child, 0)
            print("ended", flush=True)
        else:
            os.waitpid(_forked(lambda: _round(source.pk, port)), 0)
            print("done", flush=True)


def _read_on(source_id: int, port: int) -> None:
    while True:
        _round(source_id, port)


def _round(source_id: int, port: int) -> None:
    from django.utils import timezone

    from transom.apps.library.refresh import refresh_sources
    from transom.engine.net.client import AiohttpClient
    from transom.engine.net.guard import AddressGuard
    from transom.engine.net.politeness import Politeness

    guard = AddressGuard(allowed=frozenset({("127.0.0.1", port)}))
    refresh_sources([source_id], AiohttpClient(guard, politeness=Politeness(spacing=0)), now=timezone.now())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
