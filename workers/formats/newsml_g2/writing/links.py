"""Write links to other items and resources, and the groups of a package."""

from __future__ import annotations

import base64
import re
from hashlib import blake2b

from schemas.article import Article
from schemas.article.parts import Group, ItemLink
from workers.formats.markup.writing.escaping import attribute, escape
from workers.formats.newsml_g2.writing.codes import Codes

_NO_NAME = re.compile(r"[^A-Za-z0-9-]")


def item_link(element: str, link: ItemLink, codes: Codes, indent: str) -> str:
    """Return a link, or an itemRef."""
    stated = "".join(
        (
            codes.reference("rel", link.rel),
            attribute("href", link.href),
            attribute("residref", link.id),
            attribute("version", link.version),
            attribute("contenttype", link.media_type),
        )
    )
    return _titled(f"{indent}<{element}{stated}", link.title, element, indent)


def own_links(article: Article) -> str:
    """Return the links to the article's own address and to the document it was read from."""
    parts = []
    if article.url:
        parts.append(f'    <link rel="irel:seeAlso" rank="1"{attribute("href", article.url)}/>\n')
    if source := article.source:
        # The name of the document is no address; its digest is one (RFC 6920).
        digest = base64.urlsafe_b64encode(bytes.fromhex(source.sha256)).rstrip(b"=").decode()
        media_type, size = attribute("contenttype", source.media_type), attribute("size", source.size)
        start = f'    <link rel="irel:derivedFrom" href="ni:///sha-256;{digest}"{media_type}{size}'
        parts.append(_titled(start, source.name, "link", "    "))
    return "".join(parts)


def _titled(start: str, title: str | None, element: str, indent: str) -> str:
    if not title:
        return f"{start}/>\n"
    return f"{start}>\n{indent}  <title>{escape(title)}</title>\n{indent}</{element}>\n"


def item_key(article: Article) -> str:
    """Return a short digest of id and version. It makes the XML ids of an item unique within a message."""
    return blake2b(f"{article.version} {article.id}".encode(), digest_size=8).hexdigest()


def group_set(article: Article, codes: Codes) -> str:
    """Return the groups of a package. The root is the first group that is in no other one.

    An XML id is a name, and unique in a message. That of a group has the digest of the item, the number of the group,
    and the id of the group, in which "_20_" stands for a blank.
    """
    key = item_key(article)
    ids: dict[str, str] = {}
    for number, group in enumerate(article.groups, 1):
        ids.setdefault(group.id, f"g{key}.{number}.{_escaped(group.id)}")
    inner = {name for group in article.groups for name in group.groups if name != group.id}
    root = next((group.id for group in article.groups if group.id not in inner), article.groups[0].id)
    groups = "".join(_group(group, f"g{key}.{number}.", ids, codes) for number, group in enumerate(article.groups, 1))
    return f'  <groupSet root="{ids[root]}">\n{groups}  </groupSet>\n'


def _group(group: Group, prefix: str, ids: dict[str, str], codes: Codes) -> str:
    # "either the role or the roleuri attribute MUST be used" (XSD, group/@role): the URI of no text states nothing.
    role = codes.reference("role", group.role) if group.role else ' roleuri="data:,"'
    start = f'    <group id="{prefix}{_escaped(group.id)}"{role}{codes.reference("mode", group.mode)}'
    items = "".join(item_link("itemRef", item, codes, "      ") for item in group.items)
    refs = "".join(f'      <groupRef idref="{ids[name]}"/>\n' for name in group.groups if name in ids)
    return f"{start}>\n{items}{refs}    </group>\n" if items or refs else f"{start}/>\n"


def has_dangling(groups: tuple[Group, ...]) -> bool:
    """Return whether a group refers to a group that is not there."""
    known = {group.id for group in groups}
    return any(name not in known for group in groups for name in group.groups)


def _escaped(name: str) -> str:
    return _NO_NAME.sub(lambda found: f"_{ord(found[0]):x}_", name)
