"""The statements of an HTML page about its article in its head: OpenGraph, `meta`, the canonical link, language, title.

`meta` names are those in wide use: OpenGraph's article properties, Dublin Core, Parse.ly, Sailthru, Google News and
Chartbeat.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlsplit

from schemas.article import Byline, Media, Party
from schemas.article.languages import check_language
from schemas.article.parts import Rendition
from schemas.article.values import check_iri, make_line
from schemas.ledger import Ledger
from workers.formats.pages.facts.languages import find_other_language
from workers.formats.pages.facts.names import is_part_of_site, is_site, read_names
from workers.formats.pages.text.extraction import weigh
from workers.formats.schema_org.reading.account import Account

_TITLES: Final = (
    "og:title",
    "twitter:title",
    "parsely-title",
    "sailthru.title",
    "dc.title",
    "dcterms.title",
    "headline",
    "title",
)
_LINES: Final[dict[str, tuple[str, ...]]] = {"section": ("article:section", "parsely-section", "section")}
_TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "description": ("og:description", "description", "twitter:description", "dc.description", "sailthru.description")
}
_DATES: Final = {
    "published": (
        "article:published_time",
        "og:article:published_time",
        "article:published",
        "datepublished",
        "og:published_time",
        "parsely-pub-date",
        "sailthru.date",
        "dc.date.issued",
        "dcterms.created",
        "dc.date",
        "dcterms.date",
        "publication_date",
        "publishdate",
        "publish-date",
        "publish_date",
        "article.published",
        "cxenseparse:recs:publishtime",
        "cxenseparse:publishtime",
        "date",
        "pubdate",
        "article_date_original",
        "rnews:datepublished",
    ),
    "modified": (
        "article:modified_time",
        "og:article:modified_time",
        "og:updated_time",
        "datemodified",
        "dcterms.modified",
        "last-modified",
    ),
    "expires": ("article:expiration_time",),
}
_AUTHORS: Final = (
    "author",
    "article:author",
    "og:author",
    "og:article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "dc.creator.aut",
    "byl",
    "authors",
    "cxenseparse:author",
    "article:author:name",
    "twitter:author",
    "citation_author",
)
_KEYWORDS: Final = ("article:tag", "news_keywords", "keywords", "parsely-tags", "sailthru.tags")
_IMAGES: Final = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
_SITES: Final = ("og:site_name", "application-name", "dc.publisher", "dcterms.publisher", "publisher")
# Without the assertions, a long run of blanks would be looked through once for each of them.
_PARTED: Final = re.compile(r"(?<!\s)\s+(?:[|–—•·»«:-]|::|>>|\|\|)\s+")
_PARTED_BEFORE: Final = re.compile(r"(?<!\s)\s+(?:[|–—•·»«:-]|::|>>|\|\|)\s+$")
_PARTED_TITLE: Final = re.compile(r"(?<!\s)\s+(?:[|–—•·»«:-]|::|>>|\|\|)\s+|:\s+")
_PARTED_DENSE: Final = re.compile(r"\s*[|｜_\-–—－·・:：«»<]+\s*|\u3000+")
# Names that software of sites has where its operator gave none.
_NO_SITE: Final = re.compile(
    r"(?:hosted|home(?: ?page)?|default(?: site)?|(?:my|the|your)? ?(?:web)?-?site(?: ?name| title)?|index|untitled|"
    r"my (?:word ?press )?blog|localhost|undefined|null|none|n/a|test|example(?:\.com)?|\W*)",
    re.IGNORECASE,
)
_NO_SITE_SAID: Final = "it is no name of a site"
_HOME: Final = re.compile(r"(?:https?://[^/?#]+)?/?(?:(?:index|default|home)\.\w{3,5})?", re.IGNORECASE)
_SEPARATORS: Final = " \u00a0|–—•·»«:->"
_SITE_LEFT_OUT: Final = "the name of the site is left out"
_CUT: Final = "it is cut off; a heading of the page has the whole"
_SHORTEST_HEADING: Final = 8
_SHORTEST_CUT: Final = 30


class PageFacts:
    """The facts of a page, in the order that they are taken.

    Args:
        root: the root element of the page.
    """

    def __init__(self, root: Any) -> None:
        self._root = root
        # This comes before the text is read, which changes the tree.
        self.asks_password: bool = any(one.get("type") == "password" for one in root.iter("input"))
        self.has_article_element: bool = root.find(".//article") is not None

    @cached_property
    def base(self) -> str | None:
        """The address of the page: its canonical link, else its og:url."""
        for link in self._root.iter("link"):
            if "canonical" in (link.get("rel") or "").lower().split():
                href = (link.get("href") or "").strip()
                if check_iri(href) is None:
                    return href
        return next((url.strip() for _, url in self.metas("og:url") if check_iri(url.strip()) is None), None)

    @cached_property
    def _named(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for meta in self._root.iter("meta"):
            get = meta.get
            name = get("property") or get("name") or get("itemprop") or get("http-equiv") or ""
            name = name.strip().lower()
            content = (meta.get("content") or "").strip()
            if name and content:
                found.setdefault(name, []).append(content)
        return found

    def metas(self, *names: str) -> Iterator[tuple[str, str]]:
        """Yield the path and the content of each `meta` of some names, in the order of the names."""
        for name in names:
            for content in self._named.get(name, ()):
                yield f"meta.{name}", content

    def all_metas(self) -> Iterator[tuple[str, str]]:
        """Yield the name and the content of each `meta`."""
        return ((name, content) for name, contents in self._named.items() for content in contents)

    @cached_property
    def title(self) -> str | None:
        """The title of the page."""
        found = self._root.find(".//title")
        return make_line(found.text or "").strip() or None if found is not None else None

    @cached_property
    def headings(self) -> list[str]:
        """The texts of the first-level headings."""
        found = (" ".join("".join(one.itertext()).split()) for one in self._root.iter("h1"))
        return [text for text in dict.fromkeys(found) if text]

    @property
    def heading(self) -> str | None:
        """The text of the only first-level heading with a text."""
        return self.headings[0] if len(self.headings) == 1 else None

    @cached_property
    def host(self) -> str:
        """The host of the page, without "www."."""
        return (urlsplit(self.base or "").hostname or "").removeprefix("www.")

    @cached_property
    def site(self) -> str | None:
        """The name of the site."""
        return next((content for _, content in self.metas(*_SITES) if not content.startswith("http")), None)

    def stated_titles(self) -> list[str]:
        """Return all that the head of the page states as its title."""
        return [content for _, content in self.metas(*_TITLES)] + [one for one in (self.title,) if one]

    def titles(self) -> list[str]:
        """Return all that the page states or shows as its title, with and without the name of the site."""
        found = self.stated_titles() + [one for one in (self.heading,) if one]
        return [*found, *(_PARTED.split(one)[0] for one in found)]

    def descriptions(self) -> list[str]:
        """Return all that the page states as its description."""
        return [content for _, content in self.metas(*_TEXTS["description"])]

    def is_article(self) -> bool:
        """Return whether the page says that it is an article."""
        types = [content.lower() for _, content in self.metas("og:type")]
        return any("article" in one for one in types) or "article:published_time" in self._named

    def complete(self, account: Account, of: dict[str, Any]) -> None:
        """Add to the fields of an article what they lack and the page states."""
        self._add_headline(account, of)
        for field, metas in (_LINES | _TEXTS).items():
            for path, content in self.metas(*metas):
                if field not in of and (text := account.text(path, content, field, line=field in _LINES)):
                    of[field] = text
        for field, metas in _DATES.items():
            for path, content in self.metas(*metas):
                if field not in of and (moment := account.moment(path, content, field)):
                    of[field] = moment
        self._add_language(account, of)
        self._add_people(account, of)
        if "keywords" not in of and (words := list(self._keywords(account))):
            of["keywords"] = tuple(dict.fromkeys(words))
        if "url" not in of and self.base:
            account.keep("link.canonical", self.base, "url")
            of["url"] = self.base
        if "media" not in of and (image := self._image(account)):
            of["media"] = (image,)

    def complete_part(self, account: Account, of: dict[str, Any]) -> None:
        """Add to the fields of one of several articles what the page states of all of them."""
        self._add_language(account, of)
        self._add_provider(account, of)

    def _add_headline(self, account: Account, of: dict[str, Any]) -> None:
        if "headline" in of:
            self._mend_headline(account, of)
            return
        named = [*self.metas(*_TITLES), *([("title", self.title)] if self.title else [])]
        for path, content in named:
            if "headline" in of or not (line := make_line(content)):
                continue
            short, reason = self._printed(line, self._sites(of))
            if reason:
                account.ledger.changed(path, content, "headline", reason)
                of["headline"] = short
            elif line := account.line(path, content, "headline") or "":
                of["headline"] = line

    def _mend_headline(self, account: Account, of: dict[str, Any]) -> None:
        """Take the name of the site from a headline, and give one that is cut off as the page shows it."""
        headline = of["headline"]
        printed, reason = self._printed(headline, self._sites(of))
        if reason:
            account.ledger.changed("headline", headline, "headline", reason)
            of["headline"] = printed

    def _sites(self, of: dict[str, Any]) -> list[str]:
        """Return the names that the page has for its site."""
        provider = of.get("provider")
        found = [self.site, provider.name if provider else None]
        found += [content.removeprefix("@") for _, content in self.metas("twitter:site", "apple-mobile-web-app-title")]
        found += self._logos
        return [one for one in dict.fromkeys(found) if one]

    @cached_property
    def _logos(self) -> list[str]:
        """The texts in place of the pictures that link to the front page."""
        found = []
        for image in self._root.iter("img"):
            alt = image.get("alt")
            link = next(image.iterancestors("a"), None) if alt else None
            href = (link.get("href") or "").strip() if link is not None else ""
            if href and _HOME.fullmatch(href) and (line := make_line(alt)):
                found.append(line)
        return found

    def _printed(self, title: str, sites: list[str]) -> tuple[str, str]:
        """Return a title as a heading of the page has it, or without the name of the site at one end; and why."""
        for heading in self.headings:
            if heading == title:
                return title, ""
            if any(is_site(heading, site, self.host) for site in (*sites, None)):
                continue
            if _is_cut(title, heading):
                return heading, _CUT
            if weigh([heading]) >= _SHORTEST_HEADING and heading in title:
                before, _, behind = title.partition(heading)
                if not (before and behind) and (_PARTED.match(behind) or _PARTED_BEFORE.search(before)):
                    return heading, _SITE_LEFT_OUT
                # Titles in writing without blanks have none around what parts them.
                if not before and not heading.isascii() and _PARTED_DENSE.match(behind):
                    return heading, _SITE_LEFT_OUT
        parts = _PARTED.split(title)
        if len(parts) > 1 and any(is_part_of_site(parts[-1], site, self.host) for site in (*sites, None)):
            return title[: title.rindex(parts[-1])].rstrip(_SEPARATORS), _SITE_LEFT_OUT
        parts = _PARTED_TITLE.split(title)
        if len(parts) > 1 and any(is_site(parts[0], site, self.host) for site in (*sites, None)):
            return title[title.index(parts[0]) + len(parts[0]) :].lstrip(_SEPARATORS), _SITE_LEFT_OUT
        return title, ""

    def _add_language(self, account: Account, of: dict[str, Any]) -> None:
        stated = of.get("language")
        for path, tag in self._languages:
            if check_language(tag) is not None:
                if not stated:
                    account.lose(path, tag, "it is no language tag of BCP 47")
            elif "language" not in of:
                account.keep(path, tag, "language")
                of["language"] = tag
            elif not _is_same_language(tag, of["language"]):
                account.lose(path, tag, "the page states another language before it")

    @cached_property
    def _languages(self) -> list[tuple[str, str]]:
        """The languages that the page states, each with its place."""
        found = [("html.lang", self._root.get("lang") or self._root.get("xml:lang") or "")]
        found += self.metas("language", "content-language", "dc.language", "dcterms.language")
        for link in self._root.iter("link"):
            if link.get("hreflang") and self.base and (link.get("href") or "").strip() == self.base:
                found.append(("link.hreflang", link.get("hreflang")))
        found += self.metas("og:locale")
        made = [(path, content.strip().replace("_", "-")) for path, content in found]
        return [(path, tag) for path, tag in made if tag and tag.lower() != "x-default"]

    def mend_language(self, ledger: Ledger, of: dict[str, Any], text: str) -> None:
        """Take the stated language that the text has, if it is clearly not in the one taken; name a doubt otherwise."""
        stated = of.get("language")
        other = find_other_language(text, stated) if stated else None
        if not stated or not other:
            return
        path = next((at for at, tag in self._languages if tag == stated), "inLanguage")
        for at, tag in self._languages:
            if _is_same_language(tag, other) and check_language(tag) is None:
                ledger.changed(path, stated, "language", f"the text is in the language that the page states in {at}")
                of["language"] = tag
                return
        ledger.doubted(path, stated, "language", f"the text has the frequent words of {other}; state its language")

    def _add_people(self, account: Account, of: dict[str, Any]) -> None:
        if "bylines" not in of:
            names = []
            for path, content in self.metas(*_AUTHORS):
                # article:author is often the address of a profile.
                if "://" in content or content.startswith(("@", "/")) or is_site(content, self.site, ""):
                    continue
                line = make_line(content)
                found = read_names(line)
                if found != [line]:
                    account.ledger.changed(path, content, "bylines.name", "only the names of people are taken")
                    names += found
                elif name := account.line(path, content, "bylines.name"):
                    names.append(name)
            if names:
                of["bylines"] = tuple(Byline(name=name) for name in dict.fromkeys(names))
        self._add_provider(account, of)

    def _add_provider(self, account: Account, of: dict[str, Any]) -> None:
        if "provider" not in of:
            for path, content in self.metas("og:site_name"):
                if "://" in content or _NO_SITE.fullmatch(content):
                    account.lose(path, content, _NO_SITE_SAID)
                elif name := account.line(path, content, "provider.name"):
                    of["provider"] = Party(name=name)
                    break

    def _keywords(self, account: Account) -> Iterator[str]:
        for name in _KEYWORDS:
            for path, content in self.metas(name):
                account.keep(path, content, "keywords")
                parts = [content] if name == "article:tag" else re.split("[,،、，;]", content)
                yield from filter(None, (make_line(part) for part in parts))
            if name in self._named:
                return

    def _image(self, account: Account) -> Media | None:
        for path, content in self.metas(*_IMAGES):
            if href := account.iri(path, content, "media.renditions"):
                alt = next((account.text(at, text, "media.alt") for at, text in self.metas("og:image:alt")), None)
                return Media(kind="picture", alt=alt, renditions=(Rendition(href=href),))
        return None


def _is_same_language(one: str, other: str) -> bool:
    """Return whether two language tags have one language, in any region or script."""
    return one.partition("-")[0].lower() == other.partition("-")[0].lower()


def _is_cut(title: str, heading: str) -> bool:
    """Return whether a title is the beginning of a heading, cut off after a word or with an ellipsis."""
    bare = title.rstrip(" .…")
    if len(bare) < _SHORTEST_CUT or len(heading) <= len(title) or not heading.startswith(bare):
        return False
    return bare != title or not heading[len(bare)].isalnum()
