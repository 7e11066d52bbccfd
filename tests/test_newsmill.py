"""The library: `import newsmill`."""

from __future__ import annotations

import gzip
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import newsmill

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LINES = b'{"id": "urn:x:1", "paragraphs": ["One."]}\n{}\n{"id": "urn:x:2", "paragraphs": ["Two."]}\n'


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A folder with a text, and with three articles of which one cannot be read."""
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "a.txt").write_text("A text.")
    (folder / "b.ndjson").write_bytes(LINES)
    return folder


def test_a_folder_is_converted_to_files(archive: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    outcome = newsmill.convert(
        archive, to=["csv", "newsml-g2"], out=tmp_path / "out", at=AT, progress=lambda *counts: seen.append(counts)
    )
    assert (outcome.done, seen[-1]) == (3, (3, 1))
    assert [(one.document, one.place) for one in outcome.failed] == [("b.ndjson", "line 2")]
    assert {file.name for file in outcome.files} == {path.name for path in (tmp_path / "out").iterdir()}
    faults = [fault for path in (tmp_path / "out").iterdir() for fault in newsmill.validate(path)]
    assert not [fault for fault in faults if fault.severity == "error"]


def test_articles_are_read_with_their_places(archive: Path) -> None:
    failed: list[newsmill.FailedArticle] = []
    found = [*newsmill.read(str(archive), metadata={"language": "en"}, failed=failed.append)]
    assert [(one.document, one.place, one.article.body) for one in found] == [
        ("a.txt", "article 1", "A text."),
        ("b.ndjson", "line 1", "One."),
        ("b.ndjson", "line 3", "Two."),
    ]
    assert {one.article.language for one in found} == {"en"}
    assert [one.place for one in failed] == ["line 2"]


def test_documents_are_read_as_the_caller_says(tmp_path: Path) -> None:
    table = b"Inhalt;Titel\nEs regnet.;Regen\n"
    read = {"format": "csv", "options": {"delimiter": ";"}}
    columns = {"headline": "@Titel", "paragraphs": "@Inhalt"}
    [found] = newsmill.read(gzip.compress(table), read=read, metadata=columns)
    assert (found.article.headline, found.article.body) == ("Regen", "Es regnet.")
    (tmp_path / "a.txt").write_bytes(table)
    outcome = newsmill.convert(tmp_path / "a.txt", to="csv", out=tmp_path / "out", read=read, metadata=columns)
    assert outcome.done == 1
    with pytest.raises(newsmill.RequestError, match="/read/options/zone: 'Paris' is not a time zone"):
        next(newsmill.read(table, read={"options": {"zone": "Paris"}}))


def test_an_article_that_cannot_be_read_raises() -> None:
    found = newsmill.read(LINES)
    assert next(found).article.id == "urn:x:1"
    with pytest.raises(newsmill.InputError, match="line 2"):
        next(found)


def test_a_source_that_is_not_there_raises(tmp_path: Path) -> None:
    with pytest.raises(newsmill.InputError, match="there is no such file or folder"):
        newsmill.convert(tmp_path / "none", to="csv", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_article_is_written_in_memory(tmp_path: Path) -> None:
    article = newsmill.Article(paragraphs=("One.",), headline="A headline")
    written = newsmill.write(article, to=["news-article", "csv"], at=AT)
    assert set(written) == {"articles.jsonld", "articles.csv", "paragraphs.csv", "media.csv", "csv-metadata.json"}
    [again] = newsmill.read(written["articles.jsonld"])
    assert (again.article.headline, again.article.body) == ("A headline", "One.")
    newsmill.convert([article], to="news-article", out=tmp_path, at=AT)
    assert (tmp_path / "articles.jsonld").read_bytes() == written["articles.jsonld"]


def test_an_article_that_is_given_twice_is_written_once(tmp_path: Path) -> None:
    article = newsmill.Article(paragraphs=("One.",))
    assert newsmill.write([article, article], to="csv", at=AT) == newsmill.write(article, to="csv", at=AT)
    seen: list[tuple[int, int]] = []
    outcome = newsmill.convert([article] * 3, to="csv", out=tmp_path, progress=lambda *counts: seen.append(counts))
    assert (outcome.done, outcome.duplicates, outcome.failed) == (1, 2, ())
    assert seen == [(1, 0)] * 3


def test_unwritable_article_raises() -> None:
    article = newsmill.Article(paragraphs=("One.",), id="urn:x:1")
    with pytest.raises(newsmill.ExportError, match=r"article 2: .*urn:x:1"):
        newsmill.write([article, replace(article, headline="Another")], to="csv")
    with pytest.raises(newsmill.ExportError, match="no article"):
        newsmill.write([], to="csv")
    with pytest.raises(newsmill.RequestError, match="profil"):
        newsmill.write(article, to="csv", options={"csv": {"profil": "excel"}})
    with pytest.raises(newsmill.UnknownNameError, match="cvs"):
        newsmill.write(article, to="cvs")


def test_every_name_of_the_library_is_there() -> None:
    assert all(getattr(newsmill, name) for name in newsmill.__all__)
    with pytest.raises(AttributeError, match="convrt"):
        newsmill.convrt  # type: ignore[attr-defined]  # noqa: B018


def test_the_library_imports_no_service_and_no_client() -> None:
    heavy = ("celery", "click", "flask", "httpx", "kombu", "obstore", "redis", "rich")
    code = (
        "import newsmill, sys; newsmill.write(newsmill.Article(paragraphs=('One.',)), to='csv'); "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
