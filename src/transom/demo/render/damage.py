"""The ways two of the demo's feeds are broken, as feeds on the web are."""

from __future__ import annotations


def malformed(document: bytes) -> bytes:
    """Bare ampersands, an entity XML does not know, an end tag missing, a control character."""
    broken = document.replace(b"&amp;", b"&").replace(b" - ", b"&nbsp;- ")
    broken = broken.replace(b"</description>", b"\x0b</description>", 1)
    head, separator, tail = broken.rpartition(b"</channel>")
    return head + tail if separator else broken


def wrong_charset(document: bytes) -> bytes:
    """Says UTF-8 in its first line and is written in windows-1252."""
    return document.decode().encode("cp1252", "xmlcharrefreplace")


APPLY = {"malformed": malformed, "charset": wrong_charset}
