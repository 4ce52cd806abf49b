"""Bytes to an XML tree, safely: encodings, damage that can be mended, bombs that must not go off.

No entity is expanded by the XML parser and nothing is loaded from anywhere. A document type declaration is cut
out before parsing; the plain entities it defines are put in by hand, within a limit.
"""

import codecs
import re
from html.entities import name2codepoint

from lxml import etree

from transom.engine.core.errors import ParseError
from transom.engine.parse.bodies import Element
from transom.engine.parse.names import usual_namespace

LARGEST = 64 * 1024 * 1024
_PARSER_OPTIONS = {"resolve_entities": False, "no_network": True, "huge_tree": False, "load_dtd": False}

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE_STARTS = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']\s*([A-Za-z0-9._:-]+)")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)", re.IGNORECASE)
_DOCTYPE_START = re.compile(r"<!DOCTYPE\b", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[>]*(?:\[(.*?)\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ENTITY_DEFINITION = re.compile(r"<!ENTITY\s+([\w.:-]+)\s+(?:\"(&#\w+;|[^&%\"]*)\"|'(&#\w+;|[^&%']*)')\s*>")
_REFERENCE = re.compile(r"&([A-Za-z][\w.:-]{0,40});")
_BARE_AMPERSAND = re.compile(r"&(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][\w.:-]{0,40};)")
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>|<!--.*?-->)", re.DOTALL)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Windows-1252 in Unicode's clothes: what the Encoding Standard calls C1 control characters no feed means.
_C1_BYTES = re.compile(rb"\xc2[\x80-\x9f]")
_C1_REFERENCE_BYTES = re.compile(rb"&#(?:0*1[2-5]\d|[xX]0*[89][0-9a-fA-F]);")
_C1 = {code: bytes([code]).decode("cp1252", "replace") for code in range(0x80, 0xA0)}
_C1_REFERENCE = re.compile(r"&#(?:0*(1[2-5]\d)|[xX]0*([89][0-9a-fA-F]));")
_ILLEGAL_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|[xX]0*(?:[0-8bcBCefEF]|1[0-9a-fA-F]));"
)
_PREFIX_USED = re.compile(r"(?:</?|(?<=\s))([A-Za-z_][\w.-]*):[A-Za-z_][\w.-]*(?=[\s=/>])")
_PREFIX_DECLARED = re.compile(r"xmlns:([A-Za-z_][\w.-]*)\s*=")
_ROOT = re.compile(r"<[A-Za-z_][\w.:-]*")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
# Feeds that say Latin-1 mean Windows-1252, as the Encoding Standard rules for the web.
_WIDER = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
          "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949",
          "iso-8859-9": "cp1254", "tis-620": "cp874"}  # fmt: skip


def quick_tree(body: bytes) -> Element | None:
    """The tree of a sound document without a document type; None when it needs care."""
    head = body[:1024].upper()
    if b"<!DOCTYPE" in head or b"\x00" in head[:4]:
        return None
    if _C1_BYTES.search(body) or _C1_REFERENCE_BYTES.search(body):
        return None
    declared = _DECLARED.match(body[:1024])
    if declared and declared.group(1).upper() != b"UTF-8":
        return None
    try:
        root = etree.fromstring(body, etree.XMLParser(**_PARSER_OPTIONS))
    except (etree.XMLSyntaxError, ValueError) as error:
        _refuse_bombs(error)
        return None
    return None if root.getroottree().docinfo.internalDTD is not None else root


def mended_tree(text: str) -> Element | None:
    """The tree of a document after the mending that leaves no doubt; None when that does not suffice."""
    return _tree(_mended(text), recover=False)


def recovered_tree(text: str) -> Element | None:
    """What libxml2's recovery makes of a damaged document; may miss whatever follows the damage."""
    return _tree(_mended(text), recover=True)


