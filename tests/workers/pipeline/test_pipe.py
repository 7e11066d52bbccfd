"""The pipe: every article is in every format, or the conversion fails."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from schemas.article import Article, identify
from schemas.article.json_form import dump_article, metadata_fields
from schemas.bounds import LARGEST_ARTICLE, WEIGHT
from schemas.conversion import Conversion, Document, ReadArticle
from schemas.errors import ArticleError, Fault, StoreError, UnknownNameError
from schemas.ledger import Entry
from schemas.reading import ReadingOptions
from tests import strategies
from tests.exports import CONVERSION, FULL, NEWS_FORMATS, SEED
from tests.newsitems import texts
from tests.sinks import FullDisk, ReadOnly, Shelf
from tests.workers.formats.reading import newsml
from workers.formats import FORMATS
from workers.formats.newsml_g2.reading.item import Item
from workers.formats.newsml_g2.writer import NewsmlG2Writer
from workers.pipeline.pipe import Outcome, convert, read_documents

THREE = NEWS_FORMATS
FILES = ["articles.newsml.xml", "articles.jsonld", "articles.csv", "paragraphs.csv", "media.csv", "csv-metadata.json"]


def document(raw: bytes, name: str | None = "a.json", **defaults: Any) -> Document:
    """A document of these bytes."""
    return Document(name=name, open=lambda: io.BytesIO(raw), defaults=metadata_fields(defaults))


def articles(*stated: dict[str, Any], **defaults: Any) -> tuple[str, Document]:
    """A document of articles in JSON."""
    return "articles-json", document(json.dumps(stated).encode(), **defaults)


def text(raw: bytes, name: str | None = "a.txt", **defaults: Any) -> tuple[str, Document]:
    """A document of plain text."""
    return "text", document(raw, name, **defaults)


def run(
    *documents: tuple[str, Document],
    formats: tuple[str, ...] = THREE,
    options: dict[str, Any] | None = None,
    conversion: Conversion = CONVERSION,
    sink: Shelf | None = None,
    **more: Any,
) -> tuple[Outcome, dict[str, bytes]]:
    """What a conversion made."""
    shelf = sink or Shelf()
    outcome = convert(
        documents, options=FORMATS.load_options(options or {}, formats), conversion=conversion, sink=shelf, **more
    )
    return outcome, shelf.files


def texts_in(files: dict[str, bytes]) -> dict[str, list[str]]:
    """Every paragraph in the files of each format, and in the table of paragraphs."""
    root = etree.fromstring(files["articles.newsml.xml"])
    one = json.loads(files["articles.jsonld"])
    nodes = one.get("@graph", [one])
    tables = {name: list(csv.DictReader(io.StringIO(files[name].decode(), newline=""))) for name in FILES[2:4]}
    return {
        "newsml-g2": [*texts(root, "xhtml"), *texts(root, "nitf")],
        "news-article": [text for node in nodes for text in node["articleBody"].split("\n\n")],
        "csv": [text for row in tables["articles.csv"] for text in row["body"].split("\n\n")],
        "paragraphs": [row["text"] for row in tables["paragraphs.csv"]],
    }


class TestTheSeed:
    TEXT = SEED.read_text(encoding="utf-8").removeprefix(" date 2024-11-08 ").strip().split("\n\n")

    @pytest.mark.parametrize("body", ["xhtml", "nitf"])
    def test_is_exact_in_every_format(self, body: str) -> None:
        outcome, files = run(text(SEED.read_bytes(), SEED.name), options={"newsml-g2": {"body": body}})
        assert len(self.TEXT) == 10
        assert texts_in(files) == dict.fromkeys(("newsml-g2", "news-article", "csv", "paragraphs"), self.TEXT)
        assert (outcome.done, outcome.failed) == (1, ())

    def test_has_the_same_id_in_every_format(self) -> None:
        _, files = run(text(SEED.read_bytes(), SEED.name))
        made = identify(Article(paragraphs=tuple(self.TEXT), published="2024-11-08"))
        assert etree.fromstring(files["articles.newsml.xml"]).attrib["guid"] == made
        assert json.loads(files["articles.jsonld"])["@id"] == made
        assert files["articles.csv"].decode().splitlines()[1].startswith(f'"{made}",1,')

    def test_is_warned_of_what_it_does_not_state(self) -> None:
        outcome, _ = run(text(SEED.read_bytes(), SEED.name))
        assert [(warned.type, warned.articles) for warned in outcome.warnings] == [
            ("no-headline", 1),
            ("no-language", 1),
            ("no-provider", 1),
        ]


class TestFiles:
    def test_are_those_of_the_formats_in_their_order(self) -> None:
        outcome, files = run(articles({"paragraphs": "A"}))
        assert [file.name for file in outcome.files] == FILES
        assert [file.format for file in outcome.files] == ["newsml-g2", "news-article", *["csv"] * 4]
        assert sorted(files) == sorted(FILES)

    @given(st.lists(strategies.articles(), min_size=1, max_size=3), st.booleans())
    def test_have_the_size_and_the_digest_of_their_bytes(self, given_articles: list[Article], lines: bool) -> None:
        stated = [{**dump_article(one), "id": f"urn:x:{number}"} for number, one in enumerate(given_articles)]
        outcome, files = run(articles(*stated), options={"news-article": {"lines": lines}})
        assert outcome.done == len(stated)
        assert {file.name: (file.size, file.sha256, file.articles) for file in outcome.files} == {
            name: (len(content), hashlib.sha256(content).hexdigest(), len(stated)) for name, content in files.items()
        }

    @given(st.lists(strategies.articles(), min_size=1, max_size=3))
    def test_hold_every_paragraph_of_every_article(self, given_articles: list[Article]) -> None:
        stated = [{**dump_article(one), "id": f"urn:x:{number}"} for number, one in enumerate(given_articles)]
        _, files = run(articles(*stated), options={"csv": {"profile": "data"}})
        whole = [paragraph for one in given_articles for paragraph in one.paragraphs]
        assert texts_in(files) == dict.fromkeys(("newsml-g2", "news-article", "csv", "paragraphs"), whole)

    @given(st.lists(strategies.articles(), min_size=1, max_size=3))
    @settings(max_examples=25)
    def test_are_the_same_bytes_for_the_same_input_and_conversion(self, given_articles: list[Article]) -> None:
        stated = [dump_article(one) for one in given_articles]
        assert run(articles(*stated)) == run(articles(*stated))

    def test_say_when_the_conversion_ran(self) -> None:
        _, files = run(articles({"paragraphs": "A"}))
        _, later = run(articles({"paragraphs": "A"}), conversion=replace(CONVERSION, at="2030-01-01T00:00:00Z"))
        assert [name for name in FILES if files[name] != later[name]] == ["articles.newsml.xml", "articles.jsonld"]

    @pytest.mark.parametrize(
        ("count", "media_type"),
        [
            (1, "application/vnd.iptc.g2.newsitem+xml"),
            (2, "application/vnd.iptc.g2.newsmessage+xml"),
            (3, "application/vnd.iptc.g2.newsmessage+xml"),
        ],
    )
    def test_have_the_media_type_of_what_they_are(self, count: int, media_type: str) -> None:
        outcome, _ = run(articles(*({"paragraphs": f"A{number}"} for number in range(count))))
        assert [file.media_type for file in outcome.files] == [
            media_type,
            "application/ld+json",
            *["text/csv; charset=utf-8; header=present"] * 3,
            "application/csvm+json",
        ]

    def test_hold_the_articles_of_all_documents_in_their_order(self) -> None:
        outcome, files = run(text(b"A"), articles({"paragraphs": "B"}, {"paragraphs": "C"}), text(b"D", "d.txt"))
        assert outcome.done == 4
        assert set(map(tuple, texts_in(files).values())) == {("A", "B", "C", "D")}


class _Refusing(NewsmlG2Writer):
    """A writer that cannot state one slugline."""

    def pieces(self, article: Article) -> tuple[bytes]:
        if article.slugline == UNWRITABLE:
            raise ArticleError((Fault("/slugline", "has no place in this format"),))
        return super().pieces(article)


UNWRITABLE = "UNWRITABLE"


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    """NewsML-G2 is written by a writer that cannot state one slugline."""
    writer = FORMATS.writer
    monkeypatch.setattr(FORMATS, "writer", lambda name: _Refusing if name == "newsml-g2" else writer(name))


class TestWhatIsLeftOut:
    PROHIBITED = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING"

    def stated(self, *values: str | None) -> tuple[str, Document]:
        return articles(*({"paragraphs": f"A{number}", "data_mining": value} for number, value in enumerate(values)))

    def test_articles_that_prohibit_mining_are_in_the_files_unless_asked(self) -> None:
        outcome, _ = run(self.stated(self.PROHIBITED, None))
        assert outcome.done == 2

    def test_articles_that_prohibit_mining_are_left_out_and_counted(self) -> None:
        allowed = "http://ns.useplus.org/ldf/vocab/DMI-ALLOWED"
        reader, given = self.stated(self.PROHIBITED, None, self.PROHIBITED, allowed)
        outcome, files = run((reader, replace(given, reading=ReadingOptions(mining="allowed"))))
        assert (outcome.done, outcome.failed) == (2, ())
        assert b"AIMLTRAINING" not in b"".join(files.values())
        [warning] = [one for one in outcome.warnings if one.type == "left-out"]
        assert warning.articles == 2
        assert self.PROHIBITED in warning.detail


class TestWhatFails:
    @pytest.mark.usefixtures("refusing")
    def test_an_article_that_one_format_cannot_state_is_in_no_file(self) -> None:
        outcome, files = run(
            articles(
                {"paragraphs": "A"},
                {"paragraphs": "B", "id": "urn:x:b", "slugline": UNWRITABLE},
                {"paragraphs": "C"},
            ),
            formats=("csv", "news-article", "newsml-g2"),
        )
        assert set(map(tuple, texts_in(files).values())) == {("A", "C")}
        assert {file.articles for file in outcome.files} == {2}
        [failed] = outcome.failed
        assert (failed.document, failed.place, failed.id) == ("a.json", "article 2", "urn:x:b")
        assert failed.reason == "/slugline: has no place in this format"

    @pytest.mark.usefixtures("refusing")
    def test_limit_of_an_unrequested_format_is_ignored(self) -> None:
        stated = {"paragraphs": "B", "slugline": UNWRITABLE}
        assert run(articles(stated), formats=("csv", "news-article"))[0].done == 1
        assert run(articles(stated))[0].done == 0

    def test_same_id_and_version_with_other_content_fails_by_name(self) -> None:
        outcome, files = run(
            articles(
                {"paragraphs": "A", "id": "urn:x:1"},
                {"paragraphs": "B", "id": "urn:x:1", "version": 2, "signal": "update"},
                {"paragraphs": "C", "id": "urn:x:1"},
            ),
        )
        assert texts_in(files)["csv"] == ["A", "B"]
        [failed] = outcome.failed
        assert (failed.place, failed.id) == ("article 3", "urn:x:1")
        assert failed.kind == "conflict"
        assert failed.reason.startswith("/id: version 1 of urn:x:1 is already in this job with other content.")
        assert outcome.duplicates == 0

    @pytest.mark.usefixtures("refusing")
    def test_an_article_that_failed_does_not_bar_its_id(self) -> None:
        outcome, files = run(
            articles(
                {"paragraphs": "A", "id": "urn:x:1", "slugline": UNWRITABLE},
                {"paragraphs": "B", "id": "urn:x:1"},
            ),
        )
        assert [failed.place for failed in outcome.failed] == ["article 1"]
        assert texts_in(files)["csv"] == ["B"]

    def test_unreadable_articles_are_named_and_others_converted(self) -> None:
        outcome, files = run(
            (
                "articles-json",
                document(b'{"paragraphs": "A"}\n{\n{"paragraphs": "", "id": "urn:x:3"}\n{"paragraphs": "D"}'),
            ),
            text(b"caf\xe9", "e.txt"),
            text(b"F", "f.txt"),
        )
        assert texts_in(files)["csv"] == ["A", "D", "F"]
        assert [(failed.document, failed.place, failed.id) for failed in outcome.failed] == [
            ("a.json", "line 2", None),
            ("a.json", "line 3", "urn:x:3"),
            ("e.txt", "byte 3", None),
        ]

    def test_a_document_without_a_name_is_called_by_its_format(self) -> None:
        assert [failed.document for failed in run(text(b"", None))[0].failed] == ["text"]

    def test_defaults_that_do_not_fit_an_article_are_left_out_and_named(self) -> None:
        outcome, files = run(
            text(b"A", "a.txt", signal="update"), articles({"paragraphs": "B", "version": 2}, signal="update")
        )
        assert (outcome.done, outcome.failed) == (2, ())
        assert files["articles.newsml.xml"].count(b"sig:update") == 1
        [named] = [one for one in outcome.warnings if one.path == "signal"]
        assert (named.articles, "version 1 cannot be an update" in named.detail) == (1, True)

    @pytest.mark.parametrize(
        "documents",
        [(), (articles(),), (text(b""),), (articles({"paragraphs": ""}, {}), text(b"\xff"))],
        ids=["no document", "no article", "no text", "nothing that can be read"],
    )
    def test_job_without_an_article_has_no_files(self, documents: tuple[tuple[str, Document], ...]) -> None:
        outcome, files = run(*documents)
        assert (outcome.done, outcome.files, outcome.warnings, files) == (0, (), (), {})

    @pytest.mark.parametrize("name", FILES)
    def test_a_sink_that_cannot_make_a_file_leaves_none(self, name: str) -> None:
        sink = ReadOnly(name)
        with pytest.raises(StoreError, match="read-only"):
            run(articles({"paragraphs": "A"}), sink=sink)
        assert sink.files == {}

    @pytest.mark.parametrize("room", [0, 100, 1000, 3000])
    def test_a_sink_that_runs_full_leaves_no_file(self, room: int) -> None:
        sink = FullDisk(room)
        with pytest.raises(StoreError, match="no space left"):
            run(articles(*({"paragraphs": f"A{number}"} for number in range(5))), sink=sink)
        assert sink.files == {}

    def test_an_input_that_breaks_off_leaves_no_file(self) -> None:
        class Broken(io.BytesIO):
            def readline(self, size: int | None = -1, /) -> bytes:
                return super().readline(size) if self.tell() == 0 else self.fail()

            __next__ = readline

            def fail(self) -> bytes:
                raise OSError("connection reset")

        raw = b'{"paragraphs": "A"}\n{"paragraphs": "B"}\n'
        sink = Shelf()
        with pytest.raises(OSError, match="connection reset"):
            run(("articles-json", Document(name="a", open=lambda: Broken(raw))), sink=sink)
        assert sink.files == {}

    def test_an_unknown_input_format_is_named(self) -> None:
        with pytest.raises(UnknownNameError, match="there is no input format named 'wps'; choose from: newsml-g2, "):
            run(("wps", document(b"A")))


class TestWarnings:
    def warnings_of(self, *stated: dict[str, Any], formats: tuple[str, ...] = THREE) -> dict[str, tuple[str, int]]:
        """What was warned of, and in how many articles."""
        good = {"headline": "H", "language": "en", "provider": "P"}
        whole = [{**good, **one, "paragraphs": f"A{at}"} for at, one in enumerate(stated)]
        outcome, _ = run(articles(*whole), formats=formats)
        assert outcome.done == len(stated)
        return {warned.type: (warned.detail, warned.articles) for warned in outcome.warnings}

    def test_there_are_none_where_all_is_stated(self) -> None:
        assert self.warnings_of({}) == {}

    @pytest.mark.parametrize(
        ("name", "why"),
        [
            ("headline", "No headline is stated; newsrooms and search engines look for one."),
            ("language", "No language is stated; software that indexes or reads the text aloud has to guess it."),
            ("provider", "No provider is stated; where a format demands one, it is the operator of newsmill."),
        ],
    )
    def test_absent_field_is_counted_with_its_remedy(self, name: str, why: str) -> None:
        assert self.warnings_of({}, {name: ""}, {name: None}) == {
            f"no-{name}": (f"{why} Give it in the source, or in `metadata.{name}`.", 2)
        }

    def test_a_later_version_that_does_not_say_what_it_is(self) -> None:
        [(kind, (detail, count))] = self.warnings_of(
            {"version": 2}, {"version": 3, "signal": "update"}, formats=("csv",)
        ).items()
        assert (kind, count) == ("no-signal", 1)
        assert detail.endswith("Give it in the source, or in `metadata.signal`.")

    @pytest.mark.parametrize(
        ("format_id", "name", "value"),
        [
            ("news-article", "slugline", "A-B"),
            ("news-article", "urgency", 4),
            ("news-article", "embargoed", "2024-11-10T06:00:00Z"),
            ("news-article", "ed_note", "Note."),
        ],
    )
    def test_unsupported_field_is_named_with_its_format(self, format_id: str, name: str, value: Any) -> None:
        assert self.warnings_of({name: value}, {}) == {
            f"not-held-{name}": (f"{format_id} has no place for `{name}`; it is not in the file.", 1)
        }
        assert self.warnings_of({name: value}, formats=("csv",)) == {}

    @pytest.mark.usefixtures("refusing")
    def test_articles_that_failed_are_not_counted(self) -> None:
        outcome, _ = run(articles({"paragraphs": "A", "slugline": UNWRITABLE}, {"paragraphs": "B", "headline": "H"}))
        assert [(warned.type, warned.articles) for warned in outcome.warnings] == [
            ("no-language", 1),
            ("no-provider", 1),
        ]


class TestMetadata:
    def test_fills_only_what_an_article_does_not_state(self) -> None:
        given_metadata = {"language": "en", "provider": "Desk", "headline": "Default", "published": "2020-01-01"}
        _, files = run(
            articles(
                {"paragraphs": "A", "language": "de", "provider": {"name": "Agency"}, "headline": ""}, **given_metadata
            ),
            text(b" date 2024-11-08 B", **given_metadata),
        )
        assert [
            (node["inLanguage"], node["publisher"]["name"], node["headline"], node["datePublished"])
            for node in json.loads(files["articles.jsonld"])["@graph"]
        ] == [("de", "Agency", "Default", "2020-01-01"), ("en", "Desk", "Default", "2024-11-08")]

    def test_makes_the_id_with_the_providers_authority(self) -> None:
        _, alone = run(text(b"A"))
        _, files = run(text(b"A", provider={"name": "Desk", "uri": "https://desk.example/"}))
        assert json.loads(alone["articles.jsonld"])["@id"] != json.loads(files["articles.jsonld"])["@id"]


class TestProgress:
    def test_is_told_after_each_article(self) -> None:
        told: list[tuple[int, ...]] = []
        run(
            articles({"paragraphs": "A"}, {}, {"paragraphs": "C"}),
            text(b""),
            text(b"A"),
            progress=lambda *counts: told.append(counts),
        )
        assert told == [(1, 0, 0), (1, 1, 0), (2, 1, 0), (2, 2, 0), (2, 2, 1)]

    def test_articles_are_written_as_they_are_read(self) -> None:
        sizes: list[int] = []
        stream = io.BytesIO()

        class Watched(Shelf):
            @contextmanager
            def create(self, name: str) -> Iterator[BinaryIO]:
                yield stream

        raw = b"".join(b'{"paragraphs": "A%d"}\n' % number for number in range(5))
        run(
            ("articles-json", document(raw)),
            formats=("newsml-g2",),
            sink=Watched(),
            progress=lambda *_: sizes.append(stream.tell()),
        )
        # The first waits until there is a second: one is an item, two are a message.
        assert sizes[0] == 0
        assert sizes == sorted(set(sizes))


@pytest.mark.parametrize("split", [1, 2])
def test_late_failure_leaves_no_file_of_a_split_export(split: int) -> None:
    bad: Any = {"headline": "No text"}
    many = [{"paragraphs": [f"Number {number}."]} for number in range(5)]
    outcome, files = run(articles(*many, bad), formats=("csv",), split=split, on_error="fail")
    assert (outcome.done, outcome.files, len(outcome.failed), files) == (0, (), 1, {})


def test_full_article_passes_every_format() -> None:
    outcome, files = run(articles(dump_article(FULL)))
    assert outcome.failed == ()
    assert set(map(tuple, texts_in(files).values())) == {FULL.paragraphs}
    assert {warned.type for warned in outcome.warnings} == {
        "not-held-ed_note",
        "not-held-embargoed",
        "not-held-signal",
        "not-held-slugline",
        "not-held-urgency",
    }


class _Careless(NewsmlG2Writer):
    """A writer with a mistake in it: it forgets to escape."""

    def pieces(self, article: Article) -> tuple[bytes]:
        (piece,) = super().pieces(article)
        return (piece.replace(b"&amp;", b"&"),)


class _Faulty(NewsmlG2Writer):
    """A writer with a mistake in it: it divides by zero at one article."""

    def pieces(self, article: Article) -> tuple[bytes]:
        if article.headline == "Bad":
            raise ZeroDivisionError("by zero")
        return super().pieces(article)


def test_unexpected_exception_costs_one_article(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(FORMATS, "writer", lambda _: _Faulty)
    read = Item.stated

    def stated(item: Item) -> dict[str, Any]:
        found = read(item)
        return found | {"version": 1 // (found["headline"] != "Worse")}

    monkeypatch.setattr(Item, "stated", stated)
    names = ("Good", "Bad", "Worse", "Fine")
    items = "".join(
        newsml(f"<headline>{name}</headline>", attributes=f'guid="urn:x:{name}" version="1"') for name in names
    )
    outcome, _ = run(("newsml-g2", document(f"<m>{items}</m>".encode())), formats=("newsml-g2",))
    assert [(one.place, one.kind) for one in outcome.failed] == [
        ("article 2", "internal"),
        ("newsItem 3, line 1", "internal"),
    ]
    assert "(ZeroDivisionError in test_pipe.py, line" in outcome.failed[0].reason
    assert "report it" in outcome.failed[1].reason
    assert outcome.done == 2
    assert caplog.text.count("Traceback") == 2


def test_article_that_is_too_large_costs_itself_only() -> None:
    large = {"paragraphs": ["x"], "keywords": [f"k{number}" for number in range(LARGEST_ARTICLE // WEIGHT)]}
    outcome, _ = run(articles(large, {"paragraphs": ["One."]}))
    assert [one.kind for one in outcome.failed] == ["invalid"]
    assert f"more than {LARGEST_ARTICLE:,} bytes" in outcome.failed[0].reason
    assert outcome.done == 1


@pytest.mark.parametrize("text_of", ["Tom & Jerry", "Tom &amp; Jerry"])
def test_failed_check_of_a_piece_costs_its_article_only(text_of: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FORMATS, "writer", lambda _: _Careless)
    shelf = Shelf()
    outcome, _ = run(articles({"paragraphs": ["One."]}, {"paragraphs": [text_of]}), formats=("newsml-g2",), sink=shelf)
    [failed] = outcome.failed
    assert (outcome.done, failed.kind) == (1, "internal")
    assert re.search(r"articles\.newsml\.xml.*(xml-well-formed|g2-31-text)", failed.reason)
    assert text_of.encode() not in shelf.files["articles.newsml.xml"]


@pytest.mark.parametrize("format_id", FORMATS.writable.ids)
def test_an_unknown_language_is_left_out_and_named(format_id: str) -> None:
    outcome, files = run(
        articles({"paragraphs": ["One."], "language": "xx"}, {"paragraphs": ["Two."]}), formats=(format_id,)
    )
    assert (outcome.done, outcome.failed) == (2, ())
    [named] = [one for one in outcome.warnings if one.path == "language"]
    assert (named.type, named.articles, named.values) == ("source-not-held", 1, ("'xx' (a.json, article 1)",))
    assert not any(b'"xx"' in content for content in files.values())


def test_columns_are_named_where_a_format_has_none() -> None:
    columns = {"headline": "Titel", "section": ""}
    raw = b'{"@context": "https://schema.org", "@type": "NewsArticle", "articleBody": "A"}'
    document = Document(name="a.jsonld", open=lambda: io.BytesIO(raw), columns=columns)
    [found] = read_documents([(None, document)])
    assert isinstance(found.found, ReadArticle)
    named = [one for one in found.found.ledger.entries if one.outcome == "not-held"]
    reason = "news-article has no columns that a request can name"
    assert named == [Entry("metadata.headline", "not-held", "@Titel", None, reason)]
