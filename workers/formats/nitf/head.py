"""Write the head of a NITF document: tobject, docdata, pubdata."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from schemas.article import Article, Subject
from schemas.article.dates import is_after
from workers.formats.markup.writing.escaping import attribute, escape

# The elements of identified-content, for each type of a subject.
_ELEMENTS: Final = {
    None: "classifier",
    "abstract": "classifier",
    "person": "person",
    "organisation": "org",
    "place": "location",
    "event": "event",
    "object": "object.title",
}
_SUBJECT_CODE: Final = "subj:"
_CODE_LENGTH: Final = 8


def tobject(article: Article) -> str:
    """Return the genre, and the subjects with codes of the IPTC's subject code scheme."""
    genre = article.genre and f"<tobject.property{attribute('tobject.property.type', article.genre)}/>"
    subjects = "".join(
        f"<tobject.subject{attribute('tobject.subject.refnum', code)}{attribute('tobject.subject.detail', one.name)}/>"
        for one in article.subjects
        if (code := subject_code(one))
    )
    return f"<tobject>{genre or ''}{subjects}</tobject>\n" if genre or subjects else ""


def subject_code(subject: Subject) -> str | None:
    """Return the IPTC's subject code of a subject, if that says what its type says too."""
    if subject.uri or not subject.qcode or subject.type not in (None, "abstract"):
        return None
    code = subject.qcode.removeprefix(_SUBJECT_CODE)
    is_code = subject.qcode != code and len(code) == _CODE_LENGTH and code.isascii() and code.isdecimal()
    return code if is_code else None


def docdata(article: Article) -> str:
    """Return the data of the document: status, ids, dates, rights, keywords, what it is about."""
    inside = "".join(_docdata(article))
    return f"<docdata{attribute('management-status', article.status)}>\n{inside}</docdata>\n"


def _docdata(article: Article) -> Iterator[str]:
    yield from (f"<correction{attribute('info', one.text)}/>\n" for one in article.corrections)
    if article.signal == "correction" and not article.corrections:
        yield "<correction/>\n"
    yield f"<doc-id{attribute('id-string', article.id)}/>\n"
    for one in article.alternative_ids:
        yield f"<doc-id{attribute('regsrc', one.type)}{attribute('id-string', one.id)}/>\n"
    if article.urgency:
        yield f'<urgency ed-urg="{article.urgency}"/>\n'
    yield _date("date.issue", article.published)
    if has_embargo(article):
        yield _date("date.release", article.embargoed)
    yield _date("date.expire", article.expires)
    yield from (f"<doc-scope{attribute('scope', one)}/>\n" for one in article.audience)
    if article.version > 1:
        yield f'<du-key version="{article.version}"/>\n'
    if article.copyright_holder:
        yield f"<doc.copyright{attribute('holder', article.copyright_holder.name)}/>\n"
    if article.keywords:
        keywords = "".join(f"<keyword{attribute('key', one)}/>" for one in article.keywords)
        yield f"<key-list>{keywords}</key-list>\n"
    identified = "".join(_identified(one) for one in article.subjects if not subject_code(one))
    if identified:
        yield f"<identified-content>{identified}</identified-content>\n"


def has_embargo(article: Article) -> bool:
    """Return whether a date of release says that the article is embargoed: it is not before the date of issue."""
    embargoed, published = article.embargoed, article.published
    if not embargoed or not published:
        return bool(embargoed)
    return embargoed != published and not is_after(published, embargoed)


def _date(element: str, moment: str | None) -> str:
    return f"<{element}{attribute('norm', basic(moment))}/>\n" if moment else ""


def basic(moment: str | None) -> str | None:
    """Return a date or date-time in the basic form of ISO 8601: 20241108T163000+0100. A month has no basic form."""
    if moment is None or len(moment) < len("2024-11-08"):
        return moment
    day, mark, time = moment.partition("T")
    return f"{day.replace('-', '')}{mark}{time.replace(':', '')}"


def _identified(subject: Subject) -> str:
    element = _ELEMENTS[subject.type]
    source, value = None, subject.uri
    if not value and subject.qcode:
        source, _, value = subject.qcode.partition(":")
    names = ("code-source", "location-code") if element == "location" else ("idsrc", "value")
    codes = f"{attribute(names[0], source)}{attribute(names[1], value)}"
    return f"<{element}{codes}>{escape(subject.name or '')}</{element}>"


def pubdata(article: Article) -> str:
    """Return the section and the address of the publication."""
    section, address = attribute("position.section", article.section), attribute("ex-ref", article.url)
    return f"<pubdata{section}{address}/>\n" if section or address else ""
