"""Bytes of every feed and page of the demo community; one module a format."""

from transom.demo.render.documents import Document, document

__all__ = ["Document", "document"]
