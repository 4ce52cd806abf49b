"""A web page that somebody handed in."""

from transom.engine.core.errors import ParseError
from transom.engine.parse.html_documents import read_page
from transom.engine.parse.main_text import main_markup
from transom.engine.parse.model import ParsedPage
from transom.engine.parse.page_facts import facts_of
from transom.engine.text.sanitise import sanitise, to_text


def parse_page(html: bytes, *, url: str, content_type: str | None = None) -> ParsedPage:
    """Title, author, date, event and main content of a page. Raises ParseError for what is no HTML."""
    page = read_page(html, url=url, content_type=content_type)
    facts = facts_of(page)
    body = sanitise(main_markup(page, title=facts.title), base_url=page.base)
    body = body if to_text(body) or "<img" in body else ""
    if not body and not facts.title and not facts.description:
        raise ParseError(
            "This page holds no text to read; it may build itself in the browser. Paste the text instead.",
            looks_like="html",
        )
    return ParsedPage(
        title=facts.title,
        author=facts.author,
        published=facts.published,
        canonical_url=facts.canonical_url,
        language=facts.language,
        body_html=body,
        description=facts.description,
        event_start=facts.event_start,
        event_end=facts.event_end,
        event_place=facts.event_place,
    )
