"""Write rightsInfo, itemMeta and contentMeta, in the order of the schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import attrgetter
from typing import Final

from schemas.article import Article
from schemas.article.parts import Correction, EdNote, LiveUpdate, Rights, RoleText
from schemas.conversion import Conversion
from workers.formats.markup.writing.escaping import attribute, escape
from workers.formats.newsml_g2.checks.vocabularies import NAR
from workers.formats.newsml_g2.writing import concepts
from workers.formats.newsml_g2.writing.codes import Codes, text_uri
from workers.formats.newsml_g2.writing.links import item_link, own_links

MEDIA_KINDS: Final = ("picture", "video", "audio", "graphic")
"""The kinds of items that are one media object."""

# Extension properties for fields without a property in NewsML-G2: schema.org has them.
ACCESS: Final = "https://schema.org/isAccessibleForFree"
PAID_PART: Final = "https://schema.org/cssSelector"
INFERRED: Final = "why:inferred"
SECTION: Final = "https://schema.org/articleSection"
CORRECTION: Final = "https://schema.org/correction"
LIVE_UPDATE: Final = "https://schema.org/liveBlogUpdate"
ROLE: Final = f"{NAR}role"

_CAPTION: Final = "drol:caption"
_SUMMARY: Final = "drol:summary"

# The fields that few articles state; one comparison finds that none of a group is stated.
_MANAGEMENT: Final = attrgetter(
    "roles", "profile", "services", "signals", "expires", "first_created", "version_created"
)
_NO_MANAGEMENT: Final = ((), None, (), (), None, None, None)
_ADMINISTRATIVE: Final = attrgetter("contributors", "audience", "alternative_ids")
_NO_ADMINISTRATIVE: Final = ((), (), ())
_DESCRIPTIVE: Final = attrgetter("headlines", "descriptions", "credit_line", "corrections", "live_updates", "media")
_NO_DESCRIPTIVE: Final = ((), (), None, (), (), ())


# Rights


def rights_info(article: Article, codes: Codes) -> str:
    """Return a rightsInfo for each statement of rights, the main one first."""
    parts = []
    if article.copyright_holder:
        parts.append(concepts.party("copyrightHolder", article.copyright_holder))
    if article.copyright_notice:
        parts.append(f"    <copyrightNotice>{escape(article.copyright_notice)}</copyrightNotice>\n")
    if article.usage_terms:
        parts.append(f"    <usageTerms>{escape(article.usage_terms)}</usageTerms>\n")
    if access := article.access:
        parts.append(_extension("rightsInfo", ACCESS, "true" if access.free else "false"))
        parts += [_extension("rightsInfo", PAID_PART, part) for part in access.paid_parts]
    if article.data_mining:
        parts.append(codes.property("dataMining", article.data_mining))
    main = f"  <rightsInfo>\n{''.join(parts)}  </rightsInfo>\n" if parts else ""
    if not article.rights:
        return main
    # An empty statement keeps a reader from taking the first of the others for the main one.
    return (main or "  <rightsInfo/>\n") + "".join(_rights(rights, codes) for rights in article.rights)


def _rights(rights: Rights, codes: Codes) -> str:
    scope = ""
    if rights.scope and rights.scope.startswith("riscope:"):
        scope = codes.reference("scope", rights.scope)
    elif rights.scope:
        # @scope takes codes of riscope only (XSD: "Mandatory NewsCodes scheme").
        scope = attribute("scopeuri", rights.scope if "://" in rights.scope else text_uri(rights.scope))
    parts = [f"  <rightsInfo{scope}{attribute('xml:lang', rights.language)}>\n"]
    if rights.holder:
        parts.append(concepts.party("copyrightHolder", rights.holder))
    if rights.notice:
        parts.append(f"    <copyrightNotice>{escape(rights.notice)}</copyrightNotice>\n")
    if rights.terms:
        parts.append(f"    <usageTerms>{escape(rights.terms)}</usageTerms>\n")
    parts.append("  </rightsInfo>\n")
    return "".join(parts)


# The item


class ItemMeta:
    """The writer of the itemMeta of one conversion."""

    def __init__(self, conversion: Conversion) -> None:
        """Prepare what is the same in every item."""
        operator = conversion.operator
        name = "newsmill" if operator.name == "newsmill" else f"newsmill, {operator.name}"
        # The schema requires a provider. If the article states none, it is the operator, and contentMeta/infoSource
        # is absent, so that a reader can tell the two cases apart.
        self._operator = concepts.party("provider", operator)
        self._created = f"    <versionCreated>{conversion.at}</versionCreated>\n"
        at = conversion.at
        start, end = f'    <generator versioninfo="{conversion.version}" modified="', f'">{escape(name)}</generator>\n'
        self._generator = f"{start}{at}{end}"
        # A reader takes a versionCreated of the same text for newsmill's own. One of the source is written otherwise.
        self._generator_of_version = {at: f"{start}{at[:19]}.0{at[19:]}{end}"}

    def write(self, article: Article, codes: Codes) -> str:
        """Return the itemMeta of an article."""
        is_plain = _MANAGEMENT(article) == _NO_MANAGEMENT
        parts = [
            f'  <itemMeta>\n    <itemClass qcode="ninat:{article.kind}"/>\n',
            concepts.party("provider", article.provider) if article.provider else self._operator,
            self._created if is_plain else self._dates(article),
        ]
        if article.embargoed:
            parts.append(f"    <embargoed>{article.embargoed}</embargoed>\n")
        # Without a pubStatus an item is usable, but a newsroom system in wide use refuses it.
        parts.append(
            f'    <pubStatus qcode="stat:{article.status}"/>\n'
            if article.status
            else '    <pubStatus qcode="stat:usable" why="why:inferred"/>\n'
        )
        if article.roles:
            parts.append(codes.property("role", article.roles[0], needs_code=True))
        parts.append(self._generator_of_version.get(article.version_created or "", self._generator))
        if not is_plain:
            if article.profile:
                parts.append(f"    <profile>{escape(article.profile)}</profile>\n")
            parts += [codes.property("service", service, needs_code=True) for service in article.services]
        if article.ed_note:
            parts.append(f"    <edNote>{escape(article.ed_note)}</edNote>\n")
        parts += [_note(note, codes) for note in article.ed_notes]
        if article.signal:
            parts.append(f'    <signal qcode="sig:{article.signal}"/>\n')
        if not is_plain:
            parts += [codes.property("signal", signal) for signal in article.signals]
            if article.expires:
                parts.append(f"    <expires>{article.expires}</expires>\n")
        parts.append(own_links(article))
        if article.links:
            parts += [item_link("link", link, codes, "    ") for link in article.links]
        if not is_plain:
            parts += [_coded_extension("itemMeta", ROLE, role, codes) for role in article.roles[1:]]
        parts.append("  </itemMeta>\n")
        return "".join(parts)

    def _dates(self, article: Article) -> str:
        created = article.version_created
        version = f"    <versionCreated>{created}</versionCreated>\n" if created else self._created
        if not article.first_created:
            return version
        return f"{version}    <firstCreated>{article.first_created}</firstCreated>\n"


def _note(note: EdNote, codes: Codes) -> str:
    """Return a note beside the main one, which has no role. The URI of no text states none."""
    role = codes.reference("role", note.role) if note.role or note.constraints else ' roleuri="data:,"'
    return f"    <edNote{role}{codes.references('pubconstraint', note.constraints)}>{escape(note.text)}</edNote>\n"


# The content


def content_meta(article: Article, codes: Codes) -> str:
    """Return the metadata of the content."""
    parts = [*_administrative(article, codes), *_descriptive(article, codes)]
    if article.inferred:
        parts = [_marked(part, article) for part in parts]
    return f"  <contentMeta>\n{''.join(parts)}  </contentMeta>\n" if parts else ""


# The beginnings of the properties of each field that can be inferred. Other headlines have a role.
_INFERRED: Final = {
    "headline": re.compile(r"^    <headline(?=>)", re.MULTILINE),
    "bylines": re.compile(r'^    <(?:creator(?=[ >])|by(?= rank="1">))', re.MULTILINE),
    "published": re.compile(r"^    <contentCreated(?=>)", re.MULTILINE),
}


def _marked(part: str, article: Article) -> str:
    """Return a property with the mark of what is inferred, if it is."""
    for field, beginning in _INFERRED.items():
        if field in article.inferred:
            part = beginning.sub(lambda found: f'{found[0]} why="{INFERRED}"', part)
    return part


def _administrative(article: Article, codes: Codes) -> list[str]:
    parts = []
    if article.urgency is not None:
        parts.append(f"    <urgency>{article.urgency}</urgency>\n")
    if article.published:
        parts.append(f"    <contentCreated>{article.published}</contentCreated>\n")
    if article.modified:
        parts.append(f"    <contentModified>{article.modified}</contentModified>\n")
    if article.digital_source_type:
        parts.append(codes.property("digitalSourceType", article.digital_source_type))
    if article.located:
        parts.append(concepts.located(article.located, codes))
    if article.provider:
        parts.append(concepts.party("infoSource", article.provider))
    if article.bylines:
        parts += [concepts.author("creator", byline, codes) for byline in article.bylines]
    if _ADMINISTRATIVE(article) != _NO_ADMINISTRATIVE:
        parts += [concepts.author("contributor", byline, codes) for byline in article.contributors]
        parts += [codes.property("audience", audience) for audience in article.audience]
        parts += [
            f"    <altId{codes.reference('type', other.type)}>{escape(other.id)}</altId>\n"
            for other in article.alternative_ids
        ]
    return parts


def _descriptive(article: Article, codes: Codes) -> list[str]:
    is_plain = _DESCRIPTIVE(article) == _NO_DESCRIPTIVE
    parts = []
    if article.language:
        parts.append(f'    <language tag="{article.language}"/>\n')
    if article.genre:
        parts.append(codes.property("genre", article.genre))
    parts += [f"    <keyword>{escape(keyword)}</keyword>\n" for keyword in article.keywords]
    if article.subjects:
        parts.append(concepts.subjects(article, codes))
    if article.slugline:
        parts.append(f"    <slugline>{escape(article.slugline)}</slugline>\n")
    if article.headline:
        parts.append(f"    <headline>{escape(article.headline)}</headline>\n")
    if not is_plain:
        parts += [_role_text("headline", text, None, codes) for text in article.headlines]
    if article.dateline:
        parts.append(f"    <dateline>{escape(article.dateline)}</dateline>\n")
    if article.byline or article.bylines:
        parts.append(concepts.bylines(article))
    if not is_plain:
        parts += _credit_line(article)
    if article.description:
        parts.append(f'    <description role="{_SUMMARY}">{escape(article.description)}</description>\n')
    if not is_plain:
        parts += [_role_text("description", text, _SUMMARY, codes) for text in article.descriptions]
        parts += _caption(article)
    if article.section:
        parts.append(_extension("contentMeta", SECTION, article.section))
    if not is_plain:
        parts += [_published(CORRECTION, None, one) for one in article.corrections]
        parts += [_published(LIVE_UPDATE, one.headline, one) for one in article.live_updates]
    return parts


def _role_text(element: str, text: RoleText, main_role: str | None, codes: Codes) -> str:
    """Return a headline or a description beside the main one, which has a role and no language."""
    rank = ' rank="2"' if text.language is None and text.role == main_role else ""
    stated = f"{codes.reference('role', text.role)}{attribute('xml:lang', text.language)}{rank}"
    return f"    <{element}{stated}>{escape(text.text)}</{element}>\n"


def _credit_line(article: Article) -> Iterator[str]:
    """Yield the credit line. The credit of a picture, video, audio or graphic item is that of its content."""
    if article.credit_line:
        yield f"    <creditline>{escape(article.credit_line)}</creditline>\n"
    elif article.kind in MEDIA_KINDS and article.media and (credit := article.media[0].credit):
        yield f'    <creditline rank="1">{escape(credit)}</creditline>\n'


def _caption(article: Article) -> Iterator[str]:
    """Yield the caption of a picture, video, audio or graphic item, unless the article states it."""
    caption = article.media[0].caption if article.kind in MEDIA_KINDS and article.media else None
    if caption and all(text.role != _CAPTION for text in article.descriptions):
        yield f'    <description role="{_CAPTION}" rank="1">{escape(caption)}</description>\n'


def _extension(parent: str, relation: str, value: str) -> str:
    return f'    <{parent}ExtProperty reluri="{relation}"{attribute("value", value)}/>\n'


def _coded_extension(parent: str, relation: str, value: str, codes: Codes) -> str:
    stated = codes.concept(value) or attribute("value", value)
    return f'    <{parent}ExtProperty reluri="{relation}"{stated}/>\n'


def _published(relation: str, headline: str | None, one: Correction | LiveUpdate) -> str:
    """Return a text about the article, or a part of it, that was published at its own time."""
    stated = f'reluri="{relation}"{attribute("uri", one.url)}{attribute("validfrom", one.published)}'
    name = f"      <name>{escape(headline)}</name>\n" if headline else ""
    text = f"      <definition>{escape(one.text)}</definition>\n" if one.text else ""
    return f"    <contentMetaExtProperty {stated}>\n{name}{text}    </contentMetaExtProperty>\n"
