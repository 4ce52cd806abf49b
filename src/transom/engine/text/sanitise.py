"""HTML from strangers, made safe to show.

nh3 (html5ever's tree builder behind an allow-list) does the work on every text. What it cannot express,
turning video frames into links and dropping one-pixel pictures, runs first and only on texts in which a cheap
search finds something to do; its output passes through nh3 like everything else.
"""

import re
from functools import lru_cache
from html import escape, unescape
from typing import Literal

import nh3
from lxml import etree
from lxml import html as lxml_html

from transom.engine.core.addresses import is_http, resolve

REL = "noopener noreferrer nofollow"

TAGS = frozenset(
    """
    a abbr acronym address article aside audio b bdi bdo blockquote br caption center cite code col colgroup data
    dd del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main
    mark ol p picture pre q rb rp rt rtc ruby s samp section small source span strike strong sub summary sup
    table tbody td tfoot th thead time tr track tt u ul var video wbr
    """.split()  # noqa: SIM905
)
# Elements whose content is no text for a reader.
DROPPED_WITH_CONTENT = frozenset(
    """
    script style svg math template noembed noframes frameset title textarea select button
    dialog xmp plaintext head canvas
    """.split()  # noqa: SIM905
)
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang", "title"},
    "a": {"href", "hreflang"},
    "audio": {"src", "controls"},
    "video": {"src", "controls", "poster", "width", "height"},
    "source": {"src", "type"},
    "img": {"src", "alt", "width", "height"},
    "del": {"datetime"},
    "ins": {"datetime"},
    "time": {"datetime"},
    "data": {"value"},
    "ol": {"start", "reversed", "type"},
    "li": {"value"},
    "col": {"span"},
    "colgroup": {"span"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "details": {"open"},
}
SCHEMES = {"http", "https", "mailto", "tel", "xmpp", "gemini"}
SET_ATTRIBUTES = {"audio": {"preload": "none"}, "video": {"preload": "none"}, "img": {"loading": "lazy"}}

# One level deeper than any sound text; deeper nesting is flattened before it can exhaust a parser's stack.
DEEPEST = 120
LONGEST = 4_000_000

_MARKUP = re.compile(r"[<&]")
_SPECIAL = re.compile(
    r"<(?:iframe|embed)\b|<img\b[^<>]{0,800}?(?:width|height)\s*=\s*[\"']?\s*[01](?:\.0*)?(?:px)?[\"'\s/>]",
    re.IGNORECASE,
)
_FRAME = re.compile(r"<iframe\b[^<>]*>", re.IGNORECASE)
_FRAME_END = re.compile(r"</iframe\b", re.IGNORECASE)
_PIXEL = re.compile(r"\s*[01](?:\.0*)?(?:px)?\s*", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*?(/?)>")
_VOID = frozenset(
    {"br", "hr", "img", "col", "wbr", "source", "track", "input", "meta", "link", "area", "embed"}
)
_BLOCK_END = re.compile(
    r"<(?:/(?:p|div|h[1-6]|li|tr|blockquote|pre|table|ul|ol|dl|dd|dt|figure|figcaption|section|article|header"
    r"|footer|aside|main|details|summary|address|caption)|br|hr)\b[^<>]*>",
    re.IGNORECASE,
)
_CELL_END = re.compile(r"</t[dh]\b[^<>]*>", re.IGNORECASE)
_HIDDEN = re.compile(
    r"<!--.*?(?:-->|$)|<(script|style|template|svg|math|head)\b[^<>]*>.*?(?:</\1\s*>|$)",
    re.IGNORECASE | re.DOTALL,
)
_ANY_TAG = re.compile(r"<[a-zA-Z/!?][^>]*(?:>|$)")

# Frames without a title are worth a link only where something plays; the rest are widgets and advertisements.
_PLAYER = re.compile(
    r"^https?://(?:[\w-]+\.)*(?:youtube(?:-nocookie)?\.com|vimeo\.com|dailymotion\.com|spotify\.com|soundcloud\.com"
    r"|bandcamp\.com|archive\.org|ted\.com|twitch\.tv|loom\.com|wistia\.(?:com|net)|libsyn\.com|buzzsprout\.com"
    r"|podbean\.com|simplecast\.com|transistor\.fm|podigee\.io|ard(?:mediathek|audiothek)\.de|media\.ccc\.de"
    r"|slideshare\.net|speakerdeck\.com)/|^https?://[^/]+/(?:videos/)?embed/"
)
_VIDEO_PAGES: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"^https?://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]+)"),
        "https://www.youtube.com/watch?v={}",
    ),
    (re.compile(r"^https?://player\.vimeo\.com/video/(\d+)"), "https://vimeo.com/{}"),
    (
        re.compile(r"^https?://(?:www\.)?dailymotion\.com/embed/video/(\w+)"),
        "https://www.dailymotion.com/video/{}",
    ),
)


