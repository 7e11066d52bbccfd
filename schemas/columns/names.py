"""The columns of a table that state the fields of an Article: found by their names, or named by the user.

    --set headline=@Title --set paragraphs=@"Full text"

A column is found by the name of a field or a common name for it in seven languages, without case, accents and
punctuation ("Date-Published" is `datepublished`). A column that the user names comes first. `@` alone means that no
column states the field.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from schemas.article.values import shorten
from schemas.errors import ArticleError, Fault
from schemas.nearest import nearest

TEXT: Final = "paragraphs"

# The names of each field in English, the best first.
_ENGLISH: Final[Mapping[str, tuple[str, ...]]] = {
    TEXT: (
        *("body", "paragraphs", "articlebody", "bodytext", "fulltext", "articletext", "fullcontent", "newsarticle"),
        *("maintext", "text", "content", "article", "document"),
    ),
    "id": ("id", "guid", "uri", "articleid"),
    "version": ("version",),
    "signal": ("signal",),
    "headline": ("headline", "title", "articletitle", "heading", "headlinetext"),
    "description": (
        *("description", "shortdescription", "standfirst", "summary", "abstract", "subtitle", "subheadline", "deck"),
        *("lede", "highlights"),
    ),
    "slugline": ("slugline",),
    "bylines": ("bylines", "authors", "author", "writtenby", "creator", "byline"),
    "dateline": ("dateline",),
    "located": ("located",),
    "published": (
        "published",
        "datepublished",
        "publishedat",
        "publisheddate",
        "publisheddatetime",
        "publicationdate",
        "publishdate",
        "publishdatetime",
        "pubdate",
        "date",
        "datetime",
    ),
    "modified": ("modified", "datemodified", "modifiedat", "modifieddate", "updated", "updatedat", "lastmodified"),
    "embargoed": ("embargoed", "embargo", "embargoeduntil"),
    "status": ("status", "pubstatus"),
    "language": ("language", "lang", "inlanguage", "languagecode"),
    "section": ("section", "articlesection", "category", "newscategory", "desk"),
    "genre": ("genre",),
    "keywords": ("keywords", "keyword", "tags", "tag"),
    "subjects": ("subjects", "subject", "topics", "topic"),
    "provider": ("provider", "publisher", "publication", "outlet", "newspaper"),
    "copyright_holder": ("copyrightholder",),
    "copyright_notice": ("copyrightnotice", "copyright", "rights"),
    "usage_terms": ("usageterms", "usageinfo", "license", "licence"),
    "url": ("url", "link", "permalink", "canonicalurl", "articleurl", "webpage"),
    "urgency": ("urgency", "priority"),
    "ed_note": ("ednote", "editorsnote", "editornote"),
    "kind": ("kind",),
    "alternative_ids": ("alternativeids",),
    "signals": ("signals",),
    "headlines": ("headlines",),
    "descriptions": ("descriptions",),
    "byline": ("byline",),
    "contributors": ("contributors", "contributor"),
    "credit_line": ("creditline", "credit"),
    "first_created": ("firstcreated", "datecreated", "createdat", "created"),
    "version_created": ("versioncreated",),
    "expires": ("expires", "expirydate", "expirationdate"),
    "rights": ("rights",),
    "data_mining": ("datamining",),
    "digital_source_type": ("digitalsourcetype",),
    "access_free": ("accessfree", "isaccessibleforfree"),
    "access_paid_parts": ("accesspaidparts",),
    "media": ("media", "imageurl", "image", "featuredimage", "thumbnail", "photo", "picture"),
    "groups": ("groups",),
    "links": ("links",),
    "corrections": ("corrections",),
    "live_updates": ("liveupdates",),
    "ed_notes": ("ednotes",),
    "services": ("services",),
    "audience": ("audience",),
    "profile": ("profile",),
    "roles": ("roles",),
    "inferred": ("inferred",),
}

# The same in German, French, Spanish, Italian, Portuguese and Dutch, without accents.
_OTHERS: Final[Mapping[str, str]] = {
    TEXT: "volltext artikeltext fliesstext inhalt beitrag texte contenu corps cuerpo texto contenido testo contenuto "
    "corpo conteudo tekst inhoud",
    "id": "artikelid kennung identifiant identificador identificativo",
    "headline": "uberschrift ueberschrift schlagzeile titel titre titulo titular titolo manchete kop",
    "description": "vorspann zusammenfassung unterzeile untertitel unteruberschrift teaser chapeau chapo resume "
    "soustitre entradilla resumen subtitulo sommario sottotitolo occhiello resumo samenvatting ondertitel",
    "bylines": "autor autorin autoren autorinnen verfasser verfasserin auteur auteurs autores autora autore autori",
    "published": "datum veroffentlicht veroffentlichtam veroffentlichungsdatum erscheinungsdatum publie "
    "datepublication datedepublication dateparution datedeparution fecha fechadepublicacion fechapublicacion publicado "
    "data datadipubblicazione pubblicato datadepublicacao publicatiedatum gepubliceerd",
    "modified": "geandert aktualisiert modifie misajour modificado actualizado modificato aggiornato atualizado "
    "gewijzigd bijgewerkt",
    "language": "sprache langue idioma lingua taal",
    "section": "ressort rubrik kategorie rubrique categorie seccion categoria sezione secao rubriek",
    "keywords": "schlagworter schlagworte stichworter stichworte motscles motcle palabrasclave etiquetas etiquettes "
    "parolechiave palavraschave trefwoorden",
    "subjects": "thema themen theme themes sujet sujets tema temas temi onderwerp onderwerpen",
    "provider": "herausgeber verlag zeitung editeur editorial editore uitgever",
    "copyright_notice": "urheberrecht droitsdauteur derechosdeautor dirittidautore direitosautorais auteursrecht",
    "url": "lien enlace collegamento ligacao",
    "media": "bild imagen immagine imagem afbeelding",
}

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    field: (*names, *_OTHERS.get(field, "").split()) for field, names in _ENGLISH.items()
}
"""The names of each field, the best first.

