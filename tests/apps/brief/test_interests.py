"""Which words of a job say what somebody wants to read about."""

from datetime import UTC, datetime

import pytest

from transom.apps.accounts.models import Profile
from transom.apps.brief.candidates.interests import interests_of, telling_words
from transom.engine.rank.model import learn


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
        ("Head of IT", ["IT"]),
        ("HEAD OF IT", ["IT"]),
        ("Head of HR", ["HR"]),
        ("UX lead", ["UX"]),
        ("lead of ux and qa", ["ux", "qa"]),
        ("Head of IT at a hospital", ["IT", "hospital"]),
        ("I mend it, and run it", ["mend"]),
        ("Head of QC", ["QC"]),
        ("Chief nurse, Boston MA", ["nurse", "Boston"]),
        ("VP of nursing in the UK", ["nursing"]),
        ("Head of department", []),
        ("IT OR NOTHING", ["IT", "NOTHING"]),
        ("文書管理", ["文", "書", "管", "理"]),
        ("", []),
    ],
)
def test_a_job_is_boiled_down_to_its_subjects(job: str, telling: list[str]) -> None:
    assert list(telling_words(job)) == telling


def test_a_field_whose_name_is_a_common_word_gives_the_brief_no_word_that_stands_everywhere() -> None:
    assert interests_of(Profile(job="Head of IT")) == ("IT",)
    model = learn([], now=datetime(2026, 11, 24, tzinfo=UTC), interests=["IT", "UX"])
    assert list(model.words.values()) == ["UX"]
