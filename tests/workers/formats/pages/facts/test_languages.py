"""The language of a text by its frequent words or its script, against the stated one."""

from __future__ import annotations

import pytest

from workers.formats.pages.facts.languages import find_other_language

TEXTS = {
    "en": "The mayor of the town said on Monday that it was time for a new start, and that the ferry is a part of it.",
    "de": "Die Stadt ist auch im Winter mit der Fähre zu erreichen, und das ist für die Bewohner nicht ohne Wert.",
    "fr": "Le maire de la ville a dit que les bateaux sont une part de la vie des habitants et qu'il est pour le pont.",
    "es": "El alcalde de la ciudad dijo que los barcos son una parte de la vida y que no se puede vivir sin el puente.",
    "ru": "Мэр города сказал, что паром не только часть жизни, но и путь на работу, и что он за новый мост и для всех.",
    "ja": "町長は月曜日に、船は町の暮らしの一部であり、新しい橋が必要だと述べた。",
}


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("stated", ["en-US", "de", "fr", "es", "ru", "ja", "zh"])
def test_another_language_is_found_only_where_it_is_stated_wrongly(language: str, stated: str) -> None:
    found = find_other_language(" ".join([TEXTS[language]] * 5), stated)
    assert found == (None if stated[:2] == language else language)


@pytest.mark.parametrize(("text", "stated"), [(TEXTS["de"], "en"), ("Port Lyme 3, Reed 2. " * 50, "de"), ("", "en")])
def test_a_short_or_odd_text_says_nothing(text: str, stated: str) -> None:
    assert find_other_language(text, stated) is None
