"""The properties of contentMeta: what the content is, says and is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from schemas.article import AlternativeId, Correction, LiveUpdate
from workers.formats.newsml_g2.reading import own
from workers.formats.newsml_g2.reading.context import (
    Context,
    Elements,
    Read,
    all_codes,
    all_lines,
    day_or_moment,
    one_code,
    one_line,
)
from workers.formats.newsml_g2.reading.leaves import FORMAT, Attributes, Children
from workers.formats.newsml_g2.reading.links import take_iri
from workers.formats.newsml_g2.reading.texts import (
    DESCRIPTIONS,
    HEADLINES,
    NEVER,
    Text,
    keep_main,
    keep_other,
    read_texts,
)


def read_inferred(context: Context, content: Children) -> None:
    """Read which fields are inferred: those whose properties say so."""
    found = []
    for field, names in own.INFERRED_PROPERTIES.items():
        for element in (one for name in names for one in content.get(name, ())):
            if element.get("why") == own.INFERRED:
                context.leaves.ledger.kept(f"{context.leaves.path(element)}/@why", own.INFERRED, "inferred")
                del element.attrib["why"]
                found.append(field)
    if found:
        context.stated["inferred"] = tuple(dict.fromkeys(found))


def read_authors(context: Context, content: Children) -> None:
    """Read the byline, the authors and the contributors."""
    creators, contributors, by = content.pop("creator", ()), content.pop("contributor", ()), content.pop("by", ())
    if creators or contributors or by:
        authors = context.parties.authors(creators, contributors, by)
        context.stated.update(byline=authors.byline, bylines=authors.bylines, contributors=authors.contributors)


def _headline(context: Context, elements: Elements) -> None:
    texts = read_texts(context.leaves, elements, context.language, HEADLINES, line=not context.own)
    _main_and_others(context, texts, "headline", "headlines")


def _description(context: Context, elements: Elements) -> None:
    if context.own:
        elements = [one for one in elements if not context.leaves.skip_repeated(one)]
    texts = read_texts(context.leaves, elements, context.language, DESCRIPTIONS, line=False)
    _main_and_others(context, texts, "description", "descriptions")


def _main_and_others(context: Context, texts: list[Text], field: str, others: str) -> None:
    if texts and (_is_own_main(texts[0]) if context.made else texts[0].rank != NEVER):
        context.stated[field] = keep_main(context.leaves, texts.pop(0), field, context.language)
    if texts:
        texts.sort(key=lambda one: one.number)
        context.stated[others] = tuple(keep_other(context.leaves, other, others) for other in texts)


def _is_own_main(text: Text) -> bool:
    """Return whether newsmill wrote a text as the main one: without a language, and in the main role."""
    main_role = "drol:summary" if str(text.element.tag).endswith("description") else None
    return text.language is None and text.role == main_role and text.attributes.get("rank") is None


def _credit_line(context: Context, elements: Elements) -> None:
    if context.own:
        elements = [one for one in elements if not context.leaves.skip_repeated(one)]
    _one_credit_line(context, elements)


_one_credit_line: Final = one_line("credit_line")


def _alternative_ids(context: Context, elements: Elements) -> None:
    found = []
    for element in elements:
        attributes = context.leaves.attributes(element)
        if line := context.leaves.line(element):
            context.leaves.keep_text(element, "alternative_ids.id")
            found.append(AlternativeId(id=line, type=attributes.keep_code("type", "alternative_ids.type")))
        else:
            context.leaves.drop_text(element)
    context.stated["alternative_ids"] = (*context.stated.get("alternative_ids", ()), *found)


def _urgency(context: Context, elements: Elements) -> None:
    for element in elements:
        context.leaves.attributes(element)
        text = context.leaves.line(element)
        if len(text) == 1 and text in "123456789" and "urgency" not in context.stated:
            context.leaves.keep_text(element, "urgency")
            context.stated["urgency"] = int(text)
        else:
            context.leaves.drop_text(element, "an urgency is a whole number from 1 to 9" if text else "")


def _genre(context: Context, elements: Elements) -> None:
    # The first with a name, else the first code.
    for element in sorted(elements, key=lambda one: not len(one)):
        if "genre" in context.stated:
            context.leaves.drop(element, "the Article holds one")
        elif label := context.concepts.label(element, "genre"):
            context.stated["genre"] = label


def _subjects(context: Context, elements: Elements) -> None:
    context.stated["subjects"] = tuple(filter(None, map(context.concepts.subject, elements)))


def _located(context: Context, elements: Elements) -> None:
    context.stated["located"] = context.concepts.place(elements)


def _extensions(context: Context, elements: Elements) -> None:
    """Read the fields that newsmill writes as extensions. Those of other software are not held."""
    corrections: list[Correction] = []
    updates: list[LiveUpdate] = []
    for element in elements:
        attributes = context.leaves.attributes(element)
        children = context.leaves.children(element)
        relation = attributes.get("reluri") if context.own else None
        if relation == own.SECTION:
            context.stated["section"] = attributes.keep("value", "section")
        elif relation == own.CORRECTION:
            if text := _text_of(context, children, "definition", "corrections.text"):
                corrections.append(Correction(text=text, **_published(attributes, "corrections")))
        elif relation == own.LIVE_UPDATE:
            headline = _text_of(context, children, "name", "live_updates.headline")
            text = _text_of(context, children, "definition", "live_updates.text")
            if headline or text:
                published = _published(attributes, "live_updates")
                updates.append(LiveUpdate(headline=headline, text=text, **published))
        else:
            continue
        attributes.keep("reluri", FORMAT)
    context.stated["corrections"] = tuple(corrections)
    context.stated["live_updates"] = tuple(updates)


def _text_of(context: Context, children: Children, name: str, field: str) -> str | None:
    for element in children.pop(name, ()):
        context.leaves.keep_text(element, field)
        return context.leaves.text(element)
    return None


def _published(attributes: Attributes, field: str) -> dict[str, str | None]:
    return {
        "published": attributes.keep("validfrom", f"{field}.published"),
        "url": take_iri(attributes, "uri", f"{field}.url"),
    }


CONTENT: Final[Mapping[str, Read]] = {
    "urgency": _urgency,
    "contentCreated": day_or_moment("published"),
    "contentModified": day_or_moment("modified"),
    "digitalSourceType": one_code("digital_source_type"),
    "located": _located,
    "altId": _alternative_ids,
    "creditline": _credit_line,
    "genre": _genre,
    "keyword": all_lines("keywords"),
    "subject": _subjects,
    "slugline": one_line("slugline"),
    "headline": _headline,
    "dateline": one_line("dateline"),
    "description": _description,
    "audience": all_codes("audience"),
    "contentMetaExtProperty": _extensions,
}
"""The properties of contentMeta that each state one field."""
