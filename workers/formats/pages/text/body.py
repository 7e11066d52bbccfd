"""The body of a page's article: the blocks of the page's own markup, for the text that an extractor selects in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from schemas.article.body import Block, Break, Figure, Heading, Paragraph, plain_block
from schemas.ledger import Entry, Ledger
from workers.formats.markup import read_blocks
from workers.formats.pages.facts.names import is_line_of_author
from workers.formats.pages.text.alignment import PageText
from workers.formats.pages.text.extraction import extract_texts, weigh
from workers.formats.pages.text.figures import find_figures
from workers.formats.pages.text.notices import drop_notices
from workers.formats.pages.text.selection import is_line_of_date, refine_selection

NOT_STORY: Final = "it is no part of the article"
# Elements that extractors leave out. Without them, they work on a third less.
_NOT_TEXT: Final = ("head", "nav", "select", "button", "input", "textarea", "aside", "footer", "dialog", "menu")
_OF_TABLES: Final = ("tbody", "thead", "tfoot", "tr", "td", "th", "caption", "colgroup")
_LONG_CELL: Final = 600
# Where the page has less of an extracted text, the extractor took it from elsewhere, or made it.
_ENOUGH: Final = 0.7


class PageBody:
    """The body of a page's article.

    Args:
        blocks: its blocks.
        entries: the entries of its leaves in the ledger.
    """

    def __init__(self, blocks: tuple[Block, ...], entries: list[Entry]) -> None:
        self.blocks = blocks
        self.entries = entries


def read_body(
    root: Any, *, headlines: Iterable[str], descriptions: Iterable[str], base: str | None, whole: bool
) -> PageBody:
    """Return the body of a page's article. The tree is changed: only the body is left in it.

    Args:
        root: the root element of the page, or of a part of it.
        headlines: the headlines and titles that the page states.
        descriptions: the descriptions that the page states.
        base: the address that relative addresses are relative to.
        whole: whether the entries have all leaves.
    """
    for element in list(root.iter(*_NOT_TEXT)):
        # The source of a quotation may stand in a footer.
        if element.tag != "footer" or next(element.iterancestors("blockquote"), None) is None:
            element.drop_tree()
    drop_notices(root)
    _unfold_layout(root)
    texts = extract_texts(root)
    body = root.find("body")
    page = PageText(root if body is None else body)
    found = page.select(texts)
    if found < _ENOUGH:
        return PageBody(tuple(" ".join(text.split()) for text in texts), [])
    refine_selection(page, headlines, descriptions)
    selected = page.selected
    ledger = Ledger(whole=whole)
    if not selected:
        return PageBody((), [])
    scope = _scope(page, selected)
    if whole:
        for index, node in enumerate(page.nodes):
            if not page.is_selected(index):
                ledger.not_held("page", str(node).strip(), NOT_STORY)
    _prune(page, scope, selected)
    inner = Ledger(whole=whole)
    blocks = read_blocks(scope, inner, "article", base=base, attributes=False)
    ledger.entries += [entry for entry in inner.entries if "/@" not in entry.path]
    titles = {" ".join(one.split()) for one in headlines}
    return PageBody(_trimmed(blocks, titles), ledger.entries)


def _unfold_layout(root: Any) -> None:
    """Make divisions of tables that lay a page out: those with a cell of a text that no table of data has."""
    for table in list(root.iter("table")):
        cells = [cell for cell in table.iter("td") if next(cell.iterancestors("table"), None) is table]
        if table.get("role") == "presentation" or any(map(_is_layout, cells)):
            rows = [one for one in table.iter(*_OF_TABLES) if next(one.iterancestors("table"), None) is table]
            for element in (table, *rows):
                element.tag = "div"


def _is_layout(cell: Any) -> bool:
    size = weigh(list(cell.itertext()))
    return size > _LONG_CELL or (size > _LONG_CELL // 4 and len(cell.findall(".//p") or cell.findall(".//br")) > 2)


def _scope(page: PageText, selected: list[int]) -> Any:
    """Return the innermost element with all of the selected text."""
    first = page.holder(selected[0])
    path = [first, *first.iterancestors()]
    for index in selected[1:]:
        holder = page.holder(index)
        while holder not in path:
            holder = holder.getparent()
        path = path[path.index(holder) :]
    # A scope that is a paragraph itself is read as one.
    return path[0] if len(path) < 2 or path[0].tag in ("div", "section", "article", "main", "body") else path[1]


def _prune(page: PageText, scope: Any, selected: list[int]) -> None:
    """Leave in an element only the selected text, and figures."""
    beside: set[Any] = {scope}
    for index in selected:
        holder = page.holder(index)
        while holder is not None and holder not in beside:
            beside.add(holder)
            holder = holder.getparent()
    ends = page.holder(selected[0]), page.holder(selected[-1])
    figures = find_figures(scope, beside, ends)
    shown = {inner for figure in figures for inner in figure.iter()}
    around = {up for figure in figures for up in figure.iterancestors()} | beside
    for index, node in enumerate(page.nodes):
        if not page.is_selected(index) and (holder := page.holder(index)) not in shown:
            element = node.getparent()
            if node.is_tail:
                element.tail = " "
            elif holder in around:
                element.text = " "
    level = [scope]
    while level:
        below: list[Any] = []
        for element in level:
            for child in list(element):
                if child in figures:
                    continue
                if child in around:
                    below.append(child)
                elif child.tag not in ("br", "hr", "wbr", "noscript"):
                    child.drop_tree()
        level = below


def _trimmed(blocks: tuple[Block, ...], titles: set[str]) -> tuple[Block, ...]:
    """Return blocks without the headline at their beginning, and without breaks at both ends."""
    made = [block for block in blocks if not _is_title(block, titles)]
    # Old pages have headline, author and date as lines before the text.
    while (
        made
        and isinstance(made[0], str | Paragraph)
        and all(
            line in titles or is_line_of_author(line) or is_line_of_date(line)
            for line in plain_block(made[0]).splitlines()
        )
    ):
        made.pop(0)
    while made and isinstance(made[-1], Break | Heading):
        made.pop()
    while made and isinstance(made[0], Break):
        made.pop(0)
    return tuple(made) if any(not isinstance(block, Figure | Break) for block in made) else ()


def _is_title(block: Block, titles: set[str]) -> bool:
    return isinstance(block, Heading) and (block.level == 1 or " ".join(plain_block(block).split()) in titles)
