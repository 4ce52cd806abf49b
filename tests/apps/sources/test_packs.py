"""The starter packs that come with Transom, their loader, and the choice among them."""

import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.apps.sources import packs
from transom.apps.sources.packs import (
    KINDS,
    PLACES,
    REACHES,
    Pack,
    PackError,
    address_key,
    load_pack,
    load_packs,
    match,
    packs_folder,
    parse_pack,
)
from transom.engine.core.addresses import canonical

PACKS = load_packs()
DOCS = (packs_folder().parent / "docs" / "packs.md").read_text(encoding="utf-8")
EVERY_PACK = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)

RECORDS = "records-management"
ENGINEERING = "engineering-leadership"
NURSING = "nursing-informatics"
SECURITY = "security-leadership"

JOBS = [
    ("I run records management for a county council", RECORDS),
    ("Head of information governance, NHS trust", RECORDS),
    ("corporate archivist at a bank", RECORDS),
    ("Records and information manager at a university", RECORDS),
    ("I look after document management and retention for an engineering company", RECORDS),
    ("Freedom of information and records officer", RECORDS),
    ("Chief Records Officer, state government", RECORDS),
    ("digital preservation lead at a national library", RECORDS),
    ("health records manager in a hospital", RECORDS),
    ("Knowledge and information management, civil service", RECORDS),
    ("Leiterin der Schriftgutverwaltung in einer Bundesbehörde", RECORDS),
    ("Responsable de la gestion documentaire et des archives", RECORDS),
    ("Jefa de gestión documental en un ayuntamiento", RECORDS),
    ("adviseur informatiebeheer bij een gemeente", RECORDS),
    ("Arkivchef på en kommun", RECORDS),
    ("我负责公司的档案管理", RECORDS),
    ("文書管理の責任者です", RECORDS),
    ("VP of engineering", ENGINEERING),
    ("I'm an engineering manager with two teams of eight", ENGINEERING),
    ("CTO of a start-up", ENGINEERING),
    ("Director of Software Engineering at an insurer", ENGINEERING),
    ("I lead the developers at a hospital group", ENGINEERING),
    ("tech lead, about to become a manager of programmers", ENGINEERING),
    ("Head of platform engineering", ENGINEERING),
    ("I run software development for a security company", ENGINEERING),
    ("Staff engineer who mentors managers", ENGINEERING),
    ("Leiter Softwareentwicklung", ENGINEERING),
    ("Directrice technique, je dirige une équipe de développement", ENGINEERING),
    ("Gerente de engenharia de software", ENGINEERING),
    ("我是研发总监", ENGINEERING),
    ("ソフトウェア開発部長", ENGINEERING),
    ("chief nursing information officer", NURSING),
    ("Chief nurse of a large hospital", NURSING),
    ("I'm a matron on a surgical ward", NURSING),
    ("CNIO", NURSING),
    ("Director of Nursing, care home group", NURSING),
    ("clinical informatics lead", NURSING),
    ("chief clinical information officer", NURSING),
    ("nurse manager, emergency department, electronic health records champion", NURSING),
    ("Pflegedirektorin an einem Universitätsklinikum", NURSING),
    ("Directrice des soins infirmiers", NURSING),
    ("Supervisora de enfermería", NURSING),
    ("sjuksköterska och avdelningschef", NURSING),
    ("看護部長", NURSING),
    ("护理部主任", NURSING),
    ("간호부장입니다", NURSING),
    ("CISO at a bank", SECURITY),
    ("Chief information security officer", SECURITY),
    ("head of cyber security for a local authority", SECURITY),
    ("I manage the SOC and incident response", SECURITY),
    ("I lead information security at a hospital", SECURITY),
    ("application security manager in a software company", SECURITY),
    ("Deputy CISO, responsible for risk and compliance", SECURITY),
    ("IT-Sicherheitsbeauftragter der Stadt", SECURITY),
    ("RSSI d'un groupe hospitalier", SECURITY),
    ("Responsable de ciberseguridad", SECURITY),
    ("Responsabile della sicurezza informatica", SECURITY),
    ("threat intel team lead", SECURITY),
    ("tietoturvapäällikkö", SECURITY),
    ("信息安全负责人", SECURITY),
    ("情報セキュリティ担当役員", SECURITY),
]

