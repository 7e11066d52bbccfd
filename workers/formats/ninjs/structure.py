"""The structure of ninjs 1.0 to 3.1: the members of an item in each version, and the values that they take.

Generation 1 has names of small letters, bodies and descriptions by the suffix of their names, and objects by name for
renditions and associations. Generation 2 has lists in their place. Generation 3 writes the same names in camel case,
and adds events and planned coverage.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from schemas.article.values import check_iri, check_moment
from schemas.errors import UnknownNameError
from workers.formats.json.geojson import GEOJSON
from workers.formats.json.structure import AnyOf, Many, Never, Number, Shape, Structure, Text

VERSIONS: Final = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "2.0", "2.1", "2.2", "3.0", "3.1")
"""The published versions, oldest first."""

NEWEST: Final = {"1": "1.6", "2": "2.2", "3": "3.1"}
"""The newest version of each generation."""

Members = dict[str, Structure]


def check_date_time(value: str) -> str | None:
    """Check a date-time of RFC 3339: with seconds and a zone."""
    return f"{value!r} is no date-time with its zone, such as 2024-11-08T16:30:00Z" if check_moment(value) else None


TEXT: Final = Text()
URI: Final = Text(form=check_iri)
MOMENT: Final = Text(form=check_date_time)
_NUMBER: Final = Number()
_WHOLE: Final = Number(whole=True)
_PER_CENT: Final = Number(whole=True, least=0, most=100)
_URGENCY: Final = Number(whole=True, least=1, most=9)
_STATUS: Final = Text(one_of=("usable", "withheld", "canceled"))
_KINDS: Final = ("text", "audio", "video", "picture", "graphic", "composite")
# XML Schema's truncated dates: a year, a month, a day, or a time.
_TRUNCATED: Final = Text(
    pattern=re.compile(
        r"^(-?(?:[1-9][0-9]*)?[0-9]{4})(-(1[0-2]|0[1-9])(-(3[01]|0[1-9]|[12][0-9])"
        r"(T(2[0-3]|[01][0-9]):([0-5][0-9]):([0-5][0-9])(\.[0-9]+)?(Z|[+-](?:2[0-3]|[01][0-9]):[0-5][0-9])?)?)?)?$"
    )
)


def _texts(*names: str) -> Members:
    return dict.fromkeys(names, TEXT)


def _objects(members: Mapping[str, Structure], **more: Any) -> Many:
    return Many(Shape(members, **more))


@cache
def structure_of(version: str) -> Shape:
    """Return the structure of an item of one version.

    Raises:
        UnknownNameError: there is no such version.
    """
    if version not in VERSIONS:
        raise UnknownNameError("version of ninjs", version, VERSIONS)
    generation, minor = map(int, version.split("."))
    return (_first, _second, _third)[generation - 1](minor)


# Generation 1


def _first(minor: int) -> Shape:
    concept = _texts("name", "rel", "code") | {"scheme": URI}
    contact: Members = {"contactinfo": Many(_contact("postalcode"))} if minor >= 5 else {}
    ticker = _texts("ticker", "exchange") | ({"symboltype": URI, "symbol": TEXT} if minor >= 5 else {})
    assigned: Members = {"creator": TEXT, "relevance": _PER_CENT, "confidence": _PER_CENT} if minor >= 5 else {}
    geometry = ((re.compile("^geometry_[a-zA-Z0-9_]+"), Shape(closed=False)),) if minor >= 1 else ()
    rendition = _texts("mimetype", "title") | {"href": URI} | dict.fromkeys(("height", "width", "sizeinbytes"), _NUMBER)
    members: Members = {
        **_texts("mimetype", "profile", "version", "copyrightholder", "copyrightnotice", "language"),
        **_texts("byline", "headline", "located"),
        "uri": URI,
        "type": Text(one_of=(*_KINDS, "component") if minor >= 2 else _KINDS),
        "representationtype": Text(one_of=("complete", "incomplete")),
        "versioncreated": MOMENT,
        "embargoed": MOMENT,
        "pubstatus": _STATUS,
        "person": _objects(concept | contact),
        "organisation": _objects(concept | contact | {"symbols": _objects(ticker)}),
        "place": _objects(concept | contact, named=geometry),
        "subject": _objects(concept | assigned),
        "event": _objects(concept),
        "object": _objects(concept),
    }
    if minor >= 1:
        members |= {"usageterms": TEXT, "urgency": _NUMBER}
    if minor >= 2:
        members |= _texts("ednote", "slugline", "title")
        members |= {"firstcreated": MOMENT, "charcount": _NUMBER, "wordcount": _NUMBER}
        members["infosource"] = _objects(concept | contact)
        rendition |= {"duration": _NUMBER, "format": TEXT}
    if minor >= 3:
        indicator = _texts("code", "title") | {"scheme": URI, "href": URI}
        members |= {
            "altids": Shape(closed=False),
            "trustindicator": _objects(indicator),
            "$standard": _standard(),
            "genre": _objects(_texts("name", "code") | {"scheme": URI}),
        }
    if minor >= 4:
        members |= {"contentcreated": MOMENT, "expires": MOMENT, "rightsinfo": _rights(str.lower, closed=False)}
    if minor >= 6:
        members["digitalsourcetype"] = _source_type()
    key = re.compile("^[a-zA-Z0-9_]+" if minor >= 3 else "^[a-zA-Z0-9]+")
    suffixed = ("description", "body", "headline") if minor >= 3 else ("description", "body")
    named = tuple((re.compile(f"^{name}_[a-zA-Z0-9_]+"), TEXT) for name in suffixed)
    item = Shape(members, named=named, required=("uri",))
    members["renditions"] = Shape(named=((key, Shape(rendition)),))
    members["associations"] = Shape(named=((key, item),))
    return item


def _contact(postal_code: str) -> Shape:
    address = _texts("locality", "area", postal_code, "country") | {"lines": Many(TEXT)}
    members = _texts("type", "role", "lang", "name", "value") | {"address": Shape(address)}
    return Shape(members, exactly_one=(("value", "address"),))


def _rights(name: Any, *, closed: bool) -> Shape:
    lang, linked, encoded = map(name, ("langId", "linkedRights", "encodedRights"))
    members = {lang: URI, linked: URI, encoded: TEXT}
    return Shape(members, exactly_one=((linked, encoded),), closed=closed)


def _standard() -> Shape:
    return Shape(_texts("name", "version") | {"schema": URI})


def _source_type() -> Shape:
    return Shape(_texts("name", "literal") | {"uri": URI})


# Generations 2 and 3


def _second(minor: int) -> Shape:
    members = _shared(str.lower, _NUMBER, minor)
    members |= {
        "type": Text(one_of=(*_KINDS, "component")),
        "embargoed": MOMENT,
        "urgency": _NUMBER,
        "events": _objects(_concept()),
    }
    if minor == 0:
        del members["expires"]
        members["genres"] = _objects(_texts("name", "literal") | {"uri": URI})
        members["infosources"] = _objects(_texts("name", "literal") | {"uri": URI, "role": URI})
    item = Shape(members, required=("uri",))
    if minor == 0:
        with_name = Shape({"name": TEXT}, required=("name",), closed=False)
        members["associations"] = Many(AnyOf((with_name, item)))
    else:
        inside = members | _texts("name")
        members["associations"] = inside["associations"] = Many(Shape(inside, required=("name", "uri")))
    return item


def _third(minor: int) -> Shape:
    members = _shared(str, _WHOLE, minor + 1)
    members |= {
        "type": Text(one_of=_OBJECTS),
        "embargoedUntil": MOMENT,
        "urgency": _URGENCY,
        "events": _objects(_concept() | {"id": TEXT}),
        "eventDetails": Shape(
            {
                "eventStatus": URI,
                "plannedCoverageStatus": URI,
                "dates": _dates(),
                "organiser": _organisation(str, _contact("postalCode")),
            }
        ),
        "plannedCoverage": Many(_coverage()),
    }
    inside = members | _texts("name", "rel")
    members["associations"] = inside["associations"] = Many(Shape(inside, required=("name", "uri")))
    return Shape(members, required=("uri",))


_OBJECTS: Final = (*_KINDS, "component", "event", "planning")


def _concept() -> Members:
    return _texts("name", "rel", "literal") | {"uri": URI}


def _organisation(name: Any, contact: Shape | None) -> Shape:
    symbol = _texts("exchange") if name is str else _texts("ticker", "exchange")
    members = _concept()
    if contact is not None:
        symbol |= {name("symbolType"): URI, "symbol": TEXT}
        members[name("contactInfo")] = Many(contact)
    return Shape(members | {"symbols": _objects(symbol)})


def _shared(name: Any, count: Number, minor: int) -> Members:
    """Return the members that generations 2 and 3 share; `name` gives a name of generation 3 its case."""
    contact = _contact(name("postalCode")) if minor >= 1 else None
    contacts: Members = {name("contactInfo"): Many(contact)} if contact else {}
    assigned: Members = {"creator": TEXT, "relevance": _PER_CENT, "confidence": _PER_CENT} if contact else {}
    text = _texts("role", name("contentType"), "value")
    counted = {name("charCount"): count, name("wordCount"): count}
    members: Members = {
        **_texts("profile", "version", "language", "title", "by", "slugline", "located"),
        **_texts(*map(name, ("copyrightHolder", "copyrightNotice", "usageTerms", "edNote"))),
        **dict.fromkeys(map(name, ("firstCreated", "versionCreated", "contentCreated")), MOMENT),
        "expires": MOMENT,
        "uri": URI,
        name("representationType"): Text(one_of=("full", "partial")),
        name("pubStatus"): _STATUS,
        "headlines": _objects(text, required=("value",)),
        "descriptions": _objects(text, required=("value",)),
        "bodies": _objects(text | counted, required=("value",)),
        "people": _objects(_concept() | contacts),
        "organisations": Many(_organisation(name, contact)),
        "places": _objects(_concept() | contacts | {name("geoJSON"): GEOJSON}),
        "subjects": _objects(_concept() | assigned),
        "objects": _objects(_concept()),
        "genres": _objects(_texts("name", "uri", "literal")),
        name("infoSources"): _objects(_texts("name", "role", "literal") | {"uri": URI} | contacts),
        "renditions": Many(_rendition(name, count)),
        name("altIds"): _objects(_texts("role", "value")),
        name("trustIndicators"): _objects({"role": URI, "title": TEXT, "href": URI}),
        "standard": _standard(),
        name("rightsInfo"): _rights(name, closed=name is str),
    }
    if minor >= 2:
        members[name("digitalSourceType")] = _source_type()
    return members


def _rendition(name: Any, count: Number) -> Shape:
    members = _texts("name", name("contentType"), "title", "format")
    members |= {"href": URI, "duration": _NUMBER, **dict.fromkeys(("width", "height", name("sizeInBytes")), count)}
    if name is str:
        members |= _texts("aspectRatio", "videoCodec", "transportProtocol", "bitrate")
        members |= {
            "frameRate": _NUMBER,
            "poi": Shape({"x": _WHOLE, "y": _WHOLE}),
            "scanType": Text(one_of=("progressive", "interlaced")),
        }
    return Shape(members, required=("name",))


def _dates() -> Shape:
    frequencies = ("secondly", "minutely", "hourly", "daily", "weekly", "monthly", "yearly")
    rule: Members = {"frequency": Text(one_of=frequencies), "interval": _WHOLE, "until": MOMENT, "count": _WHOLE}
    # The schema wants recurrenceDates to be a list and a text at once.
    recurrence = Shape({"recurrenceDates": Never(), "recurrenceRules": _objects(rule)})
    return Shape(
        {
            "startDate": MOMENT,
            "endDate": MOMENT,
            "expectedStartDate": _TRUNCATED,
            "expectedEndDate": _TRUNCATED,
            "expectedDuration": TEXT,
            "recurrence": recurrence,
        },
        exactly_one=(("startDate", "expectedStartDate"), ("endDate", "expectedEndDate")),
    )


def _coverage() -> Shape:
    commissioned = Shape({"by": TEXT, "on": MOMENT, "references": _objects(_texts("name", "value"))})
    return Shape(
        {
            "uri": URI,
            **_texts("title", "edNote", "language"),
            "pubStatus": _STATUS,
            "type": Text(one_of=_OBJECTS),
            "commissioned": commissioned,
            "dates": _dates(),
            "audiences": _objects({"audience": TEXT, "significance": _WHOLE}),
            "exclAudience": Many(TEXT),
            "urgency": _URGENCY,
            "itemCount": Shape({"rangeFrom": _WHOLE, "rangeTo": _WHOLE}),
            "wordCount": _WHOLE,
            "renditions": Many(_rendition(str, _WHOLE)),
        }
    )
