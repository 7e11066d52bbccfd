"""Bodies that are trees or lists of typed elements, as HTML: what editors of content systems store.

Elements have a type under one of a few names, and a text, marks or elements within them. These have this form:
Contentful, Portable Text, ProseMirror and Tiptap, Slate, Lexical, Draft.js, Editor.js, Prismic, Quill's deltas, ANS,
Gutenberg's blocks, and the models that broadcasters send to their pages.

- `elements`: an element, and an account of the leaves that are taken out of it.
- `runs`: text with its marks, links and ranges. `blocks`: paragraphs, headings, lists, tables, figures.
- `deltas`: texts as operations that insert runs (Quill). `mobiledoc`: sections of markers (Mobiledoc).
"""

from workers.formats.content_json.rich_text.blocks import RichText, as_html, is_rich_text, read_rich_text

__all__ = ["RichText", "as_html", "is_rich_text", "read_rich_text"]
