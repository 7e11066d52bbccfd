"""A place that blocks are collected in: the paragraph under construction, and the blocks before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from schemas.article.body import (
    DEEPEST,
    Block,
    Cell,
    Embed,
    Figure,
    Heading,
    Inline,
    LineBreak,
    Link,
    Paragraph,
    Ruby,
    Span,
    SpanKind,
    is_paragraph,
)
from schemas.article.parts import MediaKind, Rendition
from schemas.article.values import make_line
from schemas.ledger import Entry

DELETED: Final = "deleted text with no other text beside it"

_ONCE: Final = ("strong", "emphasis", "inserted", "deleted", "code")

BLANK: Final = " \t\r\n"
"""The white space of HTML. All other blanks, such as U+00A0, are part of the text."""


class Frame:
    """An open inline element."""

    __slots__ = ("content", "href", "kind", "origin", "used")

    def __init__(self, kind: SpanKind | None, href: str | None, origin: Frame | None = None) -> None:
        self.kind = kind
        self.href = href
        self.origin = origin
        self.content: list[Inline] = []
        self.used = False

    def use(self) -> None:
        """Note that the element has content, in this sink or in the one around it."""
        frame: Frame | None = self
        while frame is not None and not frame.used:
            frame.used = True
            frame = frame.origin

    def made(self, *, verbatim: bool) -> list[Inline]:
        """Return the inline element, or nothing if it has no content."""
        content = merged(self.content)
        if not content:
            return []
        if not verbatim and all(isinstance(part, str) and not part.strip(BLANK) for part in content):
            return content  # emphasised blanks are blanks
        self.use()
        if self.href is not None:
            return [Link(self.href, tuple(content))]
        return [Span(self.kind, tuple(content))] if self.kind else content


@dataclass(slots=True)
class FigureParts:
    """The parts of a figure. `kind` is set if newsmill wrote it: then all of its files are one media object."""

    kind: MediaKind | None = None
    alt: str | None = None
    renditions: list[Rendition] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)

    @property
    def caption(self) -> str | None:
        """The caption, a part on each line."""
        return "\n".join(filter(None, self.captions)) or None

    @property
    def credit(self) -> str | None:
        """The credit on one line."""
        return make_line(", ".join(filter(None, self.credits))) or None


@dataclass(slots=True)
class TableParts:
    """The rows of a table by section, and the row that is being read. A cell is kept with the blocks in it."""

    sections: dict[str, list[list[tuple[Cell, list[Block]]]]] = field(default_factory=dict)
    section: str = "tbody"
    row: list[tuple[Cell, list[Block]]] | None = None
    captions: list[str] = field(default_factory=list)


class Sink:
    """Blocks in order of the text.

    Args:
        verbatim: whether all white space is part of the text.
        entries: the entries of the ledger, if it is whole.
        outer: the sink around it. Inline elements that are open there, such as a link around a heading, go on here.
        deeper: how many levels its blocks nest deeper than those of the outer sink.
        text_only: whether only the plain text counts, as in a caption.
        cell: whether it is for the content of a cell.
    """

    __slots__ = (
        "_breaks",
        "_first",
        "_last",
        "_soft",
        "attributions",
        "blocks",
        "cell",
        "deleted",
        "depth",
        "entries",
        "figure",
        "figures",
        "frames",
        "heading",
        "items",
        "root",
        "table",
        "text_only",
        "verbatim",
    )

    def __init__(
        self,
        *,
        verbatim: bool,
        entries: list[Entry] | None = None,
        outer: Sink | None = None,
        deeper: int = 0,
        text_only: bool = False,
        cell: bool = False,
    ) -> None:
        around = () if outer is None or text_only else outer.frames
        self.blocks: list[Block] = []
        self.figures: list[Block] = []
        # Deleted text that stands alone, and so is in no block; and the entries of a whole ledger.
        self.deleted: list[str] = [] if outer is None else outer.deleted
        self.entries: list[Entry] | None = entries if outer is None else outer.entries
        self.root: list[Inline] = []
        self.frames: list[Frame] = [Frame(frame.kind, frame.href, frame) for frame in around]
        self.depth: int = 0 if outer is None else outer.depth + deeper
        self.verbatim = verbatim
        self.text_only: bool = text_only or (outer is not None and outer.text_only)
        self.cell = cell
        self.heading = 0
        # What is collected beside the text, directly inside of a figure, a quotation, a list or a table.
        self.figure: FigureParts | None = None
        self.attributions: list[str] | None = None
        self.items: list[list[Block]] | None = None
        self.table: TableParts | None = None
        self._last = ""
        self._breaks = 0
        self._soft = False
        self._first = len(self.entries or ())

    # Inline content

    def text(self, text: str) -> None:
        """Add text. Unless it is verbatim, its white space is collapsed."""
        if not text:
            return
        if not self.verbatim:
            if not self._last and text.isspace():
                return
            if "\n" in text:
                text = _without_line_breaks(text)
            if self._breaks or not self._last or self._last in BLANK:
                text = text.lstrip(BLANK)
            if not text:
                return
            if self._breaks:
                self._add_breaks()
        if self._soft:
            self._soft = False
            if (self._last.isalnum() or self._last == ")") and text[0].isalnum():
                text = f" {text}"
        self._last = text[-1]
        self._content.append(text)

    def line_break(self) -> None:
        """Add a line break. Two of them separate paragraphs; at the ends of a block they are nothing."""
        if self.verbatim:
            self._content.append(LineBreak())
        elif self._last:
            self._breaks += 1

    def add_ruby(self, base: str, text: str) -> None:
        """Add a base text with its reading."""
        if self._breaks:
            self._add_breaks()
        self._content.append(Ruby(base, text))
        self._last = text[-1]

    def separate(self) -> None:
        """Make sure that the words before and after this point do not fuse."""
        self._soft = True

    def open(self, kind: SpanKind | None, href: str | None = None) -> Frame | None:
        """Begin an inline element. Return None where it means nothing or nests too deep: its content stands without it.

        A link in a link is none, and what is strong in a strong text is as strong.
        """
        if self.text_only or self.depth + len(self.frames) >= DEEPEST:
            return None
        for frame in self.frames:
            if frame.kind == kind and (kind is None or (kind in _ONCE and not self.verbatim)):
                return None
        if self._breaks:
            self._add_breaks()
        frame = Frame(kind, href)
        self.frames.append(frame)
        return frame

    def close(self, frame: Frame | None) -> None:
        """End the innermost inline element; `frame` is what `open` returned."""
        if frame is not None:
            self.frames.pop()
            self._content.extend(frame.made(verbatim=self.verbatim))

    # Blocks

    def flush(self) -> None:
        """End the paragraph under construction. Inline elements that are open go on after it."""
        frames = self.frames
        content = self.root
        if not content and not frames and not self.figures:
            self._begin()
            return
        if frames:
            inner: list[Inline] = []
            for frame in reversed(frames):
                frame.content.extend(inner)
                inner = frame.made(verbatim=self.verbatim)
                frame.content = []
            content.extend(inner)
        if content:
            self._end(content)
            self.root = []
        self._begin()
        if self.figures:
            self.blocks.extend(self.figures)
            self.figures = []

    def settle(self) -> None:
        """Note that the entries so far are not of the next paragraph, if none is under construction."""
        if self.entries is not None and not self.root and not any(frame.content for frame in self.frames):
            self._first = len(self.entries)

    def add(self, block: Block) -> None:
        """Add a block after the paragraph under construction."""
        self.flush()
        self.blocks.append(block)

    def add_figure(self, figure: Figure | Embed) -> None:
        """Add a figure: between two blocks, or after the paragraph that it stands in."""
        if self._last or self.root or any(frame.content for frame in self.frames):
            self.figures.append(figure)
            self.separate()
        else:
            self.blocks.append(figure)

    def inline(self) -> tuple[Inline, ...] | None:
        """Return the content of a cell that has no block in it, or None. It ends the content."""
        if self.blocks or self.figures or self.frames:
            return None
        content = merged(self.root)
        if not self.verbatim:
            content = _trimmed(content)
        return tuple(content)

    # Private

    @property
    def _content(self) -> list[Inline]:
        return self.frames[-1].content if self.frames else self.root

    def _add_breaks(self) -> None:
        several = self._breaks > 1
        self._breaks = 0
        if several and not self.cell:
            self.flush()
            return
        content = self._content
        if content and isinstance(last := content[-1], str):
            content[-1] = last.rstrip(BLANK)
        content.append(LineBreak())
        self._last = ""

    def _begin(self) -> None:
        self._last = ""
        self._breaks = 0
        self._soft = False
        if self.entries is not None:
            self._first = len(self.entries)

    def _leave_out(self) -> None:
        """Record the texts of the paragraph, which so far counted as held, as not held."""
        if self.entries is not None:
            for number, entry in enumerate(self.entries[self._first :], self._first):
                if entry.outcome != "not-held" and "/@" not in entry.path:
                    self.entries[number] = Entry(entry.path, "not-held", entry.value, None, DELETED)
            self.deleted.clear()

    def _end(self, content: list[Inline]) -> None:
        if len(content) == 1 and isinstance(text := content[0], str) and not self.heading:
            # Most paragraphs are one text.
            if not self.verbatim:
                text = text.strip()
            if text and not text.isspace():
                self.blocks.append(text if is_paragraph(text) else Paragraph((text,)))
            return
        content = merged(content)
        if not self.verbatim:
            content = _trimmed(content)
        if not has_text(content):
            self.deleted += [text for text in _texts(content) if not text.isspace()]
            self._leave_out()
        elif self.heading:
            self.blocks.append(Heading(tuple(content), self.heading))
        else:
            self.blocks += paragraph(tuple(content))


def paragraph(content: tuple[Inline, ...]) -> list[Block]:
    """Return content as a paragraph; nothing if it has no text."""
    if not has_text(content):
        return []
    if len(content) == 1 and isinstance(only := content[0], str) and is_paragraph(only):
        return [only]
    return [Paragraph(content)]


def merged(content: list[Inline]) -> list[Inline]:
    """Return content in which no two texts stand side by side."""
    if len(content) < 2:
        return [part for part in content if part != ""]
    into: list[Inline] = []
    run: list[str] = []
    for part in content:
        if isinstance(part, str):
            run.append(part)
            continue
        if run and (text := "".join(run)):
            into.append(text)
        run = []
        into.append(part)
    if run and (text := "".join(run)):
        into.append(text)
    return into


def has_text(content: list[Inline] | tuple[Inline, ...]) -> bool:
    """Return whether content has a text that is not blank and not deleted."""
    for part in content:
        if isinstance(part, str):
            if not part.isspace():
                return True
        elif isinstance(part, Ruby) or (
            isinstance(part, Span | Link) and not _is_deleted(part) and has_text(part.content)
        ):
            return True
    return False


def _texts(content: Iterable[Inline]) -> Iterator[str]:
    for part in content:
        if isinstance(part, str):
            yield part
        elif isinstance(part, Span | Link):
            yield from _texts(part.content)


def _is_deleted(part: Span | Link) -> bool:
    return isinstance(part, Span) and part.kind == "deleted"


def _trimmed(content: list[Inline]) -> list[Inline]:
    """Return content without white space and line breaks at its ends."""
    if content and isinstance(first := content[0], str) and isinstance(last := content[-1], str):
        # Most paragraphs begin and end with text.
        if len(content) == 1:
            content[0] = first.strip()
        else:
            content[0], content[-1] = first.lstrip(), last.rstrip()
        if content[0] and content[-1]:
            return content
    return _trimmed_end(_trimmed_end(content, last=False), last=True)


def _trimmed_end(content: list[Inline], *, last: bool) -> list[Inline]:
    for at in range(len(content) - 1, -1, -1) if last else range(len(content)):
        part = _trimmed_part(content[at], last=last)
        if part is not None:
            return [*content[:at], part] if last else [part, *content[at + 1 :]]
    return []


def _trimmed_part(part: Inline, *, last: bool) -> Inline | None:
    """Return an inline without white space at one of its ends; None if nothing is left of it."""
    if isinstance(part, str):
        return (part.rstrip() if last else part.lstrip()) or None
    if isinstance(part, Span | Link):
        inner = tuple(_trimmed_end(list(part.content), last=last))
        if not inner:
            return None
        return Link(part.href, inner) if isinstance(part, Link) else Span(part.kind, inner)
    return part if isinstance(part, Ruby) else None


def _without_line_breaks(text: str) -> str:
    """Return text in which each run of white space with a line feed in it is one blank."""
    first, *lines, last = text.split("\n")
    parts = [first.rstrip(BLANK)]
    parts += [line for line in map(_strip, lines) if line]
    parts.append(last.lstrip(BLANK))
    return " ".join(parts)


def _strip(line: str) -> str:
    return line.strip(BLANK)
