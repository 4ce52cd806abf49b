"""A mail that somebody handed in: a newsletter, a digest of a list, a message from a peer."""

import email
import email.policy
import re
from collections.abc import Iterator
from copy import copy
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from html import escape, unescape

from lxml import etree
from lxml import html as lxml_html

from transom.engine.core.addresses import without_tracking_wrapper
from transom.engine.core.errors import ParseError
from transom.engine.parse.bodies import one_line
from transom.engine.parse.dates import parse_date
from transom.engine.parse.model import ParsedMail
from transom.engine.text.sanitise import sanitise, to_text

LARGEST = 48 * 1024 * 1024
MOST_PARTS = 500
# A mail shorter than this that carries another mail is taken as a note pinned to it.
SHORT_NOTE = 400

_MESSAGE_HEADERS = ("from", "subject", "date", "received", "message-id", "to", "return-path", "list-id")
_LIST_ID = re.compile(r"<([^<>\s]+)>\s*$")
_HIDDEN = re.compile(
    r"display\s*:\s*none|mso-hide\s*:\s*all|max-height\s*:\s*0(?:px)?\s*(?:;|$)", re.IGNORECASE
)
_HREF = re.compile(r"(<a\b[^<>]*?\shref=\")([^\"]*)")
_ADDRESS = re.compile(r"https?://[^\s<>\"'\x00-\x1f]+[^\s<>\"'.,;:!?)\]}\x00-\x1f]")
_NO_MAIL = (
    "This is no mail: it has no sender, subject or date. Save the mail as an .eml file and hand that in."
)


def parse_mail(raw: bytes) -> ParsedMail:
    """Read one .eml. Raises ParseError when the bytes are no mail.

    A forwarded mail in an otherwise nearly empty one stands for it. Hidden text (preview lines) is dropped.
    """
    if len(raw) > LARGEST:
        raise ParseError(
            f"The mail is larger than {LARGEST >> 20} MB, so it was not read. Remove its attachments."
        )
    message = _message(raw)
    parts = list(_parts(message))
    html, text = _bodies(parts)
    inner = next((part for part in parts if part.get_content_type() == "message/rfc822"), None)
    if inner is not None and len(to_text(html) or text) < SHORT_NOTE and (forwarded := _carried(inner)):
        message, parts = forwarded, list(_parts(forwarded))
        html, text = _bodies(parts)
    name, address = _sender(message)
    return ParsedMail(
        subject=_header(message, "subject"),
        sender_name=name,
        sender_address=address,
        sent=_sent(message),
        message_id=_header(message, "message-id").strip("<> "),
        list_id=_list_id(message),
        body_html=_unwrapped(sanitise(_visible(html) if html else _as_markup(text))),
        text=text.strip() or to_text(html),
        attachments=tuple(name for part in parts if (name := _file_name(part))),
    )


def _message(raw: bytes) -> Message:
    raw = raw.lstrip(b"\xef\xbb\xbf\r\n \t")
    if raw.startswith((b"From ", b">From ")):  # the separator of a mailbox file
        raw = raw.partition(b"\n")[2]
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    if sum(name in message for name in _MESSAGE_HEADERS) < 2:
        raise ParseError(_NO_MAIL, looks_like="html" if b"<html" in raw[:2000].lower() else "")
    return message


def _parts(message: Message) -> Iterator[Message]:
    """The leaves of a mail, and mails carried in it unopened; never recursive, and only so many."""
    waiting, left = [message], MOST_PARTS
    while waiting and left:
        part = waiting.pop()
        left -= 1
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            waiting += [one for one in reversed(_within(part)) if isinstance(one, Message)]
        else:
            yield part


def _carried(part: Message) -> Message | None:
    inner = next(iter(_within(part)), None)
    return inner if isinstance(inner, Message) else None


def _within(part: Message) -> list[object]:
    """The parts of a part; asked for nothing else, since reading a text in a charset of no name may raise."""
    payload = part.get_payload() if part.is_multipart() else None
    return list(payload) if isinstance(payload, list) else []


def _bodies(parts: list[Message]) -> tuple[str, str]:
    """The HTML and the plain text to read: of several HTML parts the longest, plain parts one after another."""
    html, plain = "", []
    for part in parts:
        kind = part.get_content_type()
        if _file_name(part) or kind not in ("text/html", "text/plain"):
            continue
        content = _content(part)
        if kind == "text/plain":
            plain.append(content)
        elif len(content) > len(html):
            html = content
    return html, "\n\n".join(filter(str.strip, plain)).replace("\r\n", "\n")


