"""An export taken in by an empty instance brings back every field of every row."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from tests.apps.people.community import all_of_them, blog_of, person_of
from tests.factories import make_item, make_source, make_user
from tests.privacy.people import Person, a_full_person, a_public_item
from tests.privacy.told import everything_of

from transom.apps.accounts.models import User
from transom.apps.accounts.services import delete_account, first_user
from transom.apps.base.export import export_user, import_user
from transom.apps.base.export.collecting import rows_of
from transom.apps.base.export.registry import tables, target_of
from transom.apps.brief.leading import pair_of
from transom.apps.brief.models import BriefLine, Section
from transom.apps.library.models import Highlight, Identity, Item, Note, Tag
from transom.apps.library.search import Filters, search
from transom.apps.people.models import Person as PublicPerson
from transom.apps.sources.models import Source, Subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    return a_full_person("ada", "zwetschge", a_public_item())


def taken_out(user: User) -> io.BytesIO:
    with export_user(user) as file:
        return io.BytesIO(file.read())


def empty_the_instance() -> None:
    """As on another computer: no user, no source, no item."""
    for user in User.objects.all():
        delete_account(user)
    Source.objects.all().delete()
    Item.objects.all().delete()


def test_every_table_that_can_be_exported_is_tried(person: Person) -> None:
    empty = [label for label, rows in everything_of(person.user).items() if not rows]
    assert not empty, f"tests/privacy/people.py makes no row of {', '.join(empty)}"


def test_every_field_of_every_row_comes_back(person: Person) -> None:
    before = everything_of(person.user)
    file = taken_out(person.user)
    empty_the_instance()
    newcomer = first_user()
    import_user(newcomer, file)
    newcomer.refresh_from_db()
    after = everything_of(newcomer)
    for label, rows in before.items():
        assert after[label] == rows, label


def test_items_keep_their_ids_and_are_found_by_search(person: Person) -> None:
    file = taken_out(person.user)
    ids = set(rows_of(person.user)["library.item"])
    empty_the_instance()
    newcomer = first_user()
    import_user(newcomer, file)
    assert set(Item.objects.values_list("pk", flat=True)) == ids
    hits = search(newcomer, "zwetschge", Filters()).hits
    assert {hit.item.title for hit in hits} >= {"Letter zwetschge", "Post zwetschge"}


def test_marked_passages_still_lie_on_their_text(person: Person) -> None:
    file = taken_out(person.user)
    empty_the_instance()
    import_user(first_user(), file)
    marks = list(Highlight.objects.all())
    assert len(marks) == 2
    for mark in marks:
        assert mark.version.text[mark.start : mark.end] == mark.quote


def test_nothing_of_another_user_is_taken_along(person: Person) -> None:
    shared = Item.objects.get(owner=None)
    other = a_full_person("ben", "quitte", shared)
    raw = taken_out(person.user).getvalue()
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "quitte" not in text
    assert other.user.email not in text
    assert "zwetschge" in text


def test_a_row_that_points_to_anothers_item_does_not_bring_it_along(person: Person) -> None:
    stranger = make_user("stranger")
    secret = make_item("Quite secret", owner=stranger, source=make_source("Secret source", owner=stranger))
    Note.objects.create(user=person.user, item=secret, text="how did this come about")
    file = taken_out(person.user)
    with zipfile.ZipFile(file) as archive:
        assert b"Quite secret" not in archive.read("data/library.item.jsonl")
    empty_the_instance()
    import_user(first_user(), file)
    assert not Note.objects.filter(text="how did this come about").exists()


def test_the_archive_explains_itself_and_opens_elsewhere(person: Person) -> None:
    with zipfile.ZipFile(taken_out(person.user)) as archive:
        readme = archive.read("README.txt").decode()
        opml = archive.read("sources.opml").decode()
        notes = archive.read("notes.md").decode()
        manifest = json.loads(archive.read("manifest.json"))
    assert "transom import" in readme
    for one in tables():
        assert one.file in readme
    assert 'xmlUrl="https://mail.example.org/zwetschge.xml"' in opml
    assert "Note zwetschge" in notes
    assert "> the promise" in notes
    assert manifest["rows"]["library.note"] == 2


def test_no_key_of_this_instance_leaves_with_it(person: Person) -> None:
    with zipfile.ZipFile(taken_out(person.user)) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert person.user.password not in text
    assert "key zwetschge" not in text
    assert "is_superuser" not in text


def test_where_the_articles_are_here_already_they_are_not_doubled(person: Person) -> None:
    file = taken_out(person.user)
    newcomer = make_user("newcomer", is_superuser=True)
    public = Item.objects.filter(owner=None).count()
    sources = Source.objects.filter(owner=None).count()
    import_user(newcomer, file)
    assert Item.objects.filter(owner=None).count() == public
    assert Source.objects.filter(owner=None).count() == sources
    theirs, mine = Note.objects.filter(user=person.user), Note.objects.filter(user=newcomer)
    assert sorted(mine.values_list("text", flat=True)) == sorted(theirs.values_list("text", flat=True))
    letter = Item.objects.get(owner=newcomer, title="Letter zwetschge")
    assert letter.pk != person.private_item.pk, "a key that is taken is not used again"
    assert Tag.objects.get(user=newcomer).items.count() == 2
    follows = Subscription.objects.filter(user=person.user).count()
    assert Subscription.objects.filter(user=newcomer).count() == follows


def test_links_between_rows_lead_to_the_importers_own(person: Person) -> None:
    file = taken_out(person.user)
    newcomer = make_user("newcomer", is_superuser=True)
    import_user(newcomer, file)
    for one in tables():
        for row in one.model._base_manager.filter(pk__in=rows_of(newcomer)[one.label]):
            for link in one.links():
                if getattr(row, link.attname) is not None:
                    assert getattr(row, link.attname) in rows_of(newcomer)[target_of(link)], (one.label, link)


def test_what_a_line_leads_to_is_found_under_its_key_here(person: Person) -> None:
    ines, tom = blog_of("Ines Okafor"), blog_of("Tom Baerwald")
    all_of_them()
    places = {
        "moved": f"person:{person_of(ines).pk}",
        "same?": f"question:{ines.pk}:{tom.pk}",
        "discussed": "conversation:9",
        "odd": "person:²",
    }
    brief = BriefLine.objects.filter(brief__user=person.user).first().brief
    for place, (text, leads_to) in enumerate(places.items(), 40):
        brief.lines.create(section=Section.KNOW, position=place, text=text, leads_to=leads_to)
    file = taken_out(person.user)
    empty_the_instance()
    for number in range(3):
        blog_of(f"Somebody Else {number}")
    all_of_them()
    newcomer = make_user("newcomer", is_superuser=True)
    import_user(newcomer, file)
    lines = dict(
        BriefLine.objects.filter(brief__user=newcomer, text__in=places).values_list("text", "leads_to")
    )
    what, key = lines["moved"].split(":")
    assert (what, PublicPerson.objects.get(pk=key).name) == ("person", "Ines Okafor")
    assert lines["moved"] != places["moved"]
    one, other = pair_of(lines["same?"])
    assert {Identity.objects.get(pk=pk).name for pk in (one, other)} == {"Ines Okafor", "Tom Baerwald"}
    assert (lines["discussed"], lines["odd"]) == ("", "")
