"""The text of an HTML page, decoded as browsers decode it (HTML standard, 13.2.3; Encoding Standard, 4.2)."""

from __future__ import annotations

import codecs
import re
from typing import Final

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_UNMARKED: Final = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED: Final = re.compile(
    rb"""<meta[^>]+?charset\s*=\s*["']?\s*([a-z0-9_.:()-]+)|<\?xml[^>]+?encoding\s*=\s*["']([a-z0-9_.:-]+)""",
    re.IGNORECASE,
)
_DECLARED_WITHIN: Final = 8192
_GUESSED_BY: Final = 65_536
# The codec of each label that Python knows otherwise than browsers, or not at all.
_CODECS: Final = {
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "ascii", "us-ascii", "ansi"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk", "gb_2312-80", "x-gbk", "chinese", "gb18030"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "ms_kanji"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ksc5601", "korean", "windows-949"), "cp949"),
    **dict.fromkeys(("tis-620", "iso-8859-11", "windows-874"), "cp874"),
    **dict.fromkeys(("iso-8859-9", "latin5", "iso8859-9"), "cp1254"),
    "big5": "big5hkscs",
    "x-euc-jp": "euc_jp",
    "iso-8859-8-i": "iso8859-8",
    "x-mac-cyrillic": "mac-cyrillic",
    "macintosh": "mac-roman",
    "utf8": "utf-8",
}
# A page whose first bytes are ASCII is not UTF-16, even if it declares so.
_NEVER_DECLARED: Final = re.compile(r"utf-?(16|32)|ucs-?[24]|utf-?7")
# One in so many bytes beyond ASCII may break the encoding that a page declares.
_FEW: Final = 20

_LANG: Final = re.compile(rb"""<html\b[^>]*?\blang\s*=\s*["']?([a-z]{2})\b""", re.IGNORECASE)
# What browsers take for pages in a language that declare no encoding, where it is of single bytes.
_USUAL: Final = {
    **dict.fromkeys("ca da de en es eu fi fo fr ga gl id is it ms nb nl nn no pt sq sv sw tl".split(), "cp1252"),
    **dict.fromkeys("bs cs hr hu pl ro sk sl".split(), "cp1250"),
    **dict.fromkeys("be bg kk mk ru sr tg uk".split(), "cp1251"),
    **dict.fromkeys("az ku tr".split(), "cp1254"),
    **dict.fromkeys("ar fa ps ur".split(), "cp1256"),
    **dict.fromkeys("et lt lv".split(), "cp1257"),
    "el": "cp1253",
    "he": "cp1255",
    "vi": "cp1258",
    "th": "cp874",
    "ko": "cp949",
}
# What else a page may be in. Others, such as those of DOS, browsers do not know.
_GUESSES: Final = [
    *(f"cp125{number}" for number in range(9)),
    *"cp874 koi8_r koi8_u iso8859_2 gb18030 big5 big5hkscs euc_jp cp932 cp949".split(),
]


def decode_page(raw: bytes, stated: str | None = None) -> str:
    """Return the text of a page.

    The encoding is the stated one, else that of the byte-order mark, else the declared one. Bytes beyond ASCII that are
    UTF-8 throughout are UTF-8, even if the page declares another encoding: this is no accident. The encoding of a page
    that declares none is guessed. A byte that the encoding does not have becomes U+FFFD, as in browsers.

    Args:
        raw: the bytes of the page.
        stated: the name of a Python codec, if the request states one.
    """
    if stated:
        return raw.decode(stated, errors="replace")
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace")
    if encoding := next((name for start, name in _UNMARKED if raw.startswith(start)), ""):
        return raw.decode(encoding, errors="replace")
    declared = _declared(raw)
    if declared and declared.startswith("iso2022"):
        return raw.decode(declared, errors="replace")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        pass
    if declared == "utf-8" or not declared:
        text = raw.decode(errors="replace")
        beyond = len(raw) - len(raw.translate(None, bytes(range(128, 256))))
        if declared and text.count("\ufffd") * _FEW < beyond:
            return text
        return raw.decode(_guessed(raw), errors="replace")
    return raw.decode(declared, errors="replace")


def _declared(raw: bytes) -> str | None:
    """Return the codec that a page declares; None if it declares none that is known."""
    found = _DECLARED.search(raw, 0, _DECLARED_WITHIN)
    if not found:
        return None
    label = (found[1] or found[2]).decode().lower()
    if _NEVER_DECLARED.fullmatch(label):
        return "utf-8"
    return python_codec(label)


def python_codec(label: str) -> str | None:
    """Return the codec that browsers have for the label of an encoding; None if none is known."""
    try:
        return codecs.lookup(_CODECS.get(label.lower(), label)).name
    except (LookupError, ValueError):
        return None


def _guessed(raw: bytes) -> str:
    """Return the codec of the language that a page states, else the one that its bytes look most like."""
    if (lang := _LANG.search(raw, 0, _DECLARED_WITHIN)) and (usual := _USUAL.get(lang[1].decode().lower())):
        return usual
    from charset_normalizer import from_bytes  # noqa: PLC0415 - few pages need it

    best = from_bytes(raw[:_GUESSED_BY], cp_isolation=_GUESSES, explain=False).best()
    return best.encoding if best and best.encoding != "ascii" else "cp1252"
