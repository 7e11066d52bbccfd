"""Language tags: their form and their registration."""

from __future__ import annotations

import subprocess
import sys

import pytest

from schemas.article.languages import check_language
from tests.test_architecture import ROOT


@pytest.mark.parametrize(
    "value", ["en", "en-GB", "pt-BR", "zh-Hant-TW", "de-1996", "sl-rozaj", "x-klingon", "i-navajo", "iw", "qaa"]
)
def test_registered_language_passes(value: str) -> None:
    assert check_language(value) is None


@pytest.mark.parametrize(
    "value", ["", "x", "i", "e", "en_GB", "en-", "-en", "en GB", "englishish", "en-abcdefghi", "ën", "en\n"]
)
def test_malformed_language_is_refused(value: str) -> None:
    assert "is not a language tag" in (check_language(value) or "")


@pytest.mark.parametrize("value", ["xx", "qq", "en-QQQ", "en-abcde", "zz-Latn"])
def test_unregistered_language_is_refused(value: str) -> None:
    assert "is registered" in (check_language(value) or "")


def test_article_import_does_not_load_the_registry() -> None:
    program = "import sys; from schemas.article import Article; print('language_tags' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    assert run.stdout == "False\n"