def decoded(body: bytes, content_type: str | None) -> tuple[str, str]:
    """`body` as text, and a sentence about its encoding when that was not as declared ("" when it was)."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace"), ""
    for start, encoding in _WIDE_STARTS:
        if body.startswith(start):
            return body.decode(encoding, "replace"), ""
    declared = _DECLARED.match(body[:1024])
    header = _CHARSET.search(content_type or "")
    named = declared.group(1).decode("ascii") if declared else header.group(1) if header else "utf-8"
    # A document that says UTF-16 yet reads as ASCII cannot be that.
    named = "utf-8" if named.lower().replace("_", "-").startswith(("utf-16", "utf-32", "ucs-")) else named
    other = header.group(1) if header else ""
    return _first_decoding(body, [named, other, "utf-8", "cp1252"], named)


def _first_decoding(body: bytes, candidates: list[str], named: str) -> tuple[str, str]:
    for candidate in filter(None, candidates):
        try:
            encoding = codecs.lookup(_WIDER.get(candidate.lower(), candidate)).name
            text = body.decode(encoding)
        except (LookupError, UnicodeError, ValueError):
            continue
        note = (
            ""
            if candidate == named
            else f"The feed says its encoding is {named[:40]} but was read as {candidate}."
        )
        return text, note
    note = f"The feed has characters that its encoding, {named[:40]}, does not know; they were replaced."
    try:
        return body.decode(_WIDER.get(named.lower(), named), "replace"), note
    except (LookupError, ValueError):
        return body.decode("utf-8", "replace"), note


def _tree(text: str, *, recover: bool) -> Element | None:
    try:
        parser = etree.XMLParser(**_PARSER_OPTIONS, recover=recover, encoding="utf-8")
        root: Element | None = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        _refuse_bombs(error)
        return None
    return root


def _refuse_bombs(error: Exception) -> None:
    message = str(error).lower()
    if "excessive depth" in message or "maximum entity" in message or "entity loop" in message:
        raise ParseError(
            "The feed nests its elements deeper than any real feed does, so it was not read. "
            "Ask its publisher, or unfollow it.",
            looks_like="xml",
        ) from error


def _mended(text: str) -> str:
    text = _ILLEGAL.sub("", text.lstrip("\ufeff \t\r\n"))
    text = _C1_REFERENCE.sub(_printable, _DECLARATION.sub("", text, count=1).lstrip()).translate(_C1)
    text = _with_namespaces(text)
    entities: dict[str, str] = {}
    if found := _document_type(text):
        entities = _safe_entities(found.group(1) or "")
        text = text[: found.start()] + text[found.end() :]
    if "&" not in text:
        return text
    mended = "".join(
        part if part.startswith(("<![CDATA[", "<!--")) else _mended_references(part, entities)
        for part in _CDATA.split(text)
    )
    if len(mended) > 4 * len(text) + 65536:
        raise ParseError(
            "The feed's entities swell it far beyond its size, so it was not read.", looks_like="xml"
        )
    return mended


def _printable(found: re.Match[str]) -> str:
    code = int(found[1]) if found[1] else int(found[2], 16)
    return _C1.get(code, found.group())


def _with_namespaces(text: str) -> str:
    """Prefixes that are used but never declared get their usual namespace, on the root element."""
    used = set(_PREFIX_USED.findall(text)) - set(_PREFIX_DECLARED.findall(text)) - {"xml", "xmlns"}
    root = _ROOT.search(text)
    if not used or root is None:
        return text
    known = {prefix: usual_namespace(prefix) for prefix in sorted(used)[:50]}
    declarations = "".join(f' xmlns:{prefix}="{namespace}"' for prefix, namespace in known.items())
    return text[: root.end()] + declarations + text[root.end() :]


def _document_type(text: str) -> re.Match[str] | None:
    """The declaration, tried at its first beginning only: searching for more takes forever in a hostile document."""
    start = _DOCTYPE_START.search(text, 0, 65536)
    return _DOCTYPE.match(text, start.start(), start.start() + 65536) if start else None


def _safe_entities(subset: str) -> dict[str, str]:
    """Definitions that stand for plain characters; the first of a name counts (XML 1.0 section 4.2)."""
    entities: dict[str, str] = {}
    for name, double, single in _ENTITY_DEFINITION.findall(subset[:65536]):
        entities.setdefault(name, (double or single)[:2000])
    return entities


def _mended_references(text: str, entities: dict[str, str]) -> str:
    text = _ILLEGAL_REFERENCE.sub("", text)
    text = _BARE_AMPERSAND.sub("&amp;", text)

    def replaced(found: re.Match[str]) -> str:
        name = found.group(1)
        if name in _XML_NAMES:
            return found.group()
        if name in entities:
            return entities[name].replace("<", "&lt;")
        return f"&#{name2codepoint[name]};" if name in name2codepoint else f"&amp;{name};"

    return _REFERENCE.sub(replaced, text)
