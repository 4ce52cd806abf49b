"""A PDF that somebody handed in."""

import io
import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from transom.engine.core.errors import ParseError
from transom.engine.parse.bodies import one_line
from transom.engine.parse.model import ParsedPdf

LARGEST = 100 * 1024 * 1024
MOST_PAGES = 400
MOST_CHARACTERS = 2_000_000
# Drawings have page descriptions beyond this; text does not, and extracting from them takes minutes.
LARGEST_PAGE = 8 * 1024 * 1024

_HYPHENATED = re.compile(r"(?<=[^\W\d_])[-\u00ad]\n(?=[^\W\d_])")
_LINE_END = re.compile(r"(?<![\n.!?:;])\n(?![\n•\-–\d])")
_MANY_LINES = re.compile(r"\n\s*\n\s*")
_SPACES = re.compile(r"[^\S\n]+")
_PROGRAM_TITLE = re.compile(
    r"^(?:microsoft word - |untitled|title|document\d*$|.*\.(?:docx?|indd|tex|qxd|pdf)$)", re.I
)


def parse_pdf(raw: bytes) -> ParsedPdf:
    """The text of a PDF. Raises ParseError when it is none, is locked or too large."""
    if len(raw) > LARGEST:
        raise ParseError(
            f"The PDF is larger than {LARGEST >> 20} MB, so it was not read. Hand in a smaller copy."
        )
    if b"%PDF-" not in raw[:1024]:
        raise ParseError("This is no PDF. Hand in the file itself, not a link to it.")
    try:
        reader = _opened(raw)
        pages = len(reader.pages)
        text, truncated = _text_of(reader, pages)
        said = reader.metadata or {}
    except ParseError:
        raise
    except (
        Exception
    ) as error:  # hostile files find ways to break any reader that no list of exceptions covers
        raise ParseError(
            f"The PDF is damaged and cannot be read ({type(error).__name__}). Open it and save it again, then try."
        ) from error
    title = _said(said, "/Title")
    return ParsedPdf(
        title=_first_line(text) if not title or _PROGRAM_TITLE.match(title) else title,
        author=_said(said, "/Author"),
        text=text,
        pages=pages,
        truncated=truncated,
        published=_when(said, "/CreationDate") or _when(said, "/ModDate"),
    )


def _opened(raw: bytes) -> Any:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(raw), strict=False)
    if reader.is_encrypted:
        unlocked = 0
        with suppress(Exception):  # a missing cipher is the same to the reader: it stays locked
            unlocked = int(reader.decrypt(""))
        if not unlocked:
            raise ParseError(
                "The PDF is locked with a password. Open it, save a copy without one, and hand that in."
            )
    return reader


def _text_of(reader: Any, pages: int) -> tuple[str, bool]:
    """The text, and whether pages were left out. A page that cannot be read costs only itself."""
    parts: list[str] = []
    length, left_out = 0, pages > MOST_PAGES
    for number in range(min(pages, MOST_PAGES)):
        try:
            page = reader.pages[number]
            contents = page.get_contents()
            if contents is not None and len(contents.get_data()) > LARGEST_PAGE:
                raise ValueError("a drawing")
            found = _tidy(page.extract_text() or "")
        except Exception:  # as above; the other pages may be sound
            left_out = True
            continue
        parts.append(found)
        length += len(found)
        if length > MOST_CHARACTERS:
            return "\n\n".join(filter(None, parts))[:MOST_CHARACTERS], True
    return "\n\n".join(filter(None, parts)), left_out


def _tidy(text: str) -> str:
    """Lines of one paragraph joined, words parted at a line's end mended."""
    text = text.encode("utf-8", "replace").decode().replace("\x00", "").replace("\r\n", "\n")
    text = _SPACES.sub(" ", _HYPHENATED.sub("", text))
    return _MANY_LINES.sub("\n\n", _LINE_END.sub(" ", text)).strip()


def _said(metadata: Any, name: str) -> str:
    with suppress(Exception):  # an indirect object that cannot be resolved is as good as missing
        value = metadata.get(name)
        if isinstance(value, str):
            return one_line(value.encode("utf-8", "replace").decode().replace("\x00", ""))[:500]
    return ""


def _when(metadata: Any, name: str) -> datetime | None:
    """A PDF date: D:YYYYMMDDHHmmSSOHH'mm (ISO 32000-1 section 7.9.4), everything after the year optional."""
    found = re.match(
        r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(Z|[+-]\d\d'?\d\d|)", _said(metadata, name)
    )
    if found is None:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    written = f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}"
    try:
        return datetime.fromisoformat(written + (zone.replace("'", "") or "Z")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _first_line(text: str) -> str:
    return one_line(text.partition("\n")[0])[:160]
