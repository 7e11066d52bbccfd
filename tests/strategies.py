"""Hypothesis strategies: any Article there can be, with the texts that hurt."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from schemas.article import (
    SIGNALS,
    STATUSES,
    SUBJECT_TYPES,
    Article,
    Byline,
    Party,
    Place,
    Source,
    Subject,
    split_paragraphs,
)
from schemas.article.values import make_line

HURTFUL = (
    "=1+1",
    "'=1+1",
    "＝1+1",
    "+49 30 1234",
    "-",
    "@SUM(A1)",
    "]]>",
    "<script>alert(1)</script>",
    "&amp; & &lt;",
    'a "quoted", text; with <all> [of] (it) \\',
    "a\r\nb",
    "a\rb",
    "a\tb",
    "\u202eright to left\u202c",
    "שלום, \u200fעולם",
    "e\u0301 \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea",
    "\u0085next\u2028line\u2029",
    "\ufeffmark",
    "\U0010fffd\ue000",
    "null",
    "2024-11-08",
    "{'a': 1}",
    "x" * 3000,
)

# Every character that XML 1.0 allows: all planes, no surrogates, no control characters but white space.
_CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.sampled_from(
    "\t\n\r\u0085 '\"<>&;=,\\"
)


def texts() -> st.SearchStrategy[str]:
    """Text of any number of lines: not blank, no white space around it."""
    anything = st.text(_CHARACTERS, min_size=1, max_size=40) | st.sampled_from(HURTFUL)
    joined = st.lists(anything, min_size=1, max_size=3).map("".join)
    return joined.map(str.strip).filter(bool)


def lines() -> st.SearchStrategy[str]:
    """Text of one line."""
    return texts().map(make_line).filter(bool)


def uris() -> st.SearchStrategy[str]:
    """Absolute IRIs."""
    return st.sampled_from(
        (
            "https://example.com/",
            "https://example.com/a?b=c&d=e;f#g",
            "http://[::1]:8080/x",
            "tag:example.com,2024:a'b(c)",
            "urn:uuid:00000000-0000-0000-0000-000000000000",
            "https://example.com/ü/日本?q=é",
            "https://example.com/%22quoted%22",
        )
    ) | st.from_regex(r"\A(https://example\.com/|tag:example\.com,2024:)[a-z0-9.~;&=+!$*,-]{1,20}\Z")


def moments() -> st.SearchStrategy[str]:
    """Date-times with their zones."""
    return st.builds(
        "{}T{}{}{}".format,
        st.dates().map(str),
        st.times().map(lambda time: time.strftime("%H:%M:%S")),
        st.sampled_from(("", ".5", ".123456", ".000000001")),
        st.sampled_from(("Z", "+00:00", "-05:00", "+05:45", "+14:00")),
    )


def days_or_moments() -> st.SearchStrategy[str]:
    """Days, and date-times with their zones."""
    return st.dates().map(str) | moments()


def qcodes() -> st.SearchStrategy[str]:
    """QCodes of the IPTC's catalog."""
    return st.sampled_from(("medtop:04000000", "medtop:20000350", "genre:Current", "subj:01000000", "iso3166-1a2:AT"))


def _concepts(make: type[Place] | type[Subject], **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    given_by = st.fixed_dictionaries({}, optional={"name": lines(), "qcode": qcodes(), "uri": uris(), **more}).filter(
        lambda given: bool(given.keys() & {"name", "qcode", "uri"})
    )
    return given_by.map(lambda given: make(**given))


def bylines() -> st.SearchStrategy[Byline]:
    """Authors."""
    return st.builds(Byline, name=lines(), uri=st.none() | uris(), job_title=st.none() | lines())


def parties() -> st.SearchStrategy[Party]:
    """People and organisations."""
    return st.builds(Party, name=lines(), uri=st.none() | uris())


def subjects() -> st.SearchStrategy[Subject]:
    """Subjects of every type, or of none stated."""
    return _concepts(Subject, type=st.sampled_from(SUBJECT_TYPES))


def sources() -> st.SearchStrategy[Source]:
    """Documents that articles were read from."""
    return st.builds(
        Source,
        sha256=st.binary(min_size=32, max_size=32).map(bytes.hex),
        name=st.none() | lines(),
        media_type=st.none() | st.sampled_from(("text/plain", "application/xhtml+xml; charset=utf-8")),
        size=st.none() | st.integers(0, 2**40),
    )


def paragraphs() -> st.SearchStrategy[tuple[str, ...]]:
    """The paragraphs of an article."""
    return (
        st.lists(texts(), min_size=1, max_size=6).map(lambda given: split_paragraphs("\n\n".join(given))).filter(bool)
    )


def articles() -> st.SearchStrategy[Article]:
    """Any Article that states its id."""
    optional: dict[str, st.SearchStrategy[Any]] = {
        "headline": lines(),
        "description": texts(),
        "slugline": lines(),
        "bylines": st.lists(bylines(), max_size=3).map(tuple),
        "dateline": lines(),
        "located": _concepts(Place),
        "published": days_or_moments(),
        "modified": days_or_moments(),
        "embargoed": moments(),
        "status": st.sampled_from(STATUSES),
        "language": st.sampled_from(("en", "pt-BR", "zh-Hant-TW", "de-1996", "x-klingon")),
        "section": lines(),
        "genre": lines(),
        "keywords": st.lists(lines(), max_size=3).map(tuple),
        "subjects": st.lists(subjects(), max_size=3).map(tuple),
        "provider": parties(),
        "copyright_holder": parties(),
        "copyright_notice": texts(),
        "usage_terms": texts() | uris(),
        "url": uris(),
        "urgency": st.integers(1, 9),
        "ed_note": texts(),
        "source": sources(),
    }
    versions: st.SearchStrategy[dict[str, Any]] = st.just({}) | st.fixed_dictionaries(
        {"version": st.integers(2, 2**53 - 1)}, optional={"signal": st.sampled_from(SIGNALS)}
    )
    required = st.fixed_dictionaries({"id": uris(), "paragraphs": paragraphs()}, optional=optional)
    return st.builds(lambda given, version: Article(**given, **version), required, versions)
