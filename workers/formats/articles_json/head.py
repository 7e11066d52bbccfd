"""The keys of articles in JSON and their first values, for people who map them to fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from io import BytesIO
from itertools import islice
from typing import Any, Final

import orjson

from schemas.article.dates import shared_day_order
from schemas.columns.head import LARGEST_HEAD, ROWS, TableHead, columns_of
from schemas.columns.names import TEXT, plain_name
from schemas.conversion import Document, ReadArticle
from schemas.errors import InputError
from schemas.ledger import general_path
from workers.formats.articles_json.documents import Value, expand
from workers.formats.articles_json.member_names import NAMES_IN_JSON
from workers.formats.articles_json.reader import articles_of, read_values
from workers.formats.json.cut_off import close_json
from workers.formats.json.leaves import leaves

_OTHER: Final = {"blocks": TEXT}


def read_keys(document: Document) -> TableHead:
    """Return the keys of the first objects of a document, and which field each states. Its end may be missing.

    Raises:
        InputError: the document is not JSON.
    """
    try:
        return keys_of(expand(read_values(document)), document)
    except InputError:
        with document.open() as stream:
            whole = close_json(stream.read(LARGEST_HEAD))
        if whole is None:
            raise
        return keys_of(expand(read_values(replace(document, open=partial(BytesIO, whole)))), document)


def keys_of(values: Iterable[Value], document: Document) -> TableHead:
    """Return the keys of the first of these values; see `read_keys`. A key of an inner object has points."""
    first = [one for one in islice(values, ROWS) if not one.error and isinstance(one.content, dict)]
    stated: dict[str, list[str]] = {}
    for one in first:
        for key, text in _texts(one.content):
            stated.setdefault(key, []).append(text)
    # Reading takes the members out of the objects.
    copies = iter([one._replace(content=orjson.loads(orjson.dumps(one.content))) for one in first])
    found = _as_read(articles_of(copies, replace(document, whole_ledger=True, columns={})), stated)
    known = {key: [found[key]] if key in found else [] for key in stated}
    orders = {key: shared_day_order(texts) for key, texts in stated.items()}
    return TableHead(columns=columns_of(stated, found, known, orders), keys=True)


def _texts(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each key of an object with its text. The items of a list are one text."""
    texts: dict[str, list[str]] = {}
    for path, text in leaves(value):
        texts.setdefault(path.partition("[")[0], []).append(text)
    for key, parts in texts.items():
        yield key, "; ".join(parts)


def _as_read(articles: Iterator[Any], keys: Iterable[str]) -> dict[str, str]:
    """Return the field that each key states, as the reader reads it; by the names alone if it reads nothing."""
    by_name = {name: field for field, names in reversed(tuple(NAMES_IN_JSON.items())) for name in names}
    found: dict[str, str] = {}
    try:
        for one in articles:
            for entry in one.ledger.entries if isinstance(one, ReadArticle) else ():
                if entry.field:
                    found.setdefault(general_path(entry.path).partition("[")[0], entry.field.partition(".")[0])
    except InputError:
        return {key: by_name[plain_name(key)] for key in keys if plain_name(key) in by_name}
    # The leaves of a list of objects have keys below its own: authors[1].name is of authors.
    read = {key: field for path, field in found.items() if (key := _key_of(path, keys))}
    # An id that is no IRI is held as an alternative id, and is the id for people all the same.
    return {
        key: "id" if field == "alternative_ids" and by_name.get(plain_name(key)) == "id" else _OTHER.get(field, field)
        for key, field in read.items()
    }


def _key_of(path: str, keys: Iterable[str]) -> str | None:
    return next((key for key in keys if path == key or path.startswith(f"{key}.")), None)
