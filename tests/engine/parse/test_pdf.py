"""PDFs handed in."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from transom.engine.core.errors import ParseError
from transom.engine.parse import parse_pdf
from transom.engine.parse.model import ParsedPdf

LINES = ("Moving an archive", "Every box had a num-", "ber on two sides.", "The lift failed.")


def pdf(
    lines: tuple[str, ...] = LINES, *, title: str = "Boxes", author: str = "Ines Moreau", pages: int = 1
) -> bytes:
    """A small document in the plainest PDF there is."""
    drawn = "BT /F1 12 Tf 72 720 Td 14 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
    kids = " ".join(f"{5 + n} 0 R" for n in range(pages))
    page = "<< /Type /Page /Parent 2 0 R /Contents 3 0 R /Resources << /Font << /F1 4 0 R >> >> >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *[page] * pages,
        f"<< /Title ({title}) /Author ({author}) /CreationDate (D:20260203093000+01'00') >>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>"
    start = len(out)
    return (
        out
        + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}\nstartxref\n{start}\n%%EOF".encode()
    )


def locked(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def test_title_author_date_and_text_are_read() -> None:
    document = parse_pdf(pdf())
    assert (document.title, document.author, document.pages) == ("Boxes", "Ines Moreau", 1)
    assert document.published == datetime(2026, 2, 3, 8, 30, tzinfo=UTC)
    assert "Every box had a number on two sides." in document.text
    assert not document.truncated


@pytest.mark.parametrize("title", ["", "Microsoft Word - draft7.docx", "untitled", "report.pdf"])
def test_a_title_that_a_program_made_gives_way_to_the_first_line(title: str) -> None:
    assert parse_pdf(pdf(title=title)).title.startswith("Moving an archive")


def test_a_password_for_changing_only_does_not_matter_and_one_for_reading_does() -> None:
    assert "two sides" in parse_pdf(locked("")).text
    with pytest.raises(ParseError, match="locked"):
        parse_pdf(locked("secret"))


def test_a_long_document_is_cut_and_says_so() -> None:
    document = parse_pdf(pdf(pages=405))
    assert (document.pages, document.truncated) == (405, True)


@pytest.mark.parametrize("raw", [b"", b"hello", b"<html></html>", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_pdf_is_refused(raw: bytes) -> None:
    with pytest.raises(ParseError, match="no PDF"):
        parse_pdf(raw)


@pytest.mark.parametrize("damage", [b"%PDF-1.4\n", b"%PDF-1.4\nxref\ntrailer << /Root 1 0 R >>", pdf()[:150]])
def test_a_damaged_pdf_is_an_error_with_advice(damage: bytes) -> None:
    with pytest.raises(ParseError, match="damaged"):
        parse_pdf(damage)


def test_pages_that_contain_themselves_are_survived() -> None:
    looped = pdf().replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]")
    with suppress(ParseError):
        assert isinstance(parse_pdf(looped), ParsedPdf)


@given(st.data())
@settings(max_examples=60)
def test_no_mutation_breaks_it(data: st.DataObject) -> None:
    raw = bytearray(pdf())
    for _ in range(data.draw(st.integers(1, 12))):
        raw[data.draw(st.integers(8, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ParseError):
        assert isinstance(parse_pdf(bytes(raw)), ParsedPdf)
