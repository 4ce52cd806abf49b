"""Mails handed in: newsletters above all."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import SHARED

from transom.engine.core.errors import ParseError
from transom.engine.parse import parse_mail
from transom.engine.parse.model import ParsedMail


def letter(html: str = "", text: str = "Hello, here is this week's list.") -> EmailMessage:
    message = EmailMessage()
    message["From"] = '"Moreau, Inès" <ines@boxes.example>'
    message["To"] = "you@work.example"
    message["Subject"] = "Boxes weekly – größer als je"
    message["Date"] = "Tue, 03 Feb 2026 09:30:00 +0100"
    message["Message-ID"] = "<abc.1@boxes.example>"
    message["List-Id"] = "Boxes Weekly <Weekly.Boxes.Example>"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def test_headers_are_read_in_plain_words() -> None:
    mail = parse_mail(letter().as_bytes())
    assert mail.subject == "Boxes weekly – größer als je"
    assert (mail.sender_name, mail.sender_address) == ("Moreau, Inès", "ines@boxes.example")
    assert mail.sender == "Moreau, Inès"
    assert mail.sent == datetime(2026, 2, 3, 8, 30, tzinfo=UTC)
    assert (mail.message_id, mail.list_id) == ("abc.1@boxes.example", "weekly.boxes.example")


def test_html_is_preferred_and_sanitised_and_plain_text_kept() -> None:
    mail = parse_mail(letter("<p onclick=x()>The <b>list</b><script>steal()</script></p>").as_bytes())
    assert mail.body_html == "<p>The <b>list</b></p>"
    assert mail.text == "Hello, here is this week's list."


def test_plain_text_becomes_paragraphs_with_links() -> None:
    mail = parse_mail(letter(text="One <two>\nthree\n\nSee https://a.example/x?a=1&b=2.").as_bytes())
    assert mail.body_html.startswith("<p>One &lt;two&gt;<br>three</p><p>See <a href=")
    assert "https://a.example/x?a=1&amp;b=2</a>.</p>" in mail.body_html


def test_tracking_wrappers_are_undone_without_asking_anybody() -> None:
    wrapped = "https://www.google.com/url?q=https%3A%2F%2Fa.example%2Fstory&amp;sa=D"
    mail = parse_mail(letter(f'<p><a title="t" href="{wrapped}">Story</a></p>').as_bytes())
    assert 'href="https://a.example/story"' in mail.body_html


def test_hidden_preview_lines_and_tracking_pixels_are_dropped() -> None:
    html = (
        '<div style="display:none;max-height:0">Preview nobody sees</div><p>Shown</p>'
        '<img src="https://t.example/open.gif" width="1" height="1">'
    )
    body = parse_mail(letter(html).as_bytes()).body_html
    assert "Shown" in body
    assert "Preview" not in body
    assert "open.gif" not in body


def test_attachments_are_named_and_not_read() -> None:
    message = letter()
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="../../etc/Größe.pdf")
    message.add_attachment("<p>not the letter</p>", subtype="html", filename="page.html")
    mail = parse_mail(message.as_bytes())
    assert mail.attachments == ("Größe.pdf", "page.html")
    assert "not the letter" not in mail.body_html


def test_a_mail_forwarded_as_attachment_stands_for_the_note_around_it() -> None:
    note = EmailMessage()
    note["From"], note["Subject"] = "me@work.example", "Fwd"
    note.set_content("For Transom")
    note.add_attachment(letter())
    assert parse_mail(note.as_bytes()).subject == "Boxes weekly – größer als je"


@pytest.mark.parametrize(
    ("charset", "raw"),
    [
        ("utf-8", "Größe".encode()),
        ("iso-8859-1", "Größe".encode("latin-1")),
        ("nonsense", "Größe".encode()),
        ("us-ascii", "Größe".encode("cp1252")),
        ("utf-8", "Größe".encode("cp1252")),
    ],
)
def test_a_wrong_charset_still_gives_text(charset: str, raw: bytes) -> None:
    head = f"From: a@b.example\r\nSubject: x\r\nContent-Type: text/plain; charset={charset}\r\n\r\n".encode()
    assert parse_mail(head + raw).text == "Größe"


@pytest.mark.parametrize(
    "head",
    [
        b"From a@b.example Tue Feb  3 09:30:00 2026\nFrom: a@b.example\nSubject: x\n",
        b"\xef\xbb\xbfFrom: a@b.example\nSubject: x\n",
        b"\r\n\r\nFrom: a@b.example\nSubject: =?utf-8?q?x?=\n",
        b"From: a@b.example\nSubject: x\nDate: some day\nContent-Type: ///;;=\nContent-Transfer-Encoding: base32\n",
        b"From: a@b.example\nSubject: x\nDate: Fri, 99 Feb 99999 99:99:99 +9999\n",
    ],
)
def test_odd_beginnings_and_broken_headers_are_survived(head: bytes) -> None:
    mail = parse_mail(head + b"\nHello")
    assert (mail.subject, mail.sender_address, mail.text) == ("x", "a@b.example", "Hello")


@pytest.mark.parametrize(
    "raw", [b"", b"Hello there", b"<html><body>From: x</body></html>", b"\x00" * 50, b"%PDF-1.7"]
)
def test_what_is_no_mail_is_refused_with_advice(raw: bytes) -> None:
    with pytest.raises(ParseError, match="eml"):
        parse_mail(raw)


def test_parts_within_parts_without_end_are_survived() -> None:
    raw = b"From: a@b.example\nSubject: x\n"
    for depth in range(400):
        raw += f"Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n".encode()
    mail = parse_mail(raw + b"Content-Type: text/plain\n\nHello")
    assert mail.subject == "x"


@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64", "x-uuencode", "no\0thing"])
@pytest.mark.parametrize("charset", ["ut\0f-8", "\xff\xfe", "idna", "unicode_escape", "=?x?q?y?="])
def test_a_charset_of_no_name_still_gives_text(charset: str, encoding: str) -> None:
    head = f"From: a@b.example\nSubject: x\nContent-Transfer-Encoding: {encoding}\nContent-Type: text/plain; "
    mail = parse_mail(f'{head}charset="{charset}"\n\nHallo Gr\xfc\xdfe\n'.encode("latin-1"))
    assert mail.subject == "x"
    assert encoding in ("base64", "x-uuencode") or "Hallo" in mail.text


@given(st.data())
def test_no_mutation_breaks_it(data: st.DataObject) -> None:
    raw = bytearray(letter("<p>Hello <b>you</b></p>").as_bytes())
    for _ in range(data.draw(st.integers(1, 25))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ParseError):
        assert isinstance(parse_mail(bytes(raw)), ParsedMail)


@pytest.mark.shared
def test_the_examples_of_the_mail_standard_are_read() -> None:
    mails = sorted((SHARED / "data" / "contacts-calendars" / "mikel-mail").glob("*.eml"))
    if not mails:
        pytest.skip("the shared data are not beside this checkout")
    for path in mails:
        mail = parse_mail(path.read_bytes())
        assert "@" in mail.sender_address, path.name
        assert mail.sent, path.name
