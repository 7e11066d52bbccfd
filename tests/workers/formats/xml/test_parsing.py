"""Broken and malicious XML: each is one clear error, within little memory."""

from __future__ import annotations

import io
import os
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.article import Article
from schemas.bounds import LARGEST_ITEM, MOST_MARKS
from schemas.conversion import Document
from schemas.errors import InputError
from tests.workers.formats.documents import found_by
from tests.workers.formats.reading import NAR, document, newsml, read, read_one
from workers.formats.newsml_g2.reader import read_newsml_g2

ITEM = newsml()
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.fixture(autouse=True)
def _soon() -> Iterator[None]:
    started = time.process_time()
    yield
    assert time.process_time() - started < 5


def refused(text: str | bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        read(text)
    assert caught.value.document == "wire.xml"
    return caught.value


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("", "", "it is empty"),
        (" \n", "line 2, column 1", "Start tag expected"),
        ("Text.", "line 1, column 1", "Start tag expected"),
        ("<newsItem>\n<a>", "line 2, column 4", "Premature end"),
        ("<newsItem>\n<a></b></newsItem>", "line 2, column 8", "mismatch"),
        ("<newsItem>&nbsp;</newsItem>", "line 1, column 17", "Entity 'nbsp' not defined"),
        ("<newsItem>&nbsp;" + " " * 200_000 + "</newsItem>", "line 1, column 17", "Entity 'nbsp' not defined"),
        ("<x:newsItem/>", "line 1, column 12", "Namespace prefix x"),
        ("<newsItem a='1' a='2'/>", "line 1, column", "Attribute a redefined"),
        ("<newsItem/><newsItem/>", "line 1, column", "Extra content"),
        ("<newsItem>\x00</newsItem>", "line 1, column", "it is not XML"),
        ("<newsItem>&#0;</newsItem>", "line 1, column", "invalid xmlChar value 0"),
        ('<?xml version="1.0" encoding="UTF-16"?><a/>', "line 1, column", "it is not XML"),
        ('<?xml version="1.0" encoding="no-such"?><a/>', "line 1, column", "no-such"),
        (ITEM.encode("utf-16-le")[:-1], "line 1, column", "it is not XML"),
        (ITEM.encode("utf-16")[:-1], "line 1, column", "it is not XML"),
        ("<html><body/></html>", "", "it has no newsItem"),
        ("<newsitem/>", "", "it has no newsItem"),
        (f'<newsMessage xmlns="{NAR}"/>', "", "it has no newsItem"),
        ("<a>" * 1_000_000, "line 1, column", "Excessive depth in document: 256"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_xml_error_names_place_and_reason(text: str | bytes, place: str, reason: str) -> None:
    error = refused(text)
    assert error.place.startswith(place)
    assert bool(error.place) == bool(place)
    assert reason in error.reason
    assert "HUGE" not in error.reason
    assert "column" not in error.reason


def test_utf_16_is_xml_as_well() -> None:
    """XML 1.0, section 4.3.3: all XML processors must accept UTF-8 and UTF-16."""
    assert read(ITEM.encode("utf-16")) == read(ITEM)
    declared = '<?xml version="1.0" encoding="UTF-16"?>' + newsml(attributes='guid="urn:x:日本"')
    assert read_one(declared.encode("utf-16")).id == "urn:x:日本"


def test_latin_1_that_says_so_is_read() -> None:
    declared = '<?xml version="1.0" encoding="ISO-8859-1"?>' + newsml("<headline>Zürich</headline>")
    assert read_one(declared.encode("latin-1")).headline == "Zürich"


@pytest.mark.parametrize("label", ["ISO-8859-1", "iso-8859-1", "Latin1", "US-ASCII"])
def test_latin_1_means_windows_1252(label: str) -> None:
    """WHATWG Encoding, section 4.2: these labels are names of windows-1252."""
    declared = f'<?xml version="1.0" encoding="{label}"?>' + newsml("<headline>Café – “soon” € 4</headline>")
    assert read_one(declared.encode("cp1252")).headline == "Café – “soon” € 4"


@pytest.mark.parametrize("before", ["\n", "\n\r\n \t", "\ufeff\n", "\n" * 1000])
def test_white_space_before_the_declaration_is_no_fault(before: str) -> None:
    declared = before + '<?xml version="1.0" encoding="utf-8"?>' + ITEM
    assert read_one(declared.encode()).headline == read_one(ITEM.encode()).headline


def test_items_before_a_fault_are_read() -> None:
    found = found_by(read_newsml_g2, document(f"<newsMessage>{ITEM}{ITEM}<newsItem"))
    assert isinstance(next(found), Article)
    assert isinstance(next(found), Article)
    with pytest.raises(InputError, match=r"Couldn't find end of Start Tag|Premature end"):
        next(found)


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE newsItem>",
        '<!DOCTYPE newsItem [<!ENTITY x "y">]>',
        '<!DOCTYPE newsItem PUBLIC "-//x" "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE newsItem [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
        f'<!DOCTYPE newsItem [<!ENTITY l0 "lol">{LAUGHS}]>',
        "<!-- " + "x" * 200_000 + " --><!DOCTYPE newsItem>",
    ],
    ids=lambda value: value[:50],
)
def test_a_doctype_is_refused(doctype: str) -> None:
    assert "DOCTYPE" in refused(doctype + ITEM).reason
    assert "DOCTYPE" in refused((doctype + ITEM).encode("utf-16")).reason
    assert "DOCTYPE" in refused(f"{doctype}<newsItem/>").reason


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]><a>&l9;</a>',
        f'<!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]><a b="&l9;"/>',
        f'<!DOCTYPE a [<!ENTITY x "{"x" * 100_000}">]><a>{"&x;" * 100_000}</a>',
        f'<!DOCTYPE a [<!ENTITY x "{"x" * 100_000}">]><a b="{"&x;" * 1000}"/>',
        "<!DOCTYPE a [<!ENTITY % a '<!ENTITY &#37; b \"%a;\">'> %a; %b;]><a/>",
    ],
    ids=["laughs", "laughs in an attribute", "quadratic", "quadratic in an attribute", "parameters in a circle"],
)
def test_entities_do_not_grow(text: str) -> None:
    tracemalloc.start()
    refused(text)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10 * 2**20


