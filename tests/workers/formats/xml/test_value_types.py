"""The built-in types of XML Schema accept the values of the standard, and no others."""

from __future__ import annotations

import pytest

from workers.formats.xml.value_types import BUILT_IN

RIGHT = {
    "boolean": ["true", "0"],
    "integer": ["-5", "+07", "9" * 5000],
    "positiveInteger": ["1", "+1"],
    "nonNegativeInteger": ["0", "-0"],
    "decimal": ["5", "5.", ".5", "-0.50"],
    "double": ["1e5", "-INF", "NaN", "1.5E-3"],
    "language": ["en", "de-CH-1996"],
    "NCName": ["a-1", "_x", "é"],
    "NMTOKENS": ["1 a:b -c"],
    "dateTime": ["2024-02-29T10:00:00Z", "2024-02-29T24:00:00", "-0044-03-15T12:00:00.5+14:00", "12024-01-01T00:00:00"],
    "date": ["2024-02-29", "2024-02-29+01:00"],
    "gYearMonth": ["2024-03", "2024-03Z"],
    "gYear": ["2024", "-0500"],
    "time": ["08:00:00", "23:59:59.999-05:00"],
    "duration": ["P1D", "-PT1H30M", "PT0.5S"],
    "anyURI": ["", "a b", "http://h:80/p?q#f", "mailto:x@y.z", "urn:x:y", "//h", "#f", "é", "a/b:c"],
}
WRONG = {
    "boolean": ["yes", "TRUE", ""],
    "integer": ["1.0", "", "1 2"],
    "positiveInteger": ["0", "-1"],
    "nonNegativeInteger": ["-1"],
    "decimal": [".", "1e5", ""],
    "double": ["inf", "1e", "+INF"],
    "language": ["en_US", "", "abcdefghi"],
    "NCName": ["a:b", "1a", ""],
    "NMTOKENS": ["a,b", ""],
    "dateTime": ["2024-02-29", "2024-02-30T10:00:00Z", "2024-02-29T24:00:01", "2024-02-29T10:00:00+15:00"],
    "date": ["2023-02-29", "2024-2-9", "0000-01-01", "02024-01-01"],
    "gYearMonth": ["2024-13", "2024"],
    "gYear": ["24", "02024"],
    "time": ["8:00:00", "24:00:01"],
    "duration": ["P", "PT", "1D", "P1DT"],
    "anyURI": ["%", "%zz", "http://[", "http://h:x/", "1a:b", "#a#b"],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in RIGHT.items() for text in texts])
def test_a_value_of_the_type_is_taken(name: str, text: str) -> None:
    assert BUILT_IN[name](text)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in WRONG.items() for text in texts])
def test_a_value_of_another_form_is_refused(name: str, text: str) -> None:
    assert not BUILT_IN[name](text)
