"""Local servers of real protocols: each connector describes its service as answers; this serves them on loopback."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `base` is the server's own address as the client sees it; header names in lower case."""

    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    base: str

    def one(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return self.query.get(name, [default])[0]

    def number(self, name: str, default: int) -> int:
        """A query parameter as a whole number."""
        value = self.one(name)
        return int(value) if value.isascii() and value.isdigit() else default


@dataclass(frozen=True, slots=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


Service = Callable[[Asked], Reply]


def as_json(value: Any, status: int = 200, **headers: str) -> Reply:
    """A JSON answer; underscores in header names stand for hyphens."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status, json.dumps(value, ensure_ascii=False).encode(), named)


def not_found(words: str = "Not found") -> Reply:
    return as_json({"error": words}, 404)


def with_etag(asked: Asked, reply: Reply) -> Reply:
    """The reply with an ETag; 304 where the client has it already."""
    etag = f'"{hashlib.sha256(reply.body).hexdigest()[:20]}"'
    if asked.headers.get("if-none-match") == etag:
        return Reply(304, headers={"ETag": etag})
    return Reply(reply.status, reply.body, {**reply.headers, "ETag": etag}, reply.content_type)


@dataclass(slots=True)
class Running:
    """A server that runs: `base` without a slash at the end, `asked` the log. `service` may be exchanged."""

    base: str
    service: Service
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def serving(service: Service, port: int = 0) -> Iterator[Running]:
    """Serves on loopback from threads of its own while the block runs (port 0: any free one)."""
    running = Running("", service)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(parts.path, parse_qs(parts.query), headers, running.base)
            running.asked.append(asked)
            _send(self, running.service(asked))

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer((HOST, port), Handler) as server:
        running.base = f"http://{HOST}:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield running
        finally:
            server.shutdown()
            thread.join()


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    handler.send_response(reply.status)
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    if reply.status != 304:
        if "Content-Length" not in reply.headers:
            handler.send_header("Content-Length", str(len(reply.body)))
        handler.send_header("Content-Type", reply.content_type)
    handler.end_headers()
    if reply.status != 304:
        handler.wfile.write(reply.body)
