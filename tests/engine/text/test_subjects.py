"""Subjects without the marks of an answer."""

from __future__ import annotations

import pytest

from transom.engine.text.subjects import without_answer


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Re: Felt under plinths", "Felt under plinths"),
        ("AW: Re[2]: Feuchte im Magazin", "Feuchte im Magazin"),
        ("re：湿度", "湿度"),
        ("Recovery: what we did", "Recovery: what we did"),
        ("Reading room", "Reading room"),
        ("Re:", "Re:"),
        ("", ""),
    ],
)
def test_marks_of_an_answer_go(title: str, plain: str) -> None:
    assert without_answer(title) == plain
