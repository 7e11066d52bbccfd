"""The shapes of articles in content systems and news APIs. To add one, add its lines to `SHAPES`.

Members that no shape names are found by their names (`articles_json.member_names`), so a shape says only what its names
do not. The most common ones, such as WordPress and Ghost, need no lines of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from schemas.columns.names import TEXT
from workers.formats.json.leaves import is_stated

PARTIAL: Final = "the source states no full text; this is its summary, which may be a part of the text"


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A shape.

    Args:
        name: the system or the API.
        page: the page that documents it.
        needs: the members that an article of this shape has: names that lead to one, such as "fields.bodyText".
        members: for a field, the members that may state it, the best first.
        partial: whether the text is a summary.
        zone: the zone of times that state none.
        document: members of the document around the articles, each with how its text begins.
        around: for a field, the member of the document that states it for all articles.
        prepare: changes an article of this shape before it is read.
    """

    name: str
    page: str
    needs: tuple[str, ...] = ()
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    partial: bool = False
    zone: str | None = None
    document: Mapping[str, str] = field(default_factory=dict)
    around: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[dict[str, Any]], None] | None = None

    def columns(self, value: Mapping[str, Any]) -> dict[str, str]:
        """Return the member of an article that states each field."""
        found = {}
        for name, paths in self.members.items():
            if path := next((path for path in paths if is_stated(member_at(value, path))), None):
                found[name] = path
        return found

    def fits(self, value: Mapping[str, Any]) -> bool:
        """Return whether an article is of this shape."""
        return all(member_at(value, path) is not None for path in self.needs)


def member_at(value: Any, path: str) -> Any:
    """Return the member at names that lead to it, such as "fields.bodyText"; None if there is none."""
    if isinstance(value, dict) and path in value:
        return value[path]
    for step in path.split("."):
        if isinstance(value, list) and step.isdecimal() and len(step) < 12 and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            return None
    return value


def shape_of(value: Any) -> Shape | None:
    """Return the first shape that an article fits; None if it fits none."""
    if not isinstance(value, dict):
        return None
    candidates = (shape for shape in SHAPES if shape.needs and shape.needs[0].partition(".")[0] in value)
    return next((shape for shape in candidates if shape.fits(value)), None)


def shape_of_document(value: Any) -> Shape | None:
    """Return the shape that a document states itself; None if it states none."""
    if not isinstance(value, dict):
        return None
    return next((shape for shape in SHAPES if shape.document and _states(value, shape.document)), None)


def _states(value: Mapping[str, Any], document: Mapping[str, str]) -> bool:
    return all(str(member_at(value, path) or "").startswith(start) for path, start in document.items())


def _guardian(value: dict[str, Any]) -> None:
    """Take the keywords and the contributors out of the tags, which have series and types as well."""
    tags = value.get("tags")
    if isinstance(tags, list):
        for type_ in ("keyword", "contributor"):
            of_type = [one for one in tags if isinstance(one, dict) and one.get("type") == type_ and "webTitle" in one]
            value[f"tags[type={type_}]"] = [
                {"name": one.pop("webTitle"), "url": one.pop("webUrl", None), "tag": one.pop("type")} for one in of_type
            ]


def _nyt(value: dict[str, Any]) -> None:
    """Take the keywords, each of which has the name of its vocabulary beside it, and those that name a thing."""
    keywords = value.get("keywords")
    if isinstance(keywords, list):
        named = [one for one in keywords if isinstance(one, dict) and isinstance(one.get("value"), str)]
        value["keywords.name"] = [
            {"name": one["value"], "type": one.pop("name")}
            for one in named
            if str(one.get("name")).lower().rstrip("s") in _VOCABULARIES
        ]
        value["keywords.value"] = [one.pop("value") for one in named]


_VOCABULARIES: Final = frozenset(("person", "organization", "glocation", "location"))


