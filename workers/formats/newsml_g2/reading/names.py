"""The names of NewsML-G2: its namespaces, and the local names of its elements."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

NAR: Final = "http://iptc.org/std/nar/2006-10-01/"
"""The namespace of NewsML-G2."""

XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

NAMESPACES: Final = (NAR, NAR.rstrip("/"), NAR.replace("http:", "https:"), NAR.replace("http:", "https:").rstrip("/"))
"""The namespace, and forms of it that are wrong and common."""

_PREFIXES: Final = {
    "http://www.w3.org/XML/1998/namespace": "xml:",
    "http://www.w3.org/2001/XMLSchema-instance": "xsi:",
}


def tags(name: str) -> tuple[str, ...]:
    """Return the tags of an element of NewsML-G2: in each namespace, and in none."""
    return (*(f"{{{namespace}}}{name}" for namespace in NAMESPACES), name)


def _g2_name(tag: str) -> str | None:
    if tag[0] != "{":
        return tag
    namespace, _, name = tag[1:].partition("}")
    return name if namespace in NAMESPACES else None


def _path_name(tag: str) -> str:
    if tag[0] != "{":
        return tag
    namespace, _, name = tag[1:].partition("}")
    return _PREFIXES.get(namespace, "") + name


g2_name: Final[Callable[[Any], str | None]] = lru_cache(maxsize=4096)(_g2_name)
"""g2_name(tag): the local name of an element of NewsML-G2 or of no namespace; None for an element of another one."""

path_name: Final[Callable[[Any], str]] = lru_cache(maxsize=4096)(_path_name)
"""path_name(tag): the name of an element or attribute in a path: its local name, or xml:lang."""
