"""A copy of newsmill with one more format, added by one folder and one line."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from tests.running import ROOT

_COPIED: Final = ("newsmill", "schemas", "workers", "service", "tests", "benchmarks", "seeds", "docs", "pyproject.toml")

LINE: Final = '    "toy",\n'
_BEFORE: Final = '    "text",\n'

_FORMAT: Final = '''"""A toy format, with a line for each article: "TOY: headline | text"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from schemas.article import split_paragraphs
from schemas.conversion import Frame, ReadArticle, UnreadArticle
from schemas.errors import FileFault
from schemas.formats import Evidence, Format, Places, article_leaves
from schemas.options import option

NAME: Final = "articles.toy"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToyOptions:
    """Options of the toy format."""

    loud: bool = option(False, "The headline in capitals")


def sniff(head, name):
    return Evidence.CERTAIN if head.text.startswith("TOY: ") else Evidence.NONE


def read(document):
    with document.open() as stream:
        for number, line in enumerate(stream.read().decode(errors="replace").splitlines(), 1):
            headline, bar, text = line.removeprefix("TOY: ").partition(" | ")
            if line.startswith("TOY: ") and bar:
                stated, ledger = {"headline": headline, "paragraphs": split_paragraphs(text)}, document.ledger()
                yield ReadArticle(document.article(stated, ledger), ledger)
            else:
                yield UnreadArticle(place=f"line {number}", reason="the line is no toy")


class Writer:
    files = (NAME,)

    def __init__(self, conversion, options):
        self._loud = options.loud

    def pieces(self, article):
        headline = article.headline or ""
        text = " ".join(article.body.split())
        return (f"TOY: {headline.upper() if self._loud else headline} | {text}".encode(),)

    def frame(self, name, articles, number=None):
        return Frame(head=b"", between=b"\\n", tail=b"\\n", media_type="text/x-toy")


class Checker:
    def __init__(self, conversion, options):
        pass

    def check(self, article, pieces):
        return tuple(_faults(pieces[0]))


def check_file(path):
    for line in path.read_bytes().splitlines():
        yield from _faults(line, path.name)


def _faults(line, name=NAME):
    if b" | " not in line:
        yield FileFault(name, 1, "toy-bar", f"{line.decode(errors='replace')}: no bar stands between headline and text")


def walk(files):
    for line in files[NAME].decode().splitlines():
        headline, _, text = line.removeprefix("TOY: ").partition(" | ")
        yield "line/headline", headline
        yield "line/text", text


_HELD: Final = {"headline": ("line/headline",), "paragraphs": ("line/text",)}

FORMAT: Final = Format(
    id="toy",
    name="Toy",
    title="Toy 1.0",
    media_types=("text/x-toy",),
    extensions=("toy",),
    files=(NAME,),
    sniff=sniff,
    reader=read,
    writer=Writer,
    checker=Checker,
    file_checker=check_file,
    options=ToyOptions,
    places=Places({leaf: _HELD.get(leaf, ()) for leaf in article_leaves()}, walk),
)
'''


def copy_with_toy(folder: Path) -> Path:
    """Copy the checkout's packages into a folder, and add the format; return the folder, to be put on PYTHONPATH."""
    for name in _COPIED:
        source = ROOT / name
        if source.is_dir():
            # With the compiled modules, and without what is about to become one.
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("*.pyc.*", "results", "screenshots"))
        else:
            shutil.copy(source, folder / name)
    formats = folder / "workers" / "formats"
    (formats / "toy").mkdir()
    (formats / "toy" / "__init__.py").write_text(_FORMAT)
    listed = (formats / "__init__.py").read_text()
    assert listed.count(_BEFORE) == 1
    (formats / "__init__.py").write_text(listed.replace(_BEFORE, LINE + _BEFORE))
    return folder
