"""The columns of a table of articles: those of an Article's fields, with lists and structs for its parts.

A body of plain paragraphs is a list of texts. A body with headings, lists, tables and so on has its blocks in JSON
beside them, because a column has one type. The column `text` repeats the text for readers of the table.
"""

from __future__ import annotations

import dataclasses
import types
from functools import cache
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from schemas.article import Article

TEXT: Final = "text"
"""The column with the whole text, paragraphs separated by blank lines. It is written, and not read."""

BLOCKS: Final = "blocks"
"""The column with the blocks of a body in JSON, where it is more than plain paragraphs."""

MARK: Final = b"newsmill"
"""The key in the metadata of a table that newsmill wrote. Its value is the version of the columns."""

VERSION: Final = b"1"


@cache
def arrow_schema() -> Any:
    """Return the schema of the table, of pyarrow."""
    import pyarrow as pa  # noqa: PLC0415 - it takes long to import

    hints = get_type_hints(Article)
    names = [one.name for one in dataclasses.fields(Article) if one.init]
    columns = [
        pa.field(name, pa.string() if name == BLOCKS else _type(pa, hints[name]), nullable=True) for name in names
    ]
    columns.insert(names.index("paragraphs"), pa.field(TEXT, pa.string()))
    return pa.schema(columns, metadata={MARK: VERSION})


def _type(pa: Any, hint: Any) -> Any:
    """Return the type of a column, or of a part of one, from the type of a field."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        [inner] = [one for one in get_args(hint) if one is not type(None)]
        return _type(pa, inner)
    if origin is Literal or hint is str:
        return pa.string()
    if origin is tuple:
        return pa.list_(_type(pa, get_args(hint)[0]))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint)
        return pa.struct([(one.name, _type(pa, hints[one.name])) for one in dataclasses.fields(hint) if one.init])
    return {bool: pa.bool_(), int: pa.int64(), float: pa.float64()}[hint]
