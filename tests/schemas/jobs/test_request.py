"""The export request: what fits, and what is said of what does not."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.errors import RequestError
from schemas.jobs.job import ENDED, STATUSES
from schemas.jobs.request import ExportRequest, load_request
from schemas.reading import Reading, ReadingOptions
from workers.formats import FORMATS

CALLED = {"url": "https://www.example.com/"}
TEXT = {"text": "A plain text."}


def faults(value: Any, *, upload: bool = False) -> dict[str, str]:
    with pytest.raises(RequestError) as raised:
        load_request(value, FORMATS, upload=upload)
    found = {fault.pointer: fault.detail for fault in raised.value.faults}
    assert len(found) == len(raised.value.faults)
    return found


@pytest.mark.parametrize(
    "source",
    [
        {"seeds": ["000_b852588d87c0f767.txt"]},
        {"seeds": "*"},
        TEXT,
        {"articles": [{"paragraphs": ["One."]}]},
    ],
)
def test_a_source_is_one_of_three(source: dict[str, Any]) -> None:
    assert load_request({"source": source, "formats": ["csv"]}, FORMATS) == ExportRequest(
        source=source, formats=("csv",), metadata={}, article_fields={}, options={}
    )


def test_formats_are_taken_once_each_in_their_order() -> None:
    request = load_request({"source": TEXT, "formats": ["csv", "newsml-g2", "csv"]}, FORMATS)
    assert request.formats == ("csv", "newsml-g2")


def test_metadata_and_options_are_kept_as_given() -> None:
    request = load_request(
        {
            "source": TEXT,
            "formats": ["csv"],
            "metadata": {"language": "en"},
            "options": {"csv": {"profile": "excel"}},
        },
        FORMATS,
    )
    assert (request.metadata, request.options) == ({"language": "en"}, {"csv": {"profile": "excel"}})


def test_an_upload_brings_its_source_in_files() -> None:
    assert load_request({"formats": ["csv"]}, FORMATS, upload=True).source == {}
    known = "callback, formats, metadata, name, names, on_error, options, read, split, tags"
    assert faults({"formats": ["csv"], "source": TEXT}, upload=True) == {
        "/source": f"unknown field 'source'; the fields here are {known}"
    }


@pytest.mark.parametrize(
    ("changed", "pointer", "detail"),
    [
        ({"source": None}, "/source", "must not be null"),
        ({"source": "*"}, "/source", "must be an object"),
        ({"source": {}}, "/source", "give one of `seeds`, `text` and `articles`"),
        ({"source": {**TEXT, "seeds": "*"}}, "/source", "give one of `seeds`, `text` and `articles`"),
        ({"source": {"seed": "*"}}, "/source/seed", "unknown field 'seed'; did you mean 'seeds'?"),
        (
            {"source": {"seeds": "all"}},
            "/source/seeds",
            'must be a list of names of seeds, or "*" for all of them',
        ),
        ({"source": {"seeds": []}}, "/source/seeds", 'must be a list of names of seeds, or "*" for all of them'),
        ({"source": {"seeds": [1]}}, "/source/seeds", 'must be a list of names of seeds, or "*" for all of them'),
        ({"source": {"text": ""}}, "/source/text", "must not be empty"),
        ({"source": {"text": 1}}, "/source/text", "must be a string"),
        ({"source": {"articles": []}}, "/source/articles", "must not be empty"),
        ({"source": {"articles": {}}}, "/source/articles", "must be a list"),
        ({"formats": "csv"}, "/formats", "must be a list"),
        ({"formats": []}, "/formats", "must not be empty"),
        ({"formats": [None]}, "/formats/0", "must not be null"),
        (
            {"formats": ["csv", "news_article"]},
            "/formats/1",
            "there is no format 'news_article'; did you mean 'news-article'? "
            f"The formats are {', '.join(FORMATS.writable.ids)}",
        ),
        (
            {"formats": ["pdf"]},
            "/formats/0",
            f"there is no format 'pdf'. The formats are {', '.join(FORMATS.writable.ids)}",
        ),
        ({"metadata": []}, "/metadata", "must be an object"),
        ({"metadata": {"languge": "en"}}, "/metadata/languge", "unknown field 'languge'; did you mean 'language'?"),
        ({"options": []}, "/options", "must be an object"),
        ({"options": {"csv": "excel"}}, "/options/csv", "must be an object"),
        ({"options": {"cvs": {}}}, "/options/cvs", "there is no format 'cvs'; did you mean 'csv'?"),
        (
            {"options": {"newsml-g2": {}}},
            "/options/newsml-g2",
            "options for newsml-g2, which is not in `formats`",
        ),
        (
            {"options": {"csv": {"profil": "excel"}}},
            "/options/csv/profil",
            "unknown field 'profil'; did you mean 'profile'?",
        ),
        (
            {"options": {"csv": {"profile": "open"}}},
            "/options/csv/profile",
            "Must be one of: default, excel, excel-semicolon, data.",
        ),
        (
            {"callbak": {}},
            "/callbak",
            "unknown field 'callbak'; did you mean 'callback'?",
        ),
        ({"callback": {}}, "/callback/url", "is missing, and required"),
        ({"callback": "https://www.example.com/"}, "/callback", "must be an object"),
        (
            {"callback": CALLED | {"headers": {"Content-Length": "1"}}},
            "/callback/headers/Content-Length",
            "is a header that newsmill sends itself, or that a client must not set; leave it out",
        ),
        (
            {"callback": CALLED | {"headers": {"X-Key": "a\r\nHost: b"}}},
            "/callback/headers/X-Key",
            "must have a value of 1 to 1,000 characters of printable ASCII",
        ),
        (
            {"callback": CALLED | {"headers": {f"X-{number}": "a" for number in range(11)}}},
            "/callback/headers",
            "Longer than maximum length 10.",
        ),
    ],
)
def test_a_fault_is_said_with_its_place(changed: dict[str, Any], pointer: str, detail: str) -> None:
    assert faults({"source": TEXT, "formats": ["csv"]} | changed) == {pointer: detail}


def test_a_wrong_value_in_the_metadata_is_said_with_its_place() -> None:
    found = faults({"source": TEXT, "formats": ["csv"], "metadata": {"language": "no language", "urgency": 11}})
    assert set(found) == {"/metadata/language", "/metadata/urgency"}


@pytest.mark.parametrize("value", [None, [], "csv", 1, True])
def test_request_must_be_an_object(value: Any) -> None:
    assert faults(value) == {"": "must be an object"}


def test_faults_of_a_request_are_reported_together() -> None:
    assert set(faults({"source": TEXT, "formats": ["csv", "pdf"], "metadata": {"languge": "en"}, "options": {}})) == {
        "/formats/1",
        "/metadata/languge",
    }


def test_wrong_types_and_wrong_values_are_reported_together() -> None:
    metadata = {"urgency": "high", "language": "english please", "headline": "Rates"}
    request = {"source": TEXT, "formats": ["csv"], "metadata": metadata}
    assert list(faults(request)) == ["/metadata/urgency", "/metadata/language"]
    del metadata["urgency"]
    assert list(faults({**request, "split": 0})) == ["/split", "/metadata/language"]


def test_a_job_ends_in_one_of_its_states() -> None:
    assert set(STATUSES) - set(ENDED) == {"queued", "running"}


def test_reading_is_kept_as_given() -> None:
    read = {
        "format": "csv",
        "options": {"encoding": "cp1252", "delimiter": ";", "header": False, "zone": "Europe/Paris"},
    }
    request = load_request({"formats": ["csv"], "read": read}, FORMATS, upload=True)
    options = ReadingOptions(encoding="cp1252", delimiter=";", header=False, zone="Europe/Paris")
    assert request.reading == Reading(format="csv", options=options)
    assert load_request({"formats": ["csv"]}, FORMATS, upload=True).reading == Reading()


@pytest.mark.parametrize(
    ("read", "pointer", "detail"),
    [
        ({"format": "cvs"}, "/read/format", "there is no format 'cvs'; did you mean 'csv'?"),
        ({"format": None}, "/read/format", "must not be null"),
        ({"form": "csv"}, "/read/form", "unknown field 'form'; did you mean 'format'?"),
        ({"options": {"delimter": ";"}}, "/read/options/delimter", "did you mean 'delimiter'?"),
        ({"options": {"delimiter": ";;"}}, "/read/options/delimiter", "must be one character"),
        ({"options": {"encoding": "hex"}}, "/read/options/encoding", "there is no encoding 'hex'"),
        ({"options": {"header": "no"}}, "/read/options/header", "must be true or false"),
        ({"options": {"zone": "Paris"}}, "/read/options/zone", "'Paris' is not a time zone, such as Europe/Vienna"),
        ("csv", "/read", "must be an object"),
    ],
)
def test_a_fault_of_reading_has_its_pointer(read: Any, pointer: str, detail: str) -> None:
    [(found, said)] = faults({"formats": ["csv"], "read": read}, upload=True).items()
    assert (found, detail in said) == (pointer, True)


def test_only_an_upload_has_files_whose_format_can_be_named() -> None:
    request = {"source": TEXT, "formats": ["csv"]}
    assert faults({**request, "read": {"format": "text"}}) == {
        "/read/format": "names the format of uploaded files, but `source` states the articles"
    }
    zoned = load_request({**request, "read": {"options": {"zone": "UTC"}}}, FORMATS)
    assert zoned.reading.options.zone == "UTC"
