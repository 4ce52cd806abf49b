"""The web process: Django under waitress. Run as ``python -m transom.interfaces.running.web``."""

from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
import threading
from typing import Any

from transom.interfaces.running import lifeline

log = logging.getLogger("transom.web")

THREADS = 8
LARGEST_REQUEST = 64 * 1024 * 1024


def main(arguments: list[str] | None = None) -> int:
    """Loads everything, waits for the supervisor's word, and serves until it ends."""
    options = _parser().parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "transom.config.settings")
    lifeline.stop_on_signals(_leave)
    from transom.config.wsgi import application

    _warm_up()
    if not lifeline.wait_for_go():
        return 0
    lifeline.when_supervisor_ends(lifeline.end_this_process)
    threading.Thread(target=_warm_candidates, name="warm-up", daemon=True).start()
    serve(application, _socket(options))
    return 0


def serve(application: Any, sock: socket.socket) -> None:
    """Serves on a socket that listens already, until SystemExit."""
    from waitress.server import create_server

    server = create_server(
        application,
        sockets=[sock],
        threads=THREADS,
        ident="",
        max_request_body_size=LARGEST_REQUEST,
        # Kept, so that the sign-in rule sees that a request was passed on by another server.
        clear_untrusted_proxy_headers=False,
    )
    server.run()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="transom-web")
    parser.add_argument("--fd", type=int, default=-1, help="a listening socket to take over")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    return parser


def _socket(options: argparse.Namespace) -> socket.socket:
    if options.fd >= 0:
        return socket.socket(fileno=options.fd)
    from transom.interfaces.running.ports import listen

    return listen(options.host, options.port, strict=True)


def _warm_up() -> None:
    """Loads what the first page needs while the supervisor looks after the database."""
    from django.template import engines
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    engines.all()


def _warm_candidates() -> None:
    """Reads what the first brief is chosen from while its reader still signs in."""
    from django.db import connections
    from django.utils import timezone

    from transom.apps.brief.candidates.warm import warm_up

    try:
        warm_up(timezone.now())
    except Exception as error:
        # The brief reads it itself when it is asked for, and says what is wrong.
        log.info("Nothing was read ahead: %s: %s", type(error).__name__, error)
    finally:
        connections.close_all()


def _leave() -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