SHAPES: Final = (
    Shape(
        name="JSON Feed",
        page="https://www.jsonfeed.org/version/1.1/",
        document={"version": "https://jsonfeed.org/version/"},
        around={"provider": "title", "language": "language"},
        members={"media": ("image", "banner_image"), "url": ("url", "external_url")},
    ),
    Shape(
        name="Drupal JSON:API",
        page="https://www.drupal.org/docs/core-modules-and-themes/core-modules/jsonapi-module",
        needs=("attributes.title", "attributes.body.value", "relationships"),
        members={
            "id": ("id",),
            TEXT: ("attributes.body.processed", "attributes.body.value"),
            "headline": ("attributes.title",),
            "description": ("attributes.body.summary", "attributes.field_summary"),
            "published": ("attributes.published_at", "attributes.created"),
            "modified": ("attributes.changed",),
            "language": ("attributes.langcode",),
            "url": ("attributes.path.alias",),
            "status": ("attributes.status",),
        },
    ),
    Shape(
        name="The Guardian Open Platform",
        page="https://open-platform.theguardian.com/documentation/",
        needs=("webTitle", "webUrl"),
        members={
            "url": ("webUrl",),
            TEXT: ("fields.body", "fields.bodyText", "fields.trailText"),
            "headline": ("fields.headline", "webTitle"),
            "description": ("fields.standfirst", "fields.trailText"),
            "byline": ("fields.byline",),
            "media": ("fields.main", "fields.thumbnail"),
            "bylines": ("tags[type=contributor]",),
            "published": ("webPublicationDate",),
            "modified": ("fields.lastModified",),
            "section": ("sectionName",),
            "keywords": ("tags[type=keyword]",),
            "language": ("fields.lang",),
        },
        prepare=_guardian,
    ),
    Shape(
        name="The New York Times Article Search",
        page="https://developer.nytimes.com/docs/articlesearch-product/1/overview",
        needs=("web_url", "headline.main", "pub_date"),
        members={
            "id": ("uri", "_id"),
            TEXT: ("lead_paragraph", "abstract", "snippet"),
            "headline": ("headline.main",),
            "description": ("abstract", "snippet"),
            "byline": ("byline.original",),
            "bylines": ("byline.person",),
            "published": ("pub_date",),
            "section": ("section_name",),
            "genre": ("type_of_material",),
            "url": ("web_url",),
            "keywords": ("keywords.value",),
            "subjects": ("keywords.name",),
            "headlines": ("headline",),
            "media": ("multimedia",),
        },
        partial=True,
        prepare=_nyt,
    ),
    Shape(
        name="The New York Times Top Stories",
        page="https://developer.nytimes.com/docs/top-stories-product/1/overview",
        needs=("des_facet", "abstract", "published_date"),
        members={
            TEXT: ("abstract",),
            "headline": ("title",),
            "byline": ("byline",),
            "published": ("published_date",),
            "modified": ("updated_date",),
            "keywords": ("des_facet",),
        },
        partial=True,
    ),
    Shape(
        name="NewsCatcher, version 2",
        page="https://docs.newscatcherapi.com/",
        needs=("clean_url", "summary", "published_date"),
        members={TEXT: ("summary",), "description": ("excerpt",), "section": ("topic",), "media": ("media",)},
        zone="UTC",
    ),
    Shape(
        name="The News API",
        page="https://www.thenewsapi.com/documentation",
        needs=("uuid", "snippet", "published_at"),
        members={"id": ("uuid",), TEXT: ("description", "snippet")},
        partial=True,
    ),
    Shape(
        name="News Category Dataset",
        page="https://www.kaggle.com/datasets/rmisra/news-category-dataset",
        needs=("short_description", "headline", "link"),
        members={TEXT: ("short_description",)},
        partial=True,
    ),
    Shape(
        name="trafilatura",
        page="https://trafilatura.readthedocs.io/en/latest/usage-cli.html",
        needs=("source-hostname", "text", "fingerprint"),
        members={"url": ("source",), "provider": ("source-hostname", "hostname"), "description": ("excerpt",)},
    ),
    Shape(
        name="NewsAPI",
        page="https://newsapi.org/docs/endpoints/everything",
        needs=("publishedAt", "urlToImage", "source"),
        members={TEXT: ("content", "description"), "provider": ("source.name",)},
        partial=True,
    ),
    Shape(
        name="newsdata.io",
        page="https://newsdata.io/documentation",
        needs=("article_id", "pubDate", "source_id"),
        members={
            "id": ("article_id",),
            TEXT: ("full_description", "content", "description"),
            "provider": ("source_name", "source_id"),
        },
        zone="UTC",
    ),
    Shape(
        name="mediastack",
        page="https://mediastack.com/documentation",
        needs=("published_at", "country", "source"),
        members={TEXT: ("description",), "section": ("category",)},
        partial=True,
    ),
    Shape(
        name="Bing News Search",
        page="https://learn.microsoft.com/bing/search-apis/bing-news-search/",
        needs=("name", "url", "datePublished", "provider"),
        members={
            TEXT: ("description",),
            "headline": ("name",),
            "media": ("image.contentUrl", "image.thumbnail"),
            "provider": ("provider.0",),
        },
        partial=True,
    ),
    Shape(
        name="Currents API",
        page="https://currentsapi.services/en/docs/",
        needs=("title", "description", "published", "author"),
        members={TEXT: ("body", "content", "text", "description")},
        partial=True,
    ),
    Shape(
        name="Event Registry",
        page="https://eventregistry.org/documentation",
        needs=("dateTimePub", "body", "uri"),
        members={"published": ("dateTimePub", "dateTime"), "provider": ("source.title",)},
    ),
    Shape(
        name="Webz.io",
        page="https://docs.webz.io/reference/news-api-overview",
        needs=("thread.uuid", "text", "published"),
        members={"media": ("thread.main_image",), "provider": ("thread.site_full", "thread.site")},
    ),
    Shape(
        name="Arc XP (ANS)",
        page="https://github.com/washingtonpost/ans-schema",
        needs=("content_elements", "headlines.basic"),
        members={
            "id": ("_id",),
            TEXT: ("content_elements",),
            "headline": ("headlines.basic",),
            "headlines": ("headlines",),
            "descriptions": ("subheadlines",),
            "first_created": ("created_date",),
            "description": ("description.basic", "subheadlines.basic"),
            "bylines": ("credits.by",),
            "published": ("first_publish_date", "publish_date", "display_date"),
            "modified": ("last_updated_date",),
            "keywords": ("taxonomy.tags",),
            "section": ("taxonomy.primary_section.name", "taxonomy.sections.0.name"),
            "media": ("promo_items.basic",),
            "provider": ("source.name", "distributor.name"),
            "url": ("canonical_url",),
        },
    ),
    Shape(
        name="beehiiv",
        page="https://developers.beehiiv.com/api-reference/posts/show",
        needs=("content.free", "preview_text"),
        members={TEXT: ("content.free.web", "content.premium.web"), "media": ("thumbnail_url",)},
    ),
    Shape(
        name="news-please",
        page="https://github.com/fhamborg/news-please",
        needs=("maintext", "date_publish"),
        members={"media": ("image_url",)},
    ),
)
"""The shapes, those with the most marks first."""