SMALL = """
format = 1
id = "small"
title = "Small field"
for_whom = "Nobody in particular."
language = "en"
packed = "2026-11-24"

[words]
"bee keeper*" = 5

[[sources]]
title = "A blog"
feed = "https://a.example/feed"
site = "https://a.example/"
kind = "blog"
vendor = false
language = "en"
region = "somewhere"
why = "Bees."
seen = { where = "a page", when = "2026-11", dated = "read" }

[[coverage]]
where = "Blogs"
place = "blogs"
reach = "feed"
note = "All of them."
"""


def test_the_four_fields_come_with_transom() -> None:
    assert {pack.id for pack in PACKS} == {RECORDS, ENGINEERING, NURSING, SECURITY}


def test_packs_are_found_in_a_checkout() -> None:
    assert packs_folder() == Path(packs.__file__).resolve().parents[4] / "packs"


def test_packs_are_found_inside_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = tmp_path / "site-packages" / "transom"
    (installed / "apps" / "sources").mkdir(parents=True)
    (installed / "packs").mkdir()
    (installed / "packs" / "small.toml").write_text(SMALL, encoding="utf-8")
    monkeypatch.setattr(packs, "__file__", str(installed / "apps" / "sources" / "packs.py"))
    assert [pack.id for pack in load_packs()] == ["small"]


def test_a_copy_without_packs_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        packs, "__file__", str(tmp_path / "lib" / "transom" / "apps" / "sources" / "packs.py")
    )
    with pytest.raises(PackError, match="Install Transom again"):
        load_packs()


@EVERY_PACK
def test_a_pack_is_deep(pack: Pack) -> None:
    assert len(pack.sources) >= 30
    assert sum(bool(source.feed) for source in pack.sources) >= 15
    assert len({source.kind for source in pack.sources}) >= 5


@EVERY_PACK
def test_every_source_says_where_and_when_its_address_was_seen(pack: Pack) -> None:
    for source in pack.sources:
        assert len(source.seen.where) > 10, source.title
        assert "2000" < source.seen.when[:4] <= pack.packed[:4], source.title
        assert source.seen.when <= pack.packed, source.title


@EVERY_PACK
def test_no_address_stands_twice(pack: Pack) -> None:
    for same in (address_key, canonical):
        keys = [same(source.address) for source in pack.sources]
        assert all(keys)
        assert len(set(keys)) == len(keys)


@EVERY_PACK
def test_vendors_are_flagged(pack: Pack) -> None:
    assert all(isinstance(source.vendor, bool) for source in pack.sources)
    assert any(source.vendor for source in pack.sources)
    assert all(source.vendor for source in pack.sources if source.kind == "vendor")
    assert sum(source.vendor for source in pack.sources) * 4 <= len(pack.sources)


@EVERY_PACK
def test_coverage_says_what_transom_does_not_reach(pack: Pack) -> None:
    assert {row.reach for row in pack.coverage} == set(REACHES)
    assert len(pack.coverage) >= 10


@EVERY_PACK
def test_a_pack_names_events_and_groups_to_take_part_in(pack: Pack) -> None:
    assert len(pack.events) >= 5
    assert len(pack.groups) >= 5


@EVERY_PACK
def test_each_reason_is_its_own(pack: Pack) -> None:
    long_reasons = [source.why for source in pack.sources if len(source.why) > 20]
    assert len(set(long_reasons)) == len(long_reasons)


def test_packs_name_no_registry_and_no_tool() -> None:
    for path in packs_folder().glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        assert "/work/" not in text
        assert "../shared" not in text


@pytest.mark.parametrize(("job", "field"), JOBS, ids=[job for job, _ in JOBS])
def test_a_job_sentence_finds_its_pack(job: str, field: str) -> None:
    scored = match(job, PACKS)
    assert scored, job
    assert scored[0][0].id == field
    assert len(scored) == 1 or scored[0][1] > scored[1][1]


@pytest.mark.parametrize(
    "job",
    [
        "",
        "?!",
        "I am a baker",
        "I run a plant nursery",
        "civil engineer at a road authority",
        "I manage security guards",
        "I own a record store and sell vinyl",
        "social security adviser",
    ],
)
def test_other_jobs_find_nothing(job: str) -> None:
    assert match(job, PACKS) == []


