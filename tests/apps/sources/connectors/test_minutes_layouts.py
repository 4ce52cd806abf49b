"""Attendance lists as people write them: whoever was there is found, and nobody else."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transom.apps.sources.connectors.minutes.dates import day_in, day_of_path, without_day
from transom.apps.sources.connectors.minutes.names import attendee_of
from transom.apps.sources.connectors.minutes.reading import meetings_of

LAYOUTS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "list under a heading": (
        "# Storage, 3 March 2026\n\n## Attendees\n\n* Hester Quill (Dry Rooms Ltd)\n* Kofi Adjei – Veldhaven Lab\n\n"
        "## Regrets\n\n* Tomas Lindqvist\n\n## Agenda\n\n* New Member\n* Old Business\n",
        [("Hester Quill", "Dry Rooms Ltd"), ("Kofi Adjei", "Veldhaven Lab")],
    ),
    "regrets below a deeper heading": (
        "## Participants\n- Mette Brandt\n- Ines Duarte\n### Regrets\n- Ada Okafor\n## Notes\n- Good Point\n",
        [("Mette Brandt", ""), ("Ines Duarte", "")],
    ),
    "a row after a bold label": (
        "**Present:** Hester Quill (HQ), Kofi Adjei (KA, Veldhaven Lab) and Mette Brandt (scribe)\n\n"
        "**Apologies:** Ada Okafor, Ines Duarte\n\nThe meeting began at ten.\n\n1. Damp Again\n",
        [("Hester Quill", ""), ("Kofi Adjei", "Veldhaven Lab"), ("Mette Brandt", "")],
    ),
    "a row that wraps": (
        "Attendees (4): Hester Quill, Kofi Adjei,\nMette Brandt, Ines Duarte\n\nAbsent: Ada Okafor\n",
        [("Hester Quill", ""), ("Kofi Adjei", ""), ("Mette Brandt", ""), ("Ines Duarte", "")],
    ),
    "rows by semicolon": (
        "PRESENT: Hester Quill, Dry Rooms Ltd; Kofi Adjei, Veldhaven Lab; Mette Brandt\nEXCUSED: Ada Okafor\n",
        [("Hester Quill", "Dry Rooms Ltd"), ("Kofi Adjei", "Veldhaven Lab"), ("Mette Brandt", "")],
    ),
    "table": (
        "**Remote attendees:**\n\n| Name | Abbreviation | Organization |\n| --- | --- | --- |\n"
        "| Hester Quill | HQL | Dry Rooms Ltd |\n| Kofi Adjei | KA | Invited Expert |\n\n## Opening\n\n* Next Topic\n",
        [("Hester Quill", "Dry Rooms Ltd"), ("Kofi Adjei", "")],
    ),
    "table with who came": (
        "## Attendance\n\nName | Company | GitHub | Present\n--- | --- | --- | ---\n"
        "Hester Quill | Dry Rooms | @hq | x\n"
        "Kofi Adjei | Veldhaven | | \nMette Brandt | | mbr | x\n",
        [("Hester Quill", "Dry Rooms"), ("Mette Brandt", "")],
    ),
    "boxes": (
        "## Members\n\n## Roll call\n- [x] Hester Quill\n- [ ] Kofi Adjei\n- [X] Mette Brandt, Dry Rooms\n",
        [("Hester Quill", ""), ("Mette Brandt", "Dry Rooms")],
    ),
    "handles": (
        "## Present\n\n* Hester Quill @hquill (voting member)\n* @kofi-a\n"
        "* [Mette Brandt](https://mette.example) ([@mbr](https://github.com/mbr))\n\n## Agenda\n* Some Thing\n",
        [("Hester Quill", ""), ("kofi-a", ""), ("Mette Brandt", "")],
    ),
    "commas between name and organisation": (
        "### In attendance\n1. Hester Quill, Dry Rooms Ltd\n2. Kofi Adjei, Veldhaven Lab\n3. Mette Brandt\n"
        "### Minutes\n",
        [("Hester Quill", "Dry Rooms Ltd"), ("Kofi Adjei", "Veldhaven Lab"), ("Mette Brandt", "")],
    ),
    "last name first": (
        "Attendees\n=========\n\n- Quill, Hester\n- Adjei, Kofi\n\nAgenda\n------\n- Damp, Felt\n",
        [("Hester Quill", ""), ("Kofi Adjei", "")],
    ),
    "organisations with their people below": (
        "## Participants\n\n* Dry Rooms Ltd\n  * Hester Quill\n  * Mette Brandt\n* Veldhaven Lab\n  * Kofi Adjei\n",
        [
            ("Hester Quill", "Dry Rooms Ltd"),
            ("Mette Brandt", "Dry Rooms Ltd"),
            ("Kofi Adjei", "Veldhaven Lab"),
        ],
    ),
    "two lists": (
        "## Attendees\n\n### In person\n\n- Hester Quill\n\n### Remote\n\n- Kofi Adjei\n\n## Guests\n\n"
        "- Mette Brandt\n\n"
        "## Discussion\n\n- Ada Okafor\n",
        [("Hester Quill", ""), ("Kofi Adjei", ""), ("Mette Brandt", "")],
    ),
    "German": (
        "# Protokoll vom 3. März 2026\n\n**Teilnehmer:** Jörg Weiß (Archiv Tarnholt), Änne Groß und Kofi Adjei\n"
        "**Entschuldigt:** Ada Okafor\n",
        [("Jörg Weiß", "Archiv Tarnholt"), ("Änne Groß", ""), ("Kofi Adjei", "")],
    ),
    "French": (
        "## Présents\n\n- Zoé Lefèvre (Archives de Veld)\n- Noël d'Arcy\n\n## Excusés\n\n- Ada Okafor\n",
        [("Zoé Lefèvre", "Archives de Veld"), ("Noël d'Arcy", "")],
    ),
    "every script": (
        "## Attendees\n* 王秀英 (Wang Xiuying)\n* Никита Андреевич\n* محمد علي\n* Øystein van der Berg\n"
        "* Will Le\n* Peter ?\n",
        [
            ("王秀英", ""),
            ("Никита Андреевич", ""),
            ("محمد علي", ""),
            ("Øystein van der Berg", ""),
            ("Will Le", ""),
            ("Peter", ""),
        ],
    ),
    "remarks are no organisations and absent is absent": (
        "## Attendees\n* Hester Quill (late)\n* Kofi Adjei (left at 10:30, New York University)\n"
        "* ~~Ada Okafor~~\n* Ines Duarte (regrets)\n"
        "* TBD if Tomas can join\n* none\n* Mette Brandt (she/her), Dry Rooms\n",
        [("Hester Quill", ""), ("Kofi Adjei", "New York University"), ("Mette Brandt", "Dry Rooms")],
    ),
    "chat bots": (
        "Present+ Hester Quill, Kofi Adjei\nPresent+ Mette Brandt\nRegrets+ Ada Okafor\n",
        [("Hester Quill", ""), ("Kofi Adjei", ""), ("Mette Brandt", "")],
    ),
    "a list item as the label": (
        "- Date: 2026-03-03\n- Attendees: Hester Quill, Kofi Adjei\n- Location: Tarnholt\n- Chair: Mette Brandt\n",
        [("Hester Quill", ""), ("Kofi Adjei", "")],
    ),
    "abbreviations of which one has another letter": (
        "Attendees: Hester Quill (HQ), Kofi Adjei (KAI), Mette Brandt (MBT), Ines Duarte (IFD)\n\nFelt Rings\n",
        [("Hester Quill", ""), ("Kofi Adjei", ""), ("Mette Brandt", ""), ("Ines Duarte", "")],
    ),
    "remarks beside organisations": (
        "## Present\n- Hester Quill (Guest - Dry Rooms)\n- Kofi Adjei (Veldhaven Lab, observer)\n\n## Guests\n\n"
        "| Name | Organization |\n|---|---|\n| Mette Brandt | Felt & Søn (invited expert) |\n"
        "| Ines Duarte | Observer |\n",
        [
            ("Hester Quill", "Dry Rooms"),
            ("Kofi Adjei", "Veldhaven Lab"),
            ("Mette Brandt", "Felt & Søn"),
            ("Ines Duarte", ""),
        ],
    ),
    "an outline": (
        "1. Opening, welcome and roll call\n    1. Introduction of attendees\n        * Hester Quill\n"
        "        * Kofi Adjei\n    1. Old Business\n1. New Business\n",
        [("Hester Quill", ""), ("Kofi Adjei", "")],
    ),
    "deep headings": (
        "### Opening\n\n#### Introduction of attendees\n\n- Hester Quill\n- Kofi Adjei\n\n### Find Volunteers\n\n"
        "- Ada Okafor\n",
        [("Hester Quill", ""), ("Kofi Adjei", "")],
    ),
    "lines without signs": (
        "## Attendance\n\nHester Quill, Dry Rooms  \nKofi Adjei  \nMette Brandt  \n\n## Agenda\n\nFelt Rings\n",
        [("Hester Quill", "Dry Rooms"), ("Kofi Adjei", ""), ("Mette Brandt", "")],
    ),
    "what follows the list is no name": (
        "Participants:\n\n* Hester Quill\n* Kofi Adjei\n\nTopics that we spoke about today\n\n"
        "* Damp Rooms\n* Felt Rings\n",
        [("Hester Quill", ""), ("Kofi Adjei", "")],
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_whoever_was_there_is_found_and_nobody_else(layout: str) -> None:
    text, wanted = LAYOUTS[layout]
    [meeting] = meetings_of(text)
    assert [(one.name, one.organisation) for one in meeting.present] == wanted


def test_handles_links_and_mails_stay_with_their_people() -> None:
    found = attendee_of(
        "[Mette Brandt](https://mette.example) <Mette@Dry.example> ([@mbr](https://github.com/mbr))"
    )
    assert found is not None
    assert (found.name, found.handle, found.mails) == ("Mette Brandt", "mbr", ("mette@dry.example",))
    assert found.links == ("https://mette.example", "https://github.com/mbr")


def test_one_growing_file_holds_many_meetings() -> None:
    text = (
        "# Shelf Group\n\n## 2026-03-17\n\nPresent: Hester Quill, Kofi Adjei\n\n- Felt\n\n"
        "## 2026-03-03\n\nPresent: Hester Quill\nAbsent: Kofi Adjei\n"
    )
    found = meetings_of(text)
    assert [(one.day, len(one.present)) for one in found] == [(date(2026, 3, 17), 2), (date(2026, 3, 3), 1)]


@pytest.mark.parametrize(
    ("text", "day", "rest"),
    [
        ("SPDX Tech - April  12, 2022", date(2022, 4, 12), "SPDX Tech"),
        ("Storage Meeting 2026-03-03", date(2026, 3, 3), "Storage Meeting"),
        ("3rd of March 2026: Storage", date(2026, 3, 3), "Storage"),
        ("Protokoll vom 03.12.2026", date(2026, 12, 3), "Protokoll vom"),
        ("Réunion du 1 août 2026", date(2026, 8, 1), "Réunion du"),
        ("Storage (20260303)", date(2026, 3, 3), "Storage"),
        ("On 3/4/2026", None, "On 3/4/2026"),
        ("2026-02-31", None, "2026-02-31"),
    ],
)
def test_a_heading_says_the_day(text: str, day: date | None, rest: str) -> None:
    assert (day_in(text), without_day(text)) == (day, rest)


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("tech/2022/2022-04-15-model-session.md", date(2022, 4, 15)),
        ("wasi/2021/WASI-03-11.md", date(2021, 3, 11)),
        ("meetings/2012-09/sept-20.md", date(2012, 9, 20)),
        ("meetings/2022-11/dec-01.md", date(2022, 12, 1)),
        ("2026/03/17.md", date(2026, 3, 17)),
        ("2026/minutes_17_march.md", date(2026, 3, 17)),
        ("notes/README.md", None),
        ("2026/agenda.md", None),
    ],
)
def test_a_path_says_the_day(path: str, day: date | None) -> None:
    assert day_of_path(path) == day


PIECES = st.sampled_from(
    [
        *(
            "# ",
            "## Attendees",
            "**Present:**",
            "| Name | Org |",
            "|---|---|",
            "* ",
            "- [x] ",
            "@a",
            "(",
            ")",
            "[",
            "](",
            ",",
        ),
        *(
            ";",
            "~~",
            "```",
            "Ada Okafor",
            "2026-03-03",
            "\n",
            "\n\n",
            "---",
            "Regrets",
            "\x00",
            "\ud800",
            "王",
            "٣",
            "  ",
        ),
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=400, deadline=None)
def test_whatever_stands_there_nothing_raises(text: str) -> None:
    for meeting in meetings_of(text):
        assert all(one.name.strip() for one in meeting.present)
    assert day_of_path(text) in (None, date(2026, 3, 3))


@pytest.mark.parametrize(
    "text", ["(" * 20_000, "* " * 20_000, "**" * 20_000, "| " * 20_000, "Present: " + "A, " * 20_000]
)
def test_long_lines_take_no_time(text: str) -> None:
    started = time.perf_counter()
    assert len(meetings_of(f"## Attendees\n{text}\n" * 5)) == 1
    assert time.perf_counter() - started < 1
