"""Write codes: as QCodes that the catalogs of the item resolve, as URIs, or as text.

An Article has codes as its source names them: "rnd:web", a URI, or words. The alias of a scheme that is not known is
bound to a `data:` URI (RFC 2397) that holds the alias. So the URI of the concept holds the QCode, and nothing is made
up: `N2:SHP` has the URI `data:,N2:SHP`. Words in an attribute that takes a code are a `data:` URI, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote

from schemas.article.newscodes import catalog_url, schemes
from schemas.article.values import check_iri
from workers.formats.markup.writing.escaping import attribute, escape
from workers.formats.newsml_g2.checks.codes import Aliases

_QCODE = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*):(\S+)")
# Schemes of URIs whose URIs look like QCodes. Others have "://".
_URI: Final = ("urn:", "tag:")
_MOST_KNOWN: Final = 10_000


def text_uri(text: str) -> str:
    """Return the URI that holds a text (RFC 2397)."""
    return f"data:,{quote(text, safe='!$&()*+,;=:@/?-._~')}"


class Codes:
    """The codes of the items of one conversion, and the catalogs that resolve them."""

    def __init__(self, own: Mapping[str, str]) -> None:
        """Prepare the catalogs.

        Args:
            own: the scheme URI of each alias that is not the IPTC's.
        """
        self._own = dict(own)
        self._uris = {**schemes(), **own}
        self._aliases = Aliases(self._uris, open=False)
        self._known: dict[str, tuple[str, str]] = {}
        self._unresolved: set[str] = set()
        self._reference = f'  <catalogRef href="{catalog_url()}"/>\n'
        self._catalogs = self._reference + _catalog(self._own)

    def begin(self) -> None:
        """Forget the aliases of the item before."""
        if self._unresolved:
            self._unresolved.clear()

    def catalogs(self) -> str:
        """Return the catalogs for the codes since `begin`."""
        if not self._unresolved:
            return self._catalogs
        return self._reference + _catalog(self._own | {alias: _scheme(alias) for alias in self._unresolved})

    def uri(self, qcode: str) -> str:
        """Return the URI of the concept that a QCode names."""
        alias, _, code = qcode.partition(":")
        return self._uris.get(alias, _scheme(alias)) + code

    def reference(self, name: str, value: str | None) -> str:
        """Return an attribute of an element: NAME with a QCode, or NAMEuri with a URI."""
        if value is None:
            return ""
        kind, alias = self._kind(value)
        if kind == "qcode":
            self._bind(alias)
            return attribute(name, value)
        return attribute(f"{name}uri", value if kind == "uri" else text_uri(value))

    def references(self, name: str, values: Iterable[str]) -> str:
        """Return the attributes of an element with a list of QCodes, and with a list of URIs."""
        kinds = [(value, *self._kind(value)) for value in values]
        qcodes = [value for value, kind, _ in kinds if kind == "qcode"]
        uris = [value if kind == "uri" else text_uri(value) for value, kind, _ in kinds if kind != "qcode"]
        for _, kind, alias in kinds:
            if kind == "qcode":
                self._bind(alias)
        return attribute(name, " ".join(qcodes) or None) + attribute(f"{name}uri", " ".join(uris) or None)

    def concept(self, value: str) -> str:
        """Return the qcode or the uri of an element. Words have neither."""
        kind, alias = self._kind(value)
        if kind == "qcode":
            self._bind(alias)
        return "" if kind == "text" else attribute(kind, value)

    def property(self, element: str, value: str, indent: str = "    ", *, needs_code: bool = False) -> str:
        """Return an element that names one concept.

        Args:
            element: its name.
            value: a QCode, a URI or words.
            indent: the blanks before it.
            needs_code: whether words need a URI beside them ("either the qcode or the uri attribute MUST be used").
        """
        if stated := self.concept(value):
            return f"{indent}<{element}{stated}/>\n"
        uri = attribute("uri", text_uri(value)) if needs_code else ""
        return f"{indent}<{element}{uri}>\n{indent}  <name>{escape(value)}</name>\n{indent}</{element}>\n"

    def identity(self, qcode: str | None, uri: str | None) -> tuple[str, str | None]:
        """Return the attributes that identify a concept, and the URI if it names another concept than the QCode.

        A QCode that its vocabulary does not have is a literal.
        """
        if not qcode:
            return attribute("uri", uri), None
        kind, alias = self._kind(qcode)
        if kind != "qcode":
            return attribute("literal", qcode) + attribute("uri", uri), None
        self._bind(alias)
        written = attribute("qcode", qcode)
        if uri and uri != self.uri(qcode):
            return written, uri
        return written + attribute("uri", uri), None

    def _bind(self, alias: str) -> None:
        if alias not in self._uris:
            self._unresolved.add(alias)

    def _kind(self, value: str) -> tuple[str, str]:
        """Return what a value is, qcode, uri or text, and its alias."""
        known = self._known.get(value)
        if known is None:
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            known = self._known[value] = self._find_kind(value)
        return known

    def _find_kind(self, value: str) -> tuple[str, str]:
        if (value.startswith(_URI) or "://" in value) and not check_iri(value):
            return "uri", ""
        found = _QCODE.fullmatch(value)
        if found is None:
            return "text", ""
        alias = found[1]
        if alias in self._uris and (fault := self._aliases.fault(value)) and fault.severity == "error":
            return "text", alias
        return "qcode", alias


def _scheme(alias: str) -> str:
    return text_uri(f"{alias}:")


def _catalog(uris: Mapping[str, str]) -> str:
    if not uris:
        return ""
    rows = "".join(f'    <scheme alias="{alias}"{attribute("uri", uri)}/>\n' for alias, uri in sorted(uris.items()))
    return f"  <catalog>\n{rows}  </catalog>\n"
