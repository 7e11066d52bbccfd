"""The output formats and their options."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.article import Article
from schemas.errors import RequestError, UnknownNameError
from workers.formats import FORMATS
from workers.formats.csv.options import CsvOptions
from workers.formats.news_article.options import NewsArticleOptions
from workers.formats.newsml_g2.options import NewsmlG2Options


def faults_of(options: dict[str, Any], formats: tuple[str, ...] = FORMATS.writable.ids) -> list[str]:
    """What is wrong with the options of a request."""
    with pytest.raises(RequestError) as caught:
        FORMATS.load_options(options, formats)
    return [str(fault) for fault in caught.value.faults]


def test_every_format_has_its_writer() -> None:
    assert {"newsml-g2", "news-article", "csv"} <= set(FORMATS.writable.ids)
    assert all(format_.writer and format_.checker for format_ in FORMATS.writable)


@pytest.mark.parametrize("format_id", FORMATS.writable.ids)
def test_a_format_is_found_by_its_id(format_id: str) -> None:
    assert FORMATS.get(format_id).id == format_id


def test_an_unknown_format_is_named_with_those_there_are() -> None:
    with pytest.raises(
        UnknownNameError, match="there is no format named 'xml'; choose from: newsml-g2, news-article, csv"
    ):
        FORMATS.get("xml")


@pytest.mark.parametrize("format_", FORMATS.writable, ids=FORMATS.writable.ids)
def test_the_fields_that_a_format_has_no_home_for_are_fields(format_: Any) -> None:
    assert set(format_.places.unheld) <= set(Article.__slots__)


def test_options_that_are_not_given_are_the_defaults() -> None:
    assert FORMATS.load_options({}, ("newsml-g2", "news-article", "csv")) == {
        "newsml-g2": NewsmlG2Options(body="xhtml", schemes={}),
        "news-article": NewsArticleOptions(lines=False),
        "csv": CsvOptions(profile="default"),
    }


def test_options_are_loaded_for_the_formats_that_were_asked_for() -> None:
    assert FORMATS.load_options({"csv": {"profile": "excel"}}, ("csv",)) == {"csv": CsvOptions(profile="excel")}
    schemes = {"ex": "https://example.com/codes/"}
    assert FORMATS.load_options({"newsml-g2": {"body": "nitf", "schemes": schemes}}, ("newsml-g2",)) == {
        "newsml-g2": NewsmlG2Options(body="nitf", schemes=schemes)
    }


def test_an_iptc_alias_may_be_stated_with_the_iptcs_own_uri() -> None:
    schemes = {"medtop": "http://cv.iptc.org/newscodes/mediatopic/"}
    assert FORMATS.load_options({"newsml-g2": {"schemes": schemes}}, ("newsml-g2",))["newsml-g2"] == NewsmlG2Options(
        schemes=schemes
    )


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({"csvs": {}}, "/options/csvs: there is no format 'csvs'; did you mean 'csv'?"),
        ({"a/b": {}}, "/options/a~1b: there is no format 'a/b'; the formats are newsml-g2, news-article, csv"),
        ({"csv": {"profil": "excel"}}, "/options/csv/profil: unknown field 'profil'; did you mean 'profile'?"),
        ({"csv": {"sep": ";"}}, "/options/csv/sep: unknown field 'sep'; the fields here are profile"),
        ({"csv": {"profile": "Excel"}}, "/options/csv/profile: Must be one of: default, excel, excel-semicolon, data."),
        ({"csv": None}, "/options/csv: must be an object"),
        ({"csv": "excel"}, "/options/csv: must be an object"),
        ({"news-article": {"lines": "yes"}}, "/options/news-article/lines: must be true or false"),
        ({"newsml-g2": {"body": 5}}, "/options/newsml-g2/body: must be a string"),
        ({"newsml-g2": {"body": "html"}}, "/options/newsml-g2/body: Must be one of: xhtml, nitf."),
        ({"newsml-g2": {"schemes": []}}, "/options/newsml-g2/schemes: must be an object"),
        ({"newsml-g2": {"schemes": {"ex": 5}}}, "/options/newsml-g2/schemes/ex: must be a string"),
        (
            {"newsml-g2": {"schemes": {"ex": "codes/"}}},
            "/options/newsml-g2/schemes/ex: 'codes/' is not an absolute URI",
        ),
        ({"newsml-g2": {"schemes": {"1x": "urn:x:"}}}, "/options/newsml-g2/schemes/1x: is no alias"),
        ({"newsml-g2": {"schemes": {"ex\n": "urn:x:"}}}, "/options/newsml-g2/schemes/ex\n: is no alias"),
        (
            {"newsml-g2": {"schemes": {"medtop": "https://example.com/"}}},
            "/options/newsml-g2/schemes/medtop: is the IPTC's alias for http://cv.iptc.org/newscodes/mediatopic/",
        ),
    ],
)
def test_an_option_that_does_not_fit_is_named(options: dict[str, Any], wrong: str) -> None:
    [fault] = faults_of(options)
    assert fault.startswith(wrong)


def test_options_for_a_format_that_was_not_asked_for_are_refused() -> None:
    assert faults_of({"csv": {}}, ("newsml-g2",)) == ["/options/csv: options for csv, which is not in `formats`"]


def test_every_fault_is_named_at_once() -> None:
    found = faults_of({"csv": {"profile": 1}, "xml": {}, "news-article": {"a": 1}})
    assert [fault.partition(":")[0] for fault in found] == [
        "/options/xml",
        "/options/news-article/a",
        "/options/csv/profile",
    ]
