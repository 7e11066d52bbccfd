"""Feeds, shared by the formats that are one: RSS, Atom, exports of WordPress. Imports schemas only.

- `read_feed(document, tags)`: the article of each item. `reading` has what each element becomes.
- `writing`: the elements of extensions that RSS and Atom share.
- `names`: the namespaces. `mending`: feeds that are not well-formed. `profiles`: the rules of partners.
"""
