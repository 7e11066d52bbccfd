"""Binary files by their first bytes, each byte as the character of its number (Latin-1)."""

from __future__ import annotations

from typing import Final

from workers.formats.foreign.kinds import ARTICLE, DOCX, PAGE, TABLE, Beginnings, Kind

_PICTURE: Final = Kind("a picture", ARTICLE)
_SOUND: Final = Kind("an audio file", ARTICLE)
_VIDEO: Final = Kind("a video", ARTICLE)
_PROGRAM: Final = Kind("a program", "give the file that has the articles")
_ARCHIVE: Final = "unpack it first, or pack the files as zip, tar.gz or tar.zst"
_PACKED: Final = "`newsmill export` unpacks it; give the files in it"
_DATABASE: Final = "export its table of articles as CSV"
_COLUMNS: Final = "write the table as CSV"
_OLD_OFFICE: Final = Kind(
    "an old Office file (doc, xls, ppt, msg)",
    "save a document as .docx, and a table as .xlsx or CSV",
    by_extension={
        "doc": Kind("a Word document (doc)", DOCX),
        "xls": Kind("a spreadsheet (xls)", TABLE),
        "ppt": Kind("a presentation (ppt)", "save its text as plain text"),
        "msg": Kind("a mail of Outlook (msg)", "save its text as plain text"),
    },
)

BINARY: Final = Beginnings(
    (
        (r"\s{0,16}%PDF-", Kind("a PDF document", "save its text as plain text")),
        (r"%!PS|\xc5\xd0\xd3\xc6", Kind("PostScript", "save its text as plain text")),
        (r"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLD_OFFICE),
        (r".{60}(?:BOOKMOBI|TEXtREAd)", Kind("an e-book (Mobipocket)", PAGE)),
        (r"\x06\x06\xed\xf5\xd8\x1d\x46\xe5", Kind("an InDesign document", PAGE)),
        (r"bplist00", Kind("a binary property list or a web archive of Safari", "save it as a web page (HTML)")),
        (r"\xff\xd8\xff|\x89PNG\r\n|GIF8[79]a|RIFF.{4}WEBP|II\*\x00|MM\x00\*|BM.{4}\x00{4}|8BPS\x00", _PICTURE),
        (r"\x00.{3}ftyp(?:hei|hev|mif1|msf1|avif)|\x00\x00\x01\x00|\xff\x0a|\x00{3}\x0cJXL |\x00{3}\x0cjP", _PICTURE),
        (
            r"\x00.{3}ftypM4[AB]|ID3[\x02-\x04]|\xff[\xf2\xf3\xfa\xfb]|OggS\x00|fLaC\x00|RIFF.{4}WAVE|FORM.{4}AIF|MThd\x00",
            _SOUND,
        ),
        (
            r"\x00.{3}ftyp|RIFF.{4}AVI |\x1aE\xdf\xa3|FLV\x01|\x00\x00\x01[\xb3\xba]|\x30\x26\xb2\x75\x8e\x66\xcf",
            _VIDEO,
        ),
        (r"PK[\x03\x05\x07]", Kind("a zip archive", _PACKED)),
        (r"\x1f\x8b", Kind("a gzip file", _PACKED)),
        (r"\x28\xb5\x2f\xfd", Kind("a Zstandard file", _PACKED)),
        (r".{257}ustar[\x00 ]", Kind("a tar archive", _PACKED)),
        (r"BZh[1-9](?:1AY&SY|\x17rE8P\x90)", Kind("a bzip2 file", _ARCHIVE)),
        (r"\xfd7zXZ\x00", Kind("an xz file", _ARCHIVE)),
        (r"7z\xbc\xaf\x27\x1c", Kind("a 7z archive", _ARCHIVE)),
        (r"Rar!\x1a\x07", Kind("a RAR archive", _ARCHIVE)),
        (r"\x04\x22\x4d\x18|\x1f\x9d|MSCF\x00|LZIP\x01", Kind("a packed file", _ARCHIVE)),
        (r"\x7fELF|MZ.\x00|\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe|\xca\xfe\xba\xbe|\x00asm|dex\n03", _PROGRAM),
        (r"SQLite format 3\x00", Kind("an SQLite database", _DATABASE)),
        (r"\x00\x01\x00\x00Standard (?:Jet|ACE) DB", Kind("an Access database", _DATABASE)),
        (r".{8}DUCK.\x00{7}", Kind("a DuckDB database", _DATABASE)),
        (r"PGDMP[\x00-\x08]", Kind("a PostgreSQL dump", _DATABASE)),
        (r"ARROW1\x00|FEA1\x00", Kind("an Arrow table (Feather)", _COLUMNS)),
        (r"ORC[\x00-\x08\x0b-\x1f]|Obj\x01", Kind("an ORC or Avro table", _COLUMNS)),
        (r"\x89HDF\r\n", Kind("an HDF5 file", _COLUMNS)),
        (r"\x80[\x02-\x05]", Kind("a Python pickle", "write the articles as NDJSON")),
        (r"\x93NUMPY", Kind("a NumPy array", _COLUMNS)),
        (r"OTTO\x00|wOF[F2]|true\x00|\x00\x01\x00\x00\x00", Kind("a font", "give the file that has the articles")),
    )
)
"""The kinds of binary file."""

UNKNOWN_BINARY: Final = Kind("binary data of an unknown kind", "give text, JSON, CSV, XML or HTML")

# No text has these bytes, but for an end mark (0x1A) and the marks of wires.
_CONTROLS: Final = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x01\x02\x03\x04\x16\x1a\x1b")
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT: Final = 4096
_MOST: Final = 0.02


def has_control_bytes(raw: bytes) -> bool:
    """Return whether bytes have so many control characters that they are no text in any encoding of bytes.

    UTF-16 has a zero in each character of a Latin text, so it is taken for text, with or without a byte-order mark.
    """
    begin = raw[:_LOOKED_AT]
    if begin.startswith(_WIDE):
        return False
    controls = len(begin) - len(begin.translate(None, _CONTROLS))
    if not controls or controls <= len(begin) * _MOST:
        return False
    zeros = begin[::2].count(0), begin[1::2].count(0)
    return not (min(zeros) == 0 and sum(zeros) == controls)