def _content(part: Message) -> str:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, AssertionError, LookupError):
        payload = None
    raw = payload if isinstance(payload, bytes) else _as_it_stands(part)
    text = _decoded(raw, str(part.get_content_charset() or ""))
    flowed = str(part.get_param("format", "", "content-type") or "").lower() == "flowed"
    return re.sub(r" \r?\n(?!-- )", " ", text) if flowed and part.get_content_type() == "text/plain" else text


def _as_it_stands(part: Message) -> bytes:
    """A text whose transfer encoding or charset is broken."""
    bare = copy(part)
    del bare["content-type"]
    return str(bare.get_payload()).encode("utf-8", "surrogateescape")


def _decoded(raw: bytes, charset: str) -> str:
    for encoding in (charset, "utf-8"):
        try:
            if encoding:
                return raw.decode(encoding)
        except (LookupError, UnicodeError, ValueError):
            continue
    return raw.decode("cp1252", "replace")


def _header(message: Message, name: str) -> str:
    """A header in plain words: encoded words decoded (RFC 2047), folding undone; "" when it is missing."""
    value = message.get(name)
    if value is None:
        return ""
    try:
        parts = decode_header(str(value))
    except (HeaderParseError, ValueError):
        return one_line(str(value))
    words = [part if isinstance(part, str) else _decoded(part, _charset(charset)) for part, charset in parts]
    return one_line("".join(words).encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def _charset(name: str | None) -> str:
    return "" if name in (None, "unknown-8bit") else str(name)


def _sender(message: Message) -> tuple[str, str]:
    """Name and address of From; the name is decoded after splitting, as it may itself hold a comma."""
    for header in ("from", "sender", "return-path"):
        raw = str(message.get(header) or "")
        name, address = parseaddr(one_line(raw))
        if address or name:
            holder = Message()
            holder["name"] = name
            return _header(holder, "name"), address
    return "", ""


def _sent(message: Message) -> datetime | None:
    said = _header(message, "date") or _header(message, "received").rpartition(";")[2]
    try:
        when = parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError, OverflowError):
        return parse_date(said)
    try:
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None


def _list_id(message: Message) -> str:
    """RFC 2919: a phrase, then the identifier in angle brackets."""
    said = _header(message, "list-id")
    found = _LIST_ID.search(said)
    return (found.group(1) if found else said.strip("<> "))[:255].lower()


def _file_name(part: Message) -> str:
    """The name of an attached file; "" for a part that is to be read."""
    try:
        name = part.get_filename()
    except (ValueError, LookupError, TypeError):
        name = None
    attached = str(part.get("content-disposition") or "").strip().lower().startswith("attachment")
    readable = part.get_content_type() in ("text/html", "text/plain")
    if part.get_content_type() == "message/rfc822" or (not name and (readable or not attached)):
        return ""
    holder = Message()
    holder["name"] = re.split(r"[/\\]", name)[-1] if name else part.get_content_type()
    return _header(holder, "name")[:255]


def _visible(html: str) -> str:
    """A newsletter without what its writer hid: preview lines and alternatives for other programs."""
    if not _HIDDEN.search(html):
        return html
    try:
        tree = lxml_html.fragment_fromstring(html.replace("\x00", ""), create_parent="div")
    except (etree.LxmlError, ValueError, AssertionError):
        return html
    for element in [
        one for one in tree.iter() if isinstance(one.tag, str) and _HIDDEN.search(one.get("style") or "")
    ]:
        if element.getparent() is not None:
            element.drop_tree()
    visible: str = lxml_html.tostring(tree, encoding="unicode")
    return visible


def _as_markup(text: str) -> str:
    """Plain text as paragraphs, with its addresses as links."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "".join(f"<p>{_linked(one)}</p>" for one in paragraphs if one.strip())


def _linked(text: str) -> str:
    parts, at = [], 0
    for found in _ADDRESS.finditer(text):
        address = escape(found.group())
        parts += [escape(text[at : found.start()]), f'<a href="{address}">{address}</a>']
        at = found.end()
    return "".join((*parts, escape(text[at:]))).strip().replace("\n", "<br>")


def _unwrapped(html: str) -> str:
    """Links without the tracking wrappers that carry their destination in themselves; nothing is requested."""
    return _HREF.sub(lambda found: found[1] + escape(without_tracking_wrapper(unescape(found[2]))), html)
