"""A newsletter's links are its editor's picks; what surrounds them is not."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import SHARED
from tests.factories import NOW, make_item, make_source

from transom.apps.base.outbox import dispatch, emit
from transom.apps.library.models import Endorsement, EndorsementKind, Item, Link
from transom.apps.library.services.picks import note_picks
from transom.apps.sources.connectors.newsletters.mapping import IssueLink, picks
from transom.engine.core.addresses import canonical, host_of

ISSUE = [
    IssueLink("https://slowrooms.example/drift", "Forty to sixty is a fossil"),
    IssueLink("https://letter.example/archive/4", "Issue 4"),
    IssueLink("https://list-manage.com/unsubscribe?u=1", "Leave"),
    IssueLink("https://shop.example/", "Sponsored by a shop"),
    IssueLink("https://trap-room.example/felt", "Felt, round"),
    IssueLink("https://social.example/@letter", "Come along"),
]


def test_picks_are_outward_links_without_the_furniture() -> None:
    found = picks(ISSUE, ["letter.example"], {"https://social.example/@letter": 7})
    assert [one.target for one in found] == [
        "https://slowrooms.example/drift",
        "https://trap-room.example/felt",
    ]


@given(st.lists(st.builds(IssueLink, st.text(max_size=60), st.text(max_size=60)), max_size=20))
@settings(max_examples=100, deadline=None)
def test_whatever_links_an_issue_holds_nothing_raises(links: list[IssueLink]) -> None:
    assert len(picks(links, ["x.example", ""], {})) <= len(links)


def newsletter_issue(number: int, targets: list[str], *, author: str = "Ines Okafor") -> Item:
    source = (
        make_source("Shelf Letter", channel="newsletter", host="letter.example")
        if number == 1
        else ISSUES[0].home
    )
    issue = make_item(
        f"Issue {number}", source=source, author=author, published=NOW - timedelta(days=7 * (9 - number))
    )
    for target in targets:
        Link.objects.create(item=issue, target=target, host=host_of(target), text="Worth it")
    return issue


ISSUES: list[Item] = []


@pytest.mark.django_db
def test_an_issues_links_become_picks_of_its_editor_and_follow_its_changes() -> None:
    known = make_item(address="https://slowrooms.example/drift")
    issue = newsletter_issue(
        1, ["https://slowrooms.example/drift", "https://later.example/x", "https://letter.example/a"]
    )
    emit("items.added", {"ids": [issue.pk]})
    dispatch(NOW)
    rows = {row.target: row for row in Endorsement.objects.all()}
    assert set(rows) == {"https://slowrooms.example/drift", "https://later.example/x"}
    assert rows["https://slowrooms.example/drift"].item == known
    assert {row.kind for row in rows.values()} == {EndorsementKind.PICK}
    assert {row.by for row in rows.values()} == {issue.author}
    # What arrives later is tied to it; what the editor takes out is no pick any more.
    later = make_item(address="https://later.example/x")
    Link.objects.filter(target="https://slowrooms.example/drift").delete()
    emit("items.added", {"ids": [later.pk]})
    emit("items.changed", {"ids": [issue.pk]})
    dispatch(NOW)
    assert list(Endorsement.objects.values_list("target", "item")) == [("https://later.example/x", later.pk)]


@pytest.mark.django_db
def test_a_link_in_every_issue_is_furniture_and_a_letter_without_byline_picks_itself() -> None:
    everywhere = "https://everywhere.example/"
    first = newsletter_issue(1, [everywhere], author="")
    ISSUES[:] = [first]
    issues = [
        first,
        *(newsletter_issue(n, [everywhere, f"https://x{n}.example/p"], author="") for n in (2, 3, 4)),
    ]
    note_picks([one.pk for one in issues])
    assert set(Endorsement.objects.values_list("target", flat=True)) == {
        f"https://x{n}.example/p" for n in (2, 3, 4)
    }
    assert set(Endorsement.objects.values_list("by__name", "by__is_person")) == {("Shelf Letter", False)}


@pytest.mark.shared
def test_nearly_every_link_that_real_editors_chose_is_a_pick() -> None:
    path = SHARED / "data" / "newsletters" / "swift-weekly-brief.jsonl.gz"
    if not path.is_file():
        pytest.skip("the shared data are absent")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][:3000]
    links = [IssueLink(target, row["title"] or "") for row in rows if (target := canonical(row["url"]))]
    chosen = {
        one.target for start in range(0, len(links), 100) for one in picks(links[start : start + 100], [], {})
    }
    assert len(chosen) / len({one.target for one in links}) >= 0.93
