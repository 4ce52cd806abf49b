"""What was understood, as JSON."""

from __future__ import annotations

import json

import pytest

from transom.engine.parse import FeedLink, Outline, describe, parse_feed, parse_mail, parse_page

FEED = b"""<rss version="2.0"><channel><title>Boxes</title><item><guid>1</guid><pubDate>Tue, 03 Feb 2026 08:30:00 GMT
</pubDate><description>&lt;a href="https://a.example/x"&gt;y&lt;/a&gt;</description></item></channel></rss>"""


def test_a_feed_is_described_with_times_and_links_but_without_the_second_parse() -> None:
    said = json.loads(json.dumps(describe(parse_feed(FEED))))
    assert (said["kind"], said["format"], said["title"]) == ("feed", "rss 2.0", "Boxes")
    assert "extra" not in said
    (entry,) = said["entries"]
    assert entry["published"] == "2026-02-03T08:30:00+00:00"
    assert entry["links"] == [{"url": "https://a.example/x", "text": "y"}]


def test_every_kind_of_document_becomes_json() -> None:
    mail = parse_mail(b"From: a@b.example\nSubject: x\n\nHello")
    page = parse_page(b"<title>Boxes</title><p>Text</p>", url="https://a.example/")
    kinds = [describe(mail), describe(page), describe([Outline("a", "b")]), describe((FeedLink("c"),))]
    assert [json.loads(json.dumps(one))["kind"] for one in kinds] == ["mail", "page", "opml", "feeds"]


def test_anything_else_is_refused() -> None:
    with pytest.raises(TypeError, match="int"):
        describe(7)
