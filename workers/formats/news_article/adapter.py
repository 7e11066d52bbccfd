"""Conversion of objects of schema.org's vocabulary to the fields of an Article.

A property has one value or a list of values: texts, objects with a name, or references to objects. The name of a
property may be short, prefixed (`schema:`) or a whole IRI.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from schemas.article import Byline, Party, Place, Source, Subject, split_paragraphs
from schemas.article.dates import read_date
from schemas.article.languages import check_language
from schemas.article.newscodes import resolve
from schemas.article.values import LARGEST_INTEGER, check_iri, check_qcode, check_sha256, make_line
from workers.formats.news_article.terms import ARTICLE_TYPES, NATURES, SUBTYPES, types_of

_PREFIXES = ("schema:", "https://schema.org/", "http://schema.org/")
_STATUSES = {"usable": "usable", "withheld": "withheld", "canceled": "canceled", "cancelled": "canceled"}
_NATURES = {uri: name for name, uri in NATURES.items()}
_SIZE = re.compile(r"(\d{1,15})(?: ?B| bytes)?", re.ASCII)
# The schemes of identifiers that are not QCodes.
_SCHEMES = ("http", "https", "urn", "tag", "doi", "isbn", "info", "mailto")


class Nodes:
    """The objects of a document, found by their @id.

    Args:
        values: the JSON values of the document.
        clean: returns a text without markup.
    """

    def __init__(self, values: Iterable[Any], clean: Callable[[str], str] = str) -> None:
        self._values = tuple(values)
        self._clean = clean
        self._by_id: dict[str, dict[str, Any]] | None = None
        self.foreign = False
        self.top = [node for value in self._values for node in self._top(value)]

    def stories(self) -> list[dict[str, Any]]:
        """Return the articles among the topmost objects and their main entities."""
        found = []
        for node in self.top:
            if _is_article(node):
                found.append(node)
            else:
                found += [inner for inner in self.all(node, "mainEntity") if _is_article(inner)]
        # The main entity of a page may refer to a topmost object: return it once.
        return list({id(node): node for node in found}.values())

    def all(self, node: dict[str, Any], *names: str) -> list[Any]:
        """Return the values of the first of these properties that has any, with references resolved."""
        for name in names:
            value = _get(node, name)
            if values := [
                self._resolve(one) for one in (value if isinstance(value, list) else [value]) if _is_said(one)
            ]:
                return values
        return []

    def text(self, value: Any) -> str | None:
        """Return a value as a text: itself, its @value, or its name."""
        if isinstance(value, dict):
            inner = _get(value, "@value") if "@value" in value else next(iter(self.all(value, "name")), None)
            return self.text(inner) if not isinstance(inner, dict) or "@value" in inner else None
        if isinstance(value, str):
            return self._clean(value).strip() or None
        return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def first_text(self, node: dict[str, Any], *names: str) -> str | None:
        """Return the first value of a property that is a text."""
        return next((text for value in self.all(node, *names) if (text := self.text(value))), None)

    def line(self, node: dict[str, Any], *names: str) -> str | None:
        """Return the first value of a property that is a text, in one line."""
        text = self.first_text(node, *names)
        return (make_line(text) or None) if text else None

    def iri(self, node: dict[str, Any], *names: str) -> str | None:
        """Return the first absolute IRI among the values of a property; of an object, its @id, id or url."""
        for value in self.all(node, *names):
            # Follow only the url of an object, because objects may refer to each other in a circle.
            near = (value.get("@id"), value.get("id"), *self.all(value, "url")) if isinstance(value, dict) else (value,)
            if found := next(filter(None, map(_iri, near)), None):
                return found
        return None

    def uri(self, node: dict[str, Any]) -> str | None:
        """Return the IRI of a thing."""
        return identity(node) or self.iri(node, "url") or self.iri(node, "sameAs")

    def _top(self, value: Any, *, known: bool = True) -> Iterator[dict[str, Any]]:
        if isinstance(value, list):
            for one in value:
                yield from self._top(one, known=known)
        elif isinstance(value, dict):
            known = _is_schema_org(value["@context"]) if "@context" in value else known
            if not known:
                self.foreign = True
            elif types_of(value):
                yield value
            if "@graph" in value:
                yield from self._top(value["@graph"], known=known)

    def _resolve(self, value: Any) -> Any:
        if isinstance(value, dict) and len(value) == 1 and isinstance(id_ := value.get("@id"), str):
            if self._by_id is None:
                self._by_id = _index(self._values)
            return self._by_id.get(id_, value)
        return value


def article_fields(nodes: Nodes, story: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of an `Article` that an article of schema.org states."""
    of: dict[str, Any] = {
        "id": identity(story),
        "version": _version(nodes.first_text(story, "version")),
        "headline": nodes.line(story, "headline", "name"),
        "description": nodes.first_text(story, "description", "abstract"),
        "bylines": tuple(filter(None, (_byline(nodes, value) for value in nodes.all(story, "author", "creator")))),
        "dateline": nodes.line(story, "dateline"),
        "located": _first(_place(nodes, value) for value in nodes.all(story, "locationCreated")),
        "published": _date(nodes.first_text(story, "datePublished")),
        "modified": _date(nodes.first_text(story, "dateModified")),
        "status": _STATUSES.get((nodes.first_text(story, "creativeWorkStatus") or "").lower()),
        "language": _first(_language(nodes, value) for value in nodes.all(story, "inLanguage")),
        "section": nodes.line(story, "articleSection"),
        "genre": nodes.line(story, "genre"),
        "keywords": _keywords(nodes, story),
        "subjects": tuple(filter(None, (_subject(nodes, value) for value in nodes.all(story, "about")))),
        "provider": _first(_party(nodes, value) for value in nodes.all(story, "publisher", "provider")),
        "copyright_holder": _first(_party(nodes, value) for value in nodes.all(story, "copyrightHolder")),
        "copyright_notice": nodes.first_text(story, "copyrightNotice"),
        "usage_terms": _first(_terms(nodes, value) for value in nodes.all(story, "usageInfo", "license")),
        "url": nodes.iri(story, "url") or nodes.iri(story, "mainEntityOfPage"),
        "paragraphs": _paragraphs(nodes, story),
        "source": _first(_source(nodes, value) for value in nodes.all(story, "encoding")),
    }
    return {name: value for name, value in of.items() if value is not None and value != ()}


