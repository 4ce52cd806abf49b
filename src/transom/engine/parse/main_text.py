"""The readable part of a web page: trafilatura where it is installed, else a small measure of our own.

Ours follows the idea behind readability tools: text with commas and few links is the article, and its
neighbours under one parent belong to it (Arc90's Readability, 2009; Kohlschütter, Fankhauser and Nejdl,
Boilerplate Detection using Shallow Text Features, WSDM 2010).
"""

import re
from importlib import import_module
from importlib.util import find_spec

from lxml import etree
from lxml import html as lxml_html

from transom.engine.parse.bodies import Element, one_line
from transom.engine.parse.html_documents import Page

ENOUGH = 250
MOST_LINKED = 0.5
MOST_FOR_LIBRARY = 1_500_000
# Beyond this its time grows with the square of the elements.
MOST_TAGS_FOR_LIBRARY = 20_000

_NEVER = "script|style|noscript|template|svg|form|nav|aside|footer|button|select|dialog".split("|")
_BOILERPLATE = re.compile(
    r"(?:^|[\s_-])(?:comments?|disqus|share|sharing|social|related|recommend\w*|sidebar|widget|promo\w*|banner"
    r"|advert\w*|ads?|sponsor\w*|cookie\w*|consent|newsletter|subscribe|signup|sign-up|breadcrumbs?|pagination"
    r"|pager|menu|navbar|nav|footer|masthead|skip|toc|tags|popup|modal|paywall|print|byline-share)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ARTICLE_PATHS = (
    ".//*[@itemprop='articleBody']",
    ".//*[contains(concat(' ', normalize-space(@class), ' '), ' e-content ')]",
    ".//*[contains(concat(' ', normalize-space(@class), ' '), ' entry-content ')]",
    ".//*[contains(concat(' ', normalize-space(@class), ' '), ' post-content ')]",
    ".//*[contains(concat(' ', normalize-space(@class), ' '), ' article-body ')]",
    ".//article",
    ".//main",
    ".//*[@role='main']",
)
_TEXT_HOLDERS = ("p", "pre", "blockquote", "li", "td", "dd", "h2", "h3")


def main_markup(page: Page, *, title: str = "") -> str:
    """The main content as HTML, not yet sanitised; "" when the page has none."""
    markup = _by_library(page) or _by_measure(page.root)
    return _without_title(markup, title)


def _by_library(page: Page) -> str:
    """trafilatura's answer, "" without it, when it finds little or fails on hostile markup."""
    if find_spec("trafilatura") is None:
        return ""
    markup = lxml_html.tostring(page.root, encoding="unicode")
    if len(markup) > MOST_FOR_LIBRARY or markup.count("<") > MOST_TAGS_FOR_LIBRARY:
        return ""
    try:
        found = import_module("trafilatura").extract(
            markup,
            url=page.base or None,
            output_format="html",
            include_links=True,
            include_images=True,
            include_formatting=True,
            include_comments=False,
            include_tables=True,
        )
    except Exception:  # a library of heuristics; ours answers instead
        return ""
    body = re.search(r"<body>(.*)</body>", found or "", re.DOTALL)
    markup = body.group(1) if body else found or ""
    return markup if len(re.sub(r"<[^>]*>", "", markup)) >= ENOUGH else ""


def _by_measure(root: Element) -> str:
    body = next(root.iter("body"), root)
    _drop_boilerplate(body)
    best = _marked_article(body)
    if best is None:
        best = _densest(body)
    return _inner(best if best is not None else body)


def _drop_boilerplate(body: Element) -> None:
    doomed = [
        element
        for element in body.iter()
        if isinstance(element.tag, str) and element is not body and _is_boilerplate(element)
    ]
    for element in doomed:
        if element.getparent() is not None:
            element.drop_tree()


def _is_boilerplate(element: Element) -> bool:
    if element.tag in _NEVER or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if element.tag in ("article", "main", "body", "p", "h1", "h2"):
        return False
    if (element.get("role") or "") in ("navigation", "complementary", "banner", "contentinfo", "search"):
        return True
    marks = f"{element.get('class') or ''} {element.get('id') or ''}"
    return bool(_BOILERPLATE.search(marks)) and len(_text(element)) < 4000


def _marked_article(body: Element) -> Element | None:
    """The element that the page itself marks as its article, when it is the only one with enough text."""
    for path in _ARTICLE_PATHS:
        found = [element for element in body.xpath(path) if len(_text(element)) >= ENOUGH]
        if len(found) == 1 or (found and path.startswith(".//*[@item")):
            return found[0]
    return None


def _densest(body: Element) -> Element | None:
    """The element whose paragraphs weigh most; each counts for its parent, and half for that one's parent."""
    weights: dict[Element, float] = {}
    for element in body.iter(*_TEXT_HOLDERS):
        text = _text(element)
        if len(text) < 25:
            continue
        weight = (1 + text.count(",") + text.count("，") + min(len(text) / 100, 3)) * (
            1 - _linked(element, text)
        )
        parent = element.getparent()
        for share in (1.0, 0.5):
            if parent is None or parent.tag == "html":
                break
            weights[parent] = weights.get(parent, 0.0) + weight * share
            parent = parent.getparent()
    best = max(weights, key=lambda one: weights[one], default=None)
    return best if best is not None and _linked(best, _text(best)) <= MOST_LINKED else None


def _text(element: Element) -> str:
    return one_line("".join(element.itertext()))


def _linked(element: Element, text: str) -> float:
    """The share of an element's characters that stand in links."""
    return sum(len(_text(link)) for link in element.iter("a")) / max(1, len(text))


def _inner(element: Element) -> str:
    markup: str = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return markup


def _without_title(markup: str, title: str) -> str:
    """The article without a first heading that only repeats its title."""
    found = re.match(
        r"\s*(?:<(?:div|article|main|section|header|body)[^>]*>\s*)*<h[12][^>]*>(.*?)</h[12]>", markup, re.S
    )
    if found and title and one_line(re.sub(r"<[^>]*>", "", found.group(1))).casefold() == title.casefold():
        heading = re.search(r"<h[12][^>]*>.*?</h[12]>", markup, re.S)
        return markup.replace(heading.group(), "", 1) if heading else markup
    return markup
