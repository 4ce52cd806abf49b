"""Who points at whom, for tests: posts that link, and newsletters that pick."""

from __future__ import annotations

from datetime import timedelta

from tests.factories import NOW, make_item

from transom.apps.accounts.models import User
from transom.apps.library.models import Endorsement, EndorsementKind, Identity, Item, Link
from transom.apps.sources.models import Source


def post_of(identity: Identity, *, days: int = 1) -> Item:
    """One more post of somebody's."""
    return make_item(source=identity.source, author=identity.name, published=NOW - timedelta(days=days))


def link(item: Item, target: Item | str) -> Link:
    """The item links there."""
    address = target if isinstance(target, str) else target.address
    return Link.objects.create(item=item, target=address, host=address.split("/")[2])


def point(by: Identity, at: Identity, times: int = 1) -> list[Item]:
    """Posts of one that link to posts of the other."""
    items = [post_of(by) for _ in range(times)]
    for item in items:
        link(item, post_of(at))
    return items


def point_privately(user: User, source: Source, at: Identity, times: int = 1) -> list[Item]:
    """Things in a user's own source, by somebody only they see, that link to somebody's posts."""
    items = [make_item(source=source, author="Petra Innes", owner=user) for _ in range(times)]
    for item in items:
        link(item, post_of(at))
    return items


def pick(newsletter: Source, at: Identity) -> Item:
    """An issue of a newsletter without a byline picks a post of somebody's."""
    issue = make_item(source=newsletter, author="")
    editor, _ = Identity.objects.get_or_create(
        source=newsletter, name=newsletter.title, service="newsletter", account="1", is_person=False
    )
    picked = post_of(at)
    Endorsement.objects.create(
        by=editor,
        kind=EndorsementKind.PICK,
        target=picked.address,
        item=picked,
        at=NOW,
        source=newsletter,
        within=issue,
        rule="newsletter",
    )
    link(issue, picked)
    return issue
