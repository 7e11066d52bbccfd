"""Every format that is read, converted into every format that is written: which fields of the Article arrive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache, partial
from io import BytesIO
from typing import Any, Final

from schemas.article import Article, stated_fields
from schemas.conversion import Document
from tests.cases import CASES
from tests.field_table import EVERYTHING, read_back, written
from tests.workers.formats.documents import found_by
from tests.workers.formats.newsml_1.documents import RICH as NEWSML_1
from tests.workers.formats.nitf.documents import RICH as NITF
from workers.formats import FORMATS
from workers.pipeline.warnings import Notes

TEXT: Final = replace(EVERYTHING, kind="text", groups=(), source=None)
"""A text that states every field that a text can."""

SAMPLES: Final[Mapping[str, bytes]] = {
    "newsml-1": NEWSML_1.encode(),
    "nitf": NITF.encode(),
    "wire": (CASES / "text-and-foreign" / "wire-zczc.txt").read_bytes(),
    "mail": (CASES / "text-and-foreign" / "mail.eml").read_bytes(),
    "text": (CASES / "text-and-foreign" / "header-lines.txt").read_bytes(),
    "xlsx": (CASES / "text-and-foreign" / "table.xlsx").read_bytes(),
    "ninjs": (CASES / "json" / "ninjs-2.json").read_bytes(),
}
"""A document of each format that newsmill reads and does not write. The others are written from `TEXT`."""

# What the pipe adds, and what a writer makes of an article that states none.
_ADDED: Final = frozenset(("source", "id", "version"))


@cache
def sample_of(format_id: str) -> Article | None:
    """The article of a document of a format that states much; None if there is no sample."""
    if format_id in FORMATS.writable:
        return _only(read_back(written(TEXT, format_id), format_id))
    raw = SAMPLES.get(format_id)
    if raw is None:
        return None
    articles = found_by(FORMATS.reader(format_id), Document(name=None, open=partial(BytesIO, raw)))
    return _only(next(one for one in articles if isinstance(one, Article)))


def _only(article: Article) -> Article:
    """The article with an id, and as a text that has no source document."""
    return replace(article, id=article.id or "urn:x:1", source=None)


@cache
def arrivals(source: str, target: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which fields of the sample of a format arrive in another format, and which do not or only in part."""
    article = sample_of(source)
    assert article is not None
    back = read_back(written(article, target), target)
    stated = [name for name in stated_fields(article) if name not in _ADDED]
    arrived = tuple(name for name in stated if _is_same(name, article, back))
    return arrived, tuple(name for name in stated if name not in arrived)


def _is_same(name: str, article: Article, back: Article) -> bool:
    if name == "paragraphs" and article.blocks:
        return True  # They are computed from the blocks.
    value, stated = getattr(back, name), getattr(article, name)
    if name == "subjects":
        # Formats have them by their types: their order means nothing.
        return len(value) == len(stated) and all(any(_has_all(one, other) for one in value) for other in stated)
    return _has_all(value, stated)


def _has_all(value: Any, stated: Any) -> bool:
    """Whether a value has all that another one states. A format may need more, such as the type of an author."""
    if isinstance(stated, tuple):
        return isinstance(value, tuple) and len(value) == len(stated) and all(map(_has_all, value, stated))
    if is_dataclass(stated) and type(value) is type(stated):
        each = (one.name for one in fields(stated))
        return all(
            getattr(stated, one) in (None, ()) or _has_all(getattr(value, one), getattr(stated, one)) for one in each
        )
    return bool(value == stated)


def named(source: str, target: str) -> set[str]:
    """The fields that the warnings of a conversion name as not held by its format."""
    article = sample_of(source)
    assert article is not None
    options = FORMATS.load_options({}, (target,))
    notes = Notes((target,), options).of(article, stated_fields(article))
    return {name.partition(":")[2].partition(".")[0] for name in notes if name.startswith(f"{target}:")}


def pairs() -> Iterator[tuple[str, str]]:
    """Each format with a sample, and each format that is written."""
    for source in FORMATS.readable.ids:
        if source in SAMPLES or source in FORMATS.writable:
            yield from ((source, target) for target in FORMATS.writable.ids)


def pairs_table() -> str:
    """The table of docs/formats.md: for each pair, how many of the stated fields arrive whole."""
    targets = FORMATS.writable.ids
    rows = [
        "| read \\ written | fields stated | " + " | ".join(FORMATS.get(one).name for one in targets) + " |",
        "|---|---|" + "---|" * len(targets),
    ]
    for source in FORMATS.readable.ids:
        if sample_of(source) is None:
            continue
        counts = [arrivals(source, target) for target in targets]
        stated = sum(map(len, counts[0]))
        rows.append(
            f"| {FORMATS.get(source).name} | {stated} | " + " | ".join(str(len(one[0])) for one in counts) + " |"
        )
    return "\n".join(rows)
