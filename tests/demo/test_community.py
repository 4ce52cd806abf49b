"""The story holds together: dates, links, voices, and the same past on every day."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

import pytest
from tests.demo.conftest import FIRST_DAY

from transom.demo.community import load
from transom.demo.frontmatter import parse
from transom.demo.model import Community, Item, StoryError
from transom.demo.render.entry import to_text

ROUTINE = {"log", "note", "job", "status", "newsletter"}
LONG = 30  # articles of some length
LINK = re.compile(r"\]\(@([^)]+)\)")


def articles(community: Community) -> Iterator[Item]:
    return (item for item in community.items.values() if item.kind not in ROUTINE and not item.canonical)


def age(item: Item) -> timedelta:
    return FIRST_DAY - item.published


def long_ones(community: Community) -> list[Item]:
    """Articles of 250 words or more; in Japanese, of 500 characters or more."""
    return [
        item
        for item in articles(community)
        if len(item.body.split()) >= 250 or (item.lang == "ja" and len(item.body) >= 500)
    ]


def test_there_is_a_community_to_follow(community: Community) -> None:
    assert 38 <= len(community.people) <= 45
    authors = Counter(author for item in articles(community) for author in item.authors)
    assert len(authors) >= 35
    assert len(community.starter) >= 40
    assert sum(one.vendor for one in community.starter) == 1


def test_there_is_enough_to_choose_among(community: Community) -> None:
    found = list(articles(community))
    assert len(found) >= 170
    assert sum(age(item) <= timedelta(days=30) for item in found) >= 35
    assert sum(age(item) <= timedelta(days=3) for item in found) >= 12
    assert len(long_ones(community)) >= LONG


def test_the_past_year_is_filled(community: Community) -> None:
    months = Counter(age(item).days // 30 for item in articles(community))
    assert all(months[month] >= 2 for month in range(12)), months
    assert all(timedelta(0) <= age(item) <= timedelta(days=366) for item in community.items.values())


def test_the_newsletter_came_every_week_with_picks(community: Community) -> None:
    issues = community.items_of("accession")
    assert len(issues) == 52
    assert len({item.body.split("\n\n")[0] for item in issues}) == 52
    assert all(len(LINK.findall(item.body)) >= 3 for item in issues)


def test_links_lead_to_something_in_the_story(community: Community) -> None:
    for item in community.items.values():
        for target in LINK.findall(item.body):
            kind, _, slug = target.rpartition(":")
            known = {"": set(community.items), "site": set(community.sites), "person": set(community.people)}[
                kind
            ]
            assert slug.removesuffix(".pdf") in known, f"{item.slug} links to {target}"
        for target in item.reply:
            assert target in community.items, f"{item.slug} replies to {target}"


def test_people_link_to_each_other(community: Community) -> None:
    pairs = {
        (author, other)
        for item in articles(community)
        for target in LINK.findall(item.body)
        if target in community.items
        for author in item.authors
        for other in community.items[target].authors
        if author != other
    }
    assert len(pairs) >= 150
    assert any((other, author) in pairs for author, other in pairs)


def test_a_reply_is_never_older_than_what_it_answers(community: Community) -> None:
    for item in community.items.values():
        for target in item.reply:
            assert community.items[target].published < item.published, f"{item.slug} replies to {target}"


def test_several_people_speak_about_the_same_thing_in_the_last_week(community: Community) -> None:
    recent = [item for item in articles(community) if age(item) <= timedelta(days=8)]
    by_target: dict[str, set[str]] = {}
    for item in recent:
        for target in LINK.findall(item.body):
            by_target.setdefault(target, set()).update(item.authors)
    busy = [target for target, authors in by_target.items() if len(authors) >= 3]
    assert len(busy) >= 3, busy


def test_something_can_still_be_attended_or_answered(community: Community) -> None:
    occasions = [item.occasion for item in community.items.values() if item.occasion]
    assert any(one.closes and timedelta(0) < one.closes - FIRST_DAY < timedelta(days=14) for one in occasions)
    assert any(one.start and one.start > FIRST_DAY + timedelta(days=30) for one in occasions)


def shingles(item: Item) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", to_text(item.body).lower())
    return set(zip(words, words[1:], words[2:], words[3:], strict=False))


def test_no_two_articles_are_alike(community: Community) -> None:
    bodies = {item.slug: shingles(item) for item in articles(community)}
    for (one, first), (other, second) in combinations(bodies.items(), 2):
        shared = len(first & second)
        assert shared <= 0.1 * min(len(first), len(second)) + 1, f"{one} and {other} share {shared} phrases"
    assert not [slug for slug, item in community.items.items() if "lorem" in item.body.lower()]


def test_no_date_mark_is_left_unspelt(community: Community) -> None:
    for item in community.items.values():
        assert not re.search(r"\{(date|day|month|iso|year):", item.title + item.body + item.summary), (
            item.slug
        )


def test_the_same_first_day_gives_the_same_community() -> None:
    assert load(FIRST_DAY) == load(FIRST_DAY)


@pytest.mark.parametrize("days", [1, 8, 40])
def test_a_later_day_adds_and_changes_nothing(community: Community, days: int) -> None:
    later = load(FIRST_DAY + timedelta(days=days), FIRST_DAY)
    assert all(later.items[slug] == item for slug, item in community.items.items())
    new = [item for slug, item in later.items.items() if slug not in community.items]
    assert len(new) >= days
    assert all(item.published > FIRST_DAY for item in new)


def test_new_articles_come_in_the_first_week(community: Community) -> None:
    later = load(FIRST_DAY + timedelta(days=7), FIRST_DAY)
    assert len(list(articles(later))) >= len(list(articles(community))) + 4


def test_a_head_line_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(StoryError, match=r"x/y\.md.*colour"):
        parse("---\ntitle: A\ncolour: red\n---\nText\n", "x/y.md")