def sanitise(html: str, *, base_url: str = "") -> str:
    """`html` reduced to an allow-list of harmless markup, with absolute links.

    Sanitising the result again changes nothing but what HTML cannot write down (a link inside a link).
    Relative addresses resolve against `base_url` and are dropped when it is empty.
    """
    html = html.replace("\x00", "")
    if not _MARKUP.search(html):
        return html.strip()
    if len(html) > LONGEST:
        html = html[:LONGEST]
    if _too_deep(html):
        return escape(to_text(html), quote=False).replace("\n", "<br>")
    if _SPECIAL.search(html):
        html = _without_frames_and_pixels(html, base_url)
    return _cleaner(base_url).clean(html).strip()


def to_text(html: str) -> str:
    """The plain text of an HTML fragment: entities resolved, blocks on lines of their own."""
    if not _MARKUP.search(html):
        return _tidy(html)
    text = _HIDDEN.sub(" ", html)
    text = " ".join(text.split())
    text = _BLOCK_END.sub("\n", text)
    text = _CELL_END.sub(" ", text)
    return _tidy(unescape(_ANY_TAG.sub("", text)))


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


@lru_cache(maxsize=256)
def _cleaner(base_url: str) -> nh3.Cleaner:
    """One cleaner for each base address; making one costs a tenth of cleaning an entry."""
    try:
        return _cleaner_with(("rewrite_with_base", base_url) if is_http(base_url) else "deny")
    except ValueError:  # an address that the cleaner's own reader of addresses refuses
        return _cleaner_with("deny")


def _cleaner_with(url_relative: Literal["deny"] | tuple[Literal["rewrite_with_base"], str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(DROPPED_WITH_CONTENT),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        set_tag_attribute_values=SET_ATTRIBUTES,
        url_schemes=set(SCHEMES),
        link_rel=REL,
        url_relative=url_relative,
    )


def _too_deep(html: str) -> bool:
    """Whether more elements are open at once than any text for people needs. Counts, does not parse."""
    if html.count("<") <= DEEPEST:
        return False
    depth = 0
    for closing, name, selfclosing in _TAG.findall(html):
        if closing:
            depth -= depth > 0
        elif (
            not selfclosing
            and name.lower() not in _VOID
            and name.lower() not in {"p", "li", "td", "tr", "dd", "dt"}
        ):
            depth += 1
            if depth > DEEPEST:
                return True
    return False


def _without_frames_and_pixels(html: str, base_url: str) -> str:
    if len(_FRAME.findall(html)) > len(_FRAME_END.findall(html)):
        # A frame that nobody closed would swallow the rest of the text.
        html = _FRAME.sub(r"\g<0></iframe>", html)
    try:
        tree = lxml_html.fragment_fromstring(html, create_parent="div")
    except (etree.LxmlError, ValueError, AssertionError):
        return html
    for frame in list(tree.iter("iframe", "embed")):
        _link_before(frame, base_url)
        if frame.tag == "iframe":
            for child in frame:
                child.drop_tree()
            frame.text = None
        frame.drop_tag()
    for picture in list(tree.iter("img")):
        if _PIXEL.fullmatch(picture.get("width", "")) or _PIXEL.fullmatch(picture.get("height", "")):
            picture.drop_tree()
    text: str = lxml_html.tostring(tree, encoding="unicode")
    return text.removeprefix("<div>").removesuffix("</div>")


def _link_before(frame: lxml_html.HtmlElement, base_url: str) -> None:
    """A link to what a frame would have shown, where that is a player or has a title."""
    address = resolve(base_url, frame.get("src", ""))
    address = f"https:{address}" if address.startswith("//") else address
    if is_http(address) and (frame.get("title") or _PLAYER.match(address)):
        address = video_page(address)
        link = lxml_html.Element("a", href=address)
        link.text = frame.get("title") or address
        frame.addprevious(link)


def video_page(address: str) -> str:
    """The page to open for a player's address, where the service is known."""
    for pattern, page in _VIDEO_PAGES:
        if found := pattern.match(address):
            return page.format(found.group(1))
    return address