@pytest.mark.parametrize(
    ("job", "field"),
    [
        ("recrods managment", RECORDS),
        ("enginering manger", ENGINEERING),
        ("Cheif nursng officer", NURSING),
        ("cybersecrity", SECURITY),
    ],
)
def test_spelling_slips_are_forgiven(job: str, field: str) -> None:
    assert match(job, PACKS)[0][0].id == field


def test_case_accents_and_punctuation_do_not_matter() -> None:
    plain = match("Directrice des soins infirmiers", PACKS)
    assert match("DIRECTRICE, des SOINS (infirmiérs)!", PACKS) == plain


def test_a_part_of_a_longer_phrase_does_not_count_again() -> None:
    pack = parse_pack(SMALL.replace('"bee keeper*" = 5', '"bee keeper*" = 4\n"bee" = 4'), "small.toml")
    [(_, once)] = match("bee keepers", [pack])
    [(_, twice)] = match("bee keepers of bee", [pack])
    assert once == pytest.approx(0.5)
    assert twice == pytest.approx(0.75)


@given(st.text(max_size=200))
def test_any_sentence_gives_ordered_scores_between_0_and_1(job: str) -> None:
    scores = [score for _, score in match(job, PACKS)]
    assert all(0 < score < 1 for score in scores)
    assert scores == sorted(scores, reverse=True)


def test_the_docs_count_what_the_packs_hold() -> None:
    for pack in PACKS:
        known = sum(bool(source.feed) for source in pack.sources)
        vendors = sum(source.vendor for source in pack.sources)
        assert f"| `{pack.id}` {pack.title} | {len(pack.sources)} | {known} | {vendors} |" in DOCS


def test_the_docs_example_is_a_sound_pack() -> None:
    example = re.search(r"```toml\n(.*?)```", DOCS, re.DOTALL)
    assert example
    assert parse_pack(example[1], "beekeeping.toml").id == "beekeeping"


def test_the_docs_name_every_kind_place_and_reach() -> None:
    words = " ".join(DOCS.replace("#", " ").split())
    assert ", ".join(KINDS) in words
    assert ", ".join(PLACES) in words
    assert ", ".join(REACHES) in words


def test_values_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        PACKS[0].title = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        PACKS[0].words["x"] = 1.0  # type: ignore[index]


def test_a_small_pack_is_read() -> None:
    pack = parse_pack(SMALL, "small.toml")
    assert pack.sources[0].address == "https://a.example/feed"
    assert pack.sources[0].seen.dated == "read"
    assert pack.events == ()
    assert pack.coverage[0].reach == "feed"


SERVICE = SMALL.replace(
    'feed = "https://a.example/feed"',
    'connector = "pubmed"\nquery = { search = " bees[MeSH Terms] " }',
)


def test_a_source_may_be_read_from_a_service() -> None:
    source = parse_pack(SERVICE, "small.toml").sources[0]
    assert (source.connector, dict(source.query)) == ("pubmed", {"search": "bees[MeSH Terms]"})
    assert source.address == "https://pubmed.ncbi.nlm.nih.gov/?term=bees%5BMeSH+Terms%5D"
    assert (source.feed, source.discover) == ("", False)


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ('"pubmed"', '"nowhere"', "sources 1 (A blog).query", "no connector called"),
        ("search =", "words =", "sources 1 (A blog).query", "nothing it asks for"),
        ("{ search", "{ at = 'x', search", "sources 1 (A blog).query", "no web address"),
        ('" bees[MeSH Terms] "', "3", "sources 1 (A blog).query.search", "in quotes"),
        ('query = { search = " bees[MeSH Terms] " }', "", "sources 1 (A blog).query", "is missing"),
        (
            "connector =",
            'feed = "https://a.example/"\nconnector =',
            "sources 1 (A blog).connector",
            "beside a feed",
        ),
        ("connector =", "discover = true\nconnector =", "sources 1 (A blog).connector", "beside a feed"),
    ],
)
def test_a_wrong_query_is_refused(old: str, new: str, key: str, says: str) -> None:
    with pytest.raises(PackError) as caught:
        parse_pack(SERVICE.replace(old, new), "small.toml")
    assert caught.value.key == key
    assert says in str(caught.value)


