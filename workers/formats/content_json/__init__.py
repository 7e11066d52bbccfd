"""JSON of content systems and news APIs, known by its shape, for the reader of JSON. Imports schemas and json only.

- `shapes`: the shapes, a few lines each: what an article of one has, and the member that states each field.
- `relations`: what articles refer to by an id, and stands elsewhere in their document.
- `columnar`: tables as JSON has them: a list for each column, or a list of rows.
- `rich_text`: bodies that are trees or lists of typed elements.
"""
