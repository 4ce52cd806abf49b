"""The brief in a terminal: readable at 80 columns, with links, and safe from what titles may hold."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.apps.brief.render.terminal import columns, render_terminal, safe
from transom.apps.brief.selectors.view import BriefView, LineView

ADDRESS = (
    "https://county.example/records/2026/what-the-county-learned-when-it-let-go-of-paper?page=1&all=yes#top"
)
READ = LineView(
    id=1,
    item_id=1,
    title="What the county learned when it let go of the last of its paper registers, told by three clerks",
    address=ADDRESS,
    source="County records",
    author="Ines Okafor",
    minutes=6,
    minutes_text="6 min",
    labels=["for members"],
    why=["You often finish what County records publishes.", "Like “Paper is a promise”, which you finished."],
)
DO = replace(
    READ,
    id=2,
    title="Working group on retention",
    do="Put it in your calendar",
    kind="calendar",
    deadline=datetime(2026, 12, 3, tzinfo=UTC),
    when="until Thursday 3 December",
    minutes=1,
    minutes_text="1 min",
    why=[],
    labels=[],
)
BRIEF = BriefView(
    id=1,
    day=date(2026, 11, 24),
    title="Your brief",
    over="Tuesday 24 November 2026",
    weekly=False,
    making=False,
    budget_minutes=15,
    read=[READ],
    do=[DO],
    know=[LineView(id=3, item_id=None, title="Stacks Weekly has published nothing since May 2026.")],
    left_out=[replace(READ, id=4, title="A long one about shelving")],
    considered=120,
    left_out_text="Left out: 9 things, which would have cost you 52 min more.",
)


def shown(text: str) -> list[str]:
    """The lines as a terminal shows them: without what commands it."""
    plain = re.sub(r"\x1b\]8;;.*?\x1b\\|\x1b\[\d+m", "", text)
    return plain.split("\n")


@pytest.mark.parametrize("width", [24, 40, 80, 200])
def test_no_line_is_wider_than_the_terminal_but_addresses_stay_whole(width: int) -> None:
    text = render_terminal(BRIEF, width)
    too_wide = [line for line in shown(text) if columns(line) > width]
    assert {line.strip() for line in too_wide} <= {ADDRESS}
    assert text.count(ADDRESS) == 2


def test_it_says_everything_in_its_order_and_ends() -> None:
    text = " ".join(render_terminal(BRIEF, 80).split())
    order = [
        "Your brief",
        "Tuesday 24 November 2026 · 7 min",
        "Read · 6 min",
        "told by three clerks",
        "County records · Ines Okafor · 6 min · for members",
        "You often finish what County records publishes.",
        "Do · 1 min",
        "Put it in your calendar",
        "until Thursday 3 December",
        "Know",
        "That is all for today.",
        "Chosen from 120 things.",
        "Left out: 9 things",
        "A long one about shelving",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)


def test_links_are_behind_the_titles_where_the_terminal_can_follow_them() -> None:
    text = render_terminal(BRIEF, 80, links=True)
    assert f"\x1b]8;;{ADDRESS}\x1b\\What the county learned" in text
    assert ADDRESS not in "\n".join(shown(text))
    assert text.count("\x1b]8;;\x1b\\") == text.count(f"\x1b]8;;{ADDRESS}\x1b\\")


def test_while_it_is_made_it_says_so_and_does_not_end() -> None:
    text = render_terminal(replace(BRIEF, making=True), 80)
    assert "still being made" in text
    assert "That is all" not in text


def test_a_quiet_day_and_a_problem_are_said() -> None:
    quiet = replace(BRIEF, read=[], do=[], know=[], left_out=[], left_out_text="", notes=["No network."])
    text = render_terminal(replace(quiet, problems=["Your brief could not be mailed."]), 80)
    assert "Nothing today is worth your minutes." in text
    assert "No network." in text
    assert "could not be mailed" in text


@given(title=st.text(min_size=1), address=st.text(), width=st.integers(1, 120), links=st.booleans())
def test_no_title_or_address_can_command_the_terminal(
    title: str, address: str, width: int, links: bool
) -> None:
    line = replace(READ, title=title, address=address, source=title, why=[title])
    text = render_terminal(replace(BRIEF, read=[line], left_out=[]), width, links=links)
    assert not re.search(r"[\x00-\x09\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    commands = re.findall(r"\x1b.{0,4}", text)
    assert all(one.startswith(("\x1b]8;;", "\x1b\\")) for one in commands)


@given(text=st.text(alphabet=st.characters(blacklist_categories=["Cs"])))
def test_wide_characters_count_two_columns(text: str) -> None:
    said = safe(text)
    assert columns(said + "档") == columns(said) + 2
    assert columns(said + "a") == columns(said) + 1


def test_a_chinese_title_is_broken_within_the_width() -> None:
    line = replace(READ, title="档案管理的未来与地方政府的责任以及公众的信任" * 3, address="")
    text = render_terminal(replace(BRIEF, read=[line]), 40)
    assert all(columns(one) <= 40 for one in shown(text) if ADDRESS not in one)
    assert "".join(text.split()).count("档案管理的未来") == 3


def test_what_belongs_to_a_line_stands_below_its_title() -> None:
    lines = [re.sub(r"\x1b\[\d+m", "", line) for line in render_terminal(BRIEF, 80).splitlines()]
    facts = next(line for line in lines if "Ines Okafor" in line)
    assert facts.startswith("   County records")
