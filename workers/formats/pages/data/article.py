"""The article that a page has in the data of its application, where its markup has no text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, Final

from schemas.article.body import Block, plain_blocks
from schemas.article.values import shorten
from schemas.columns.names import TEXT
from schemas.conversion import Document
from schemas.ledger import Ledger
from workers.formats.articles_json.reader import stated_fields
from workers.formats.articles_json.taken import clean
from workers.formats.json.strict import DEEPEST, measure
from workers.formats.pages.data.candidates import Candidate, PageMarks, choose
from workers.formats.pages.data.states import find_states
from workers.formats.pages.facts.head import PageFacts
from workers.formats.pages.text.extraction import weigh
from workers.formats.schema_org.merging import SAID_OTHERWISE

_NAMED: Final = re.compile(r"\b__(?:NUXT|(?:[A-Z]+_){0,4}(?:STATE|DATA|PROPS|CACHE))__|\b__next_f\b")
# A page whose texts, without those of links and menus, are longer has its article in its markup.
_MOST_SHOWN: Final = 1500
_LEAST: Final = 140
# Notices of cookies and the like are shorter.
_LONGEST_NOTICE: Final = 400
_AROUND: Final = frozenset("a nav footer header aside button select option noscript head dialog".split())
_INFERABLE: Final = ("headline", "bylines", "published")
_ALONE: Final = "it is of the only article in the data of the page, which nothing else ties to the page"
_HOW: Final = "save the JSON of the script as a file and convert that, with --set paragraphs=@NAME"


class DataOfPage:
    """The data of a page's application.

    Args:
        page: the text of the page.
        root: its root element.
    """

    def __init__(self, page: str, root: Any) -> None:
        self.may_have_text: bool = _shows_little(root) and "<script" in page.lower()
        self.texts: Sequence[str] = ()
        self.reason: str | None = None
        self._page = page
        self._found: Candidate | None = None
        self._is_looked_for = False

    @property
    def is_sure(self) -> bool:
        """Whether the data has an article with the headline or the address of the page."""
        return bool(self.texts) and self._found is not None and not self._found.is_inferred

    def look(self, facts: PageFacts, shown: Sequence[str], headline: str | None, *, inferred: bool) -> None:
        """Look for the article of the page in its data.

        Args:
            facts: what the page states.
            shown: the text in its markup.
            headline: the headline that its JSON-LD states.
            inferred: whether what is only likely may be taken.
        """
        if self._is_looked_for:
            return
        self._is_looked_for = True
        if weigh(shown) > _LONGEST_NOTICE:
            return
        titles = tuple(dict.fromkeys((*((headline,) if headline else ()), *facts.titles())))
        title = next((content for _, content in facts.metas("og:title")), None)
        marks = PageMarks(titles=titles, address=facts.base, is_article=facts.is_article(), title=title)
        names: list[str] = []
        found = choose(_named(find_states(self._page), names), marks)
        if isinstance(found, Candidate) and (not found.is_inferred or inferred):
            if not _has_text(shown, found):
                self._found = found
            return
        if weigh(shown) >= _LEAST:
            return
        if found is None and (named := _NAMED.search(self._page)):
            self.reason = f"the text of the page is not in its markup; it may stand in its scripts ({named[0]}); {_HOW}"
        elif found is not None:
            why = found if isinstance(found, str) else _ALONE
            listed = shorten(", ".join(dict.fromkeys(names)), 100)
            self.reason = f"the text of the page stands in its scripts ({listed}), and {why}; {_HOW}"

    def complete(self, ledger: Ledger, of: dict[str, Any], document: Document) -> bool:
        """Add to the fields of an article what they lack and the data has; return whether the data has it."""
        found = self._found
        if found is None or measure(found.value)[1] > DEEPEST:
            return False
        value = deepcopy(found.value)
        inner = Ledger(whole=ledger.whole)
        clean(value, inner)
        stated = stated_fields(value, replace(document, columns={}), inner, None, {})
        blocks: tuple[Block, ...] = tuple(stated.pop("blocks", None) or stated.pop(TEXT, ()))
        if not blocks:
            return False
        self.texts = plain_blocks(blocks)
        stated = {"blocks": blocks, **{field: one for field, one in stated.items() if field != "inferred"}}
        taken = {field for field in stated if field not in of}
        of |= {field: one for field, one in stated.items() if field in taken}
        inferred = tuple(field for field in _INFERABLE if field in taken) if found.is_inferred else ()
        if inferred:
            of["inferred"] = (*of.get("inferred", ()), *inferred)
        for entry in inner.entries:
            field = (entry.field or "").partition(".")[0]
            made = entry._replace(path=f"{found.path}.{entry.path}")
            if field and ("blocks" if field == TEXT else field) not in taken:
                made = made._replace(outcome="not-held", field=None, reason=SAID_OTHERWISE)
            elif field in inferred and entry.outcome == "kept":
                made = made._replace(outcome="changed", reason=_ALONE)
            ledger.entries.append(made)
        return True


def _named(states: Any, names: list[str]) -> Any:
    for name, state in states:
        names.append(name)
        yield name, state


def _shows_little(root: Any) -> bool:
    """Return whether a page has little text outside of links, menus and its edges."""
    # Most pages have a text in paragraphs, and need no closer look.
    if sum(len(paragraph.text or "") for paragraph in root.iter("p")) > _MOST_SHOWN:
        return False
    body = root.find("body")
    size = 0
    for element in () if body is None else body.iter():
        texts = [element.tail or ""] if element.tag in _AROUND else [element.text or "", element.tail or ""]
        bare = sum(len(text.strip()) for text in texts)
        if bare and not any(one.tag in _AROUND for one in element.iterancestors()):
            size += bare
            if size > _MOST_SHOWN:
                return False
    return True


def _has_text(shown: Sequence[str], found: Candidate) -> bool:
    """Return whether the markup of a page has its article, rather than a notice beside an empty page."""
    size = weigh(shown)
    text = "".join(found.text.split())
    common = sum(len(one) for one in shown if "".join(one.split()) in text)
    if 2 * common >= size > 0:
        return True
    return size >= _LEAST and (found.is_inferred or 2 * size >= weigh([found.text]))
