"""Minutes in a repository, on a page that lists them, and in one file: meetings, texts, people."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.sources.connectors.tools import NOW, followed, page, pages, refreshed
from tests.factories import make_user

from transom.apps.conversations.models import Event
from transom.apps.library.models import Identity, Item
from transom.apps.sources.connectors.minutes.client import AT_FIRST, AT_ONCE, MeetingMinutes
from transom.apps.sources.connectors.minutes.mapping import Minutes, group_of, mapped
from transom.apps.sources.connectors.minutes.server import minutes, sample_service, service
from transom.apps.sources.connectors.serving import serving
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import ParseError

READER = MeetingMinutes()
QUERY = READER.sample
TODAY = NOW.date()
REPOSITORY = "shelf-group/meetings"


def weekly(count: int, *, until: date = TODAY) -> dict[str, str]:
    """Minutes of one meeting a week, the last one at the given day."""
    days = [until - timedelta(days=7 * number) for number in range(count)]
    return {f"storage/{day}.md": minutes(f"Storage, {day}", "* Hester Quill") for day in days}


def test_a_meeting_is_a_past_date_with_its_people() -> None:
    text = minutes("Storage", "* Hester Quill (Dry Rooms Ltd)\n* Kofi Adjei @kofi")
    found = mapped([Minutes("storage/2026-03-03.md", "https://g.example/1", text)], "shelf-group", REPOSITORY)
    [event] = found.events
    assert (event.kind, event.title, f"{event.starts:%Y-%m-%d}") == ("meeting", "Storage", "2026-03-03")
    assert event.description == "2 people were there."
    people = list(found.identities.values())
    assert [(one.name, one.account) for one in people] == [
        ("Hester Quill", f"hester quill@{REPOSITORY}"),
        ("Kofi Adjei", f"@kofi@{REPOSITORY}"),
    ]
    assert [one.organisation for one in people[0].employments] == ["Dry Rooms Ltd"]
    assert people[0].roles == ("took part in shelf-group",)


def test_the_newest_minutes_say_where_somebody_works() -> None:
    texts = [minutes("S", "* Hester Quill (Dry Rooms)"), minutes("S", "* Hester Quill (Tarnholt Archive)")]
    texts.append(minutes("S", "* Hester Quill"))
    made = [Minutes(f"2026-03-0{number}.md", "", text) for number, text in enumerate(texts, 1)]
    [person] = mapped(made, "s", "s/m").identities.values()
    assert [one.organisation for one in person.employments] == ["Tarnholt Archive"]


def test_a_copied_heading_does_not_outweigh_the_files_name() -> None:
    made = Minutes("2026-01-06.md", "", minutes("Storage, 2025-01-06", "* Hester Quill"))
    assert [f"{one.starts:%Y}" for one in mapped([made], "s", "s/m").events] == ["2026"]


def test_what_says_no_day_or_names_nobody_is_said() -> None:
    found = mapped(
        [Minutes("a.md", "", "# Notes"), Minutes("2026-03-03.md", "", "# Notes\n\nIt rained.")], "s", "s/m"
    )
    assert (len(found.events), len(found.identities), len(found.problems)) == (1, 0, 2)


@pytest.mark.parametrize(
    ("place", "group"),
    [
        ("keepers/meetings/tech/2026", "keepers tech"),
        ("keepers/notes/meetings", "keepers"),
        ("keepers/Board/minutes", "keepers Board"),
        ("keepers.example/storage/minutes.md", "keepers.example storage"),
    ],
)
def test_a_group_is_called_what_its_place_says(place: str, group: str) -> None:
    assert group_of(place) == group


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ("keepers/meetings", "keepers/meetings"),
        ("https://github.com/keepers/meetings/tree/main/tech/2026", "keepers/meetings/tech/2026"),
        ("https://keepers.example/minutes/#top", "https://keepers.example/minutes/"),
    ],
)
def test_a_repository_or_an_address_will_do(typed: str, where: str) -> None:
    assert READER.understood(typed)["where"] == where


@pytest.mark.parametrize("typed", ["", "keepers", "keepers/../x", "ftp://x.example/", "a b/c"])
def test_what_is_neither_is_said_in_words(typed: str) -> None:
    with pytest.raises(SourceError):
        READER.understood(typed)


def test_a_folder_on_github_that_is_called_minutes_is_tried() -> None:
    meant = READER.recognise("https://github.com/keepers/board/tree/main/meeting-notes")
    assert meant is not None
    assert (meant.query["where"], meant.sure) == ("keepers/board/meeting-notes", False)
    assert READER.recognise("https://github.com/keepers/shelf/blob/main/README.md") is None


def test_files_are_read_a_page_at_a_time_oldest_first_and_once() -> None:
    with serving(service({REPOSITORY: weekly(AT_FIRST + AT_ONCE + 3)})) as server:
        batches = pages(READER, QUERY, server)
        assert [len(one.events) for one in batches] == [AT_FIRST, AT_ONCE, 3]
        assert batches[0].events[0].starts < batches[1].events[-1].starts
        server.asked.clear()
        again = page(READER, QUERY, server, batches[-1].cursor)
    assert again.unchanged
    assert len(server.asked) == 1


def test_a_new_file_and_one_that_was_changed_lately_are_read_and_no_other() -> None:
    files = weekly(20)
    with serving(service({REPOSITORY: files})) as server:
        cursor = pages(READER, QUERY, server)[-1].cursor
        changed, old = sorted(files)[-2], sorted(files)[0]
        tomorrow = {f"storage/{NOW.date() + timedelta(days=1)}.md": minutes("Storage", "* Kofi Adjei")}
        later = {**files, changed: minutes("Storage", "* Ada Okafor"), old: "# Storage", **tomorrow}
        server.service = service({REPOSITORY: later})
        found = page(READER, QUERY, server, cursor, NOW + timedelta(days=1))
    assert sorted(one.name for one in found.identities) == ["Ada Okafor", "Kofi Adjei"]


def test_other_folders_and_what_is_older_than_two_years_are_left_alone() -> None:
    old = weekly(2, until=NOW.date() - timedelta(days=900))
    files = {
        **old,
        "outreach/2026-11-01.md": minutes("Outreach", "* Ada Okafor"),
        **weekly(1),
        "storage/x.png": "x",
    }
    with serving(service({REPOSITORY: files})) as server:
        found = page(READER, QUERY, server)
        assert sum(asked.path.startswith("/raw/") for asked in server.asked) == 1
    assert [one.name for one in found.identities] == ["Hester Quill"]


def test_a_page_that_lists_minutes_is_followed_to_its_files_only() -> None:
    listing = (
        "<!doctype html><title>Minutes</title><a href='m/2026-10-01.md'>October</a><a href='/about.html'>About</a>"
        "<a href='https://elsewhere.example/2026-10-02.md'>Other</a>"
    )
    plain = "text/markdown; charset=utf-8"
    served = {
        "/minutes/": ("text/html", listing),
        "/minutes/m/2026-10-01.md": (plain, minutes("S", "* Mette Brandt")),
    }
    with serving(service({}, served)) as server:
        found = page(READER, {"where": "/minutes/"}, server)
        assert [one.name for one in found.identities] == ["Mette Brandt"]
        assert page(READER, {"where": "/minutes/"}, server, found.cursor).unchanged


@pytest.mark.parametrize(
    ("head", "group"),
    [
        ("<title>Minutes of the working group on shelves</title>", "working group on shelves"),
        ("<title>Site</title><h1>Meeting notes: Shelf group</h1>", "Shelf group"),
        ("<title>Minutes</title>", "127.0.0.1 shelves"),
        ("", "127.0.0.1 shelves"),
    ],
)
def test_a_page_says_whose_minutes_it_lists(head: str, group: str) -> None:
    listing = f"<!doctype html>{head}<a href='2026-10-01.md'>October</a>"
    text = ("text/markdown", minutes("S", "* Mette Brandt"))
    with serving(
        service({}, {"/shelves/": ("text/html", listing), "/shelves/2026-10-01.md": text})
    ) as server:
        found = page(READER, {"where": "/shelves/"}, server)
    assert [one.roles for one in found.identities] == [(f"took part in {group}",)]


def test_one_growing_file_is_read_whole_when_it_changes() -> None:
    text = "# Shelf\n\n## 2026-10-08\n\nPresent: Hester Quill\n\n## 2026-10-01\n\nPresent: Kofi Adjei\n"
    with serving(service({}, {"/minutes.md": ("text/plain", text)})) as server:
        found = page(READER, {"where": "/minutes.md"}, server)
    assert len(found.events) == len({one.uid for one in found.events}) == 2


@pytest.mark.parametrize("body", ["<!doctype html><p>Nothing", "# Welcome\n\nNo minutes here.\n", ""])
def test_a_place_without_minutes_is_no_source(body: str) -> None:
    with serving(service({}, {"/x": ("text/plain", body)})) as server, pytest.raises(ParseError):
        page(READER, {"where": "/x"}, server)


@pytest.mark.django_db
def test_minutes_behind_a_secret_address_are_one_persons_own() -> None:
    text = minutes("Board, 2026-10-01", "* Hester Quill")
    with serving(service({}, {"/board.md": ("text/markdown", text)})) as server:
        owner = make_user()
        source = followed(READER, {"where": "/board.md?token=4f9a7c1e2b8d6035"}, server, owner)
        refreshed(server, source)
    assert source.owner == owner
    assert {Event.objects.get().owner, Item.objects.get().owner, Identity.objects.get().owner} == {owner}


@pytest.mark.django_db
def test_followed_it_fills_calendar_library_and_people() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        refreshed(server, source, now=NOW + timedelta(days=1))
    assert Event.objects.count() == Item.objects.count() == 3
    assert Identity.objects.get(name="Hester Quill").organisation == "Tarnholt Archive"
    assert not Identity.objects.filter(name="Tomas Lindqvist").exists()
