"""Mailing lists kept by LISTSERV: letters, who writes them, what they answer and point at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.apps.sources.connectors.tools import NOW, followed, page, refreshed

from transom.apps.library.models import Endorsement, Identity, Item
from transom.apps.sources.connectors.letters import Letters, subject_of
from transom.apps.sources.connectors.listserv.client import LATEST, Lists
from transom.apps.sources.connectors.listserv.mapping import archive_of
from transom.apps.sources.connectors.listserv.server import Letter, sample_service, service
from transom.apps.sources.connectors.records import Pointing
from transom.apps.sources.connectors.serving import Reply, serving
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import FetchError, ParseError
from transom.engine.parse.model import Author, ParsedEntry

READER = Lists()
QUERY = READER.sample
HESTER = "Hester Quill <hester@slowrooms.example>"


def letters(*entries: ParsedEntry) -> Letters:
    gathered = Letters("listserv", "KEEPERS-L", "https://lists.example/wa", {})
    gathered.add_all(entries)
    return gathered


def letter(title: str, who: Author, text: str = "", hours: int = 0) -> ParsedEntry:
    when = NOW - timedelta(hours=hours)
    return ParsedEntry(
        title=title,
        link=f"https://lists.example/wa?{hours}",
        published=when,
        authors=(who,),
        content_html=text,
    )


@pytest.mark.parametrize(
    ("title", "subject", "answers"),
    [
        ("Felt under plinths", "Felt under plinths", False),
        ("Re: Felt", "Felt", True),
        ("[KEEPERS-L] RE: AW: Felt", "Felt", True),
        ("Re: [KEEPERS-L] Re: Felt", "Felt", True),
        ("Re[2]: Felt", "Felt", True),
        ("FW: Felt", "Felt", False),
        ("Reports: due", "Reports: due", False),
        ("[Job]", "[Job]", False),
        ("", "No subject", False),
    ],
)
def test_a_subject_is_what_somebody_wrote_and_not_what_programs_put_before_it(
    title: str, subject: str, answers: bool
) -> None:
    assert subject_of(title) == (subject, answers)


@pytest.mark.parametrize(
    ("author", "name", "mails"),
    [
        (
            Author("Hester Quill", email="Hester@SlowRooms.example"),
            "Hester Quill",
            ("hester@slowrooms.example",),
        ),
        (Author("Hester Quill <[log in to unmask]>"), "Hester Quill", ()),
        (Author('"Quill, Hester" <hester@...>'), "Quill, Hester", ()),
        (Author("Hester Quill via groups.io"), "Hester Quill", ()),
        (
            Author("hester@slowrooms.example", email="hester@slowrooms.example"),
            "hester",
            ("hester@slowrooms.example",),
        ),
    ],
)
def test_who_writes_has_a_name_and_no_address_in_it(
    author: Author, name: str, mails: tuple[str, ...]
) -> None:
    [who] = letters(letter("Felt", author)).identities.values()
    assert (who.name, who.mails) == (name, mails)
    assert "slowrooms" not in who.account
    assert who.is_person


def test_two_of_one_name_are_two_where_their_addresses_show_it() -> None:
    found = letters(
        letter("A", Author("Jan Meyer", email="jan@one.example"), hours=3),
        letter("B", Author("Jan Meyer", email="jan@two.example"), hours=2),
        letter("C", Author("Jan Meyer", email="JAN@one.example"), hours=1),
    )
    assert len(found.identities) == 2


def test_software_is_nobody() -> None:
    [who] = letters(letter("Digest", Author("LISTSERV Server"))).identities.values()
    assert not who.is_person


def test_an_answer_points_at_the_letter_that_began_it_whatever_order_they_come_in() -> None:
    who = Author("Hester Quill")
    found = letters(
        letter("Re: Felt", who, hours=1), letter("Felt", who, hours=5), letter("RE: felt", who, hours=2)
    )
    told = [(one.kind, one.target) for one in found.endorsements]
    assert told == [(Pointing.REPLY, "https://lists.example/wa?5")] * 2


def test_what_is_quoted_was_pointed_at_by_somebody_else() -> None:
    text = "Ours: https://veldhaven.example/felt.<br>&gt; See https://other.example/x"
    found = letters(letter("Felt", Author("Kofi Adjei"), text))
    assert [one.target for one in found.endorsements] == ["https://veldhaven.example/felt"]


def test_a_letter_by_nobody_is_left_out_and_said() -> None:
    found = letters(letter("Felt", Author("")))
    assert found.items == []
    assert found.problems == ["Felt names no writer or no address, and was left out."]


def test_a_list_is_read_without_anybodys_key() -> None:
    with serving(sample_service(NOW)) as server:
        first = page(READER, QUERY, server)
        again = page(READER, QUERY, server, first.cursor)
    assert [one.entry.title for one in first.items] == ["Felt under plinths", "Re: Felt under plinths"]
    assert first.items[0].entry.link.endswith("/cgi-bin/wa?A2=KEEPERS-L;a1b2c3d4.2611")
    assert "me%40example.org" not in str(first)
    assert again.unchanged


def test_threads_are_remembered_from_round_to_round() -> None:
    begun = Letter("a1", "Felt", HESTER, NOW - timedelta(days=3))
    answer = Letter("b2", "Re: Felt", HESTER, NOW - timedelta(hours=1))
    with serving(service({"KEEPERS-L": [begun]})) as server:
        first = page(READER, QUERY, server)
        server.service = service({"KEEPERS-L": [answer]})
        later = page(READER, QUERY, server, first.cursor)
    assert [one.target for one in later.endorsements] == [first.items[0].entry.link]


def test_only_the_latest_are_asked_for() -> None:
    many = [Letter(f"{n:08}", f"Felt {n}", HESTER, NOW - timedelta(hours=n)) for n in range(LATEST + 20)]
    with serving(service({"KEEPERS-L": many})) as server:
        assert len(page(READER, QUERY, server).items) == LATEST


def test_an_archive_for_members_says_so_and_what_is_no_feed_is_no_empty_list() -> None:
    private = {"archive": "https://lists.example/cgi-bin/wa?A0=CHAIRS-L"}
    with serving(sample_service(NOW)) as server:
        with pytest.raises(FetchError, match="members only") as raised:
            page(READER, private, server)
        server.service = lambda asked: Reply(
            body=b"<html><title>Down</title></html>", content_type="text/html"
        )
        with pytest.raises(ParseError, match="no feed of letters"):
            page(READER, QUERY, server)
    assert raised.value.status == 403


@pytest.mark.parametrize(
    "given", ["https://lists.example/", "https://lists.example/cgi-bin/wa?HOME", "wa?A0=X"]
)
def test_what_is_no_archive_is_refused(given: str) -> None:
    with pytest.raises(SourceError):
        READER.checked({"archive": given})


@given(st.text(max_size=80), st.text(max_size=60), st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_whatever_is_written_nothing_raises(title: str, name: str, text: str) -> None:
    found = letters(letter(title, Author(name, email=name), text))
    assert all(one.entry.title for one in found.items)
    assert all(one.name for one in found.identities.values())
    archive_of(f"https://lists.example/wa?{title}")


@pytest.mark.django_db
def test_followed_letters_and_their_writers_are_there_once() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        refreshed(server, source, now=NOW + timedelta(days=1))
    assert set(Item.objects.values_list("kind", flat=True)) == {"discussion"}
    assert Item.objects.count() == 2
    assert set(Identity.objects.values_list("name", flat=True)) >= {"Hester Quill", "Kofi Adjei"}
    assert Endorsement.objects.count() == 2
