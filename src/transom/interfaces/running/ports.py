"""Finding a port of our own on this computer."""

from __future__ import annotations

import errno
import socket
import sys

from transom.engine.core.errors import TransomError

TRIES = 50


class PortTakenError(TransomError):
    """Another program has the port."""


def listen(host: str, port: int, *, strict: bool) -> socket.socket:
    """A socket bound to the port; unless `strict`, the next free one of fifty. Raises PortTakenError."""
    for candidate in range(port, port + (1 if strict else TRIES)):
        bound = _bind(host, candidate)
        if bound is not None:
            return bound
    where = f"Port {port}" if strict else f"Every port from {port} to {port + TRIES - 1}"
    raise PortTakenError(
        f"{where} is used by another program. Choose another one: transom run --port {port + TRIES}",
        permanent=True,
    )


def _bind(host: str, port: int) -> socket.socket | None:
    if _answers_over_ipv6(host, port):
        return None
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(128)
    except OSError as error:
        sock.close()
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            return None
        raise TransomError(
            f"Nothing can listen on {host} port {port}: {error.strerror}. Set host and port in transom.toml.",
            permanent=True,
        ) from error
    return sock


def _answers_over_ipv6(host: str, port: int) -> bool:
    """Browsers try ::1 first for "localhost": whoever listens there would get our sign-in link."""
    if host != "127.0.0.1" or not port or not socket.has_ipv6:
        return False
    try:
        with socket.create_connection(("::1", port), timeout=0.2):
            return True
    except OSError:
        return False
