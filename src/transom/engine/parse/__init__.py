"""Bytes to plain values. Input is hostile: nothing here requests anything, expands entities or runs long.

feed = parse_feed(body, url="https://example.org/feed.xml", content_type="application/rss+xml")
for entry in feed.entries:
    print(entry.published, entry.title, entry.link)
"""

from transom.engine.parse.describe import describe
from transom.engine.parse.discovery import discover, reading_list
from transom.engine.parse.feed import parse_feed
from transom.engine.parse.hfeed import parse_hfeed
from transom.engine.parse.mail import parse_mail
from transom.engine.parse.model import (
    Author,
    Enclosure,
    FeedLink,
    Outline,
    OutLink,
    ParsedEntry,
    ParsedFeed,
    ParsedMail,
    ParsedPage,
    ParsedPdf,
)
from transom.engine.parse.opml import parse_opml, write_opml
from transom.engine.parse.page import parse_page
from transom.engine.parse.pdf import parse_pdf

__all__ = [
    "Author",
    "Enclosure",
    "FeedLink",
    "OutLink",
    "Outline",
    "ParsedEntry",
    "ParsedFeed",
    "ParsedMail",
    "ParsedPage",
    "ParsedPdf",
    "describe",
    "discover",
    "parse_feed",
    "parse_hfeed",
    "parse_mail",
    "parse_opml",
    "parse_page",
    "parse_pdf",
    "reading_list",
    "write_opml",
]
