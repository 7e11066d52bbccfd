"""The parts of an Article: people and organisations, concepts, rights, media, links to other items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Literal, get_args

from schemas.article import declare
from schemas.article.languages import check_language
from schemas.article.values import check_day_or_moment, check_iri, check_media_type, check_qcode, check_sha256

SubjectType = Literal["abstract", "person", "organisation", "place", "event", "object"]
PartyType = Literal["person", "organisation"]
MediaKind = Literal["picture", "video", "audio", "graphic"]

SUBJECT_TYPES: Final = get_args(SubjectType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person or an organisation: a provider or a copyright holder."""

    name: str = declare.line(required=True)
    uri: str | None = declare.iri()


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """An author or a contributor. The type is stated, never assumed: an organisation is no person."""

    name: str = declare.line(required=True)
    uri: str | None = declare.iri()
    job_title: str | None = declare.line()
    type: PartyType | None = declare.choice(PartyType)
    role: str | None = declare.line("What they did, as the source names it")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleText:
    """A headline, a description or a name beside the main one, for a role or in a language."""

    text: str = declare.text(required=True)
    role: str | None = declare.line("What it is for, as the source names it, such as hldrole:sub")
    language: str | None = declare.line("A registered BCP 47 tag", check_language)


@dataclass(frozen=True, slots=True, kw_only=True)
class EdNote:
    """A note to editors that has a role, or that not everybody may see."""

    text: str = declare.text(required=True)
    role: str | None = declare.line("What it is about, as the source names it")
    constraints: tuple[str, ...] = declare.lines("Who may see it, as the source names it, such as pub:nonpublic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A concept that another one refers to."""

    NEEDS_ONE_OF: ClassVar = ("name", "qcode", "uri")

    name: str | None = declare.line()
    qcode: str | None = declare.line("", check_qcode)
    uri: str | None = declare.iri()


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A point on the earth, in degrees (WGS 84)."""

    latitude: float = declare.decimal("North of the equator", -90, 90)
    longitude: float = declare.decimal("East of Greenwich", -180, 180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The place an article was written in; it has a name, a URI or a QCode."""

    NEEDS_ONE_OF: ClassVar = ("name", "qcode", "uri")

    name: str | None = declare.line()
    uri: str | None = declare.iri()
    qcode: str | None = declare.line("", check_qcode)
    names: tuple[RoleText, ...] = declare.parts("Other names, by role and language")
    broader: tuple[Concept, ...] = declare.parts("What it is a part of")
    same_as: tuple[str, ...] = declare.lines("URIs of the same concept elsewhere", check_iri)
    position: Position | None = declare.part()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A subject of an article: a concept of a vocabulary, a person, an organisation, a place …"""

    NEEDS_ONE_OF: ClassVar = ("name", "qcode", "uri")

    name: str | None = declare.line()
    uri: str | None = declare.iri()
    qcode: str | None = declare.line("", check_qcode)
    type: SubjectType | None = declare.choice(SubjectType)
    names: tuple[RoleText, ...] = declare.parts("Other names, by role and language")
    broader: tuple[Concept, ...] = declare.parts("Concepts that include it")
    same_as: tuple[str, ...] = declare.lines("URIs of the same concept elsewhere", check_iri)
    position: Position | None = declare.part()
    relevance: int | None = declare.number("How relevant it is to the article, in per cent", 0, 100)
    confidence: int | None = declare.number("How sure its source is, in per cent", 0, 100)
    why: str | None = declare.line("How it was assigned, as the source says, such as why:direct")
    creator: str | None = declare.line("Who or what assigned it, as the source says")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The document an article was read from; `size` is in bytes, `sha256` in hexadecimal."""

    sha256: str = declare.line("", check_sha256, required=True)
    name: str | None = declare.line()
    media_type: str | None = declare.line("", check_media_type)
    size: int | None = declare.number()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """A statement of rights beside the main one."""

    NEEDS_ONE_OF: ClassVar = ("holder", "notice", "terms")

    holder: Party | None = declare.part("The copyright holder")
    notice: str | None = declare.text("The copyright notice")
    terms: str | None = declare.text("The usage terms, or their URL")
    scope: str | None = declare.line("What it holds for, as the source names it")
    language: str | None = declare.line("A registered BCP 47 tag", check_language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Free or paid access to an article; `paid_parts` are CSS selectors of the parts that are not free."""

    free: bool = declare.flag(required=True)
    paid_parts: tuple[str, ...] = declare.lines()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """One file of a media object: a size, a quality or a cut of it."""

    href: str = declare.iri("Where the file is", required=True)
    media_type: str | None = declare.line("", check_media_type)
    width: int | None = declare.number("In pixels")
    height: int | None = declare.number("In pixels")
    size: int | None = declare.number("In bytes")
    duration: int | None = declare.number("In seconds")
    role: str | None = declare.line("What it is for, as the source names it, such as rnd:thumbnail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture, a video, sound or a graphic, with its files."""

    NEEDS_ONE_OF: ClassVar = ("renditions", "caption", "alt")

    kind: MediaKind = declare.choice(MediaKind, required=True)
    caption: str | None = declare.text("The text that is shown with it")
    credit: str | None = declare.line("The credit line that is shown with it")
    alt: str | None = declare.text("A description for readers who do not see it")
    renditions: tuple[Rendition, ...] = declare.parts("Its files")
    main: bool | None = declare.flag("Whether the article presents it as its main one")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativeId:
    """Another id of the article; it need not be a URI."""

    id: str = declare.line(required=True)
    type: str | None = declare.line("What kind of id it is, as the source names it")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLink:
    """A link to another item or resource."""

    NEEDS_ONE_OF: ClassVar = ("href", "id")

    href: str | None = declare.iri("Its address")
    id: str | None = declare.line("Its id")
    version: int | None = declare.number("", 1)
    rel: str | None = declare.line("How it relates to the article, as the source names it, such as irel:seeAlso")
    media_type: str | None = declare.line("", check_media_type)
    title: str | None = declare.line()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of a composite: references to items, and to other groups of it by their ids."""

    id: str = declare.line(required=True)
    role: str | None = declare.line("As the source names it, such as group:main")
    mode: str | None = declare.line("How the members relate, as the source names it: bag, sequential, alternative")
    items: tuple[ItemLink, ...] = declare.parts()
    groups: tuple[str, ...] = declare.lines("The ids of groups inside of it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction of the article, as published."""

    text: str = declare.text(required=True)
    published: str | None = declare.line(
        "A day, or a date-time, with its zone if the source states it", check_day_or_moment
    )
    url: str | None = declare.iri()


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveUpdate:
    """One update of a live report."""

    NEEDS_ONE_OF: ClassVar = ("headline", "text")

    headline: str | None = declare.line()
    text: str | None = declare.text("Its paragraphs, separated by blank lines")
    published: str | None = declare.line(
        "A day, or a date-time, with its zone if the source states it", check_day_or_moment
    )
    url: str | None = declare.iri()
