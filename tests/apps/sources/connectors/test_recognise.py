"""What somebody pastes belongs to a service, or to none."""

from __future__ import annotations

import pytest

from transom.apps.sources.connectors.registry import connector, connectors, meant_by

SURE = [
    ("@hester@keepers.example", "mastodon", {"account": "@hester@keepers.example"}),
    ("#records@keepers.example", "mastodon", {"account": "#records@keepers.example"}),
    ("@name.bsky.social", "bluesky", {"account": "name.bsky.social"}),
    ("name.bsky.social", "bluesky", {"account": "name.bsky.social"}),
    ("https://bsky.app/profile/name.example/post/3k", "bluesky", {"account": "name.example"}),
    ("0000-0002-1825-0097", "orcid", {"orcid": "0000-0002-1825-0097"}),
    ("https://orcid.org/0000-0002-1825-0097", "orcid", {"orcid": "0000-0002-1825-0097"}),
    ("orcid.org/0000-0002-1825-0097/", "orcid", {"orcid": "0000-0002-1825-0097"}),
    ("https://openalex.org/authors/a5023888391", "openalex", {"about": "A5023888391"}),
    ("https://openalex.org/T10102", "openalex", {"about": "T10102"}),
    ("https://datatracker.ietf.org/wg/httpbis/documents/", "datatracker", {"group": "httpbis"}),
    ("webcal://society.example/dates", "ical", {"address": "https://society.example/dates"}),
    ("https://society.example/dates.ICS?x=1", "ical", {"address": "https://society.example/dates.ICS?x=1"}),
    ("https://confs.tech/security?online=true", "confstech", {"topic": "security"}),
    ("1234-5679", "crossref", {"about": "1234-5679"}),
    ("ISSN 0317-8471", "crossref", {"about": "0317-8471"}),
    ("https://portal.issn.org/resource/ISSN/0317-8471", "crossref", {"about": "0317-8471"}),
    ("https://arxiv.org/list/cs.DL/recent", "arxiv", {"search": "cs.DL"}),
    ("https://arxiv.org/search/?query=felt+moths&searchtype=all", "arxiv", {"search": "felt moths"}),
    ("https://arxiv.org/search/cs?query=Quill%2C+H&searchtype=author", "arxiv", {"author": "Quill, H"}),
    (
        "https://lists.guild.example/cgi-bin/wa?A0=nursing-l&X=1&Y=me%40example.org",
        "listserv",
        {"archive": "https://lists.guild.example/cgi-bin/wa?A0=NURSING-L"},
    ),
    (
        "https://lists.guild.example/scripts/wa-GUILD.exe?A1=ind2611&L=RECORDS",
        "listserv",
        {"archive": "https://lists.guild.example/scripts/wa-GUILD.exe?A0=RECORDS"},
    ),
    (
        "https://lists.guild.example/cgi-bin/webadmin?A2=RECORDS;a1b2c3d4.2611",
        "listserv",
        {"archive": "https://lists.guild.example/cgi-bin/webadmin?A0=RECORDS"},
    ),
    ("https://groups.io/g/keepers/topics?p=1", "groupsio", {"group": "https://groups.io/g/keepers"}),
    ("https://guild.groups.io/g/main+stores", "groupsio", {"group": "https://guild.groups.io/g/main+stores"}),
    ("https://openlibrary.org/authors/OL23919A/Hester_Quill", "openlibrary", {"author": "OL23919A"}),
    ("OL23919A", "openlibrary", {"author": "OL23919A"}),
    ("https://github.com/Keepers/Shelf/releases", "github", {"what": "keepers/shelf"}),
    ("https://github.com/keepers", "github", {"what": "keepers"}),
    ("https://pubmed.ncbi.nlm.nih.gov/?term=nursing+records", "pubmed", {"search": "nursing records"}),
    (
        "https://www.federalregister.gov/documents/search?conditions%5Bterm%5D=electronic+records",
        "fedreg",
        {"about": "electronic records"},
    ),
    (
        "https://www.federalregister.gov/agencies/archives-office",
        "fedreg",
        {"agency": "archives-office"},
    ),
    (
        "https://github.com/kubernetes/community/blob/master/sigs.yaml",
        "sigs",
        {"where": "kubernetes/community"},
    ),
    ("https://www.w3.org/groups/wg/aria/", "w3c", {"group": "wg/aria"}),
    ("ISO/TC 46/SC 11", "iso", {"committee": "ISO/TC 46/SC 11"}),
    ("https://sessionize.com/api/v2/a1b2c3d4/view/All", "sessionize", {"id": "a1b2c3d4"}),
    ("https://callingallpapers.com/", "callingallpapers", {"about": "everything"}),
    (
        "https://stacks.example/2027/pentabarf.xml",
        "frab",
        {"address": "https://stacks.example/2027/pentabarf.xml"},
    ),
]
LOOKS_LIKE = [
    ("https://keepers.example/@hester", "mastodon", {"account": "@hester@keepers.example"}),
    ("https://forum.keepers.example/", "discourse", {"forum": "https://forum.keepers.example"}),
    ("https://keepers.example/t/felt/12/3", "discourse", {"forum": "https://keepers.example"}),
    (
        "https://keepers.example/c/stores/7",
        "discourse",
        {"forum": "https://keepers.example", "category": "7"},
    ),
    (
        "https://talks.guild.example/decay/talk/ABCDEF/",
        "pretalx",
        {"event": "https://talks.guild.example/decay"},
    ),
    (
        "https://lists.guild.example/g/keepers/topics",
        "groupsio",
        {"group": "https://lists.guild.example/g/keepers"},
    ),
    ("https://guild.example/events/", "eventpages", {"address": "https://guild.example/events/"}),
    (
        "https://verband.example/de/fortbildungen",
        "eventpages",
        {"address": "https://verband.example/de/fortbildungen"},
    ),
    ("https://guild.example/decay/schedule/", "pretalx", {"event": "https://guild.example/decay"}),
    (
        "https://indico.guild.example/event/70/timetable/",
        "indico",
        {"place": "https://indico.guild.example/event/70/"},
    ),
    (
        "https://github.com/keepers/board/tree/main/minutes/2026",
        "minutes",
        {"where": "keepers/board/minutes/2026"},
    ),
]
NOTHING = [
    "",
    "example.org",
    "https://example.org/",
    "https://example.org/feed.xml",
    "https://example.org/schedule/",
    "electronic records",
    "ada@example.org",
    "https://pubmed.ncbi.nlm.nih.gov/41234567/",
    "https://github.com/",
    "https://github.com/keepers/shelf/issues/4",
    "0000-0002-1825-009",
    "1234-5678",
    "https://lists.guild.example/cgi-bin/wa?HOME",
    "https://guild.example/g/keepers",
    "https://arxiv.org/abs/2611.00041",
    "javascript:alert(1)",
    "https://forum",
    "https://[::1",
]


@pytest.mark.parametrize(("text", "name", "query"), SURE)
def test_it_is_known_at_once(text: str, name: str, query: dict[str, str]) -> None:
    [(reader, meant)] = meant_by(f" {text} ")
    assert (reader.name, meant.sure) == (name, True)
    assert reader.checked(meant.query) == query


@pytest.mark.parametrize(("text", "name", "query"), LOOKS_LIKE)
def test_it_looks_like_one_and_is_asked_first(text: str, name: str, query: dict[str, str]) -> None:
    found = {reader.name: meant for reader, meant in meant_by(text)}
    assert not found[name].sure
    assert connector(name).checked(found[name].query) == query


@pytest.mark.parametrize("text", NOTHING)
def test_it_belongs_to_none(text: str) -> None:
    assert meant_by(text) == []


def test_every_connector_says_how_its_fields_are_called_and_what_limits_it() -> None:
    for one in connectors():
        assert one.limits, one.name
        assert all(ask.label for ask in one.asks), one.name
