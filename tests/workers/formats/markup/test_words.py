"""Any markup: each word is in the blocks or named as not held, once, and no two words fuse."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from schemas.article.body import check_blocks, plain_blocks
from schemas.ledger import Ledger
from tests.workers.formats.markup.blocks import normal_form
from workers.formats.markup import parse_html, read_blocks, write_xhtml
from workers.formats.markup.reading.elements import HANDLERS
from workers.formats.markup.reading.vocabulary import INLINE, SPANS, VOID

_WORD = re.compile(r"w\d+w")
_NAMES = st.sampled_from([*sorted(HANDLERS.keys() - {"plaintext", "xmp", "listing"}), "x-unknown", "intro"])
# Elements that may stand within a word. Every other element separates words.
_JOINING = {*SPANS, *INLINE, *VOID, "a", "cite", "ruby", "math", "pre", "x-unknown", "intro"}

Tree = tuple[str, list[Any]]


def trees() -> st.SearchStrategy[Tree]:
    """Elements of any names in each other, with a word or nothing before, in and after each."""
    children = st.lists(st.deferred(lambda: _tree) | st.just("word"), max_size=4)
    _tree = st.tuples(_NAMES, children)
    return st.tuples(st.just("body"), st.lists(_tree | st.just("word"), max_size=6))


def markup(tree: Tree, numbers: Iterator[int]) -> str:
    name, children = tree
    inside = "".join(f" w{next(numbers)}w " if isinstance(child, str) else markup(child, numbers) for child in children)
    return f"<{name}>{inside}</{name}>"


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from strings(part)
    elif is_dataclass(value):
        for one in fields(value):
            yield from strings(getattr(value, one.name))


def check(element: etree._Element) -> None:
    ledger = Ledger(whole=True)
    blocks = read_blocks(element, ledger, "body")
    named = [entry.value for entry in ledger.entries if entry.outcome == "not-held"]
    found = [word for text in (*strings(blocks), *named) for word in _WORD.findall(text)]
    stated = [word for text in element.itertext() for word in _WORD.findall(text)]
    assert Counter(found) == Counter(stated)
    assert list(check_blocks(blocks, "")) == []
    plain = [word for word in re.split(r"[\s“”^(),/]+", " ".join(plain_blocks(blocks))) if word]
    assert all(_WORD.fullmatch(word) for word in plain)
    written = etree.fromstring(f"<body>{write_xhtml(blocks)}</body>")
    assert read_blocks(written, Ledger(), "", verbatim=True) == normal_form(blocks)


@settings(derandomize=True)
@given(trees())
def test_no_word_of_xml_is_lost_or_fused(tree: Tree) -> None:
    check(etree.fromstring(markup(tree, count())))


@settings(derandomize=True)
@given(trees())
def test_no_word_of_html_is_lost_or_fused(tree: Tree) -> None:
    root = parse_html(markup(tree, count()).replace(".", "-"))
    assert root is not None
    check(root)
