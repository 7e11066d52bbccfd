"""The rules of Atom 1.0: those of RFC 4287, and what the W3C Feed Validation Service warns of."""

from __future__ import annotations

from typing import Final

from schemas.rules import Rule
from workers.formats.xml.feeds.checks import partners, values
from workers.formats.xml.rules import DOCTYPE, WELL_FORMED

_RFC: Final = "RFC 4287, section"
_VALIDATOR: Final = "W3C Feed Validation Service"

RULES: Final = (
    WELL_FORMED,
    DOCTYPE,
    Rule("atom-root", "The root element is feed or entry of Atom", f"{_RFC} 2"),
    Rule("atom-required", "A feed and an entry have an id, a title and the time of their last change", f"{_RFC} 4.1.1"),
    Rule("atom-author", "An entry has an author, or its feed or its source has one", f"{_RFC} 4.1.2"),
    Rule("atom-element", "An element of Atom is at a place that it may have; others have a namespace", f"{_RFC} 6.3"),
    Rule("atom-once", "An element stands once, but for authors, categories, contributors and links", f"{_RFC} 4.1.1"),
    Rule("atom-date", "A date is a date-time of RFC 3339", f"{_RFC} 3.3"),
    Rule("atom-id", "An id is an absolute IRI", f"{_RFC} 4.2.6"),
    Rule("atom-unique", "Two entries of one id were changed at different times", f"{_RFC} 4.1.1"),
    Rule("atom-type", "The type of a text is text, html or xhtml; content may have a media type", f"{_RFC} 4.1.3.1"),
    Rule("atom-xhtml", "A text of xhtml is one div", f"{_RFC} 3.1.1.3"),
    Rule("atom-markup", "A text that is plain or html has no elements", f"{_RFC} 3.1.1.1 and 3.1.1.2"),
    Rule("atom-undeclared", "A plain text has no HTML", f'{_VALIDATOR}, "ContainsUndeclaredHTML"', "advice"),
    Rule("atom-content", "An entry has content or an alternate link", f"{_RFC} 4.1.2"),
    Rule("atom-summary", "An entry whose content is elsewhere has a summary", f"{_RFC} 4.1.2"),
    Rule("atom-link", "A link has an address, and a relation that is not blank", f"{_RFC} 4.2.7"),
    Rule("atom-alternate", "Two alternate links differ in type or language", f"{_RFC} 4.1.2"),
    Rule("atom-category", "A category has a term", f"{_RFC} 4.2.2.1"),
    Rule("atom-person", "A person has a name, and an e-mail address has an @", f"{_RFC} 3.2"),
    Rule("atom-self", "A feed states its own address", f'{_VALIDATOR}, "MissingAtomSelfLink"', "advice"),
    *values.RULES,
    *partners.RULES,
)  # fmt: skip
