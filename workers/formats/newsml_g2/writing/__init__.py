"""The parts of a written item of NewsML-G2, each as text. Values that the schema cannot tell apart have a mark.

- A code whose scheme is not known is bound to a `data:` URI that holds the code itself, in a catalog of the item. A
  text in the place of a code is such a URI, too (`codes`).
- `rank="1"` marks a `by`, `creditline` or `description` that repeats a value of another place, and the link to the
  article's own address. `rank="2"` marks a headline or description that would read as the main one.
- `why="why:inferred"` marks the status of an article that states none.
- `generator/@modified` is the time of the conversion. A `versionCreated` of the same time is newsmill's own.
- A URI that names another concept than the QCode beside it is `related` (`skos:exactMatch`).
"""
