"""The structure of each version of ninjs gives the verdicts of the IPTC's schemas."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema.validators import validator_for  # type: ignore[import-untyped]
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from tests.reference import REFERENCE, needs_reference
from workers.formats import FORMATS
from workers.formats.ninjs.checks import check_ninjs_file
from workers.formats.ninjs.structure import VERSIONS, structure_of

NINJS: Final = REFERENCE / "ninjs"
SUITE: Final = sorted(NINJS.glob("test-suite/[123].[0-9]/should_*/*.json"))
DOCUMENTS: Final = (*SUITE, *sorted(NINJS.glob("examples/[123]*/**/*.json")))


@needs_reference
def test_verdicts_over_the_test_suite_are_those_it_states() -> None:
    found = {path: list(FORMATS.schema_checker(f"ninjs-{path.parts[-3]}")(path)) for path in SUITE}
    assert len(found) == 200
    wrong = [path for path, faults in found.items() if bool(faults) != (path.parent.name == "should_fail")]
    assert wrong == []


@cache
def schema(version: str) -> Any:
    """The official schema of a version, in the hands of another library."""
    stated = json.loads((NINJS / "schemas" / f"ninjs-schema_{version}.json").read_bytes())
    geojson = json.loads((NINJS / "test-suite" / "GeoJSON-schema.json").read_bytes())
    resource = Resource.from_contents(geojson, default_specification=DRAFT7)
    registry = Registry().with_resources([(f"https://geojson.org/schema/GeoJSON.json{end}", resource) for end in "#"])
    registry = registry.with_resource("https://geojson.org/schema/GeoJSON.json", resource)
    return validator_for(stated)(stated, registry=registry)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


NAMES: Final = ("name", "rel", "uri", "href", "contactInfo", "contactinfo", "geoJSON", "wordCount", "literal", "role")
VALUES: Final[tuple[Any, ...]] = (
    1,
    0.5,
    -1,
    "text",
    None,
    True,
    [],
    {},
    ["x"],
    [{}],
    [{"name": "x"}],
    [{"value": "x"}],
)


@st.composite
def spoiled(draw: st.DrawFn) -> Any:
    """A document of the suite or an example, with one value changed, added, renamed or left out."""
    text = draw(st.sampled_from(DOCUMENTS)).read_bytes()
    try:
        document = json.loads(text)
    except json.JSONDecodeError:
        return {}
    found = places(document)[1:]
    if not found:
        return document
    *path, last = draw(st.sampled_from(found))
    target = document
    for key in path:
        target = target[key]
    match draw(st.integers(0, 3)):
        case 0:
            del target[last]
        case 1 if isinstance(target, dict):
            target[draw(st.sampled_from(NAMES))] = draw(st.sampled_from(VALUES))
        case 2 if isinstance(target, dict):
            target[f"{last}x"] = target.pop(last)
        case _:
            target[last] = draw(st.sampled_from(VALUES))
    return document


@needs_reference
@given(document=spoiled(), version=st.sampled_from(VERSIONS))
@settings(max_examples=200)
def test_verdicts_over_spoiled_documents_are_those_of_the_schemas(document: Any, version: str) -> None:
    assert (structure_of(version).faults(document, forms=False) == ()) == schema(version).is_valid(document)


@pytest.mark.parametrize(
    ("stated", "rule", "detail"),
    [
        ('{"headline": "A"}', "ninjs-missing", "it has no uri; state one"),
        ('{"uri": "urn:x:1", "headlin": "A", "byline": "B"}', "ninjs-member", "did you mean 'headline'?"),
        ('{"uri": "urn:x:1", "byline": 1}', "ninjs-type", "byline: it is a number; it has to be a string"),
        ('{"uri": "urn:x:1", "byline": "A", "type": "film"}', "ninjs-value", "'film' is not one of text, audio"),
        ('{"uri": "urn:x:1", "byline": "A", "versioncreated": "2024-11-08"}', "ninjs-form", "no date-time with its"),
        ('{"uri": "urn:x:1", "byline": "A", "language": "xyzzy"}', "ninjs-language", "'xyzzy'"),
        ('{"uri": "urn:x:1", "byline": "A"}\n{"uri": "urn:x:1", "byline": "A"}', "ninjs-unique", "keep one"),
        (
            '{"uri": "urn:x:1", "firstcreated": "2024-11-08T16:30:00Z", "versioncreated": "2024-11-07T16:30:00Z"}',
            "ninjs-order",
            "before the item was first created",
        ),
        ('{"uri": "urn:x:1", "standard": {"version": "2.7"}}', "ninjs-version", "that of 2.2 was checked"),
        ('{"uri": "urn:x:1",}', "ninjs-json", "not JSON"),
        ("", "ninjs-json", "no item"),
    ],
)
def test_a_fault_is_named_with_what_would_be_right(stated: str, rule: str, detail: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(stated)
    [fault] = check_ninjs_file(path)
    assert fault.rule == rule
    assert detail in fault.detail
