"""What papers cite, from two services, whichever of them came first; and what is cited points at who wrote it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.people.community import all_of_them, person_of
from tests.apps.sources.connectors.tools import NOW, followed, refreshed
from tests.factories import make_item, make_source, make_user

from transom.apps.base import outbox
from transom.apps.library.models import Authorship, Endorsement, EndorsementKind, Identity, Item, Reference
from transom.apps.library.services.expiry import expire
from transom.apps.library.store.citing import MOST_CITED, Named, key_of, note_citations, write_references
from transom.apps.people.standing import make_standing
from transom.apps.sources.connectors.crossref import server as crossref
from transom.apps.sources.connectors.crossref.client import Works
from transom.apps.sources.connectors.openalex import server as openalex
from transom.apps.sources.connectors.openalex.client import Papers
from transom.apps.sources.connectors.serving import Service, serving
from transom.apps.sources.models import Source

pytestmark = pytest.mark.django_db

HESTER = openalex.author(1, "Hester Quill", "Slow Rooms Institute")
KOFI = openalex.author(2, "Kofi Adjei", "Veldhaven Lab")
TOPIC = {"about": "T10102"}


def read(reader: Any, query: dict[str, str], service: Service, source: Source | None = None) -> Source:
    """Reads a service that is everybody's, and hands on what came of it."""
    with serving(service) as server:
        if source is None:
            source = followed(reader, query, server, make_user())
            Source.objects.filter(pk=source.pk).update(owner=None)
        else:
            # The same service, which answers at another port by now.
            query = {**source.query, "at": server.base}
            Source.objects.filter(pk=source.pk).update(query=query)
        source = Source.objects.get(pk=source.pk)
        refreshed(server, source)
    while outbox.dispatch(NOW):
        pass
    return source


def citations() -> set[tuple[str, str, str]]:
    """Who cites what, in what."""
    rows = Endorsement.objects.filter(kind=EndorsementKind.CITATION)
    return {(one.by.name, one.item.title, one.within.title) for one in rows if one.item and one.within}


def paper(title: str, names: tuple[str, ...] = (), cites: tuple[str, ...] = (), **values: Any) -> Item:
    """A work in the library with what it is called and what it cites."""
    item = make_item(title, kind="paper", **values)
    write_references({item.pk: Named(names, cites)})
    return item


def test_papers_of_one_page_that_cite_each_other_point_at_each_others_authors() -> None:
    first = openalex.work(10, "Acoustic emission of oak", NOW - timedelta(days=90), [KOFI])
    second = openalex.work(11, "What shelves say", NOW - timedelta(days=9), [HESTER, KOFI], cites=[10, 999])
    read(Papers(), TOPIC, openalex.service([first, second]))
    assert citations() == {("Hester Quill", "Acoustic emission of oak", "What shelves say")}
    [row] = Endorsement.objects.filter(kind=EndorsementKind.CITATION)
    assert row.at == Item.objects.get(title="What shelves say").published_at
    all_of_them()
    make_standing(now=NOW)
    [kofi] = Identity.objects.filter(name="Kofi Adjei")
    assert (person_of(kofi).standing or 0) > 0


@pytest.mark.parametrize("cited_first", [True, False])
def test_what_one_service_cites_by_doi_is_found_at_the_other_whichever_comes_first(cited_first: bool) -> None:
    def cited() -> None:
        works = [openalex.work(10, "Acoustic emission of oak", NOW - timedelta(days=90), [KOFI])]
        read(Papers(), TOPIC, openalex.service(works))

    def citing() -> None:
        references = [{"key": "r1", "DOI": "10.5555/10"}, {"key": "r2", "unstructured": "A book."}]
        quill = crossref.author("Hester", "Quill")
        work = crossref.work(
            "10.5555/felt", "Felt", (NOW - timedelta(days=9)).date(), [quill], reference=references
        )
        read(Works(), {"about": "1234-5679"}, crossref.service([work]))

    for step in (cited, citing) if cited_first else (citing, cited):
        assert citations() == set()
        step()
    assert citations() == {("Hester Quill", "Acoustic emission of oak", "Felt")}


def test_what_is_not_in_the_library_waits_as_a_number_and_makes_no_row_of_its_own() -> None:
    paper("Felt", cites=tuple(f"doi:10.5555/{n}" for n in range(3 * MOST_CITED)))
    assert Reference.objects.count() == MOST_CITED
    assert note_citations(Item.objects.values_list("pk", flat=True)) == 0
    assert not Endorsement.objects.exists()


def test_read_again_nothing_is_kept_twice_and_what_is_new_is_added() -> None:
    item = paper("Felt", ("doi:10.5555/felt",), ("doi:10.5555/a",))
    write_references({item.pk: Named(("doi:10.5555/FELT",), ("doi:10.5555/A", "doi:10.5555/b"))})
    assert set(Reference.objects.values_list("own", "key")) == {
        (True, key_of("doi:10.5555/felt")),
        (False, key_of("doi:10.5555/a")),
        (False, key_of("doi:10.5555/b")),
    }


def test_what_cites_itself_or_has_no_address_points_at_nothing() -> None:
    one = paper("Felt", ("doi:10.5555/felt",), ("doi:10.5555/felt", "doi:10.5555/none"))
    other = paper("Of no address", ("doi:10.5555/none",))
    Item.objects.filter(pk=other.pk).update(address="")
    assert note_citations([one.pk, other.pk]) == 0


def test_a_work_of_ones_own_is_pointed_at_by_nobody_elses() -> None:
    nina = make_user("nina")
    own_source = make_source("Of Nina", owner=nina)
    cited = paper("Open", ("doi:10.5555/open",))
    own = paper("Own", ("doi:10.5555/own",), ("doi:10.5555/open",), source=own_source, owner=nina)
    public = paper("Public", (), ("doi:10.5555/own",))
    note_citations([cited.pk, own.pk, public.pk])
    rows = Endorsement.objects.filter(kind=EndorsementKind.CITATION).values_list(
        "item__title", "within__title", "owner"
    )
    assert set(rows) == {("Open", "Own", nina.pk)}


def test_the_first_author_is_who_cites() -> None:
    cited = paper("Open", ("doi:10.5555/open",))
    citing = paper("Felt", (), ("doi:10.5555/open",), author="")
    source = citing.home
    assert source is not None
    people = [
        Identity.objects.create(source=source, name=name, address=name)
        for name in ("Hester Quill", "Kofi Adjei")
    ]
    for place, one in enumerate(people[::-1]):
        Authorship.objects.create(item=citing, identity=one, position=1 - place)
    note_citations([cited.pk])
    assert citations() == {("Hester Quill", "Open", "Felt")}


def test_references_go_with_the_work_and_keep_nothing(settings: Any) -> None:
    citing = paper("Felt", ("doi:10.5555/felt",), ("doi:10.5555/open",))
    Item.objects.filter(pk=citing.pk).update(seen_at=NOW - timedelta(days=4000))
    assert expire(NOW + timedelta(days=4000)) == 1
    assert not Reference.objects.exists()


def test_a_day_of_papers_costs_as_many_questions_as_one() -> None:
    counts = []
    for many in (1, 3):
        cited = paper(f"Cited {many}", (f"doi:10.5555/cited-{many}",))
        some = [
            paper(f"{many} {n}", (), (f"doi:10.5555/cited-{many}",), author=f"Ada {n}") for n in range(many)
        ]
        with CaptureQueriesContext(connection) as asked:
            assert note_citations([cited.pk, *(one.pk for one in some)]) == many
        counts.append(len(asked))
    assert counts[0] == counts[1]
