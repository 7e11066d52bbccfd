"""ninjs 3.1, 2.2 or 1.6: an item for each article, alone, in a list or on lines of their own.

A text has its body twice: as HTML, and as plain text. Dates and times that state no zone are left out, because ninjs
has full date-times only. What ninjs has no member for is left out, except keywords, which are subjects with a relation
of that name, and the address of the article, which is an alternative id.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import orjson

from schemas.article import Article, RoleText
from schemas.article.dates import has_zone
from schemas.article.declare import values_of
from schemas.article.newscodes import resolve
from schemas.article.values import check_iri
from schemas.conversion import Conversion, Frame
from workers.formats.markup import write_xhtml
from workers.formats.ninjs.names import OTHER, URL, Names
from workers.formats.ninjs.options import NinjsOptions
from workers.formats.ninjs.writing.associations import Associated, own_media
from workers.formats.ninjs.writing.bodies import html_body, plain_body
from workers.formats.ninjs.writing.concepts import add_concepts, party

DOCUMENT: Final = "articles.ninjs.json"
LINES: Final = "articles.ninjs.ndjson"
DOCUMENT_TYPE: Final = "application/json"
LINES_TYPE: Final = "application/x-ndjson"
SCHEMA: Final = "http://www.iptc.org/std/ninjs/ninjs-schema_{}.json"

PLAIN: Final = (
    ("profile", "profile"),
    ("first_created", "firstCreated"),
    ("version_created", "versionCreated"),
    ("embargoed", "embargoedUntil"),
    ("status", "pubStatus"),
    ("urgency", "urgency"),
    ("copyright_notice", "copyrightNotice"),
    ("usage_terms", "usageTerms"),
    ("ed_note", "edNote"),
    ("language", "language"),
    ("slugline", "slugline"),
)
"""The fields with a member that has their value, in every version."""
ZONED: Final = (("published", "contentCreated"), ("expires", "expires"))
"""The fields with a member that has their value if it is a date-time with a zone."""

# Fields that few articles state. To compare all of them with their defaults takes one step.
_RARE: Final = ("media", "groups", "links", "alternative_ids", "rights", "digital_source_type", "url", "usage_terms")
_plain_values: Final = values_of([field for field, _ in PLAIN])
_rare_values: Final = values_of(_RARE)
_NOTHING_RARE: Final = _rare_values(Article(paragraphs=("Text.",)))


class NinjsWriter:
    """The writer of ninjs items."""

    def __init__(self, conversion: Conversion, options: NinjsOptions) -> None:
        """Prepare to write one version. An item states nothing of the conversion."""
        self._lines = options.lines
        self.files = (LINES,) if options.lines else (DOCUMENT,)
        self._item = _ItemWriter(options.version)

    def pieces(self, article: Article) -> tuple[bytes]:
        """Return the item of an article."""
        return (orjson.dumps(self._item.write(article)),)

    def frame(self, name: str, articles: int, number: int | None = None) -> Frame:
        """Return the item alone, a list around several, or line feeds between the lines."""
        if self._lines:
            return Frame(head=b"", between=b"\n", tail=b"\n", media_type=LINES_TYPE)
        if articles == 1:
            return Frame(head=b"", between=b"", tail=b"\n", media_type=DOCUMENT_TYPE)
        return Frame(head=b"[\n", between=b",\n", tail=b"\n]\n", media_type=DOCUMENT_TYPE)


class _ItemWriter:
    """The items of one version."""

    def __init__(self, version: str) -> None:
        self._generation = version[0]
        self._names = names = Names(self._generation)
        self._associated = Associated(names, self._generation)
        self._plain = tuple(names[name] for _, name in PLAIN)
        self._zoned = tuple((field, names[name]) for field, name in ZONED)
        self._standard = {"name": "ninjs", "version": version, "schema": SCHEMA.format(version)}

    def write(self, article: Article) -> dict[str, Any]:
        """Return the item of an article."""
        names = self._names
        made: dict[str, Any] = {
            names["standard"]: self._standard,
            "uri": article.id,
            "type": article.kind,
            "version": str(article.version),
        }
        made |= {
            name: value for name, value in zip(self._plain, _plain_values(article), strict=True) if value is not None
        }
        for field, name in self._zoned:
            if (value := getattr(article, field)) and has_zone(value):
                made[name] = value
        if printed := article.byline or ", ".join(one.name for one in article.bylines):
            made[names["by"]] = printed
        if article.located and article.located.name:
            made["located"] = article.located.name
        if article.copyright_holder:
            made[names["copyrightHolder"]] = article.copyright_holder.name
        if article.provider:
            made[names["infoSources"]] = [party(article.provider, self._generation)]
        if article.genre:
            made[names["genres"]] = [{"name": article.genre}]
        if article.subjects or article.keywords:
            add_concepts(made, article, names, self._generation)
        if _rare_values(article) != _NOTHING_RARE:
            self._rare(made, article)
        # Behind the caption of the article's own picture, so that no other description takes its name.
        self._texts(made, "headline", article.headline, article.headlines)
        self._texts(made, "description", article.description, article.descriptions)
        if article.paragraphs or article.blocks:
            self._body(made, article)
        return made

    def _texts(self, made: dict[str, Any], name: str, main: str | None, others: Sequence[RoleText]) -> None:
        """Add the main headline or description, and the others with their roles."""
        if self._generation == "1":
            if main:
                made["headline" if name == "headline" else f"{name}_text"] = main
            for number, other in enumerate(others, 1):
                member = f"{name}_{other.role}"
                if not other.role or not (other.role[0].isalnum() and other.role.isascii()) or member in made:
                    member = f"{name}_{OTHER}{number}"
                made[member] = other.text
            return
        type_ = self._names["contentType"]
        found: list[dict[str, str]] = made.get(f"{name}s", [])
        if main:
            found.append({"role": "main", type_: "text/plain", "value": main})
        found += [
            ({"role": other.role} if other.role else {}) | {type_: "text/plain", "value": other.text}
            for other in others
        ]
        if found:
            made[f"{name}s"] = found

    def _body(self, made: dict[str, Any], article: Article) -> None:
        html = write_xhtml(article.blocks) if article.blocks else orjson.Fragment(html_body(article))
        plain = orjson.Fragment(plain_body(article)) if article.paragraphs else None
        if self._generation == "1":
            made["body_html"] = html
            if plain:
                made["body_text"] = plain
            return
        type_ = self._names["contentType"]
        made["bodies"] = bodies = [{"role": "html", type_: "text/html", "value": html}]
        if plain:
            bodies.append({"role": "text", type_: "text/plain", "value": plain})

    def _rare(self, made: dict[str, Any], article: Article) -> None:
        if article.digital_source_type:
            made[self._names["digitalSourceType"]] = _source_type(article.digital_source_type)
        if linked := rights_link(article):
            made[self._names["rightsInfo"]] = {self._names["linkedRights"]: linked}
        if article.alternative_ids or article.url:
            made[self._names["altIds"]] = self._alternative_ids(article)
        if (own := own_media(article)) is not None:
            self._associated.add_texts(made, own)
        self._associated.add(made, article)

    def _alternative_ids(self, article: Article) -> Any:
        stated = [(one.type, one.id) for one in article.alternative_ids]
        if article.url:
            stated.append((URL, article.url))
        if self._generation != "1":
            return [({"role": type_} if type_ else {}) | {"value": id_} for type_, id_ in stated]
        found: dict[str, str] = {}
        for number, (type_, id_) in enumerate(stated, 1):
            found[type_ if type_ and type_ not in found else f"{OTHER}{number}"] = id_
        return found


def rights_link(article: Article) -> str | None:
    """Return the first address of terms that an article states: of its further rights, or its usage terms."""
    stated = [*(one.terms for one in article.rights), article.usage_terms]
    return next((one for one in stated if one and not check_iri(one)), None)


def _source_type(stated: str) -> dict[str, str]:
    uri = stated if not check_iri(stated) and "://" in stated else resolve(stated)
    return {"uri": uri} if uri else {"literal": stated}
