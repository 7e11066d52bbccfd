"""NewsML-G2 2.35 at conformance power: a newsItem for one article, a newsMessage for many.

Names are the standard's. An item is written as text, not built as a tree: the tree costs
twenty times as much. Text has two risks: escaping, which two small functions here do, and characters
that XML forbids, which the invariants of `Article` exclude.

Every item declares its own namespace and catalogs, so that it can be cut out of a message and
stand by itself.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

from schemas.article import Article, Byline, Party, Place, Subject
from schemas.article.newscodes import CONCEPT_TYPES, catalog_url, schemes
from schemas.conversion import Conversion, Frame
from schemas.errors import ArticleError, Fault
from workers.formats.newsml_g2.options import NewsmlG2Options

NAME = "articles.newsml.xml"
ITEM_TYPE = "application/vnd.iptc.g2.newsitem+xml"
MESSAGE_TYPE = "application/vnd.iptc.g2.newsmessage+xml"
NAR = "http://iptc.org/std/nar/2006-10-01/"

_ASSERTED = ("person", "organisation", "place")

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'

# For each body vocabulary: its media type, its opening, its headline, and the bytes before, between and after the
# paragraphs. A body has a title only if the article has a headline.
_BODIES = {
    "xhtml": (
        "application/xhtml+xml",
        '<html xmlns="http://www.w3.org/1999/xhtml">\n',
        "        <head>\n          <title>{}</title>\n        </head>\n",
        "        <body>\n          <p>",
        "</p>\n          <p>",
        "</p>\n        </body>\n      </html>\n",
    ),
    "nitf": (
        "application/nitf+xml",
        '<nitf xmlns="http://iptc.org/std/NITF/2006-10-18/">\n        <body>\n',
        "          <body.head>\n            <hedline>\n              <hl1>{}</hl1>\n            </hedline>\n"
        "          </body.head>\n",
        "          <body.content>\n            <block>\n              <p>",
        "</p>\n              <p>",
        "</p>\n            </block>\n          </body.content>\n        </body>\n      </nitf>\n",
    ),
}


class NewsmlG2Writer:
    """The writer of newsItems."""

    files = (NAME,)

    def __init__(self, conversion: Conversion, options: NewsmlG2Options) -> None:
        self._conversion = conversion
        self._schemes = {**schemes(), **options.schemes}
        self._body = _BODIES[options.body]
        self._between = self._body[4].encode()
        self._after_text = f"{self._body[5]}    </inlineXML>\n  </contentSet>\n</newsItem>\n".encode()
        # These are the same in every item of the conversion.
        self._catalogs = f'  <catalogRef href="{catalog_url()}"/>\n' + _inline_catalog(options)
        self._operator = _party("provider", conversion.operator, "    ")
        self._version_created = f"    <versionCreated>{conversion.at}</versionCreated>\n"
        self._generator = _generator(conversion)

    def pieces(self, article: Article) -> tuple[bytes]:
        """Return the newsItem of an article.

        Raises:
            ArticleError: a QCode has an alias that is in no catalog of the item (QCode resolution is
                within the item: NewsML-G2 Specification, "Catalogs").
        """
        self._check_aliases(article)
        language = f' xml:lang="{article.language}"' if article.language else ""
        before = "".join(
            (
                f'<newsItem xmlns="{NAR}" guid="{_attribute(article.id or "")}" version="{article.version}"'
                f' standard="NewsML-G2" standardversion="2.35" conformance="power"{language}>\n',
                self._catalogs,
                _rights_info(article),
                self._item_meta(article),
                _content_meta(article, self._schemes),
                _asserts(article, self._schemes),
                self._before_text(article, language),
            )
        )
        return (b"".join((before.encode(), self._text(article), self._after_text)),)

    def frame(self, name: str, articles: int, number: int | None = None) -> Frame:
        """Return the XML declaration around one newsItem, or the newsMessage with its header around several."""
        if articles == 1:
            return Frame(head=_XML.encode(), between=b"", tail=b"", media_type=ITEM_TYPE)
        head = (
            f'{_XML}<newsMessage xmlns="{NAR}">\n  <header>\n    <sent>{self._conversion.at}</sent>\n'
            f"    <sender>{_text(self._conversion.operator.name)}</sender>\n  </header>\n<itemSet>\n"
        )
        return Frame(head=head.encode(), between=b"", tail=b"</itemSet>\n</newsMessage>\n", media_type=MESSAGE_TYPE)

    def _check_aliases(self, article: Article) -> None:
        coded = [(f"/subjects/{index}/qcode", subject.qcode) for index, subject in enumerate(article.subjects)]
        if article.located:
            coded.append(("/located/qcode", article.located.qcode))
        unknown = [
            Fault(
                pointer,
                f"the alias of {qcode!r} is in no catalog; give its scheme in options, "
                f'{{"newsml-g2": {{"schemes": {{"{qcode.partition(":")[0]}": "https://…"}}}}}}',
            )
            for pointer, qcode in coded
            if qcode and qcode.partition(":")[0] not in self._schemes
        ]
        if unknown:
            raise ArticleError(tuple(unknown))

    def _item_meta(self, article: Article) -> str:
        # The schema requires a provider. If the article states none, it is the operator, and contentMeta/infoSource
        # is absent, so that a reader can tell the two cases apart.
        parts = [
            '  <itemMeta>\n    <itemClass qcode="ninat:text"/>\n',
            _party("provider", article.provider, "    ") if article.provider else self._operator,
            self._version_created,
        ]
        if article.embargoed:
            parts.append(f"    <embargoed>{article.embargoed}</embargoed>\n")
        if article.status:
            parts.append(f'    <pubStatus qcode="stat:{article.status}"/>\n')
        parts.append(self._generator)
        if article.ed_note:
            parts.append(f"    <edNote>{_text(article.ed_note)}</edNote>\n")
        if article.signal:
            parts.append(f'    <signal qcode="sig:{article.signal}"/>\n')
        if article.url:
            parts.append(f'    <link rel="irel:seeAlso" href="{_attribute(article.url)}"/>\n')
        parts.append(_derived_from(article))
        parts.append("  </itemMeta>\n")
        return "".join(parts)

    def _before_text(self, article: Article, language: str) -> str:
        media_type, opening, title, before, _, _ = self._body
        headline = title.format(_text(article.headline)) if article.headline else ""
        return (
            f'  <contentSet>\n    <inlineXML contenttype="{media_type}" wordcount="{article.word_count}"{language}>\n'
            f"      {opening}{headline}{before}"
        )

    def _text(self, article: Article) -> bytes:
        # No paragraph has a blank line, so that a blank line in the body separates two of them: one escape and one
        # replacement serve the whole text. Searching bytes is faster than searching characters.
        text = article.body.encode()
        text = text.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;").replace(b"\r", b"&#13;")
        return text.replace(b"\n\n", self._between)


def _content_meta(article: Article, bound: Mapping[str, str]) -> str:
    """Return the content metadata in the order of the schema: administrative, then descriptive."""
    parts = ["  <contentMeta>\n"]
    if article.urgency is not None:
        parts.append(f"    <urgency>{article.urgency}</urgency>\n")
    if article.published:
        parts.append(f"    <contentCreated>{article.published}</contentCreated>\n")
    if article.modified:
        parts.append(f"    <contentModified>{article.modified}</contentModified>\n")
    if article.located:
        parts.append(_concept("located", "", article.located, bound))
    if article.provider:
        parts.append(_party("infoSource", article.provider, "    "))
    parts.extend(_creator(byline) for byline in article.bylines)
    if article.language:
        parts.append(f'    <language tag="{article.language}"/>\n')
    if article.genre:
        parts.append(f"    <genre>\n      <name>{_text(article.genre)}</name>\n    </genre>\n")
    parts.extend(f"    <keyword>{_text(keyword)}</keyword>\n" for keyword in article.keywords)
    parts.extend(
        _concept("subject", _subject_attributes(subject, number), subject, bound)
        for number, subject in enumerate(article.subjects, 1)
    )
    for name, value in (
        ("slugline", article.slugline),
        ("headline", article.headline),
        ("dateline", article.dateline),
    ):
        if value:
            parts.append(f"    <{name}>{_text(value)}</{name}>\n")
    parts.extend(f"    <by>{_text(_by(byline))}</by>\n" for byline in article.bylines)
    if article.description:
        parts.append(f'    <description role="drol:summary">{_text(article.description)}</description>\n')
    parts.append("  </contentMeta>\n")
    return "".join(parts) if len(parts) > 2 else ""


def _rights_info(article: Article) -> str:
    parts = []
    if article.copyright_holder:
        parts.append(_party("copyrightHolder", article.copyright_holder, "    "))
    if article.copyright_notice:
        parts.append(f"    <copyrightNotice>{_text(article.copyright_notice)}</copyrightNotice>\n")
    if article.usage_terms:
        parts.append(f"    <usageTerms>{_text(article.usage_terms)}</usageTerms>\n")
    return f"  <rightsInfo>\n{''.join(parts)}  </rightsInfo>\n" if parts else ""


def _derived_from(article: Article) -> str:
    """Return a link to the source document by its digest (RFC 6920), since its name is not an address."""
    source = article.source
    if source is None:
        return ""
    digest = base64.urlsafe_b64encode(bytes.fromhex(source.sha256)).rstrip(b"=").decode()
    media_type = f' contenttype="{_attribute(source.media_type)}"' if source.media_type else ""
    size = f' size="{source.size}"' if source.size is not None else ""
    link = f'    <link rel="irel:derivedFrom" href="ni:///sha-256;{digest}"{media_type}{size}'
    if not source.name:
        return f"{link}/>\n"
    return f"{link}>\n      <title>{_text(source.name)}</title>\n    </link>\n"


def _creator(byline: Byline) -> str:
    # @jobtitle takes a code of a vocabulary; a job title in words is a definition of the person, valid "within
    # the scope of the use of the concept" (XSD, definition).
    uri = f' uri="{_attribute(byline.uri)}"' if byline.uri else ""
    job = f"      <definition>{_text(byline.job_title)}</definition>\n" if byline.job_title else ""
    return f"    <creator{uri}>\n      <name>{_text(byline.name)}</name>\n{job}    </creator>\n"


def _by(byline: Byline) -> str:
    return f"{byline.name}, {byline.job_title}" if byline.job_title else byline.name


def _subject_attributes(subject: Subject, number: int) -> str:
    kind = f' type="{CONCEPT_TYPES[subject.type]}"' if subject.type else ""
    literal = _literal(subject, number)
    return f'{kind} literal="{literal}"' if literal else kind


def _literal(subject: Subject, number: int) -> str | None:
    """Return a literal for a person, an organisation or a place without a code and a URI."""
    if subject.type in _ASSERTED and not subject.qcode and not subject.uri:
        return f"{subject.type}-{number}"
    return None


def _asserts(article: Article, bound: Mapping[str, str]) -> str:
    """Return the assertions about the people, organisations and places that the article is about."""
    parts = []
    for number, subject in enumerate(article.subjects, 1):
        if subject.type not in _ASSERTED or not subject.name:
            continue
        literal = _literal(subject, number)
        identity = f' literal="{literal}"' if literal else _identity(subject, bound)
        parts.append(
            f'  <assert{identity}>\n    <type qcode="{CONCEPT_TYPES[subject.type]}"/>\n'
            f"    <name>{_text(subject.name)}</name>\n  </assert>\n"
        )
    return "".join(parts)


def _concept(element: str, attributes: str, concept: Place | Subject, bound: Mapping[str, str]) -> str:
    start = f"    <{element}{attributes}{_identity(concept, bound)}"
    same = ""
    if concept.uri and not _is_named(concept, bound):
        same = f'      <sameAs uri="{_attribute(concept.uri)}"/>\n'
    if not concept.name and not same:
        return f"{start}/>\n"
    name = f"      <name>{_text(concept.name)}</name>\n" if concept.name else ""
    return f"{start}>\n{name}{same}    </{element}>\n"


def _identity(concept: Place | Subject, bound: Mapping[str, str]) -> str:
    qcode = f' qcode="{_attribute(concept.qcode)}"' if concept.qcode else ""
    return f'{qcode} uri="{_attribute(concept.uri)}"' if concept.uri and _is_named(concept, bound) else qcode


def _is_named(concept: Place | Subject, bound: Mapping[str, str]) -> bool:
    """Return whether the URI and the QCode name the same concept, as they must on one element."""
    if not concept.qcode:
        return True
    alias, _, code = concept.qcode.partition(":")
    return bound.get(alias, "") + code == concept.uri


def _party(element: str, party: Party, indent: str) -> str:
    uri = f' uri="{_attribute(party.uri)}"' if party.uri else ""
    return f"{indent}<{element}{uri}>\n{indent}  <name>{_text(party.name)}</name>\n{indent}</{element}>\n"


def _generator(conversion: Conversion) -> str:
    name = "newsmill" if conversion.operator.name == "newsmill" else f"newsmill, {conversion.operator.name}"
    return f'    <generator versioninfo="{conversion.version}">{_text(name)}</generator>\n'


def _inline_catalog(options: NewsmlG2Options) -> str:
    if not options.schemes:
        return ""
    rows = "".join(
        f'    <scheme alias="{alias}" uri="{_attribute(uri)}"/>\n' for alias, uri in sorted(options.schemes.items())
    )
    return f"  <catalog>\n{rows}  </catalog>\n"


def _text(value: str) -> str:
    """Escape character data (XML 1.0, sections 2.4 and 2.11: a bare carriage return reads as a line feed)."""
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value.replace("\r", "&#13;")


def _attribute(value: str) -> str:
    """Escape the value of an attribute in double quotes (XML 1.0, section 3.3.3: bare white space reads as blanks)."""
    value = _text(value).replace('"', "&quot;")
    return value.replace("\t", "&#9;").replace("\n", "&#10;")
