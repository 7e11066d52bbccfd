"""Read the headlines and descriptions of a ninjs item, in the names of all versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from schemas.article import RoleText
from schemas.article.body import plain_blocks
from schemas.article.values import make_line
from workers.formats.json.members import Members
from workers.formats.markup import find_html, read_html
from workers.formats.ninjs.names import is_invented

MAIN_ROLES: Final = ("main", "headline", "")
"""The roles of the main text of several."""
MAIN_TEXTS: Final = (*MAIN_ROLES, "text", "xhtml")
_PLAIN: Final = "text/plain"


class Texts(NamedTuple):
    """The headlines or the descriptions of an item: the main one, the others, and those of some roles."""

    main: RoleText | None
    others: list[RoleText]
    apart: Mapping[str | None, str]


def read_texts(item: Members, plural: str, single: str, *, line: bool, apart: Sequence[str] = ()) -> Texts:
    """Take the headlines or descriptions.

    Args:
        item: the item.
        plural: the name of the list that has them since version 2, and of the field for those beside the main one.
        single: the name of the main one, or the beginning of names, in version 1.
        line: whether each is one line.
        apart: the roles of texts that are neither the main one nor beside it.
    """
    found: list[RoleText] = []
    make = make_line if line else str
    main = RoleText(text=text) if line and (text := item.line(single, single)) else None
    for name in [one for one in item.names() if one.startswith(f"{single}_")]:
        role = item.path_of(name)[len(single) + 1 :]
        if text := plain_of(item, name, f"{plural}.text", is_plain=role == "text"):
            found.append(RoleText(text=make(text), role=None if is_invented(role) else role))
    for one in item.objects(plural):
        stated_role = one.line("role", f"{plural}.role")
        text = plain_of(one, "value", f"{plural}.text")
        language = one.line("language", f"{plural}.language")
        one.keep(one.path_of("contenttype"), one.take("contenttype"), plural)
        leave_out_counts(one)
        one.end()
        if text:
            found.append(RoleText(text=make(text), role=stated_role, language=language))
    taken = {one.role: one.text for one in reversed(found) if one.role in apart}
    found = [one for one in found if one.role not in taken]
    if main is None and found:
        main = next((one for one in found if (one.role or "") in MAIN_TEXTS), found[0])
        found.remove(main)
    others = list(dict.fromkeys(one for one in found if main is None or one.text != main.text))
    return Texts(main, others, taken)


def plain_of(item: Members, name: str, field: str, *, is_plain: bool = False) -> str | None:
    """Take a text as plain text: one that may be markup, or one that is plain as its source says."""
    path, value = item.path_of(name), item.peek(name)
    is_plain = is_plain or item.peek("contenttype") == _PLAIN
    html = find_html(value) if isinstance(value, str) and not is_plain else None
    if html is None:
        return item.text(name, field)
    item.take(name)
    item.ledger.kept(path, value, field)
    return "\n\n".join(plain_blocks(read_html(html, item.ledger, path))) or None


def leave_out_counts(item: Members) -> None:
    """Leave out the counts of a text, which are computed."""
    for name in ("wordcount", "charcount"):
        if name not in item:
            continue
        path, value = item.path_of(name), item.take(name)
        item.leave_out(path, value, "it is counted again")
