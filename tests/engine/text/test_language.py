"""Which language a text is in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.engine.text.language import detect

SAMPLES = {
    "en": "The retention schedule says how long each kind of record is kept, and who may throw it away.",
    "de": "Der Aktenplan sagt, wie lange jede Art von Akte aufbewahrt wird und wer sie wegwerfen darf.",
    "fr": "Le calendrier de conservation dit combien de temps chaque dossier est gardé et par qui.",
    "es": "El calendario dice cuánto tiempo se guarda cada expediente y quién puede tirarlo después.",
    "it": "Il piano dice per quanto tempo si conserva ogni fascicolo e chi lo può buttare via.",
    "ru": "План хранения говорит, сколько лет хранится каждое дело и кто может его уничтожить.",
    "zh": "保管期限表说明每类档案保存多久",
    "ja": "保存期間表は記録の種類ごとの保存年数を示す",
    "ko": "보존 기간표는 기록마다 보존 기간을 정한다",
    "ar": "يحدد جدول الحفظ المدة التي يحفظ فيها كل سجل",
    "he": "לוח השימור קובע כמה זמן נשמר כל תיק",
}


@pytest.mark.parametrize("code", SAMPLES)
def test_the_language_of_a_sentence_is_recognised(code: str) -> None:
    assert detect(SAMPLES[code]) == code


@pytest.mark.parametrize("code", SAMPLES)
def test_a_wrong_declaration_does_not_win_over_the_text(code: str) -> None:
    declared = "de" if code == "en" else "en-GB"
    assert detect(SAMPLES[code], declared=declared) == code


@pytest.mark.parametrize(("declared", "expected"), [("pt-BR", "pt"), ("", ""), ("nonsense text", "")])
def test_too_little_text_leaves_the_declaration(declared: str, expected: str) -> None:
    assert detect("ISO", declared=declared) == expected


@given(st.text(max_size=120))
def test_any_text_gets_a_code_or_none(text: str) -> None:
    code = detect(text)
    assert code == "" or (code.isalpha() and 2 <= len(code) <= 3)
