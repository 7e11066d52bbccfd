"""The JSON-LD of an HTML page: the content of its `script` elements of that type.

The page is tokenised in one pass (HTML standard, 13.2.5): comments and elements with text content are skipped, and a
script ends at the next `</script`. The rest of the page is not parsed, so its depth and its faults do not matter.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

from schemas.errors import InputError

JSON_LD: Final = "application/ld+json"

_TEXT_ELEMENTS = ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
_OPENING = re.compile(rf"<(?:(?P<comment>!--)|(?P<element>{'|'.join(_TEXT_ELEMENTS)})(?=[\s/>]))", re.IGNORECASE)
_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _TEXT_ELEMENTS}
_ATTRIBUTES = re.compile(r"""(?:[^>"']|"[^"]*+"|'[^']*+')*+>""")
_TYPE = re.compile(r"""(?:\s|/)type\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_META = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([a-z0-9_.:-]+)""", re.IGNORECASE)
_META_WITHIN = 4096
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Encoding Standard, 4.2: the encodings of pages. The names of ISO 8859-1 and ASCII mean windows-1252.
_WINDOWS = ("iso-8859-1", "iso8859-1", "latin1", "latin-1", "ascii", "us-ascii")
_ENCODING = re.compile(
    r"utf-?8|windows-\d{3,4}|iso-8859-\d{1,2}|koi8-[ru]|gb2312|gbk|gb18030|big5|euc-jp|euc-kr|shift_jis|iso-2022-jp"
)


def decode_page(name: str, raw: bytes) -> str:
    """Return the text of a page in its declared encoding (HTML standard, 13.2.3.2), or UTF-8.

    A byte that the encoding does not have becomes U+FFFD, as in browsers.

    Raises:
        InputError: the encoding is not known.
    """
    encoding = next((encoding for mark, encoding in _MARKS if raw.startswith(mark)), None)
    if encoding is None:
        said = _META.search(raw, 0, _META_WITHIN)
        label = said[1].decode().lower() if said else "utf-8"
        encoding = "windows-1252" if label in _WINDOWS else "utf-8" if label.startswith("utf-16") else label
        if not _ENCODING.fullmatch(encoding):
            raise InputError(name, "", f"its encoding {encoding!r} is not known; convert it to UTF-8")
    try:
        return raw.decode(encoding, errors="replace")
    except LookupError:
        raise InputError(name, "", f"its encoding {encoding!r} is not known; convert it to UTF-8") from None


def find_scripts(page: str) -> Iterator[tuple[int, str]]:
    """Yield the line where each script of JSON-LD begins, and its text."""
    at, line, counted = 0, 1, 0
    while match := _OPENING.search(page, at):
        if match["comment"]:
            end = page.find("-->", match.end() - 2)
            if end < 0:
                return
            at = end + 3
            continue
        attributes = _ATTRIBUTES.match(page, match.end())
        end_tag = attributes and _ENDS[match["element"].lower()].search(page, attributes.end())
        if not attributes or not end_tag:
            return
        if match["element"].lower() == "script" and _is_json_ld(attributes[0]):
            line += page.count("\n", counted, attributes.end())
            counted = attributes.end()
            yield line, page[attributes.end() : end_tag.start()]
        at = end_tag.end()


def _is_json_ld(attributes: str) -> bool:
    said = _TYPE.search(f" {attributes}")
    type_ = (said[1] or said[2] or said[3] or "") if said else ""
    return type_.partition(";")[0].strip().lower() == JSON_LD
