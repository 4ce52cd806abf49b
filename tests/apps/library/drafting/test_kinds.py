"""What sort of thing an entry is taken for, from the feeds that say it in one way or another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from transom.apps.library.choices import Kind
from transom.apps.library.drafting.kinds import OF_CHANNEL, kind_of
from transom.apps.sources.packs import KINDS
from transom.engine.parse.model import Enclosure, ParsedEntry

POST = ParsedEntry(title="What box nine held", link="https://stacks.example/nine")
MP3 = (Enclosure("https://stacks.example/nine.mp3", "audio/mpeg"),)


@pytest.mark.parametrize(
    ("entry", "channel", "kind"),
    [
        (POST, "blog", Kind.POST),
        (POST, "newsletter", Kind.NEWSLETTER),
        (POST, "journal", Kind.PAPER),
        (POST, "standards body", Kind.STANDARD),
        (POST, "forum", Kind.DISCUSSION),
        (replace(POST, enclosures=MP3), "blog", Kind.EPISODE),
        (replace(POST, enclosures=MP3), "newsletter", Kind.EPISODE),
        (replace(POST, enclosures=(Enclosure("https://x.example/a.mp4", "video/mp4"),)), "blog", Kind.VIDEO),
        (replace(POST, enclosures=(Enclosure("https://x.example/a.png", "image/png"),)), "blog", Kind.POST),
        (replace(POST, event_start=datetime(2026, 12, 1, tzinfo=UTC)), "association", Kind.EVENT),
        (replace(POST, tags=("storage", "Call  for Comments")), "standards body", Kind.CONSULTATION),
        (replace(POST, tags=("books", "standards")), "blog", Kind.POST),
        (replace(POST, link="https://arxiv.org/abs/2601.00001"), "blog", Kind.PAPER),
        (replace(POST, link="https://journal.example/doi/full/10.1080/123.4"), "blog", Kind.PAPER),
        (replace(POST, link="https://www.youtube.com/watch?v=abc"), "blog", Kind.VIDEO),
        (replace(POST, title=""), "blog", Kind.STATUS),
    ],
)
def test_an_entry_is_taken_for(entry: ParsedEntry, channel: str, kind: Kind) -> None:
    assert kind_of(entry, channel, words=40) is kind


def test_a_long_text_without_a_title_is_no_remark() -> None:
    assert kind_of(replace(POST, title=""), "blog", words=400) is Kind.POST


def test_every_channel_that_tells_a_kind_is_one_of_the_packs_or_known() -> None:
    assert set(OF_CHANNEL) <= {*KINDS, "mailing list"}
