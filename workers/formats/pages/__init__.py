"""HTML pages, shared by the formats that read them. Imports schemas and the rooms markup, schema_org.

`read_page` in `reader` is the whole: bytes of a page → Articles. `scripts` and `facts` take what the page states.
`body` has its text, as trafilatura finds it, with the structure of the page's own markup. Nothing is fetched.
"""
