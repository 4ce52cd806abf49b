"""A breath of silent MP3, and a one-font PDF writer: enough to be real files."""

from __future__ import annotations

import textwrap

# MPEG-1 layer III, 32 kbit/s, 44.1 kHz mono: a header and an empty frame of 104 bytes, forty times about a second.
SILENCE = (b"\xff\xfb\x10\xc4" + bytes(100)) * 40
_LINES = 52


def pdf(title: str, text: str) -> bytes:
    """The text as a PDF 1.4 of A4 pages in Helvetica; characters outside Latin-1 become question marks."""
    lines = [title, ""] + [line for part in text.split("\n") for line in (textwrap.wrap(part, 88) or [""])]
    pages = [lines[start : start + _LINES] for start in range(0, len(lines), _LINES)]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        objects += [_page(5 + 2 * number), _stream(page)]
    return _file([*objects, b"<< /Title (" + _string(title) + b") >>"])


def _page(contents: int) -> bytes:
    return (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
        f"/Resources << /Font << /F1 3 0 R >> >> /Contents {contents} 0 R >>"
    ).encode()


def _string(text: str) -> bytes:
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return escaped.encode("cp1252", "replace")


def _stream(lines: list[str]) -> bytes:
    shown = b"".join(b"(" + _string(line) + b") Tj T*\n" for line in lines)
    body = b"BT /F1 11 Tf 14 TL 60 780 Td\n" + shown + b"ET"
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(body), body)


def _file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        len(objects),
        start,
    )
    return bytes(out)
