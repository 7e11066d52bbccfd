"""The fast word count and the fast search for forbidden characters are exact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.article import Article, count_words
from schemas.article.values import find_forbidden
from tests.strategies import HURTFUL

ANY = st.text(st.characters() | st.sampled_from("ab1 \t\n\r\x1c\u0085\u00a0\u2003\u3000–“”’-_.é日ж½²\ud800\uffff"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        (" \n ", 0),
        ("Two words.", 2),
        ("Two – words — here", 3),
        ("“Quoted” ’tis", 2),
        ("... -- “ ” …", 0),
        ("3.25 percent, 1,000", 3),
        ("a\u00a0b\u2003c\u3000d\u0085e\x1cf", 6),
        ("日本 語", 2),
        ("½ ² ٣ Ⅷ", 4),
        ("_ __a", 1),
        ("e\u0301 \u0301", 1),
        ("\ud800 a", 1),
    ],
)
def test_a_word_has_a_letter_or_a_digit(text: str, words: int) -> None:
    assert count_words(text) == words


@given(ANY)
def test_words_are_runs_of_non_blanks_with_a_letter_or_a_digit(text: str) -> None:
    assert count_words(text) == sum(any(map(str.isalnum, run)) for run in text.split())


def test_every_character_is_counted_correctly() -> None:
    for first in range(0, 0x110000, 0x400):
        characters = [chr(code) for code in range(first, first + 0x400)]
        text = " ".join(f"{character} a{character}" for character in characters)
        assert count_words(text) == len(characters) + sum(map(str.isalnum, characters))


def test_text_of_odd_characters_has_words() -> None:
    text = "".join(map(chr, range(0x2000, 0xD000))) * 20
    assert count_words(text) > 0


def test_the_word_count_of_an_article_is_that_of_its_body() -> None:
    assert Article(paragraphs=("Two words –", "and two")).word_count == 4


@given(st.lists(ANY | st.sampled_from(HURTFUL)).map("\n".join))
def test_the_first_forbidden_character_is_found(text: str) -> None:
    def forbidden(character: str) -> bool:
        code = ord(character)
        return (code < 0x20 and character not in "\t\n\r") or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF)

    assert find_forbidden(text) == next((at for at, character in enumerate(text) if forbidden(character)), None)
