"""Write articles as pages: one clean page of HTML5 for each article, with its object of schema.org in it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import orjson

from schemas.article import Article, Media
from schemas.conversion import Conversion, Frame
from schemas.errors import ArticleError, Fault
from schemas.options import NoOptions
from workers.formats.html.pages import Listing, OnePage, PagesInZip, piece_of
from workers.formats.html.texts import POLICY, STYLE, VIEWPORT
from workers.formats.markup.addresses import is_script
from workers.formats.markup.writing.escaping import attribute, escape
from workers.formats.markup.writing.html5 import FORBIDDEN_IN_HTML, HtmlWriter, clean_html, is_shown, write_html
from workers.formats.pages.own import BODY, BYLINE, INFERRED, PUBLISHED
from workers.formats.pages.tree import LARGEST
from workers.formats.schema_org.objects import escape as escape_json
from workers.formats.schema_org.objects import generation, news_article
from workers.formats.schema_org.terms import CONTEXT
from workers.formats.schema_org.works import figures_of, media_of

NAME: Final = "articles.html.zip"
PAGE: Final = "articles.html"
"""The name of a page that is a file by itself."""

ZIP_TYPE: Final = "application/zip"
PAGE_TYPE: Final = "text/html"

_PROHIBITED: Final = "PROHIBITED"
_LONGEST_SLUG: Final = 60
_LONGEST_TITLE: Final = 120
_SECONDS: Final = re.compile(r"(\.\d{3})\d+")
# Languages and scripts that are written from the right to the left.
_FROM_THE_RIGHT: Final = frozenset(
    "ar arc arz ckb dv fa glk he lrc mzn nqo pnb prs ps sd syr ug ur yi arab hebr thaa syrc nkoo adlm rohg mand".split()
)


_FIGURES: Final = HtmlWriter()


class PageWriter:
    """A writer of one page for each article."""

    files = (NAME,)

    def __init__(self, conversion: Conversion, options: NoOptions) -> None:
        self._generated = generation(conversion)
        self._generator = f'<meta name="generator"{attribute("content", f"newsmill {conversion.version}")}>\n'

    def pieces(self, article: Article) -> tuple[bytes]:
        """Return the page of an article, with what the list of links needs on a line before it.

        Raises:
            ArticleError: the page would be larger than pages that are read.
        """
        page = self._page(article).encode()
        if len(page) > LARGEST:
            detail = f"its page would have more than {LARGEST:,} bytes; choose another format for it"
            raise ArticleError((Fault("/paragraphs", detail),))
        title = title_of(article)
        date = _machine(article.published) if article.published else None
        return (piece_of(Listing(_slug(title), title, date, language_of(article.language), len(page)), page),)

    def frame(self, name: str, articles: int, number: int | None = None) -> Frame:
        """Return the encoding of the pages: a zip, or the only page of a file of its own."""
        if name == PAGE:
            return Frame(head=b"", between=b"", tail=b"", media_type=PAGE_TYPE, encoding=OnePage)
        return Frame(head=b"", between=b"", tail=b"", media_type=ZIP_TYPE, encoding=PagesInZip)

    def _page(self, article: Article) -> str:
        head = (
            f"<!DOCTYPE html>\n<html{language_of(article.language)}>\n<head>\n"
            f'<meta charset="utf-8">\n{POLICY}{VIEWPORT}<title>{escape(title_of(article))}</title>\n'
            f"{self._generator}{''.join(_metas(article))}{STYLE}"
        )
        made = news_article(article)
        made.update(self._generated)
        script = escape_json(orjson.dumps({"@context": CONTEXT, **made})).decode()
        script = FORBIDDEN_IN_HTML.sub(_json_escape, script)
        return (
            f'{clean_html(head)}<script type="application/ld+json">{script}</script>\n</head>\n<body>\n<article>\n'
            f"{clean_html(''.join(_header(article)))}"
            f'<div class="{BODY}">{write_html(article.blocks or article.paragraphs, article.media)}</div>\n'
            f"{clean_html(''.join(_footer(article)))}</article>\n</body>\n</html>\n"
        )


def title_of(article: Article) -> str:
    """Return the title of a page: the headline, or else the beginning of the text or the id."""
    if article.headline:
        return article.headline
    text = " ".join((article.description or article.body or article.id or "").split())
    return text if len(text) <= _LONGEST_TITLE else f"{text[:_LONGEST_TITLE].rpartition(' ')[0] or text[:80]} …"


def language_of(language: str | None) -> str:
    """Return a language and its direction as attributes. Without a language, the first letters give the direction."""
    if not language:
        return ' dir="auto"'
    subtags = language.lower().split("-")
    script = next((one for one in subtags[1:] if len(one) == 4 and one.isalpha()), None)
    direction = "rtl" if (script or subtags[0]) in _FROM_THE_RIGHT else "ltr"
    return f'{attribute("lang", language)} dir="{direction}"'


def authors_of(article: Article) -> str | None:
    """Return the byline as printed, else the names of the authors."""
    return article.byline or ", ".join(one.name for one in article.bylines) or None


def _metas(article: Article) -> list[str]:
    """Return what search engines and sharing sites read of a page beside its object."""
    is_published = article.status in (None, "usable")
    picture = next((one for one in media_of(article) if _is_picture(one)), None)
    file = picture.renditions[0] if picture else None
    named = {
        "description": article.description,
        "author": ", ".join(one.name for one in article.bylines) or None,
        "robots": "max-image-preview:large" if is_published else "noindex",
        "tdm-reservation": "1" if article.data_mining and _PROHIBITED in article.data_mining.upper() else None,
    }
    graph = {
        "og:type": "article",
        "og:title": title_of(article),
        "og:description": article.description,
        "og:url": _address(article.url),
        "og:site_name": article.provider.name if article.provider else None,
        "og:image": file.href if file else None,
        "og:image:alt": picture.alt if picture else None,
        "article:published_time": _machine(article.published) if article.published else None,
        "article:modified_time": _machine(article.modified) if article.modified else None,
        "article:section": article.section,
    }
    made = [f"<meta{attribute('name', name)}{attribute('content', value)}>\n" for name, value in named.items() if value]
    made += [
        f"<meta{attribute('property', name)}{attribute('content', value)}>\n" for name, value in graph.items() if value
    ]
    if address := _address(article.url):
        made.append(f'<link rel="canonical"{attribute("href", address)}>\n')
    return made


def _header(article: Article) -> list[str]:
    made = ["<header>\n"]
    if article.section:
        made.append(f'<p class="section">{escape(article.section)}</p>\n')
    if article.headline:
        made.append(f"<h1{_inferred(article, 'headline')}>{escape(article.headline)}</h1>\n")
    if article.description:
        made.append(f'<p class="standfirst">{escape(article.description)}</p>\n')
    if authors := authors_of(article):
        printed = " data-printed" if article.byline else ""
        made.append(f'<p class="{BYLINE}"{printed}{_inferred(article, "bylines")}>{escape(authors)}</p>\n')
    dates = []
    if article.dateline and not article.body.startswith(article.dateline):
        dates.append(f'<span class="dateline">{escape(article.dateline)}</span>')
    if article.published:
        dates.append(_time(article.published, f' class="{PUBLISHED}"{_inferred(article, "published")}'))
    if article.modified and article.modified != article.published:
        dates.append(f'<span title="modified">↻ {_time(article.modified, "")}</span>')
    if article.status in ("withheld", "canceled"):
        dates.append(f"<strong>{article.status}</strong>")
    if dates:
        made.append(f'<p class="dates">{" · ".join(dates)}</p>\n')
    made.append("</header>\n")
    main, _ = _beside(article)
    return [*made, *main]


def _footer(article: Article) -> list[str]:
    _, made = _beside(article)
    if not article.paragraphs:
        for one in article.live_updates:
            when = f"<p>{_time(one.published, '')}</p>" if one.published else ""
            headline = f"<h2>{escape(one.headline)}</h2>" if one.headline else ""
            texts = "".join(f"<p>{escape(text)}</p>" for text in (one.text or "").split("\n\n") if text.strip())
            made.append(f"<section>{headline}{when}{texts}</section>\n")
    made += [f'<p class="correction">{escape(one.text)}</p>\n' for one in article.corrections]
    holder = f"© {article.copyright_holder.name}" if article.copyright_holder else None
    said = (
        article.credit_line,
        article.copyright_notice or holder,
        article.usage_terms,
        *(text for one in article.rights for text in (one.notice, one.terms)),
    )
    rights = "".join(f"<p>{escape(text)}</p>\n" for text in dict.fromkeys(said) if text)
    links = "".join(
        f"<li><a{attribute('href', one.href)}>{escape(one.title)}</a></li>\n"
        for one in article.links
        if one.href and one.title and not is_script(one.href)
    )
    if links:
        made.append(f"<nav>\n<ul>\n{links}</ul>\n</nav>\n")
    return [*made, f"<footer>\n{rights}</footer>\n"] if rights else made


def _beside(article: Article) -> tuple[list[str], list[str]]:
    """Return the main one of the media that stand beside the text, and the others."""
    in_text = set(figures_of(article.blocks))
    shown = [one for one in article.media if one not in in_text]
    main = next((one for one in shown if one.main), None) or next((one for one in shown if one.main is None), None)
    before = [f"{_FIGURES.figure(main)}\n"] if main else []
    return before, [f"{_FIGURES.figure(one)}\n" for one in shown if one is not main]


def _time(value: str, more: str) -> str:
    day, _, rest = value.partition("T")
    hour, zone = rest[:5], re.sub(r"^[\d:.]+", "", rest)
    shown = " ".join(filter(None, (day, hour, "UTC" if zone == "Z" else zone)))
    return f"<time{attribute('datetime', _machine(value))}{more}>{shown}</time>"


def _machine(value: str) -> str:
    """Return a date as HTML has it: with three digits of a second's fraction at most."""
    return _SECONDS.sub(r"\1", value)


def _inferred(article: Article, field: str) -> str:
    return f" {INFERRED}" if field in article.inferred else ""


def _is_picture(media: Media) -> bool:
    return media.kind in ("picture", "graphic") and bool(media.renditions) and is_shown(media.renditions[0])


def _address(url: str | None) -> str | None:
    return None if url is None or is_script(url) else url


def _slug(title: str) -> str:
    """Return a name for a file: words of lower ASCII letters and digits, or "article"."""
    plain = unicodedata.normalize("NFKD", title[:_LONGEST_TITLE]).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall("[a-z0-9]+", plain))
    if len(words) > _LONGEST_SLUG:
        words = words[:_LONGEST_SLUG].rpartition("-")[0] or words[:_LONGEST_SLUG]
    return words or "article"


def _json_escape(found: re.Match[str]) -> str:
    return "".join(f"\\u{unit:04x}" for unit in _units(found[0]))


def _units(character: str) -> list[int]:
    raw = character.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]
