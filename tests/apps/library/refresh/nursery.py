"""A process that loads Django once and then forks refreshing children, so that killing fifty of them is cheap.

    python -m tests.apps.library.refresh.nursery HOME PORT SOURCES

Commands come by its standard input, one a line: "start" (a child refreshes round after round; its process id is
printed), "wait" (until that child has ended), "once [full|locked]" (one round in a child; what became of it is
printed: "done", or the words for the user).
"""

from __future__ import annotations

import contextlib
import os
import ssl
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

SLOWEST_LOCK = 0.2
SMALL_BATCH = 10


def host(number: int) -> str:
    return f"site{number}.example{number % 7}.org"


class Nursery:
    """Needs a database that nobody else migrates."""

    def __init__(self, home: Path, port: int, sources: int) -> None:
        os.environ["TRANSOM_HOME"], os.environ["DJANGO_SETTINGS_MODULE"] = (
            str(home),
            "transom.config.settings",
        )
        os.environ.pop("TRANSOM_DATABASE_URL", None)
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection, connections
        from django.utils import timezone

        call_command("migrate", verbosity=0)
        # Migrations that make tables again leave free pages, and a disk that is full would not be full.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
        from transom.apps.sources.models import Source, SourceState

        for number in range(sources):
            source = Source.objects.create(address=f"http://{host(number)}:{port}/feed", host=host(number))
            SourceState.objects.create(source=source, next_due_at=timezone.now())
        from transom.apps.library.refresh import run

        run.BATCH = SMALL_BATCH
        self._refresh, self._tls = run.refresh_sources, ssl.create_default_context()
        self._ids = list(Source.objects.values_list("pk", flat=True))
        connections.close_all()

    def serve(self) -> None:
        """Obeys until the input ends."""
        child = 0
        print("ready", flush=True)
        for line in sys.stdin:
            command, _, how = line.strip().partition(" ")
            if command == "start":
                child = _forked(self._go_on)
                print(child, flush=True)
            elif command == "wait":
                os.waitpid(child, 0)
                print("ended", flush=True)
            else:
                os.waitpid(_forked(lambda trouble=how: self._once(trouble)), 0)

    def _go_on(self) -> None:
        while True:
            self._round()

    def _once(self, trouble: str) -> None:
        from django.conf import settings
        from django.db import DatabaseError, connection

        from transom.interfaces.running.upgrade import why_unreadable

        settings.DATABASES["default"]["OPTIONS"]["timeout"] = SLOWEST_LOCK
        try:
            if trouble == "full":
                _fill(connection)
            self._round()
        except DatabaseError as error:
            print(why_unreadable(error), flush=True)
        else:
            print("done", flush=True)

    def _round(self) -> None:
        from django.utils import timezone

        from transom.engine.net.client import AiohttpClient
        from transom.engine.net.guard import AddressGuard
        from transom.engine.net.politeness import Politeness

        guard = AddressGuard(mapping={host(number): "127.0.0.1" for number in range(len(self._ids))})
        client = AiohttpClient(guard, politeness=Politeness(spacing=0), tls=self._tls)
        self._refresh(self._ids, client, now=timezone.now())


def _fill(connection: Any) -> None:
    """Lets the file grow no more, and uses up the pages that lie free in it."""
    from django.db import DatabaseError

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS filler (data BLOB)")
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        with contextlib.suppress(DatabaseError):
            while True:
                cursor.execute("INSERT INTO filler VALUES (zeroblob(3000))")


def _forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    Nursery(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])).serve()