@EVERY_PACK
def test_every_pack_reaches_services_too(pack: Pack) -> None:
    assert sum(bool(source.connector) for source in pack.sources) >= 2


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ("format = 1", "format = 2", "format", "update Transom"),
        ("format = 1", "format = true", "format", "whole number"),
        ('id = "small"', 'id = "Small Pack"', "id", "small letters"),
        ('title = "Small field"', "", "title", "is missing"),
        ('title = "Small field"', 'title = " "', "title", "is empty"),
        ('title = "Small field"', "title = 3", "title", "in quotes"),
        ('title = "Small field"', 'title = "x"\nextra = 1', "extra", "spelling"),
        ('packed = "2026-11-24"', 'packed = "lately"', "packed", "2026-11-24"),
        ('"bee keeper*" = 5', '"bee keeper*" = 50', "words.bee keeper*", "from -10 to 10"),
        ('"bee keeper*" = 5', '"bee keeper*" = true', "words.bee keeper*", "from -10 to 10"),
        ('kind = "blog"', 'kind = "zine"', "sources 1 (A blog).kind", KINDS[0]),
        ("vendor = false", 'vendor = "no"', "sources 1 (A blog).vendor", "without quotes"),
        ('kind = "blog"', 'kind = "vendor"', "sources 1 (A blog).vendor", "vendor = true"),
        ('"https://a.example/feed"', '"a.example/feed"', "sources 1 (A blog).feed", "https://"),
        ('"https://a.example/feed"', '"ftp://a.example/feed"', "sources 1 (A blog).feed", "https://"),
        ('"https://a.example/feed"', '"https://a.example:99999/"', "sources 1 (A blog).feed", "https://"),
        ('"https://a.example/feed"', '""', "sources 1 (A blog).discover", "discover = true"),
        ('why = "Bees."', "", "sources 1 (A blog).why", "is missing"),
        ('when = "2026-11"', 'when = "2026-13"', "sources 1 (A blog).seen.when", "2026-03"),
        ('dated = "read"', 'dated = "heard"', "sources 1 (A blog).seen.dated", "copy, read"),
        ("seen = { where", "sean = { where", "sources 1 (A blog).seen", "is missing"),
        ('reach = "feed"', 'reach = "telepathy"', "coverage 1 (Blogs).reach", "not at all"),
        ("[[coverage]]", "[coverage]", "coverage", "[[coverage]]"),
    ],
)
def test_a_wrong_key_is_named_with_what_to_do(old: str, new: str, key: str, says: str) -> None:
    assert old in SMALL
    with pytest.raises(PackError) as caught:
        parse_pack(SMALL.replace(old, new, 1), "small.toml")
    assert caught.value.file == "small.toml"
    assert caught.value.key == key
    assert says in str(caught.value)


def test_the_same_address_twice_is_refused() -> None:
    again = SMALL[SMALL.index("[[sources]]") : SMALL.index("[[coverage]]")]
    again = again.replace("A blog", "Its twin").replace(
        "https://a.example/feed", "http://www.a.example/feed/"
    )
    with pytest.raises(PackError, match="'Its twin' has the address of 'A blog'"):
        parse_pack(SMALL + again, "small.toml")


def test_unsound_toml_is_refused_with_its_line() -> None:
    with pytest.raises(PackError, match="line 2"):
        parse_pack("\nformat = = 1", "small.toml")


def test_a_file_must_be_named_for_its_pack(tmp_path: Path) -> None:
    path = tmp_path / "other.toml"
    path.write_text(SMALL, encoding="utf-8")
    with pytest.raises(PackError, match=r"Name the file small\.toml"):
        load_pack(path)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PackError, match="UTF-8"):
        load_pack(path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="does not exist"):
        load_packs(tmp_path / "nowhere")


def test_an_empty_folder_has_no_packs(tmp_path: Path) -> None:
    assert load_packs(tmp_path) == ()


@given(st.text(max_size=300))
def test_any_text_is_a_pack_or_a_clear_error(text: str) -> None:
    with pytest.raises(PackError):
        parse_pack(text, "small.toml")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/feed", "http://www.A.example/feed/"),
        ("https://a.example", "https://a.example:443/"),
        ("https://a.example/feed?a=1", "http://a.example/feed?a=1"),
    ],
)
def test_spellings_of_one_address_share_a_key(one: str, other: str) -> None:
    assert address_key(one) == address_key(other)


def test_different_addresses_have_different_keys() -> None:
    addresses = ["https://a.example/", "https://a.example/x", "https://a.example/?x=1", "https://b.example/"]
    assert len({address_key(address) for address in addresses}) == len(addresses)
