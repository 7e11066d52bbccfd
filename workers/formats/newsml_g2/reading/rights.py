"""Rights: the main statement, the further ones, data mining and access."""

from __future__ import annotations

from typing import Any, Final

from schemas.article import Rights
from schemas.article.parts import Access
from workers.formats.newsml_g2.reading import own
from workers.formats.newsml_g2.reading.context import Context, Elements
from workers.formats.newsml_g2.reading.leaves import FORMAT, Children
from workers.formats.newsml_g2.reading.texts import Text, keep_main, read_texts, take_language

_RANKS: Final = {"": 0, "*": 1}
_TEXTS: Final = (("copyrightNotice", "copyright_notice", "notice"), ("usageTerms", "usage_terms", "terms"))


def read_rights(context: Context, elements: Elements) -> None:
    """Read the rightsInfo elements of an item.

    The first holder, notice and terms that hold for the whole item are the main ones; of several, those in the language
    of the item. Each other statement is a further one.
    """
    further: list[Rights] = []
    for number, element in enumerate(elements):
        attributes = context.leaves.attributes(element)
        children = context.leaves.children(element)
        scope = attributes.keep_code("scope", "rights.scope")
        language = take_language(attributes, "rights.language") if attributes.language else None
        # newsmill writes the main statement first, and empty if there is none.
        if number == 0 if context.made else scope is None and language is None:
            further += _main(context, children)
        else:
            further += _statement(context, children, scope, language)
        _data_mining(context, children.pop("dataMining", ()))
        _access(context, children.pop("rightsInfoExtProperty", ()))
    if further:
        context.stated["rights"] = tuple(further)


def _main(context: Context, children: Children) -> list[Rights]:
    """Read a statement without a scope into the main fields, and return what they do not hold."""
    stated = context.stated
    rest: dict[str, Any] = {}
    more: list[Rights] = []
    if holders := children.pop("copyrightHolder", None):
        field = "rights.holder" if "copyright_holder" in stated else "copyright_holder"
        if holder := context.parties.party(holders, field):
            (rest if field == "rights.holder" else stated)[field.rpartition(".")[2]] = holder
    for name, field, part in _TEXTS:
        texts = read_texts(context.leaves, children.pop(name, ()), context.language, _RANKS, line=False)
        if texts and field not in stated:
            stated[field] = keep_main(context.leaves, texts.pop(0), field, context.language)
        more += _texts(context, texts, part, rest)
    return [*([Rights(**rest)] if rest else []), *more]


def _statement(context: Context, children: Children, scope: str | None, language: str | None) -> list[Rights]:
    """Return a statement that holds for a part of the item, or is in a language of its own."""
    first: dict[str, Any] = {"scope": scope, "language": language}
    more: list[Rights] = []
    if holder := context.parties.party(children.pop("copyrightHolder", ()), "rights.holder"):
        first["holder"] = holder
    for name, _, part in _TEXTS:
        texts = read_texts(context.leaves, children.pop(name, ()), language or context.language, _RANKS, line=False)
        more += _texts(context, texts, part, first)
    stated = [Rights(**first)] if len(first) > 2 else []
    return stated + more


def _texts(context: Context, texts: list[Text], part: str, first: dict[str, Any]) -> list[Rights]:
    """Add the first text without a language of its own to a statement; return the others as statements."""
    texts.sort(key=lambda one: one.number)
    more = []
    for text in texts:
        context.leaves.keep_text(text.element, f"rights.{part}")
        language = take_language(text.attributes, "rights.language")
        if part not in first and language is None:
            first[part] = text.text
        else:
            stated: dict[str, Any] = {part: text.text, "scope": first.get("scope")}
            more.append(Rights(**stated, language=language or first.get("language")))
    return more


def _data_mining(context: Context, elements: Elements) -> None:
    for element in elements:
        if "data_mining" in context.stated:
            context.leaves.drop(element, "the Article holds one")
        elif code := context.concepts.code(element, "data_mining"):
            context.stated["data_mining"] = code


def _access(context: Context, elements: Elements) -> None:
    """Read what newsmill writes about access as extensions. Those of other software are not held."""
    free: bool | None = None
    paid: list[str] = []
    for element in elements:
        attributes = context.leaves.attributes(element)
        context.leaves.children(element)
        relation = attributes.get("reluri") if context.own else None
        if relation == own.ACCESS and attributes.get("value") in ("true", "false"):
            attributes.keep("reluri", FORMAT)
            free = attributes.keep("value", "access.free") == "true"
        elif relation == own.PAID_PART and attributes.get("value"):
            attributes.keep("reluri", FORMAT)
            paid.append(attributes.keep("value", "access.paid_parts") or "")
    if free is not None:
        context.stated["access"] = Access(free=free, paid_parts=tuple(paid))
