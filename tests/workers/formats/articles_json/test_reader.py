"""Articles in JSON: one, a list, or one a line."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.article import Article, Party
from schemas.article.json_form import dump_article
from schemas.conversion import Document, UnreadArticle
from schemas.errors import InputError
from tests import strategies
from tests.workers.formats.documents import found_by
from workers.formats.articles_json.reader import read_json_articles

BOM = b"\xef\xbb\xbf"


def read(raw: bytes, **defaults: Any) -> list[Article | UnreadArticle]:
    """What a JSON document gives."""
    return list(found_by(read_json_articles, Document(name="a.json", open=lambda: io.BytesIO(raw), defaults=defaults)))


def bodies(found: list[Article | UnreadArticle]) -> list[str]:
    """The text of each article, the place of each that could not be read."""
    return [item.place if isinstance(item, UnreadArticle) else item.body for item in found]


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b'{"paragraphs": "A"}', ["A"]),
        (b'{\n  "paragraphs":\n  ["A", "B"]\n}\n', ["A\n\nB"]),
        (b'[{"paragraphs": "A"}, {"paragraphs": "B"}]', ["A", "B"]),
        (b'[\n{"paragraphs": "A"},\n{"paragraphs": "B"}\n]\n', ["A", "B"]),
        (b"[]", []),
        (b'{"paragraphs": "A"}\n{"paragraphs": "B"}\n', ["A", "B"]),
        (b'{"paragraphs": "A"}\r\n\r\n{"paragraphs": "B"}', ["A", "B"]),
        (b'\n\n{"paragraphs": "A"}\n{"paragraphs": "B"}', ["A", "B"]),
        (b'\n\n{"paragraphs":\n"A"}', ["A"]),
        (BOM + b'{"paragraphs": "A"}\n{"paragraphs": "B"}', ["A", "B"]),
        (BOM + b'[{"paragraphs": "A"}]', ["A"]),
        (b'{"paragraphs": "A", "provider":\n{"name": "B"}\n}', ["A"]),
        (b'{"provider":\n{"name": "B"}\n,"paragraphs": "A"}', ["A"]),
    ],
)
def test_an_object_a_list_and_lines(raw: bytes, found: list[str]) -> None:
    assert bodies(read(raw)) == found


@given(st.lists(strategies.articles(), min_size=1, max_size=3))
def test_articles_come_back_from_every_form(articles: list[Article]) -> None:
    dumped = [dump_article(article) for article in articles]
    assert read(json.dumps(dumped).encode()) == articles
    assert read(json.dumps(dumped, indent=2, ensure_ascii=False).encode()) == articles
    assert read("\n".join(map(json.dumps, dumped)).encode()) == articles


@pytest.mark.parametrize(
    ("raw", "found", "reason"),
    [
        (b'{"paragraphs": "A"}\n{"paragraphs"\n{"paragraphs": "C"}', ["A", "line 2", "C"], "it is not JSON: "),
        (b'{"paragraphs"\n{"paragraphs": "B"}\n', ["line 1", "B"], "it is not JSON: "),
        (b'\n{"paragraphs"\n{"paragraphs": "B"}\n', ["line 2", "B"], "it is not JSON: "),
        (b'{"paragraphs": "A"}\n\n5\n', ["A", "line 3"], "must be an object"),
        (b'{"paragraphs": "A"}\n{"paragraphs": "caf\xe9"}', ["A", "line 2"], "it is not JSON: "),
        (b'{"paragraphs": "A"}\n{"paragraphs": "\\ud800"}', ["A", "line 2"], "it is not JSON: "),
        (b'{"paragraphs": "A"}\n{"paragraphs": ""}', ["A", "line 2"], "/paragraphs: an article needs at least one"),
        (b'[{"paragraphs": "A"}, null]', ["A", "article 2"], "must be an object"),
        (b"5", ["article 1"], "must be an object"),
        (b'{"id": "urn:x:1"}', ["line 1"], "/paragraphs: an article needs at least one"),
        (b'{"text": "A"}\n{"text": null, "likes": 5}', ["A", "line 2"], "/paragraphs: an article needs at least one"),
    ],
)
def test_invalid_article_is_named_and_skipped(raw: bytes, found: list[str], reason: str) -> None:
    given_back = read(raw)
    assert bodies(given_back) == found
    [unread] = [item for item in given_back if isinstance(item, UnreadArticle)]
    assert unread.reason.startswith(reason)


@pytest.mark.parametrize(
    ("raw", "id_"),
    [(b'{"id": "urn:x:1"}', "urn:x:1"), (b'{"id": 5}', None), (b"[[]]", None), (b'[{"id": "not an id"}]', "not an id")],
)
def test_an_article_that_does_not_fit_is_known_by_its_id(raw: bytes, id_: str | None) -> None:
    [unread] = read(raw)
    assert isinstance(unread, UnreadArticle)
    assert unread.id == id_


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"", "line 1, column 1"),
        (b"\n \n", "line 1, column 1"),
        (b"Katz took office .", "line 1, column 1"),
        (b'[{"paragraphs": "A"},\n{"paragraphs": "B"},\n]', "line 2, column 20"),
        (b'[{"paragraphs": "A"},\n{"paragraphs" "B"}]', "line 2, column 15"),
        (b'\n\n{"paragraphs":\n"A",}', "line 4, column 4"),
        (b'[\n{"paragraphs": "A"}\n{"paragraphs": "B"}\n]', "line 3, column 1"),
        ('{"paragraphs": "A"}'.encode("utf-16"), "line 1, column 1"),
        (b"[" * 2000, "line 1, column"),
    ],
)
def test_invalid_json_names_line_and_column(raw: bytes, place: str) -> None:
    with pytest.raises(InputError) as caught:
        read(raw)
    assert caught.value.document == "a.json"
    assert caught.value.place.startswith(place)
    assert caught.value.reason.startswith("it is not JSON: ")


def test_defaults_fill_what_an_article_does_not_state() -> None:
    raw = b'[{"paragraphs": "A", "language": "de"}, {"paragraphs": "B", "language": ""}]'
    found = read(raw, language="en", provider=Party(name="Example News"))
    assert [(item.language, item.provider) for item in found if isinstance(item, Article)] == [
        ("de", Party(name="Example News")),
        ("en", Party(name="Example News")),
    ]


def test_lines_are_read_one_after_the_other() -> None:
    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            line = b'{"paragraphs": "A"}\n'
            buffer[: len(line)] = line
            return len(line)

    reading = found_by(read_json_articles, Document(name=None, open=lambda: io.BufferedReader(Endless(), 20)))
    assert bodies([next(reading) for _ in range(100)]) == ["A"] * 100


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("id", "paragraphs", "bylines", "name", "uri", "subjects", "located", "urgency", "source"))
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.binary() | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_articles_named_faults_or_an_input_error(raw: bytes) -> None:
    found: list[Article | UnreadArticle | InputError]
    try:
        found = [*read(raw)]
    except InputError as error:
        found = [error]
    assert all(item.paragraphs if isinstance(item, Article) else item.place and item.reason for item in found)
