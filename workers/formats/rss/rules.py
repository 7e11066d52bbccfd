"""The rules of RSS 2.0: those of its specification, and what the W3C Feed Validation Service warns of."""

from __future__ import annotations

from typing import Final

from schemas.rules import Rule
from workers.formats.xml.feeds.checks import partners, values
from workers.formats.xml.rules import DOCTYPE, WELL_FORMED

_SPEC: Final = "RSS 2.0.11 (rssboard.org/rss-specification)"
_VALIDATOR: Final = "W3C Feed Validation Service"

RULES: Final = (
    WELL_FORMED,
    DOCTYPE,
    Rule("rss-root", "The root element is rss, with its version", f'{_SPEC}, "What is RSS?"'),
    Rule("rss-channel", "A channel has a title, a link and a description", f'{_SPEC}, "Required channel elements"'),
    Rule("rss-title", "An item has a title or a description", f'{_SPEC}, "Elements of <item>"'),
    Rule("rss-element", "An element without a namespace is one of RSS 2.0", f'{_SPEC}, "Extending RSS"'),
    Rule("rss-once", "An element stands once, but for category", f'{_VALIDATOR}, "DuplicateElement"'),
    Rule("rss-date", "A date is one of RFC 822", f"{_SPEC}, pubDate; RFC 822, section 5"),
    Rule("rss-weekday", "The day of the week is that of the date", f'{_VALIDATOR}, "IncorrectDOW"'),
    Rule("rss-year", "A year has four digits", f'{_VALIDATOR}, "ProblematicalRFC822Date"', "advice"),
    Rule("rss-email", "An author or an editor is an e-mail address", f"{_SPEC}, author"),
    Rule("rss-name", "An e-mail address has a name beside it", f'{_VALIDATOR}, "MissingRealName"', "advice"),
    Rule("rss-permalink", "A permalink is an address, and isPermaLink is true or false", f"{_SPEC}, guid"),
    Rule("rss-guid-missing", "An item has a guid", f'{_VALIDATOR}, "MissingGuid"', "advice"),
    Rule("rss-guid-short", "A guid is unique beyond its feed", f'{_VALIDATOR}, "NotSufficientlyUnique"', "advice"),
    Rule("rss-unique", "A feed has each guid once", f'{_VALIDATOR}, "DuplicateValue"'),
    Rule("rss-enclosure", "An enclosure has url, length and type", f"{_SPEC}, enclosure"),
    Rule("rss-source", "A source has the url of its feed", f"{_SPEC}, source"),
    Rule("rss-image", "An image has url, title and link, and at most 144 by 400 pixels", f"{_SPEC}, image"),
    Rule("rss-number", "A time to live and an hour are whole numbers", f"{_SPEC}, ttl and skipHours"),
    Rule("rss-day", "A day to skip is Monday to Sunday", f"{_SPEC}, skipDays"),
    Rule("rss-markup", "A title is plain text", f'{_VALIDATOR}, "ContainsHTML"', "advice"),
    Rule(
        "rss-semantics",
        "No extension says again what an element of RSS says",
        f'{_VALIDATOR}, "DuplicateSemantics"',
        "advice",
    ),
    Rule("rss-self", "A channel states its own address", f'{_VALIDATOR}, "MissingAtomSelfLink"', "advice"),
    *values.RULES,
    *partners.RULES,
)  # fmt: skip