`access_free` and `access_paid_parts` are the two parts of `Article.access`.
"""

# Names that many tables have for something else. They are no evidence that a table holds articles.
_COMMON: Final = frozenset(
    (
        *("kind", "rights", "credit", "created", "createdat", "contributor", "media", "image", "thumbnail", "photo"),
        *("picture", "groups", "links", "services", "audience", "profile", "roles", "inferred"),
        *("data", "corps", "corpo", "kop", "lingua", "taal", "bild", "tema", "temas", "theme", "themes", "resume"),
        *("document", "highlights"),
        *("beitrag", "teaser", "editorial", "kennung", "publie", "lien"),
    )
)

_PUNCTUATION = re.compile(r"[\W_]+")


class ColumnError(ArticleError):
    """A column is missing, is there twice, or is named for an unknown field."""


def take_columns(metadata: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Divide metadata into the fields with values, and the fields with the name of a column.

    The value `@Title` is the column Title; `@@home` is the text @home.

    Raises:
        ColumnError: a column is named for an unknown field.
    """
    values: dict[str, Any] = {}
    columns: dict[str, str] = {}
    faults = []
    for name, value in metadata.items():
        if not isinstance(value, str) or not value.startswith("@"):
            values[name] = value
        elif value.startswith("@@"):
            values[name] = value[1:]
        elif (field := TEXT if name == "body" else name) in NAMES:
            columns[field] = value[1:]
        else:
            near = nearest(name, tuple(NAMES))
            hint = f"did you mean {near!r}?" if near else f"the fields are {', '.join(NAMES)}"
            faults.append(Fault(f"/{name}", f"no column can state {name!r}; {hint}"))
    if faults:
        raise ColumnError(tuple(faults))
    return values, columns


def find_columns(header: Sequence[str], given: Mapping[str, str]) -> dict[str, int]:
    """Return the index of the column that states each field. Of two columns with one name, the first one states it.

    Args:
        header: the names of the columns.
        given: the columns that the user named, by field; "" for none.

    Raises:
        ColumnError: a named column is missing or there twice, or no column holds the text of the articles.
    """
    plain = [plain_name(name) for name in header]
    found: dict[str, int] = {}
    faults = []
    for field, column in given.items():
        if column:
            numbers = _numbers(column, header) or _numbers(plain_name(column), plain)
            if len(numbers) == 1:
                found[field] = numbers[0]
            else:
                detail = f"{len(numbers)} columns are named" if numbers else "no column is named"
                faults.append(Fault(f"/{field}", f"{detail} {column!r}; {_listed(header)}"))
    _find_known(plain, given, found)
    if TEXT not in found and not faults:
        detail = f"no column has a known name for the text of the articles; {_listed(header)}"
        command = "newsmill export FILE --to newsml-g2 --set paragraphs=@COLUMN"
        faults.append(Fault("", f"{detail}. Name it, such as: {command}"))
    if faults:
        raise ColumnError(tuple(faults))
    return found


def known_columns(header: Sequence[str]) -> dict[str, int]:
    """Return the index of the column that states each field, by its name alone. The text may be missing."""
    found: dict[str, int] = {}
    _find_known([plain_name(name) for name in header], (), found)
    return found


def _find_known(plain: Sequence[str], given: Collection[str], found: dict[str, int]) -> None:
    """Add the columns with known names, of the fields that are not given."""
    taken = set(found.values())
    for field, names in NAMES.items():
        for name in names if field not in given else ():
            number = next((number for number in _numbers(name, plain) if number not in taken), None)
            if number is not None:
                found[field] = number
                taken.add(number)
                break
    # Where no column has one headline, that of headlines has it.
    if "headline" not in found and "headline" not in given and "headlines" in found:
        found["headline"] = found.pop("headlines")
    if TEXT not in found and TEXT not in given and "headline" in found and "description" in found:
        # Data sets of short news have a headline and a description, which is all of the text.
        found[TEXT] = found.pop("description")


def fields_known_by(name: str) -> tuple[str, ...]:
    """Return the fields that are known by the name of a column."""
    plain = plain_name(name)
    return tuple(field for field, names in NAMES.items() if plain in names)


def plain_name(name: str) -> str:
    """Return the name of a column without case, accents and punctuation, for comparisons."""
    plain = _PUNCTUATION.sub("", name).casefold()
    if plain.isascii():
        return plain
    return "".join(one for one in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(one))


def count_known(header: Sequence[str]) -> int:
    """Return the number of columns with a known name."""
    return sum(plain_name(name) in _KNOWN for name in header)


def _numbers(name: str, names: Sequence[str]) -> list[int]:
    return [number for number, one in enumerate(names) if one == name]


def _listed(header: Sequence[str]) -> str:
    return f"the columns are {shorten(', '.join(map(repr, header)), 1000)}"


_KNOWN: Final = frozenset(name for names in NAMES.values() for name in names) - _COMMON
