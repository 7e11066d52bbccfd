"""Body markup ↔ the blocks of an Article, shared by the formats. Imports schemas only.

Reading:

- `read_blocks(element, ledger, path, verbatim=…, base=…)`: the content of an element that lxml has parsed, of XHTML,
  HTML, NITF or an unknown vocabulary, as blocks. A body of plain paragraphs is strings only.
- `find_html(text)`: the HTML in a string (escaped or not), or None if the string is plain text.
- `read_html(html, ledger, path, base=…)`: HTML in a string as blocks. `plain_text(text)`: any string as plain text.
- `read_markup(element, ledger, path, verbatim=…)`: `read_blocks`, or `read_html` if it holds escaped HTML alone.
- `parse_html(text)`: the root of an HTML document, for readers of whole pages.

All text of an element comes out, in its order, except what no browser shows as text (script, style, noscript, svg, what
an iframe or a video holds). Words never fuse. What the blocks do not hold is named in the ledger: each attribute that
was not taken (`class`, `style`, `data-*`), each text that is none, each address that is no absolute IRI. Nothing here
raises an error: markup that nests too deep is read without its structure, and named.

Writing:

- `write_xhtml(blocks)`: the content of a `body` of XHTML, which is HTML too. Read verbatim, it gives the same blocks.
- `write_html(blocks, listed)`: HTML5. A page of newsmill, read verbatim, gives the same blocks.
- `write_nitf(blocks)`: the content of a `body.content` of NITF. `reduce_for_nitf(blocks)` names what NITF cannot hold.

The text of an element that holds no others: `element_text` in `text`.
"""

from workers.formats.markup.reading.blocks import read_blocks
from workers.formats.markup.reading.html import find_html, parse_html, plain_text, read_html, read_markup
from workers.formats.markup.writing.html5 import write_html
from workers.formats.markup.writing.nitf import reduce_for_nitf, write_nitf
from workers.formats.markup.writing.xhtml import write_xhtml

__all__ = [
    "find_html",
    "parse_html",
    "plain_text",
    "read_blocks",
    "read_html",
    "read_markup",
    "reduce_for_nitf",
    "write_html",
    "write_nitf",
    "write_xhtml",
]