def identity(node: dict[str, Any]) -> str | None:
    """Return the @id of an object, if it is an absolute IRI. Any other @id is a name within the document."""
    return _iri(node.get("@id", node.get("id")))


def _is_article(node: Any) -> bool:
    return isinstance(node, dict) and not ARTICLE_TYPES.isdisjoint(types_of(node))


def _is_said(value: Any) -> bool:
    return value is not None and value not in ("", [], {})


def _is_schema_org(context: Any) -> bool:
    """Return whether a @context is or includes that of schema.org (JSON-LD 1.1, section 3.1)."""
    if isinstance(context, str):
        return "schema.org" in context
    if isinstance(context, list):
        return any(map(_is_schema_org, context))
    return isinstance(context, dict) and _is_schema_org(list(context.values()))


def _get(node: dict[str, Any], name: str) -> Any:
    value = node.get(name)
    if value is None and not node.keys().isdisjoint(prefixed := _prefixed(name)):
        value = next((found for other in prefixed if (found := node.get(other)) is not None), None)
    return value


@cache
def _prefixed(name: str) -> tuple[str, ...]:
    return tuple(prefix + name for prefix in _PREFIXES)


def _index(values: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """Return every object with more than an @id, by its @id; of several with one @id, the one with most members."""
    found: dict[str, dict[str, Any]] = {}
    level = list(values)
    while level:
        below: list[Any] = []
        for value in level:
            if isinstance(value, list):
                below += value
            elif isinstance(value, dict):
                below += value.values()
                id_ = value.get("@id")
                if isinstance(id_, str) and len(value) > len(found.get(id_, "x")):
                    found[id_] = value
        level = below
    return found


def _first(found: Iterable[Any]) -> Any:
    return next((value for value in found if value is not None), None)


def _iri(value: Any) -> str | None:
    return value.strip() if isinstance(value, str) and check_iri(value.strip()) is None else None


def _version(text: str | None) -> int | None:
    number = int(text) if text and re.fullmatch(r"\d{1,16}", text, re.ASCII) else 0
    return number if 1 <= number <= LARGEST_INTEGER else None


def _date(text: str | None) -> str | None:
    return read_date(text) if text else None


def _name(nodes: Nodes, value: Any) -> str | None:
    text = nodes.text(value)
    if not text and isinstance(value, dict):
        text = " ".join(filter(None, (nodes.line(value, "givenName"), nodes.line(value, "familyName"))))
    return (make_line(text) or None) if text else None


def _byline(nodes: Nodes, value: Any) -> Byline | None:
    name = _name(nodes, value)
    if not name or not isinstance(value, dict):
        return Byline(name=name) if name else None
    return Byline(name=name, uri=nodes.uri(value), job_title=nodes.line(value, "jobTitle"))


def _party(nodes: Nodes, value: Any) -> Party | None:
    name = _name(nodes, value)
    return Party(name=name, uri=nodes.uri(value) if isinstance(value, dict) else None) if name else None


def _concept(nodes: Nodes, value: Any) -> dict[str, Any]:
    """Return the name, QCode and URI of a concept, without a URI that the QCode stands for."""
    concept: dict[str, Any] = {"name": _name(nodes, value)}
    if isinstance(value, dict):
        qcode = _first(_qcode(nodes.text(one)) for one in nodes.all(value, "termCode", "identifier"))
        uri = nodes.uri(value)
        concept |= {"qcode": qcode, "uri": uri if not qcode or uri != resolve(qcode) else None}
    return {name: stated for name, stated in concept.items() if stated}


def _qcode(text: str | None) -> str | None:
    if not text or check_qcode(text) or text.partition(":")[0].lower() in _SCHEMES:
        return None
    return text


def _place(nodes: Nodes, value: Any) -> Place | None:
    concept = _concept(nodes, value)
    return Place(**concept) if concept else None


def _subject(nodes: Nodes, value: Any) -> Subject | None:
    concept = _concept(nodes, value)
    if not concept:
        return None
    type_ = None
    if isinstance(value, dict):
        type_ = _first(SUBTYPES.get(name) for name in types_of(value))
        type_ = type_ or _first(_NATURES.get(nature) for nature in nodes.all(value, "additionalType") if _iri(nature))
    return Subject(type=type_, **concept)


def _language(nodes: Nodes, value: Any) -> str | None:
    """Return a language tag; None for a Language without one."""
    if not isinstance(value, dict) or "@value" in value:
        return (nodes.text(value) or "").replace("_", "-") or None
    for one in (*nodes.all(value, "alternateName"), *nodes.all(value, "identifier"), *nodes.all(value, "name")):
        tag = (nodes.text(one) or "").replace("_", "-")
        if tag and check_language(tag) is None and (len(tag) <= 3 or "-" in tag):
            return tag
    return None


def _keywords(nodes: Nodes, story: dict[str, Any]) -> tuple[str, ...]:
    """Return the keywords of a list, or of one text with commas between them (schema.org, keywords)."""
    listed = isinstance(_get(story, "keywords"), list)
    texts = filter(None, map(nodes.text, nodes.all(story, "keywords")))
    names = (name for text in texts for name in ((text,) if listed else text.split(",")))
    return tuple(line for line in map(make_line, names) if line)


def _terms(nodes: Nodes, value: Any) -> str | None:
    if isinstance(value, dict) and "@value" not in value:
        return nodes.first_text(value, "text") or nodes.uri(value) or nodes.text(value)
    return nodes.text(value)


def _paragraphs(nodes: Nodes, story: dict[str, Any]) -> tuple[str, ...]:
    texts = map(nodes.text, nodes.all(story, "articleBody", "text"))
    return split_paragraphs("\n\n".join(filter(None, texts)))


def _source(nodes: Nodes, value: Any) -> Source | None:
    """Return the source document that a MediaObject states; None if it has no digest."""
    sha256 = nodes.first_text(value, "sha256") if isinstance(value, dict) else None
    if not sha256 or check_sha256(sha256):
        return None
    size = _SIZE.fullmatch(nodes.first_text(value, "contentSize") or "")
    return Source(
        sha256=sha256,
        name=nodes.line(value, "name"),
        media_type=nodes.line(value, "encodingFormat"),
        size=int(size[1]) if size else None,
    )
