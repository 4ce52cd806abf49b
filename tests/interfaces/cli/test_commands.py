"""The commands as somebody types them: what they print, what they keep, and what they say when they cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.apps.people.community import account, all_of_them, blog_of
from tests.interfaces.cli.conftest import Type
from tests.interfaces.cli.site import Site

from transom.apps.accounts.models import User
from transom.apps.library.models import Item
from transom.apps.sources.models import Source, Subscription

pytestmark = pytest.mark.django_db(transaction=True)

LIST = """<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body>
<outline text="Archives"><outline text="Shelf Notes" type="rss" xmlUrl="https://shelf.example/feed.xml"/></outline>
<outline text="Rooms" type="rss" xmlUrl="https://rooms.example/atom.xml"/></body></opml>"""


def test_following_a_site_finds_its_feed_and_names_the_others(transom: Type, site: Site) -> None:
    answer = transom("follow", site.url)
    assert answer.code == 0
    assert Subscription.objects.get().source.address == f"{site.url}/feed.xml"
    assert f"You follow Shelf Notes ({site.url}/feed.xml)." in answer.out
    assert f"{site.url}/remarks.xml" in answer.err


def test_following_as_it_is_asks_nobody(transom: Type) -> None:
    answer = transom("follow", "--as-is", "shelf.example/feed.xml", "--folder", "Later")
    assert answer.code == 0
    row = Subscription.objects.get()
    assert (row.source.address, row.folder) == ("https://shelf.example/feed.xml", "Later")


def test_one_bad_address_stops_no_other_and_says_what_to_do(transom: Type, site: Site) -> None:
    answer = transom("follow", f"{site.url}/nothing-here", f"{site.url}/feed.xml")
    assert answer.code == 1
    assert "404" in answer.err
    assert "--as-is" in answer.err
    assert Source.objects.get().address == f"{site.url}/feed.xml"


def test_a_private_network_is_not_asked(transom: Type) -> None:
    answer = transom("follow", "http://127.0.0.1:9/feed")
    assert answer.code == 1
    assert "allowed_private" in answer.err
    assert not Source.objects.exists()


def test_refresh_fetches_search_finds_and_sources_lists(transom: Type, site: Site) -> None:
    transom("follow", f"{site.url}/feed.xml")
    answer = transom("refresh")
    assert (answer.code, answer.out) == (0, "1 source fetched, 2 new items.\n")
    found = json.loads(transom("search", "--json", "drains").out)
    assert [(hit["title"], hit["source"]) for hit in found] == [
        ("Why the basement flooded twice", "Shelf Notes")
    ]
    assert "Labels that outlive their glue" in transom("search", "glues", "--source", "shelf").out
    listed = json.loads(transom("sources", "--json").out)
    assert [(one["title"], one["needs_you"]) for one in listed] == [("Shelf Notes", False)]


def test_what_is_not_due_is_not_fetched_unless_asked_for(transom: Type, site: Site) -> None:
    transom("follow", f"{site.url}/feed.xml")
    transom("refresh")
    rests = transom("refresh")
    assert (rests.code, rests.out) == (0, "")
    assert "Nothing is due before" in rests.err
    assert transom("refresh", "shelf").out == "1 source fetched, 0 new items.\n"
    assert Item.objects.count() == 2


def test_a_source_that_fails_is_named_with_its_reason(transom: Type, site: Site) -> None:
    transom("follow", "--as-is", f"{site.url}/gone.xml")
    answer = transom("refresh")
    assert answer.code == 1
    assert "1 failed" in answer.out
    assert "gone.xml" in answer.err


def test_a_search_that_finds_nothing_says_so_and_is_no_failure(transom: Type) -> None:
    answer = transom("search", "unicorn")
    assert (answer.code, answer.out) == (0, "")
    assert "Nothing was found" in answer.err


def test_a_day_that_is_none_is_explained(transom: Type, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        transom("search", "x", "--since", "last week")
    assert ended.value.code == 2
    assert "2026-03-31" in capsys.readouterr().err


def test_unfollowing_by_a_part_of_the_title(transom: Type) -> None:
    transom("follow", "--as-is", "https://shelf.example/feed.xml")
    transom("follow", "--as-is", "https://rooms.example/feed.xml")
    assert transom("unfollow", "rooms").code == 0
    assert [row.source.host for row in Subscription.objects.all()] == ["shelf.example"]


def test_unfollowing_what_is_not_clear_changes_nothing_and_names_the_choice(transom: Type) -> None:
    transom("follow", "--as-is", "https://shelf.example/feed.xml", "https://rooms.example/feed.xml")
    answer = transom("unfollow", "example")
    assert answer.code == 1
    assert "https://shelf.example/feed.xml" in answer.err
    assert Subscription.objects.count() == 2


def test_a_reading_list_goes_in_and_comes_out(transom: Type, tmp_path: Path) -> None:
    given, written = tmp_path / "in.opml", tmp_path / "out.opml"
    given.write_text(LIST)
    assert transom("import", str(given)).out == "2 sources followed now, 0 followed already.\n"
    assert transom("import", str(given)).out == "0 sources followed now, 2 followed already.\n"
    assert transom("export", str(written)).code == 0
    assert "https://shelf.example/feed.xml" in written.read_text()
    assert "Archives" in written.read_text()


def test_one_address_a_line_is_a_reading_list_too(transom: Type, tmp_path: Path) -> None:
    given = tmp_path / "list.txt"
    given.write_text("# mine\nshelf.example/feed.xml\nhttps://rooms.example/atom.xml\n")
    assert transom("import", str(given)).code == 0
    assert Subscription.objects.count() == 2


def test_a_file_that_is_no_list_is_refused_in_words(transom: Type, tmp_path: Path) -> None:
    given = tmp_path / "letter.txt"
    given.write_text("Dear Sir, I have no feeds.")
    answer = transom("import", str(given))
    assert answer.code == 1
    assert "OPML" in answer.err
    assert not Subscription.objects.exists()


def test_a_file_that_exists_is_never_written_over(transom: Type, tmp_path: Path) -> None:
    kept = tmp_path / "kept.opml"
    kept.write_text("precious")
    answer = transom("export", str(kept))
    assert answer.code == 1
    assert kept.read_text() == "precious"


def test_a_missing_file_is_named(transom: Type) -> None:
    answer = transom("import", "nowhere.opml")
    assert answer.code == 1
    assert "nowhere.opml" in answer.err


def test_everything_goes_out_as_one_file_that_an_empty_account_takes_in(
    transom: Type, tmp_path: Path
) -> None:
    transom("follow", "--as-is", "https://shelf.example/feed.xml", "--folder", "Later")
    written = tmp_path / "all.zip"
    assert transom("export", str(written)).code == 0
    User.objects.all().delete()
    Source.objects.all().delete()
    answer = transom("import", str(written))
    assert answer.code == 0, answer.err
    assert [(row.source.address, row.folder) for row in Subscription.objects.all()] == [
        ("https://shelf.example/feed.xml", "Later")
    ]


def test_where_several_people_are_a_command_asks_for_whom(transom: Type) -> None:
    for name in ("ann", "bob"):
        User.objects.create_user(name)
    answer = transom("follow", "--as-is", "https://shelf.example/feed.xml")
    assert answer.code == 1
    assert "--user" in answer.err
    assert transom("follow", "--as-is", "https://shelf.example/feed.xml", "--user", "bob").code == 0
    assert Subscription.objects.get().user.username == "bob"


def test_a_brief_of_nothing_says_how_to_begin(transom: Type) -> None:
    answer = transom("brief")
    assert answer.code == 1
    assert "transom follow" in answer.err


def test_the_brief_is_made_of_what_was_just_followed(transom: Type, site: Site) -> None:
    transom("follow", f"{site.url}/feed.xml")
    answer = transom("brief")
    assert answer.code == 0
    assert "Why the basement flooded twice" in answer.out
    assert json.loads(transom("brief", "--json").out)["read"]


def test_a_day_without_a_brief_is_said_so(transom: Type, site: Site) -> None:
    transom("follow", f"{site.url}/feed.xml")
    answer = transom("brief", "--day", "2020-01-01")
    assert answer.code == 1
    assert "2020-01-01" in answer.err


def test_people_are_listed_and_told_of(transom: Type) -> None:
    for name in ("Maud Ellingham", "Osric Thane"):
        blog_of(name)
    account("M. Ellingham", orcid="0000-0002-1825-0097", mails=("maud@ellingham.example.net",))
    account("Maud Ellingham", "openalex", orcid="0000-0002-1825-0097", mails=("maud@ellingham.example.net",))
    transom("sources")
    all_of_them()
    listed = transom("people", "--limit", "1")
    assert "The first 1;" in listed.err
    assert {row["name"] for row in json.loads(transom("people", "--json").out)} == {
        "Maud Ellingham",
        "Osric Thane",
    }
    told = transom("people", "ellingham")
    assert "orcid-equal" in told.out
    assert "maud@" not in told.out
    assert json.loads(transom("people", "osric", "thane", "--json").out)["names"][0]["name"] == "Osric Thane"
    unknown = transom("people", "nobody")
    assert unknown.code == 1
    assert "transom people" in unknown.err
