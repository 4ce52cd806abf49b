"""Which words of a job say what somebody wants to read about."""

import pytest

from transom.apps.brief.candidates.interests import telling_words


@pytest.mark.parametrize(
    ("job", "telling"),
    [
        (
            "I head collections care at a county museum: nine people, two stores.",
            ["collections", "care", "museum", "stores"],
        ),
        ("Head of records management", ["records"]),
        ("Ich leite die Pflege", ["leite", "Pflege"]),
        ("CISO of 3 hospitals,", ["CISO", "hospitals"]),
        ("文書管理", ["文", "書", "管", "理"]),
        ("", []),
    ],
)
def test_a_job_is_boiled_down_to_its_subjects(job: str, telling: list[str]) -> None:
    assert list(telling_words(job)) == telling
