"""A small site with a feed on loopback, for commands that fetch."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = b"""<!doctype html><html><head><title>Shelf Notes</title>
<link rel="alternate" type="application/rss+xml" title="Shelf Notes" href="/feed.xml">
<link rel="alternate" type="application/rss+xml" title="Remarks" href="/remarks.xml"></head>
<body><p>About shelves.</p></body></html>"""
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Shelf Notes</title>
<link>http://site.example/</link><description>Shelves</description>
<item><title>Why the basement flooded twice</title><link>http://site.example/flood</link>
<guid>flood</guid><description>Two drains met under the boxes of the registry.</description></item>
<item><title>Labels that outlive their glue</title><link>http://site.example/glue</link>
<guid>glue</guid><description>Nine glues, one winter.</description></item></channel></rss>"""
PATHS = {
    "/": ("text/html", PAGE),
    "/feed.xml": ("application/rss+xml", FEED),
    "/remarks.xml": ("text/xml", FEED),
}


class Site:
    """Serves while the `with` block runs; `url` is its address without a slash at the end.

    A silent one takes connections and never answers.
    """

    def __init__(self, *, silent: bool = False) -> None:
        self.end = threading.Event()
        self._handler = type("_Silent", (_Handler,), {"end": self.end}) if silent else _Handler

    def __enter__(self) -> Site:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = f"http://{self.host}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end.set()
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    end: threading.Event | None = None

    def do_GET(self) -> None:
        if self.end is not None:
            self.end.wait()
            return
        kind, body = PATHS.get(self.path, ("text/plain", b""))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...
