"""Cells of CSV are read back exactly, and no spreadsheet runs them."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests import strategies
from workers.formats.csv.cells import Named, guard, read_items, read_named, unguard, write_items, write_named

HURTING = st.text(st.sampled_from("'=+-@\t\r\n\0＝＋－＠a\"")) | st.text()
NAMED = st.builds(
    Named,
    name=st.none() | strategies.lines(),
    uri=st.none() | strategies.uris() | strategies.lines(),
    qcode=st.none() | strategies.qcodes() | strategies.lines(),
    note=st.none() | strategies.lines(),
    labelled=st.lists(st.tuples(st.sampled_from(("role", "same_as")), strategies.texts()), max_size=3).map(tuple),
).filter(lambda thing: thing != Named())


@pytest.mark.parametrize(
    ("cell", "guarded"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-", "'-"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r", "'\r"),
        ("\n", "'\n"),
        ("\0", "'\0"),
        ("'=1", "''=1"),
        ("''=1", "'''=1"),
        ("＝1+1", "'＝1+1"),
        ("＋49 30", "'＋49 30"),
        ("－", "'－"),
        ("＠SUM(A1)", "'＠SUM(A1)"),
        ("'＝1", "''＝1"),
        ("あ＝1", "あ＝1"),
        ("", ""),
        ("'", "'"),
        ("'tis", "'tis"),
        ("a=1", "a=1"),
        (" =1", " =1"),
        ("“", "“"),
    ],
)
def test_a_formula_gets_an_apostrophe_before_it(cell: str, guarded: str) -> None:
    assert guard(cell) == guarded
    assert unguard(guarded) == cell


@given(HURTING)
def test_the_guard_is_undone_exactly(cell: str) -> None:
    assert unguard(guard(cell)) == cell


@given(HURTING)
def test_no_guarded_cell_begins_as_a_formula(cell: str) -> None:
    assert not guard(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"))


@given(st.lists(strategies.lines()))
@example(["a;b", "\\", ";", "\\;", "a\\"])
def test_list_of_any_texts_round_trips(items: list[str]) -> None:
    assert read_items(write_items(items)) == tuple(items)


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("interest rate;inflation", ("interest rate", "inflation")),
        (" a ; b ;; ", ("a", "b")),
        ("", ()),
        (r"a\;b", ("a;b",)),
        ("a\\", ("a\\",)),
        (r"C:\new", ("C:new",)),
    ],
)
def test_list_in_free_form_is_read(cell: str, items: tuple[str, ...]) -> None:
    assert read_items(cell) == items


@given(st.lists(NAMED, max_size=4))
@example([Named(name="a (b)"), Named(name="<b>", note="c"), Named(name="\\"), Named(name="x \u00a0y")])
def test_named_values_round_trip(things: list[Named]) -> None:
    assert read_named(write_named(things)) == tuple(things)


@pytest.mark.parametrize(
    ("things", "cell"),
    [
        (
            [Named("Jane Doe", "https://example.com/jane", note="Political editor"), Named("John Roe")],
            "Jane Doe <https://example.com/jane> (Political editor);John Roe",
        ),
        (
            [Named("central bank", qcode="medtop:20000350", note="abstract"), Named("Vienna", note="place")],
            "central bank [medtop:20000350] (abstract);Vienna (place)",
        ),
        ([Named(uri="https://example.com/a;b")], r"<https://example.com/a\;b>"),
        ([Named("Jane (pool); Doe")], r"Jane \(pool\)\; Doe"),
    ],
)
def test_named_things_as_a_cell_holds_them(things: list[Named], cell: str) -> None:
    assert write_named(things) == cell
    assert read_named(cell) == tuple(things)


@pytest.mark.parametrize(
    ("cell", "things"),
    [
        ("Jane Doe and John Roe", (Named("Jane Doe and John Roe"),)),
        ("Jane (pool) Doe", (Named("Jane (pool) Doe"),)),
        ("Jane <a", (Named("Jane <a"),)),
        ("a [b] <c>", (Named("a [b] <c>"),)),
        (":-)", (Named(":-)"),)),
        ("AC/DC\\", (Named("AC/DC\\"),)),
        ("  Jane   Doe  ( Editor ) ", (Named("Jane   Doe", note=" Editor "),)),
        ("Jane<urn:x:y>", (Named("Jane", "urn:x:y"),)),
        ("a; ;b", (Named("a"), Named("b"))),
        ("a;<>;[] ();b", (Named("a"), Named("b"))),
        ("", ()),
    ],
)
def test_text_in_another_notation_is_a_name(cell: str, things: tuple[Named, ...]) -> None:
    assert read_named(cell) == things


@given(st.text(st.sampled_from("ab \\;<>[]()\n")))
def test_every_cell_can_be_read(cell: str) -> None:
    assert Named() not in read_named(cell)
    assert "" not in read_items(cell)


@pytest.mark.parametrize(
    "cell", ["a" + " " * 50_000 + "]x<", "(" * 50_000, "a " * 50_000 + "<", "\\" * 50_001, " <" * 50_000]
)
def test_hostile_cell_is_read_in_one_pass(cell: str) -> None:
    began = time.process_time()
    read_named(cell)
    read_items(cell)
    assert time.process_time() - began < 2
