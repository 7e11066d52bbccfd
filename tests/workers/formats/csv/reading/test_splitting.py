"""The rows of a table: what a malformed row costs, and what it does not."""

from __future__ import annotations

import csv
import io
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import InputError
from workers.formats.csv.reading import splitting
from workers.formats.csv.reading.splitting import Dialect, Row, Splitter

COMMAS = Dialect()


def rows(table: str, width: int = 2, dialect: Dialect = COMMAS) -> list[Row]:
    """The rows of a text."""
    return list(Splitter(io.StringIO(table, newline="").readline, dialect, "table").rows(width))


def cells(table: str, width: int = 2, dialect: Dialect = COMMAS) -> list[list[str] | None]:
    """The cells of each row; None for one that is lost."""
    return [row.cells for row in rows(table, width, dialect)]


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ('1,a\n2,"b\nc"\n3,d', [["1", "a"], ["2", "b\nc"], ["3", "d"]]),
        ("1,a\r2,b\r", [["1", "a"], ["2", "b"]]),
        ('1,5" pipe\n', [["1", '5" pipe']]),
        ("1\n\n2,a,b\n", [["1"], [], ["2", "a", "b"]]),
    ],
)
def test_a_sound_table(table: str, found: list[list[str]]) -> None:
    assert cells(table) == found
    assert not any(row.mended for row in rows(table))


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ('1,"a "b" c"\n', ["1", 'a "b" c']),
        ('1,"a "b", c"\n', None),
        ('1,"a \\"b\\" c"\n', ["1", 'a "b" c']),
        ('1,"a \\"b\\", c"\n', ["1", 'a "b", c']),
        ('1,"a \\"b\\"\n\nc"\n', ["1", 'a "b"\n\nc']),
        ('1,"a ""b"" "c" "\n', ["1", 'a "b" "c" ']),
        ('"1"x,"a"\n', None),
        ('1,"a\n', None),
        ('1,"a, and so on\n', None),
        ('1,"a "b\n c", d" e"\n', None),
    ],
)
def test_a_malformed_row_costs_no_other_row(row: str, found: list[str] | None) -> None:
    others = '8,x\n9,"y, ""z""\nand so on"\n'
    made = rows(others + row + others)
    sound = [["8", "x"], ["9", 'y, "z"\nand so on']]
    assert [one.cells for one in made] == [*sound, found, *sound]
    assert [one.mended for one in made] == [False, False, found is not None, False, False]
    assert made[2].lines == row.splitlines(keepends=True)


def test_rows_that_a_quote_took_in_are_read() -> None:
    assert cells('1,"a\n2,b\n3,"c\n4,d\n') == [None, ["2", "b"], None, ["4", "d"]]
    assert cells('1,"a\n2,""\n3,b\n') == [None, ["2", ""], ["3", "b"]]
    assert cells('1,"a\n2,b\n') == [None, ["2", "b"]]
    assert cells('1,"a\n2\n3"\n', width=3) == [["1", "a\n2\n3"]]


def test_other_delimiters_and_quotes() -> None:
    assert cells("1;'a 'b' c'\n2;'d''e'\n", dialect=Dialect(";", "'")) == [["1", "a 'b' c"], ["2", "d'e"]]
    assert cells('1|"a "b" c"\n', dialect=Dialect("|")) == [["1", 'a "b" c']]


@given(st.text(st.sampled_from('ab",\\\n\r'), max_size=60), st.integers(1, 4))
def test_no_line_is_lost_or_repeated(table: str, width: int) -> None:
    made = rows(table, width)
    assert "".join(chain.from_iterable(row.lines for row in made)) == table
    assert all(row.lines for row in made)


@given(st.lists(st.lists(st.text(st.sampled_from('ab",\\\n')), min_size=3, max_size=3), min_size=1, max_size=5))
def test_any_row_in_quotes_is_read_exactly(table: list[list[str]]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(table)
    assert cells(written.getvalue(), 3) == table


def test_lost_lines_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "LARGEST_RECORD", 200)
    with pytest.raises(InputError, match="more than 200 characters"):
        rows('1,"a"x\n' + "no row\n" * 100)
    assert cells('1,"a\n' + "2,b\n" * 100) == [None, *[["2", "b"]] * 100]


def test_hostile_tables_are_read_in_time() -> None:
    for table in (
        'x,"' + '"a,"\n' * 20_000,
        '","\n' * 20_000,
        'x,"y"z\n' * 20_000,
        'x,"y"z\n' + '"a"","aaa\n' * 20_000,
        'x,"y\\"z\n' * 20_000,
        'x,"y"' + '"z' * 100_000,
    ):
        assert sum(len(row.lines) for row in rows(table)) == table.count("\n") + (not table.endswith("\n"))
