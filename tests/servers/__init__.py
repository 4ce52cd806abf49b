"""Real HTTP servers on loopback for tests, well-behaved and otherwise.

    async with LoopbackServer(fault_handler) as server:     # tests/servers/faults.py: one path a fault
        server.url("/gzip-bomb", host="bad.example")        # with AddressGuard(mapping={"bad.example": "127.0.0.1"})

`in_thread` runs one beside synchronous code; `tests.servers.tls` makes certificates, good and bad.
"""

from tests.servers.threaded import in_thread

from transom.engine.net.loopback import HangUpError, LoopbackServer, Seen, reply

__all__ = ["HangUpError", "LoopbackServer", "Seen", "in_thread", "reply"]
