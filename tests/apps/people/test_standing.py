"""Standing in the library: who is listened to, why, and whose eyes see what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.people.community import all_of_them, blog_of, byline, crowd, person_of
from tests.factories import NOW, make_item, make_source, make_subscription, make_user

from transom.apps.library.models import Endorsement, EndorsementKind, Identity, Item, Link
from transom.apps.network.services import follow_person
from transom.apps.people.models import FieldView, Person, Pointing, SourceStanding
from transom.apps.people.selectors.standing import (
    most_listened_to,
    pointed_by,
    standing_of_authors,
    standing_of_sources,
)
from transom.apps.people.standing import is_wanted, make_standing
from transom.apps.sources.models import Source

pytestmark = pytest.mark.django_db


def post_of(identity: Identity, *, owner=None, days: int = 1) -> Item:
    return make_item(
        source=identity.source, author=identity.name, owner=owner, published=NOW - timedelta(days=days)
    )


def link(item: Item, target: Item | str) -> Link:
    address = target if isinstance(target, str) else target.address
    return Link.objects.create(item=item, target=address, host=address.split("/")[2])


def point(by: Identity, at: Identity, times: int = 1) -> list[Item]:
    """Posts of one that link to posts of the other."""
    items = [post_of(by) for _ in range(times)]
    for item in items:
        link(item, post_of(at))
    return items


def pick(newsletter: Source, at: Identity) -> None:
    issue = make_item(source=newsletter, author="")
    editor, _ = Identity.objects.get_or_create(
        source=newsletter, name=newsletter.title, service="newsletter", account="1", is_person=False
    )
    Endorsement.objects.create(
        by=editor,
        kind=EndorsementKind.PICK,
        target=post_of(at).address,
        item=Item.objects.filter(author=at).latest("pk"),
        at=NOW,
        source=newsletter,
        within=issue,
        rule="newsletter",
    )


def test_whom_others_point_at_is_listened_to_and_it_says_by_whom():
    user = make_user()
    ines, tom, orla = blog_of("Ines Okafor"), blog_of("Tom Baerwald"), blog_of("Orla Quillfeather")
    shelf = make_source("The Weekly Shelf", channel="newsletter")
    for one in (ines, tom, orla):
        make_subscription(user, one.source)
    make_subscription(user, shelf)
    point(tom, ines, 3)
    point(orla, ines, 1)
    pick(shelf, ines)
    point(ines, orla, 1)
    all_of_them()
    make_standing(now=NOW)
    first = most_listened_to(user)[0]
    assert first.person.name == "Ines Okafor"
    said = {one.name: one.times for one in first.pointed_by}
    assert said == {"Tom Baerwald": 3, "The Weekly Shelf": 1, "Orla Quillfeather": 1}
    tom_row = next(one for one in first.pointed_by if one.name == "Tom Baerwald")
    assert tom_row.person == person_of(tom)
    assert {one.author for one in tom_row.items} == {tom}
    people = {one.name: one.standing for one in Person.objects.all()}
    assert people["Ines Okafor"] > people["Orla Quillfeather"] > 0
    assert people["Tom Baerwald"] is None
