"""Printed affiliations are cut to the institution, and no mail address is left anywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.engine.parse.affiliation import institutions, without_mails


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("University of Selwick", ["University of Selwick"]),
        (
            "Department of Nursing, School of Health Sciences, University of Selwick, Tarnholt TH4 2QX, Norvania. "
            "Electronic address: maud.ellingham@selwick.example.",
            ["University of Selwick"],
        ),
        (
            "Department of Nursing, University of Selwick, Tarnholt, Norvania; Ward Research Unit, Tarnholt General "
            "Hospital, Tarnholt, Norvania. Electronic address: m.ellingham@selwick.example",
            ["University of Selwick", "Tarnholt General Hospital"],
        ),
        (
            "1Department of Surgery, Tarnholt University Hospital, Tarnholt, Norvania. Institute of Keeping, "
            "Veldhaven Academy, Veldhaven.",
            ["Tarnholt University Hospital", "Veldhaven Academy"],
        ),
        ("St. Osric's Hospital, Tarnholt, Norvania", ["St. Osric's Hospital"]),
        ("Dept. of Medicine, Univ. of Selwick, Tarnholt, USA. o.thane@x.example", ["Univ. of Selwick"]),
        ("From the Division of Records, Ministry of Health, Tarnholt", ["Ministry of Health"]),
        ("Institut für Pflege, Universität Tarnholt, Tarnholt, Deutschland", ["Universität Tarnholt"]),
        ("Abteilung für Innere Medizin, Klinikum Veldhaven, Veldhaven", ["Klinikum Veldhaven"]),
        (
            "Service de soins, Hôpital Saint-Osric, Tarnholt, France. Adresse électronique: a@b.example",
            ["Hôpital Saint-Osric"],
        ),
        ("Facultad de Enfermería, Universidad de Selva, Selva, España", ["Universidad de Selva"]),
        ("Dipartimento di Medicina, Ospedale di Tarno, Tarno", ["Ospedale di Tarno"]),
        ("東京都, 谷間大学病院, 看護部", ["谷間大学病院"]),
        ("Кафедра ухода, Тарнский университет, Тарн", ["Тарнский университет"]),
        ("Slow Rooms Institute, Tarnholt", ["Slow Rooms Institute"]),
        ("Center for Quiet Wards, Tarnholt, Norvania", ["Center for Quiet Wards"]),
        ("Research and Development, Dry Rooms, Inc., Tarnholt, NV", ["Dry Rooms Inc"]),
        ("Veldhaven Lab", ["Veldhaven Lab"]),
        ("Independent researcher, Tarnholt", ["Independent researcher"]),
        ("Department of Records", ["Department of Records"]),
        ("Electronic address: a@b.example", []),
        ("12345, 67", []),
        ("", []),
    ],
)
def test_it_is_cut_to_the_institution(printed: str, names: list[str]) -> None:
    assert list(institutions([printed])) == names


def test_two_papers_that_print_it_otherwise_name_one_institution() -> None:
    one = "Department of Nursing, University of Selwick, Tarnholt, Norvania."
    other = "Dept of Nursing; University of Selwick, Tarnholt TH4 2QX. Electronic address: m@selwick.example."
    assert institutions([one]) == institutions([other]) == ("University of Selwick",)
    assert institutions([one, one.rstrip("."), one.replace(",", " ,")]) == ("University of Selwick",)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Dry Rooms Ltd <maud@dry.example>", "Dry Rooms Ltd"),
        ("Dry Rooms Ltd, e-mail: maud@dry.example", "Dry Rooms Ltd"),
        ("Dry Rooms Ltd (email maud@dry.example), Tarnholt", "Dry Rooms Ltd, Tarnholt"),
        ("Dry Rooms Ltd. Electronic address: m@dry.example; o@dry.example.", "Dry Rooms Ltd"),
        ("mailto:maud@dry.example", ""),
        ("@dry-rooms", "@dry-rooms"),
        ("Email Keepers Ltd.", "Email Keepers Ltd."),
    ],
)
def test_mail_addresses_go_and_names_stay(text: str, left: str) -> None:
    assert without_mails(text).rstrip(" .") == left.rstrip(" .")


@given(st.text(max_size=200), st.emails(domains=st.just("dry.example")))
def test_no_mail_address_is_left_whatever_stands_around_it(text: str, mail: str) -> None:
    printed = f"{text} {mail}; {text}, Electronic address: {mail}."
    assert mail not in without_mails(printed)
    assert all("@dry.example" not in name for name in institutions([printed]))
