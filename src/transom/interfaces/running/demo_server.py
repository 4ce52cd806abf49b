"""The demo community's process. Run as ``python -m transom.interfaces.running.demo_server``."""

from __future__ import annotations

import argparse
import sys
import threading
from datetime import UTC, datetime

from transom.interfaces.running import lifeline

TIME_PASSES_EVERY = 3600.0


def main(arguments: list[str] | None = None) -> int:
    """Serves the community until the supervisor ends; every hour it shows what happened since."""
    parser = argparse.ArgumentParser(prog="transom-demo-server")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--epoch", type=datetime.fromisoformat, required=True)
    options = parser.parse_args(arguments)
    stop = threading.Event()
    lifeline.stop_on_signals(stop.set)
    from transom.demo.server import serve

    lifeline.when_supervisor_ends(stop.set)
    with serve(options.host, options.port, datetime.now(UTC), options.epoch) as server:
        while not stop.wait(TIME_PASSES_EVERY):
            server.set_now(datetime.now(UTC))
    return 0


if __name__ == "__main__":
    sys.exit(main())
