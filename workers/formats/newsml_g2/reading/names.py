"""The names of NewsML-G2: its namespaces, and the local names of its elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

NAR: Final = "http://iptc.org/std/nar/2006-10-01/"
"""The namespace of NewsML-G2."""

XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

NAMESPACES: Final = (NAR, NAR.rstrip("/"), NAR.replace("http:", "https:"), NAR.replace("http:", "https:").rstrip("/"))
"""The namespace, and forms of it that are wrong and common."""

_MOST_NAMES: Final = 4096
_PREFIXES: Final = {
    "http://www.w3.org/XML/1998/namespace": "xml:",
    "http://www.w3.org/2001/XMLSchema-instance": "xsi:",
}


def tags(name: str) -> tuple[str, ...]:
    """Return the tags of an element of NewsML-G2: in each namespace, and in none."""
    return (*(f"{{{namespace}}}{name}" for namespace in NAMESPACES), name)


class _Names(dict[Any, str | None]):
    """The names of tags. It is faster than a cached function, and as bounded."""

    def __init__(self, name_of: Callable[[str], str | None]) -> None:
        super().__init__()
        self._name_of = name_of

    def __missing__(self, tag: str) -> str | None:
        if len(self) > _MOST_NAMES:
            self.clear()
        self[tag] = name = self._name_of(tag)
        return name


def _g2_name(tag: str) -> str | None:
    if tag[0] != "{":
        return tag
    namespace, _, name = tag[1:].partition("}")
    return name if namespace in NAMESPACES else None


def path_name(tag: Any) -> str:
    """Return the name of an element or attribute in a path: its local name, or xml:lang."""
    return LOCAL_NAMES[tag] or ""


def _local_name(tag: str) -> str:
    if tag[0] != "{":
        return tag
    namespace, _, name = tag[1:].partition("}")
    return _PREFIXES.get(namespace, "") + name


G2_NAMES: Final = _Names(_g2_name)
"""The local name of each element of NewsML-G2 or of no namespace, by its tag; None for an element of another one."""

LOCAL_NAMES: Final = _Names(_local_name)
"""The local name of each element and attribute, by its tag; xml:lang with its prefix."""