@pytest.mark.parametrize("declared", ['<!DOCTYPE newsItem SYSTEM "{}">', '<!DOCTYPE a [<!ENTITY x SYSTEM "{}">]>'])
def test_files_that_a_document_names_are_not_opened(declared: str, tmp_path: Path) -> None:
    # Opening a pipe without a writer would block forever.
    secret = tmp_path / "pipe"
    os.mkfifo(secret)
    error = refused(declared.format(secret.as_uri()) + newsml("<headline>&x;</headline>"))
    assert "DOCTYPE" in error.reason or "Entity 'x'" in error.reason


def test_xinclude_is_not_done(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    include = f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" parse="text" href="{secret.as_uri()}"/>'
    body = f"<inlineXML><html><body><p>a{include}b</p></body></html></inlineXML>"
    assert read_one(newsml(body=body)).paragraphs == ("a b",)


def test_an_item_without_end_is_given_up() -> None:
    error = refused(f"<newsItem><p>{'x' * (LARGEST_ITEM + 2**17)}")
    assert f"more than {LARGEST_ITEM} bytes" in error.reason
    error = refused("<newsItem>" + "<p/>" * (MOST_MARKS + 20_000))
    assert f"more than {MOST_MARKS} tags and attributes" in error.reason


def test_an_element_with_many_attributes_is_read_in_time() -> None:
    many = " ".join(f'a{number}="1"' for number in range(100_000))
    paragraph = f"<inlineXML><html><body><p {many}>Text.</p></body></html></inlineXML>"
    article = read_one(newsml(f"<subject {many}/><headline>H</headline>", body=paragraph))
    assert (article.headline, article.paragraphs) == ("H", ("Text.",))


def test_names_are_not_looked_for_in_a_byline_without_end() -> None:
    creators = "<creator><name>Nora Field</name></creator>" * 20_000
    assert read_one(newsml(f"{creators}<by>{'a b ' * 300_000}Nora Field</by>")).bylines[1:] == ()


class _Endless(io.RawIOBase):
    """A message of so many items, made as it is read."""

    def __init__(self, items: int) -> None:
        self._left = items
        self._rest = b"<newsMessage>"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while len(self._rest) < len(buffer) and self._left:
            self._left -= 1
            self._rest += b"<wrapper>" + ITEM.encode() + b"<other><p/></other></wrapper>\n"
            if not self._left:
                self._rest += b"</newsMessage>"
        given, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is measured in /proc, which Linux has")
def test_a_long_message_is_read_in_flat_memory() -> None:
    many = Document(name="many", open=lambda: io.BufferedReader(_Endless(12_000)))
    found = found_by(read_newsml_g2, many)
    for _ in range(2_000):
        next(found)
    before = _resident()
    assert sum(1 for _ in found) == 10_000
    assert _resident() - before < 4 * 2**20
